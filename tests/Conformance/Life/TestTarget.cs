using Tandem.Databases;
using Tandem.Planning;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Life;

/// <summary>A connection of an application's.</summary>
public interface ITestConnection : IAsyncDisposable
{
    /// <summary>A statement, in a transaction of its own.</summary>
    Task ExecuteAsync(string sql);

    /// <summary>A query: each row as texts joined by a bar.</summary>
    Task<IReadOnlyList<string>> RowsAsync(string sql);
}

/// <summary>A fresh database of one engine, with the connection of an application beside the engine's.</summary>
public interface ITestTarget : ITestConnection
{
    /// <summary>The target as the engine sees it.</summary>
    IDatabase Database { get; }

    /// <summary>A connection of another application.</summary>
    Task<ITestConnection> OpenAsync();

    /// <summary>The name by which an application of the new version reaches a table while both versions are served.</summary>
    string NewName(string table, string migration);

    /// <summary>Engine-specific health: integrity checks, no invalid indexes. Throws when something is wrong.</summary>
    Task CheckHealthAsync();
}

/// <summary>Puts table names into a case's texts.</summary>
internal static class TableNames
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The text for an application on the base tables.</summary>
    public static string Base(string sql) => Fill(sql, Quote);

    /// <summary>The text for an application of the new version.</summary>
    public static string New(string sql, ITestTarget target, Plan plan) => Fill(sql, table =>
        plan.Changes.Any(c => c.After?.Name == table && c.ShapeDiffers) || plan.Objects.Any(o => o.After is View { Materialized: false } or Routine && o.Name == table) ? target.NewName(table, plan.Migration) : Quote(table));

    private static string Fill(string sql, Func<string, string> name)
    {
        var text = new System.Text.StringBuilder();
        var from = 0;
        while (sql.IndexOf('{', from) is var open && open >= 0)
        {
            var close = sql.IndexOf('}', open);
            text.Append(sql, from, open - from).Append(name(sql[(open + 1)..close]));
            from = close + 1;
        }

        return text.Append(sql, from, sql.Length - from).ToString();
    }
}
