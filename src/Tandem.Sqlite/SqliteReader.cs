using Tandem.Databases;

namespace Tandem.Sqlite;

/// <summary>Asks questions of an open file, under the same limits each time.</summary>
internal sealed class SqliteReader(SqliteFile file, SqliteLimits limits)
{
    /// <summary>The answer to a query.</summary>
    public SqlResult Query(string text, params IReadOnlyList<SqlArgument> arguments) =>
        file.Run(new SqlStatement(text, arguments), limits);

    /// <summary>The first value of a query's answer, or null.</summary>
    public object? Value(string text, params IReadOnlyList<SqlArgument> arguments) =>
        Query(text, arguments).Rows is [var row, ..] ? row[0] : null;
}
