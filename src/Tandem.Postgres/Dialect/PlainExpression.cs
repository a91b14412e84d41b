using System.Collections.Frozen;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Whether an expression gives the same whatever the session has set: it is made of columns, literals, casts and functions of
/// numbers, texts, truth values and uuids, and of nothing else. Dates and times are read and written by the session's settings, and names that are
/// not the server's own are looked up on its path.
/// </summary>
internal static class PlainExpression
{
    private static readonly FrozenSet<string> Types = new[]
    {
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "text", "character varying", "character", "uuid",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> TypeWords = new[]
    {
        "smallint", "int", "integer", "bigint", "int2", "int4", "int8", "numeric", "decimal", "real", "float4", "float8", "double", "precision",
        "boolean", "bool", "text", "character", "varying", "varchar", "char", "uuid",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Words = new[]
    {
        "case", "when", "then", "else", "end", "and", "or", "not", "is", "null", "true", "false", "distinct", "from", "in", "like", "between",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Each is the server's own and immutable over these types. Those that the grammar knows are looked up nowhere.
    private static readonly FrozenSet<string> Functions = new[]
    {
        "coalesce", "nullif", "greatest", "least", "cast", "trim", "btrim", "ltrim", "rtrim", "lower", "upper", "initcap", "length", "char_length",
        "octet_length", "left", "right", "substr", "substring", "position", "strpos", "split_part", "replace", "translate", "repeat", "lpad", "rpad",
        "reverse", "abs", "ceil", "ceiling", "floor", "round", "trunc", "mod", "sign", "md5",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Symbols = new[]
    {
        "(", ")", ",", "+", "-", "*", "/", "%", "||", "=", "<>", "!=", "<", ">", "<=", ">=",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether values of a type mean the same in every session.</summary>
    public static bool IsPlainType(string type)
    {
        var canonical = TypeNames.Canonical(type);
        var modifier = canonical.IndexOf('(', StringComparison.Ordinal);
        return Types.Contains(modifier < 0 ? canonical : canonical[..modifier]) && !canonical.EndsWith(']');
    }

    /// <summary>Whether an expression over columns of plain types is plain. What it is not sure of, it is not.</summary>
    public static bool Is(string sql, IReadOnlyCollection<string> columns)
    {
        var tokens = SqlLexer.Tokenize(sql);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol("::") || tokens[i].Is("as"))
            {
                i = AfterType(tokens, i + 1) - 1;
                if (i < 0)
                {
                    return false;
                }
            }
            else if (!IsPlain(tokens, i, columns))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlain(IReadOnlyList<SqlLexer.Token> tokens, int i, IReadOnlyCollection<string> columns)
    {
        var token = tokens[i];
        var next = i + 1 < tokens.Count ? tokens[i + 1] : default;
        return token.Kind switch
        {
            SqlLexer.TokenKind.Number => true,
            SqlLexer.TokenKind.Symbol => Symbols.Contains(token.Text),

            // A backslash means something else where standard_conforming_strings is off; a string behind a name is a value of that type.
            SqlLexer.TokenKind.StringLiteral => token.Text.StartsWith('\'') && !token.Text.Contains('\\', StringComparison.Ordinal),
            SqlLexer.TokenKind.Identifier when next.IsSymbol("(") => Functions.Contains(token.Value) || Words.Contains(token.Value),
            SqlLexer.TokenKind.Identifier when Words.Contains(token.Value) => true,
            SqlLexer.TokenKind.Identifier => columns.Contains(token.Value.ToLowerInvariant()) && next.Kind != SqlLexer.TokenKind.StringLiteral,
            SqlLexer.TokenKind.QuotedIdentifier => columns.Contains(token.Value) && !next.IsSymbol("(") && next.Kind != SqlLexer.TokenKind.StringLiteral,
            _ => false,
        };
    }

    /// <summary>Where a plain type that begins at a token ends; 0 when there is none.</summary>
    private static int AfterType(IReadOnlyList<SqlLexer.Token> tokens, int start)
    {
        var i = start;
        while (i < tokens.Count && tokens[i].Kind == SqlLexer.TokenKind.Identifier && TypeWords.Contains(tokens[i].Value))
        {
            i++;
        }

        if (i == start)
        {
            return 0;
        }

        if (i < tokens.Count && tokens[i].IsSymbol("("))
        {
            do
            {
                i++;
            }
            while (i < tokens.Count && (tokens[i].Kind == SqlLexer.TokenKind.Number || tokens[i].IsSymbol(",")));
            return i < tokens.Count && tokens[i].IsSymbol(")") ? i + 1 : 0;
        }

        return i;
    }
}
