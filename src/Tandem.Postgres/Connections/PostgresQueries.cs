using System.Collections.Concurrent;
using Tandem.Postgres.Dialect;

namespace Tandem.Postgres.Connections;

/// <summary>The queries that are kept as files beside the code.</summary>
internal static class PostgresQueries
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>The text of <c>Sql/name.sql</c>.</summary>
    public static string Read(string name) => Texts.GetOrAdd(name, static n =>
    {
        using var stream = typeof(PostgresQueries).Assembly.GetManifestResourceStream($"Tandem.Postgres.Sql.{n}.sql")
            ?? throw new InvalidOperationException($"The query {n} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
