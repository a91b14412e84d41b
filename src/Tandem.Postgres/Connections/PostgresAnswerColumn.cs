namespace Tandem.Postgres.Connections;

/// <summary>A column of what a statement would answer with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The number of its type in the catalogue; of a domain that of the type below it.</param>
internal sealed record PostgresAnswerColumn(string Name, long Type);
