using System.Globalization;

namespace Tandem.Schema;

/// <summary>
/// The statement that makes a function or procedure, in its parts, as <c>pg_get_functiondef</c> writes it. What is not
/// given is the server's usual.
/// </summary>
/// <param name="Kind">What kind of code it is.</param>
/// <param name="Place">The qualified name, quoted.</param>
/// <param name="Parameters">What stands between the brackets.</param>
public sealed record RoutineText(RoutineKind Kind, string Place, string Parameters)
{
    /// <summary>The cost that it has when nothing is said.</summary>
    public string UsualCost => Language is "c" or "internal" ? "1" : "100";

    /// <summary>The rows that a function gives when nothing is said.</summary>
    public const string UsualRows = "1000";

    /// <summary>What it returns; null for a procedure.</summary>
    public string? Returns { get; init; }

    /// <summary>The clause <c>TRANSFORM …</c>, or null.</summary>
    public string? Transform { get; init; }

    /// <summary>The language.</summary>
    public required string Language { get; init; }

    /// <summary><c>IMMUTABLE</c> or <c>STABLE</c>; null for volatile.</summary>
    public string? Volatility { get; init; }

    /// <summary><c>SAFE</c> or <c>RESTRICTED</c>; null for unsafe.</summary>
    public string? Parallel { get; init; }

    /// <summary>Whether NULL is answered with NULL.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether it runs with its owner's rights.</summary>
    public bool SecurityDefiner { get; init; }

    /// <summary>Whether it tells nothing of its arguments but by its result.</summary>
    public bool Leakproof { get; init; }

    /// <summary>The planner's estimate of its cost, or null.</summary>
    public string? Cost { get; init; }

    /// <summary>The planner's estimate of its rows, or null.</summary>
    public string? Rows { get; init; }

    /// <summary>The planner's support function, or null.</summary>
    public string? Support { get; init; }

    /// <summary>Settings while it runs: <c>search_path TO public</c>.</summary>
    public ValueList<string> Settings { get; init; } = [];

    /// <summary>The body with what is before it: <c>AS $function$…$function$</c>, <c>BEGIN ATOMIC … END</c>, <c>RETURN …</c>.</summary>
    public required string Body { get; init; }

    /// <summary>What the body says, without quotes.</summary>
    public string Source => SqlLexer.Tokenize(Body) is [var first, .., var last] && first.Is("as") && last.Kind == SqlLexer.TokenKind.StringLiteral ? last.Value : Body;

    /// <summary>The parts of a function or procedure that was read from a server, or made here.</summary>
    public static RoutineText Of(Routine routine)
    {
        ArgumentNullException.ThrowIfNull(routine);
        var text = routine.Definition;
        var tokens = SqlLexer.Tokenize(text);
        var open = 0;
        while (!tokens[open].IsSymbol("("))
        {
            open++;
        }

        var close = Closing(tokens, open);
        var language = close;
        while (!tokens[language].Is("language"))
        {
            language++;
        }

        var result = close + 1 < language && tokens[close + 1].Is("returns") ? close + 1 : -1;
        var transform = Enumerable.Range(close, language - close).FirstOrDefault(i => tokens[i].Is("transform") && tokens[i + 1].Is("for"), -1);
        string Between(int from, int to) => text[tokens[from].Position..tokens[to].Position].Trim();
        return Rest(text, tokens, language + 2, new RoutineText(
            routine.Code, Between(4, open), text[(tokens[open].Position + 1)..tokens[close].Position])
        {
            Returns = result < 0 ? null : Between(result + 1, transform < 0 ? language : transform),
            Transform = transform < 0 ? null : Between(transform, language),
            Language = tokens[language + 1].Value,
            Body = "",
        });
    }

    /// <summary>The body as a literal of its own kind, for the statement.</summary>
    public static string Quoted(RoutineKind kind, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var word = kind == RoutineKind.Procedure ? "procedure" : "function";
        while (body.Contains($"${word}$", StringComparison.Ordinal))
        {
            word += "x";
        }

        return $"AS ${word}${body}${word}$";
    }

    /// <summary>Whether a body is one that the server itself keeps in parts (<c>BEGIN ATOMIC</c>, <c>RETURN</c>), hence no literal.</summary>
    public static bool IsStandard(string body) =>
        SqlLexer.Tokenize(body) is [var first, ..] tokens && (first.Is("return") || (first.Is("begin") && tokens.Count > 1 && tokens[1].Is("atomic")));

    /// <summary>The statement.</summary>
    public override string ToString()
    {
        var traits = string.Concat(
            Kind == RoutineKind.Window ? " WINDOW" : "",
            Volatility is null ? "" : $" {Volatility}",
            Parallel is null ? "" : $" PARALLEL {Parallel}",
            Strict ? " STRICT" : "",
            SecurityDefiner ? " SECURITY DEFINER" : "",
            Leakproof ? " LEAKPROOF" : "",
            Cost is null ? "" : $" COST {Cost}",
            Rows is null ? "" : $" ROWS {Rows}",
            Support is null ? "" : $" SUPPORT {Support}");
        return string.Create(CultureInfo.InvariantCulture, $"CREATE OR REPLACE {(Kind == RoutineKind.Procedure ? "PROCEDURE" : "FUNCTION")} {Place}({Parameters})\n")
            + (Returns is null ? "" : $" RETURNS {Returns}\n")
            + (Transform is null ? "" : $" {Transform}\n")
            + $" LANGUAGE {Language}\n"
            + (traits.Length == 0 ? "" : $"{traits}\n")
            + string.Concat(Settings.Select(s => $" SET {s}\n"))
            + Body;
    }

    private static RoutineText Rest(string text, IReadOnlyList<SqlLexer.Token> tokens, int at, RoutineText read)
    {
        while (true)
        {
            var token = tokens[at];
            string Next() => tokens[++at].Text;
            switch (token.Value.ToUpperInvariant())
            {
                case "AS" or "BEGIN" or "RETURN":
                    return read with { Body = text[token.Position..].TrimEnd() };
                case "SET":
                    var end = at + 1;
                    while (!(tokens[end].Is("set") || tokens[end].Is("as") || tokens[end].Is("begin") || tokens[end].Is("return")))
                    {
                        end++;
                    }

                    read = read with { Settings = [.. read.Settings, text[tokens[at + 1].Position..tokens[end].Position].Trim()] };
                    at = end - 1;
                    break;
                case "SUPPORT":
                    var last = at + 1;
                    while (last + 2 < tokens.Count && tokens[last + 1].IsSymbol("."))
                    {
                        last += 2;
                    }

                    read = read with { Support = text[tokens[at + 1].Position..(tokens[last].Position + tokens[last].Text.Length)] };
                    at = last;
                    break;
                case "SECURITY":
                    read = read with { SecurityDefiner = string.Equals(Next(), "definer", StringComparison.OrdinalIgnoreCase) };
                    break;
                case var word:
                    read = word switch
                    {
                        "IMMUTABLE" or "STABLE" => read with { Volatility = word },
                        "STRICT" => read with { Strict = true },
                        "LEAKPROOF" => read with { Leakproof = true },
                        "PARALLEL" => read with { Parallel = Next() },
                        "COST" => read with { Cost = Next() },
                        "ROWS" => read with { Rows = Next() },
                        _ => read,
                    };
                    break;
            }

            at++;
        }
    }

    private static int Closing(IReadOnlyList<SqlLexer.Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; ; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }
    }
}
