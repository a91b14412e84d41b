using System.Collections.Frozen;
using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Policy.Statements;

/// <summary>Whether an expression gives one value for all rows of a statement, on PostgreSQL.</summary>
internal enum VolatilityKind
{
    /// <summary>One value for all rows.</summary>
    Fixed,

    /// <summary>It calls something that is not known here.</summary>
    Unknown,

    /// <summary>Another value for each row.</summary>
    Volatile,
}

/// <summary>Tells it from the functions that an expression calls.</summary>
internal static class Volatility
{
    private static readonly FrozenSet<string> Volatile = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "clock_timestamp", "currval", "gen_random_uuid", "lastval", "nextval", "random", "random_normal", "setval", "timeofday",
        "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7", "pg_sleep", "setseed", "gen_random_bytes", "gen_salt");

    private static readonly FrozenSet<string> Fixed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "abs", "avg", "cast", "ceil", "coalesce", "count", "current_setting", "floor", "json_build_object", "length", "lower", "ltrim", "max", "min",
        "mod", "nullif", "power", "replace", "round", "rtrim", "sqrt", "substr", "substring", "sum", "timezone", "transaction_timestamp", "trim", "trunc", "upper", "exists", "array",
        "current_database", "current_schema", "daterange", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "jsonb_object", "json_object", "to_regclass",
        "txid_current", "inet_client_addr", "pg_backend_pid", "version",
        "all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "filter", "from", "having", "in", "intersect", "interval",
        "is", "join", "lateral", "like", "limit", "not", "offset", "on", "or", "over", "row", "select", "some", "then", "union", "using", "values",
        "when", "where", "check", "conflict", "cube", "default", "sets", "group", "ilike", "materialized", "returning", "rollup", "set", "similar", "to", "update", "with",
        "bit", "char", "character", "decimal", "numeric", "time", "timestamp", "timestamptz", "timetz", "varchar", "varying");

    /// <summary>What an expression is; nothing is fixed.</summary>
    public static VolatilityKind Of(string? expression) => expression is null
        ? VolatilityKind.Fixed
        : Calls(Tokenize(expression)).Select(OfCall).Append(VolatilityKind.Fixed).Max();

    /// <summary>Functions in a text of which it is not known here what they do.</summary>
    public static IEnumerable<string> UnknownCalls(IEnumerable<Token> tokens) => Calls(tokens.ToList()).Where(c => OfCall(c) == VolatilityKind.Unknown);

    private static VolatilityKind OfCall(string name) => Volatile.Contains(name) ? VolatilityKind.Volatile
        : Fixed.Contains(name) || EngineVocabulary.PostgresFunctions.Contains(name) ? VolatilityKind.Fixed
        : VolatilityKind.Unknown;

    // A name before a parenthesis is a function, a word of the language or the length of a type. pg_catalog's are the server's own.
    private static IEnumerable<string> Calls(IReadOnlyList<Token> tokens)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            // Behind AS or a parenthesis stands the name of rows: (VALUES (1)) AS t(a).
            if (tokens[i].IsName && tokens[i + 1].IsSymbol("(")
                && !(i > 0 && (tokens[i - 1].Is("as") || tokens[i - 1].IsSymbol(")")) && !Fixed.Contains(tokens[i].Value)))
            {
                var qualified = i > 1 && tokens[i - 1].IsSymbol(".") && !tokens[i - 2].Is("pg_catalog");
                var quoted = tokens[i].Kind == TokenKind.QuotedIdentifier;
                yield return qualified ? $"{tokens[i - 2].Value}.{tokens[i].Value}" : quoted ? $"\"{tokens[i].Value}\"" : tokens[i].Value;
            }
        }
    }
}
