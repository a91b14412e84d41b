using System.Collections.Frozen;
using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>The key of an index: what its options say, and whether an index takes it.</summary>
internal static class PostgresIndexKey
{
    /// <summary>Methods whose usual operator classes the server has; others may get theirs from an extension that the migration itself makes.</summary>
    public static readonly FrozenSet<string> BuiltIn = FrozenSet.Create(StringComparer.Ordinal, "btree", "hash", "brin");

    /// <summary>What a parameter of the server's own operator classes, and of some extensions', takes: the server says so only when it builds the index.</summary>
    private static readonly FrozenDictionary<string, (double Least, double Most)> Limits = new Dictionary<string, (double, double)>(StringComparer.Ordinal)
    {
        ["siglen"] = (1, 2024), ["numranges"] = (1, 252), ["values_per_range"] = (8, 256), ["n_distinct_per_range"] = (-1, int.MaxValue), ["false_positive_rate"] = (0.0001, 0.25),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tsvector_ops"] = "siglen", ["gist_trgm_ops"] = "siglen", ["gist_hstore_ops"] = "siglen", ["gist__intbig_ops"] = "siglen", ["gist__int_ops"] = "numranges",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] Sorting = ["asc", "desc", "nulls"];

    /// <summary>What a key's options say.</summary>
    /// <param name="Collation">The collation, ready to stand behind an expression.</param>
    /// <param name="Class">The operator class; empty for the usual one.</param>
    /// <param name="Schema">The schema that is named with it; empty where none is.</param>
    /// <param name="Parameters">What stands in brackets behind it; empty where nothing does.</param>
    public sealed record Said(string Collation, string Class, string Schema, string Parameters);

    /// <summary>Reads <c>COLLATE "C" gist_trgm_ops (siglen=32) DESC</c>.</summary>
    public static Said Parts(string? options)
    {
        var tokens = SqlLexer.Tokenize(options ?? "");
        var at = 0;
        var collation = "";
        if (tokens.Count > 1 && tokens[0].Is("collate"))
        {
            at = tokens.Count > 3 && tokens[2].IsSymbol(".") ? 4 : 2;
            collation = " " + (at < tokens.Count ? options![..tokens[at].Position] : options);
        }

        var isFar = at + 2 < tokens.Count && tokens[at + 1].IsSymbol(".");
        var schema = isFar ? tokens[at].Value : "";
        at += isFar ? 2 : 0;
        if (at >= tokens.Count || Sorting.Any(tokens[at].Is))
        {
            return new(collation, "", "", "");
        }

        var close = Enumerable.Range(at, tokens.Count - at).LastOrDefault(i => tokens[i].IsSymbol(")"), -1);
        return new(collation, tokens[at].Value, schema, close > at + 1 && tokens[at + 1].IsSymbol("(") ? options![(tokens[at + 1].Position + 1)..tokens[close].Position] : "");
    }

    /// <summary>Why an index of the method does not take what a query gives, or null.</summary>
    /// <param name="reading">Where the server is asked.</param>
    /// <param name="query">A query of one column.</param>
    /// <param name="method">The index's method.</param>
    /// <param name="said">The operator class and its parameters; null for the usual class of the type.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<string?> LackAsync(PostgresReading reading, string query, string method, Said? said, CancellationToken cancellationToken)
    {
        var @class = said?.Class ?? "";
        var fits = await reading.QueryAsync(
            new SqlStatement(
                PostgresQueries.Read("index_key_fits").Replace("/*expression*/", query, StringComparison.Ordinal),
                new SqlArgument("method", method), new SqlArgument("class", @class), new SqlArgument("schema", said?.Schema ?? "")),
            cancellationToken).ConfigureAwait(false);
        return fits.Rows is not [[var taken, string type, var plain]] ? null
            : taken is false ? $"{(@class.Length == 0 ? method : said!.Schema.Length == 0 ? @class : $"{said.Schema}.{@class}")} does not take {type}."
            : said is not { Parameters: { Length: > 0 } parameters } ? null
            : plain is true ? $"{@class} has no parameters."
            : PostgresText.Elements(parameters).Select(p => Wrong(@class, p)).FirstOrDefault(w => w is not null);
    }

    /// <summary>What is wrong with a parameter, as far as that is known: <c>siglen='32'</c>.</summary>
    private static string? Wrong(string @class, string parameter)
    {
        var tokens = SqlLexer.Tokenize(parameter);
        var (name, value) = (tokens[0].Name, string.Concat(tokens.Skip(2).Select(t => t.Value)));
        var known = @class.EndsWith("_minmax_multi_ops", StringComparison.Ordinal) ? ["values_per_range"]
            : @class.EndsWith("_bloom_ops", StringComparison.Ordinal) ? ["n_distinct_per_range", "false_positive_rate"]
            : Known.GetValueOrDefault(@class) is { } one ? [one] : Array.Empty<string>();
        return known.Length == 0 ? null
            : !known.Contains(name) ? $"{@class} has no parameter {name}, but {string.Join(", ", known)}."
            : !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < Limits[name].Least || number > Limits[name].Most
                ? string.Create(CultureInfo.InvariantCulture, $"{name} of {@class} takes a number from {Limits[name].Least} to {Limits[name].Most}, not {value}.")
            : null;
    }
}
