using System.Collections.Frozen;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>The key of an index: what its options say, and whether an index takes it.</summary>
internal static class PostgresIndexKey
{
    /// <summary>Methods whose usual operator classes the server has; others may get theirs from an extension that the migration itself makes.</summary>
    public static readonly FrozenSet<string> BuiltIn = FrozenSet.Create(StringComparer.Ordinal, "btree", "hash", "brin");

    /// <summary>The collation, ready to stand behind an expression, and the operator class of a key's options.</summary>
    public static (string Collation, string Class) Parts(string? options)
    {
        var tokens = SqlLexer.Tokenize(options ?? "");
        var at = 0;
        var collation = "";
        if (tokens.Count > 1 && tokens[0].Is("collate"))
        {
            at = tokens.Count > 3 && tokens[2].IsSymbol(".") ? 4 : 2;
            collation = " " + (at < tokens.Count ? options![..tokens[at].Position] : options);
        }

        at += at + 1 < tokens.Count && tokens[at + 1].IsSymbol(".") ? 2 : 0;
        return (collation, at < tokens.Count ? tokens[at].Value : "");
    }

    /// <summary>Why an index of the method does not take what a query gives, or null.</summary>
    /// <param name="reading">Where the server is asked.</param>
    /// <param name="query">A query of one column.</param>
    /// <param name="method">The index's method.</param>
    /// <param name="class">The operator class; empty for the usual one of the type.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<string?> LackAsync(PostgresReading reading, string query, string method, string @class, CancellationToken cancellationToken)
    {
        var fits = await reading.QueryAsync(
            new SqlStatement(
                PostgresQueries.Read("index_key_fits").Replace("/*expression*/", query, StringComparison.Ordinal),
                new SqlArgument("method", method),
                new SqlArgument("class", @class)),
            cancellationToken).ConfigureAwait(false);
        return fits.Rows is [[false, string type]] ? $"{(@class.Length > 0 ? @class : method)} does not take {type}." : null;
    }
}
