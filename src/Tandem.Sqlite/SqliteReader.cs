using System.Globalization;
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

    /// <summary>The first value of a query's answer as a whole number; 0 when there is none.</summary>
    public long Number(string text, params IReadOnlyList<SqlArgument> arguments) =>
        Convert.ToInt64(Value(text, arguments) ?? 0L, CultureInfo.InvariantCulture);

    /// <summary>Why a statement is not carried out, or null when it is.</summary>
    public DatabaseException? Try(string text, params IReadOnlyList<SqlArgument> arguments)
    {
        try
        {
            _ = Query(text, arguments);
            return null;
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.Statement or FailureKind.Data)
        {
            return e;
        }
    }

    /// <summary>The same, for no longer than this each time.</summary>
    public SqliteReader Within(TimeSpan time) => new(file, limits with { StatementTimeout = time });

    /// <summary>From now on a name in double quotes that means nothing is a mistake, not a string.</summary>
    public void RefuseDoubleQuotedStrings() => file.RefuseDoubleQuotedStrings();

    /// <summary>An empty database in memory, asked under the same limits.</summary>
    public (SqliteFile File, SqliteReader Reader) InMemory(TimeProvider time)
    {
        var memory = SqliteFile.OpenInMemory(time);
        return (memory, new SqliteReader(memory, limits));
    }
}
