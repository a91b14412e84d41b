using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>
/// What the server does not let <c>CREATE OR REPLACE</c> change, or not back again: the names and modes of parameters, which
/// of them have defaults, and the result.
/// </summary>
/// <param name="Parameters">Each parameter: mode, name, type, whether it has a default.</param>
/// <param name="Returns">The result.</param>
internal sealed record RoutineSignature(ValueList<string> Parameters, string Returns)
{
    private static readonly string[] Modes = ["IN", "OUT", "INOUT", "VARIADIC"];

    private static readonly string[] LongTypes = ["double precision", "character varying", "bit varying", "timestamp", "time "];

    public static RoutineSignature Of(RoutineText text) => new(List(text.Parameters), Result(text.Returns?.Trim() ?? ""));

    private static ValueList<string> List(string parameters) => Split(parameters).Select(Parameter).ToValueList();

    private static string Parameter(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        var mode = Modes.FirstOrDefault(m => tokens[0].Is(m) && tokens.Count > 1) ?? "";
        var value = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => i > 0 && (tokens[i].Is("default") || tokens[i].IsSymbol("=")), tokens.Count);
        var first = mode.Length > 0 ? 1 : 0;
        var end = value < tokens.Count ? tokens[value].Position : text.Length;
        var core = text[tokens[first].Position..end].Trim();
        var named = value - first > 1 && tokens[first].IsName
            && tokens[first + 1].IsName
            && !LongTypes.Any(t => core.StartsWith(t, StringComparison.OrdinalIgnoreCase));
        var type = named ? core[(tokens[first + 1].Position - tokens[first].Position)..] : core;
        return $"{(mode == "IN" ? "" : mode)} {(named ? SqlName.Quote(tokens[first].Value) : "")} {RoutineRules.TypeOf(type)}{(value < tokens.Count ? " =" : "")}";
    }

    private static string Result(string returns)
    {
        var tokens = SqlLexer.Tokenize(returns);
        return tokens switch
        {
            [var table, var open, .., var close] when table.Is("table") && open.IsSymbol("(") && close.IsSymbol(")") =>
                $"TABLE({string.Join(", ", List(returns[(open.Position + 1)..close.Position]))})",
            [var many, var type, ..] when many.Is("setof") => $"SETOF {RoutineRules.TypeOf(returns[type.Position..])}",
            _ => RoutineRules.TypeOf(returns),
        };
    }

    private static IEnumerable<string> Split(string list)
    {
        var depth = 0;
        var from = 0;
        foreach (var token in SqlLexer.Tokenize(list))
        {
            depth += token.IsSymbol("(") || token.IsSymbol("[") ? 1 : token.IsSymbol(")") || token.IsSymbol("]") ? -1 : 0;
            if (depth == 0 && token.IsSymbol(","))
            {
                yield return list[from..token.Position];
                from = token.Position + 1;
            }
        }

        if (!string.IsNullOrWhiteSpace(list[from..]))
        {
            yield return list[from..];
        }
    }
}
