using System.Text;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>
/// The settings under which expressions are computed, whoever writes the row: those of the engine's own session, under which the backfill and the
/// verification compute the same. Each costs every call time, so what cannot matter to a function is left out.
/// </summary>
internal static class FunctionSettings
{
    // The words of an expression over texts and whole or exact numbers: nothing here brings a value whose text hangs on a setting.
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "not", "is", "null", "true", "false", "case", "when", "then", "else", "end", "in", "between", "like", "ilike", "distinct", "from", "for",
        "cast", "as", "both", "leading", "trailing", "coalesce", "nullif", "greatest", "least", "lower", "upper", "initcap", "trim", "btrim", "ltrim", "rtrim",
        "substr", "substring", "left", "right", "lpad", "rpad", "split_part", "strpos", "position", "replace", "translate", "repeat", "reverse", "length",
        "char_length", "concat", "concat_ws", "regexp_replace", "mod",
        "text", "varchar", "char", "character", "varying", "smallint", "int", "integer", "bigint", "int2", "int4", "int8", "numeric", "decimal", "boolean", "bool",
    };

    private static readonly HashSet<string> Symbols = new(StringComparer.Ordinal)
    {
        "+", "-", "*", "/", "%", "||", "=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "(", ")", ",", "::",
    };

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "text", "character varying", "character", "smallint", "integer", "bigint", "numeric", "boolean",
    };

    private static readonly string[] Current = ["default_text_search_config", "lc_monetary", "lc_numeric", "lc_time"];

    /// <summary>The path, with temporary objects last, and what dates and times as text mean.</summary>
    public static string PathAndTimes(string schema) =>
        $"SET search_path = pg_catalog, {PostgresSettings.SearchPath(schema)}, pg_temp SET DateStyle FROM CURRENT SET IntervalStyle FROM CURRENT SET TimeZone FROM CURRENT";

    /// <summary>All that a function can hang on.</summary>
    /// <param name="schema">The users' schema.</param>
    /// <param name="body">The function's text: how its strings are read is a setting, too.</param>
    /// <param name="ordinary">Whether all its expressions are ones of <see cref="IsOrdinary"/>.</param>
    public static string For(string schema, string body, bool ordinary)
    {
        var meaning = ordinary ? [] : PostgresSettings.Meaning.Select(v => $"SET {v.Name} = {Sql.Text(v.Value)}").Concat(Current.Select(c => $"SET {c} FROM CURRENT"));
        var strings = body.Contains('\\', StringComparison.Ordinal) || body.Contains("&'", StringComparison.Ordinal) ? ["SET standard_conforming_strings = on"] : Array.Empty<string>();
        return string.Join(' ', meaning.Concat(strings).Prepend(PathAndTimes(schema)));
    }

    /// <summary>
    /// Whether an expression is one over texts, truth values and whole or exact numbers, in words that are known. Such a one hangs on no setting
    /// but the path and how its strings are read. A comparison with a NULL that is written out is not, as a setting gives it another meaning.
    /// </summary>
    /// <param name="sql">What the person wrote.</param>
    /// <param name="typeOf">The type of a column that it can name.</param>
    /// <param name="stored">The type of the column that it gives.</param>
    public static bool IsOrdinary(string sql, Func<string, string?> typeOf, string stored)
    {
        var tokens = SqlLexer.Tokenize(sql);
        return IsOrdinaryType(stored) && Enumerable.Range(0, tokens.Count).All(i => IsKnown(tokens, i, typeOf))
            && !(tokens.Any(t => t.IsSymbol("=")) && tokens.Any(t => t.Is("null")));
    }

    private static bool IsKnown(IReadOnlyList<SqlLexer.Token> tokens, int i, Func<string, string?> typeOf)
    {
        var token = tokens[i];
        return token.Kind switch
        {
            SqlLexer.TokenKind.Identifier => NamesNoColumn(tokens, i) || typeOf(token.Value.ToLowerInvariant()) is not { } type
                ? Words.Contains(token.Value)
                : Ascii.IsValid(token.Value) && IsOrdinaryType(type),
            SqlLexer.TokenKind.QuotedIdentifier => !NamesNoColumn(tokens, i) && typeOf(token.Value) is { } type && IsOrdinaryType(type),
            SqlLexer.TokenKind.Symbol => Symbols.Contains(token.Text),
            SqlLexer.TokenKind.Parameter => false,
            _ => true,
        };
    }

    /// <summary>Whether a word at this place is the name of a function or a type.</summary>
    private static bool NamesNoColumn(IReadOnlyList<SqlLexer.Token> tokens, int i) =>
        (i > 0 && (tokens[i - 1].IsSymbol("::") || tokens[i - 1].Is("as")))
        || (i + 1 < tokens.Count && (tokens[i + 1].IsSymbol("(") || tokens[i + 1].Kind == SqlLexer.TokenKind.StringLiteral));

    /// <summary>Whether the text of a value of this type is the same under all settings.</summary>
    public static bool IsOrdinaryType(string type) => Types.Contains(TypeNames.Canonical(type).Split('(')[0]) && !type.EndsWith(']');
}
