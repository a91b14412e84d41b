using Npgsql;
using Tandem.Schema;

namespace Tandem.Postgres.Connections;

/// <summary>
/// What belongs to the whole server and to no database: roles, databases, tablespaces, the server's settings. A copy that is dropped
/// again does not take a change of these along, so in a copy nothing is committed that makes one.
/// </summary>
internal static class PostgresServerWide
{
    /// <summary>What the open transaction has changed of it, in words, or null.</summary>
    public static async Task<string?> ChangedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = new PostgresRows(await PostgresCommand.ExecuteAsync(connection, PostgresQueries.Read("server_wide"), 0, cancellationToken).ConfigureAwait(false));
        var kinds = rows.Rows.Select(r => r.Text("what")).ToList();
        return kinds.Count == 0 ? null : string.Join(", ", kinds);
    }

    /// <summary>What a statement that the server takes in no transaction would change of it, or null.</summary>
    public static string? Named(string statement)
    {
        var words = SqlLexer.Tokenize(statement).Take(2).Select(t => t.Text.ToUpperInvariant()).ToList();
        return words is not ["CREATE" or "ALTER" or "DROP", var what] ? null : what switch
        {
            "ROLE" or "USER" or "GROUP" => "roles",
            "DATABASE" => "databases",
            "TABLESPACE" => "tablespaces",
            "SUBSCRIPTION" => "subscriptions",
            "SYSTEM" => "settings",
            _ => null,
        };
    }

    /// <summary>Why it is not done in a copy.</summary>
    public static string Refusal(string changed) => $"it changes {changed} of the whole server, which would stay when the copy is dropped";
}
