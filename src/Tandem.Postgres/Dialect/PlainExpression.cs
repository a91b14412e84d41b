using System.Globalization;
using System.Text;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// An expression of columns, numbers, casts and the four kinds of arithmetic, over whole and exact numbers or (casts alone) over texts. Nothing in it hangs on
/// a setting, and it can be written so that nothing is looked up on a path: with the schema of each type and operator. That finds what the bare
/// expression finds, as these operators take exactly these types (an exact match in the server's own schema comes before all others), and the
/// server's casts within such a family cannot be replaced.
/// </summary>
/// <param name="Sql">The expression with the schema of all that it names.</param>
/// <param name="IsTotal">Whether it has a value, and one that can be stored, whatever is in the columns.</param>
internal sealed record PlainExpression(string Sql, bool IsTotal)
{
    private const string Numeric = "numeric";
    private const string Varying = "character varying";

    private static readonly Dictionary<string, (string Name, Int128 Limit)> Integers = new(StringComparer.Ordinal)
    {
        ["smallint"] = ("int2", short.MaxValue), ["integer"] = ("int4", int.MaxValue), ["bigint"] = ("int8", long.MaxValue),
    };

    /// <summary>The expression, if it is such a one.</summary>
    /// <param name="sql">What the person wrote.</param>
    /// <param name="typeOf">The type of a column that it can name.</param>
    /// <param name="stored">The type of the column that it gives.</param>
    public static PlainExpression? Of(string sql, Func<string, string?> typeOf, string stored)
    {
        var tokens = SqlLexer.Tokenize(sql);
        if (tokens.Any(t => t.Kind == SqlLexer.TokenKind.Identifier && !Ascii.IsValid(t.Text)))
        {
            // Which letters besides these the server folds hangs on its encoding and locale.
            return null;
        }

        var reader = new Reader(tokens, typeOf);
        return reader.Sum() is { } value && reader.AtEnd && Cast(value, stored) is { } assigned ? new PlainExpression(value.Sql, assigned.IsTotal && !assigned.Cuts) : null;
    }

    /// <summary>Whether a default, as it is read from the server, is nothing but a number of a column's type.</summary>
    public static bool IsNumber(string sql, string type) =>
        (Integers.ContainsKey(type) || type == Numeric) && SqlLexer.Tokenize(sql) is [{ Kind: SqlLexer.TokenKind.Number }];

    /// <summary>A value as it is put into another type; null where the types are of two families. Without the text of the cast.</summary>
    private static Value? Cast(Value value, string type)
    {
        var canonical = TypeNames.Canonical(type);
        var isText = value.Type is "text" or Varying;
        if (canonical is "text" or Varying)
        {
            return isText ? value with { Type = canonical, High = Int128.MaxValue } : null;
        }

        if (canonical.StartsWith(Varying + "(", StringComparison.Ordinal))
        {
            var fits = Int128.TryParse(canonical.AsSpan(Varying.Length + 1).TrimEnd(')'), NumberStyles.None, CultureInfo.InvariantCulture, out var length);
            return isText && fits ? value with { Type = Varying, High = Int128.Min(length, value.High), Cuts = value.Cuts || value.High > length } : null;
        }

        if (Integers.TryGetValue(canonical, out var integer))
        {
            return isText ? null : Within(value with { Type = canonical }, integer.Limit);
        }

        return isText || !(canonical == Numeric || canonical.StartsWith(Numeric + "(", StringComparison.Ordinal)) ? null
            : value with { Type = Numeric, IsTotal = value.IsTotal && canonical == Numeric };
    }

    private static Value Within(Value value, Int128 limit) => value.Low >= -limit - 1 && value.High <= limit
        ? value
        : value with { Low = -limit - 1, High = limit, IsTotal = false };

    private static Value? Column(string name, string? type)
    {
        var value = type is null ? null : new Value(Dialect.Sql.Id(name), "", Int128.MinValue, Int128.MaxValue, true);
        var canonical = type is null ? "" : TypeNames.Canonical(type);
        return value is null ? null
            : Integers.TryGetValue(canonical, out var integer) ? value with { Type = canonical, Low = -integer.Limit - 1, High = integer.Limit }
            : canonical == Numeric || canonical.StartsWith(Numeric + "(", StringComparison.Ordinal) ? value with { Type = Numeric }
            : Cast(value with { Type = Varying }, canonical) is { } text ? text with { Cuts = false }
            : null;
    }

    private static Value? Operate(Value left, string symbol, Value right)
    {
        var sql = $"({left.Sql} OPERATOR(pg_catalog.{symbol}) {right.Sql})";
        if (left.Type == Numeric && right.Type == Numeric)
        {
            return new Value(sql, Numeric, Int128.MinValue, Int128.MaxValue, false);
        }

        if (!Integers.TryGetValue(left.Type, out var one) || !Integers.TryGetValue(right.Type, out var other))
        {
            return null;
        }

        var limit = Int128.Max(one.Limit, other.Limit);
        var type = one.Limit > other.Limit ? left.Type : right.Type;
        var byZero = symbol == "/" && right.Low <= 0 && right.High >= 0;
        var corners = byZero ? [Int128.MinValue] : new[] { (left.Low, right.Low), (left.Low, right.High), (left.High, right.Low), (left.High, right.High) }
            .Select(c => symbol switch { "+" => c.Item1 + c.Item2, "-" => c.Item1 - c.Item2, "*" => c.Item1 * c.Item2, _ => c.Item1 / c.Item2 }).ToArray();
        return Within(new Value(sql, type, corners.Min(), corners.Max(), left.IsTotal && right.IsTotal), limit);
    }

    /// <summary>A part of the expression.</summary>
    /// <param name="Sql">Its text.</param>
    /// <param name="Type">Its type, without a length.</param>
    /// <param name="Low">The least that it may be; of no meaning for texts.</param>
    /// <param name="High">The greatest that it may be; for texts the greatest length.</param>
    /// <param name="IsTotal">Whether it has a value in any case.</param>
    private sealed record Value(string Sql, string Type, Int128 Low, Int128 High, bool IsTotal)
    {
        /// <summary>Whether a text may be longer than the type that it was put into: a cast cuts it, storing it fails.</summary>
        public bool Cuts { get; init; }
    }

    /// <summary>Reads by the grammar's precedence: casts, products, sums. Every method gives null where there is something else.</summary>
    private sealed class Reader(IReadOnlyList<SqlLexer.Token> tokens, Func<string, string?> typeOf)
    {
        // Unquoted, these are values of the session's, whatever columns there are.
        private static readonly HashSet<string> SessionValues = new(StringComparer.OrdinalIgnoreCase)
        {
            "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "current_role", "session_user", "system_user",
            "user", "current_schema", "current_catalog",
        };

        private int at;

        public bool AtEnd => at == tokens.Count;

        public Value? Sum() => Chain(() => Chain(Part, "*", "/"), "+", "-");

        private Value? Chain(Func<Value?> next, params string[] symbols)
        {
            var left = next();
            while (left is not null && at < tokens.Count && symbols.FirstOrDefault(tokens[at].IsSymbol) is { } symbol)
            {
                at++;
                left = next() is { } right ? Operate(left, symbol, right) : null;
            }

            return left;
        }

        private Value? Part()
        {
            var value = Primary();
            while (value is not null && Takes("::"))
            {
                value = ToType(value);
            }

            return value;
        }

        private Value? Primary()
        {
            if (Takes("("))
            {
                var inner = Sum();
                return Takes(")") ? inner : null;
            }

            if (AtEnd)
            {
                return null;
            }

            var token = tokens[at++];
            if (token.Is("cast"))
            {
                return Takes("(") && Sum() is { } value && at < tokens.Count && tokens[at++].Is("as") && ToType(value) is { } cast && Takes(")") ? cast : null;
            }

            return token.Kind switch
            {
                SqlLexer.TokenKind.Number when token.Text.Length <= 18 && token.Text.All(char.IsAsciiDigit) => Number(long.Parse(token.Text, CultureInfo.InvariantCulture)),
                SqlLexer.TokenKind.Identifier when !SessionValues.Contains(token.Value) => Column(token.Value.ToLowerInvariant(), typeOf(token.Value.ToLowerInvariant())),
                SqlLexer.TokenKind.QuotedIdentifier => Column(token.Value, typeOf(token.Value)),
                _ => null,
            };
        }

        private static Value Number(long number) =>
            new(number.ToString(CultureInfo.InvariantCulture), number <= int.MaxValue ? "integer" : "bigint", number, number, true);

        private Value? ToType(Value value)
        {
            var start = at;
            while (at < tokens.Count && tokens[at].Kind == SqlLexer.TokenKind.Identifier && !tokens[at].Is("as"))
            {
                at++;
            }

            var type = string.Join(' ', Enumerable.Range(start, at - start).Select(i => tokens[i].Value));
            if (at + 2 < tokens.Count && tokens[at].IsSymbol("(") && tokens[at + 1].Kind == SqlLexer.TokenKind.Number && tokens[at + 2].IsSymbol(")"))
            {
                type += $"({tokens[at + 1].Text})";
                at += 3;
            }

            var canonical = TypeNames.Canonical(type);
            var name = Integers.TryGetValue(canonical, out var integer) ? integer.Name : canonical.Replace(Varying, "varchar", StringComparison.Ordinal);
            return at > start && Cast(value, canonical) is { } cast ? cast with { Sql = $"({value.Sql})::pg_catalog.{name}", Cuts = false } : null;
        }

        private bool Takes(string symbol)
        {
            var taken = at < tokens.Count && tokens[at].IsSymbol(symbol);
            at += taken ? 1 : 0;
            return taken;
        }
    }
}
