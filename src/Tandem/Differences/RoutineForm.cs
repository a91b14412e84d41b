using System.Globalization;
using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Functions, procedures and aggregates as the operations that make and replace them.</summary>
internal static class RoutineForm
{
    private static readonly string[] TypesOfSeveralWords =
        ["double precision", "character varying", "bit varying", "timestamp with", "timestamp without", "time with", "time without", "interval "];

    /// <summary>The operation that makes it; null where it is more than the operation can say.</summary>
    public static CreateFunction? Created(Routine routine)
    {
        if (routine.Code == RoutineKind.Aggregate)
        {
            return Aggregate(routine);
        }

        var text = RoutineText.Of(routine);
        return Says(text) && Parameters(text.Parameters) is { } parameters ? new CreateFunction
        {
            Name = routine.Name,
            Kind = routine.Code == RoutineKind.Procedure ? CodeKind.Procedure : CodeKind.Function,
            Parameters = parameters,
            Returns = text.Returns,
            Body = text.Source,
            Language = text.Language == "sql" ? null : text.Language,
            Volatility = Volatility(text),
            Parallel = Parallel(text),
            Strict = text.Strict ? true : null,
            SecurityDefiner = text.SecurityDefiner ? true : null,
            Leakproof = text.Leakproof ? true : null,
            Cost = Number(text.Cost),
            Rows = Number(text.Rows),
            Settings = text.Settings.Count == 0 ? null : Settings(text),
            Comment = routine.Comment,
        } : null;
    }

    /// <summary>The operation that gives one the text of another; null where it is more than the operation can say.</summary>
    public static ReplaceFunction? Replaced(Routine before, Routine after, bool several)
    {
        if (before.Code is RoutineKind.Aggregate || after.Code != before.Code)
        {
            return null;
        }

        var (was, text) = (RoutineText.Of(before), RoutineText.Of(after));
        if (!Says(text) || Parameters(text.Parameters) is not { } parameters || (after.Comment is null && before.Comment is not null))
        {
            return null;
        }

        return new ReplaceFunction
        {
            Name = after.Name,
            Arguments = several ? Types(before) : null,
            Parameters = SameText.Sql(was.Parameters, text.Parameters) ? null : parameters,
            Returns = SameText.Sql(was.Returns, text.Returns) ? null : text.Returns,
            Body = was.Source == text.Source ? null : text.Source,
            Language = was.Language == text.Language ? null : text.Language,
            Volatility = was.Volatility == text.Volatility ? null : Volatility(text) ?? RoutineVolatility.Volatile,
            Parallel = was.Parallel == text.Parallel ? null : Parallel(text) ?? RoutineParallel.Unsafe,
            Strict = was.Strict == text.Strict ? null : text.Strict,
            SecurityDefiner = was.SecurityDefiner == text.SecurityDefiner ? null : text.SecurityDefiner,
            Leakproof = was.Leakproof == text.Leakproof ? null : text.Leakproof,
            Cost = was.Cost == text.Cost ? null : Number(text.Cost ?? text.UsualCost),
            Rows = was.Rows == text.Rows ? null : Number(text.Rows ?? RoutineText.UsualRows),
            Settings = was.Settings == text.Settings ? null : Settings(text),
            Comment = before.Comment == after.Comment ? null : after.Comment,
        };
    }

    /// <summary>The operation that takes it away.</summary>
    public static DropFunction Dropped(Routine routine, bool several) => new() { Name = routine.Name, Arguments = several ? Types(routine) : null };

    private static ValueList<string> Types(Routine routine) =>
        Parts(routine.Arguments).Select(p => p.Text).Where(t => t is not ("*" or "")).ToValueList();

    // Anything else cannot be written: window functions, code in a library, transforms, support functions, odd numbers.
    private static bool Says(RoutineText text) =>
        text is { Kind: RoutineKind.Function or RoutineKind.Procedure, Transform: null, Support: null }
        && (text.Cost is null || Number(text.Cost) is not null) && (text.Rows is null || Number(text.Rows) is not null)
        && text.Settings.All(s => s.Contains(" TO ", StringComparison.OrdinalIgnoreCase))
        && (RoutineText.IsStandard(text.Body) || (SqlLexer.Tokenize(text.Body) is [var first, { Kind: SqlLexer.TokenKind.StringLiteral }] && first.Is("as") && !RoutineText.IsStandard(text.Source)));

    private static CreateFunction? Aggregate(Routine routine)
    {
        var text = routine.Definition;
        var body = text.IndexOf(") (", StringComparison.Ordinal);
        return body < 0 || !text.EndsWith(')') ? null : new CreateFunction
        {
            Name = routine.Name,
            Kind = CodeKind.Aggregate,
            Parameters = Types(routine).Select(t => new RoutineParameter { Type = t }).ToValueList(),
            Body = text[(body + 3)..^1],
            Comment = routine.Comment,
        };
    }

    private static RoutineVolatility? Volatility(RoutineText text) => text.Volatility switch
    {
        "IMMUTABLE" => RoutineVolatility.Immutable,
        "STABLE" => RoutineVolatility.Stable,
        _ => null,
    };

    private static RoutineParallel? Parallel(RoutineText text) => text.Parallel?.ToUpperInvariant() switch
    {
        "SAFE" => RoutineParallel.Safe,
        "RESTRICTED" => RoutineParallel.Restricted,
        _ => null,
    };

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ValueList<RoutineSetting> Settings(RoutineText text) => text.Settings.Select(s =>
    {
        var to = s.IndexOf(" TO ", StringComparison.OrdinalIgnoreCase);
        return new RoutineSetting(string.Join('.', SqlLexer.Tokenize(s[..to]).Where(t => !t.IsSymbol(".")).Select(t => t.Value)), s[(to + 4)..].Trim());
    }).ToValueList();

    private static ValueList<RoutineParameter>? Parameters(string text)
    {
        var parameters = Parts(text).Select(Parameter).ToList();
        return parameters.Contains(null) ? null : parameters.Select(p => p!).ToValueList();
    }

    private static RoutineParameter? Parameter((string Text, IReadOnlyList<SqlLexer.Token> Tokens) part)
    {
        var tokens = part.Tokens.ToList();
        if (tokens.Count == 0)
        {
            return null;
        }

        var mode = tokens.Count > 1 && tokens[0].Kind == SqlLexer.TokenKind.Identifier ? tokens[0].Value.ToUpperInvariant() switch
        {
            "OUT" => ParameterMode.Out,
            "INOUT" => ParameterMode.Inout,
            "VARIADIC" => ParameterMode.Variadic,
            _ => ParameterMode.In,
        } : ParameterMode.In;
        if (mode != ParameterMode.In || (tokens.Count > 1 && tokens[0].Is("in")))
        {
            tokens.RemoveAt(0);
        }

        var start = tokens[0].Position - part.Tokens[0].Position;
        var value = tokens.FindIndex(t => t.Is("default"));
        var type = (value < 0 ? part.Text[start..] : part.Text[start..(tokens[value].Position - part.Tokens[0].Position)]).Trim();
        var words = value < 0 ? tokens.Count : value;
        var named = words > 1 && tokens[1].IsName
            && (tokens[0].Kind == SqlLexer.TokenKind.QuotedIdentifier || !TypesOfSeveralWords.Any(t => type.StartsWith(t, StringComparison.OrdinalIgnoreCase)));
        return new RoutineParameter
        {
            Name = named ? tokens[0].Value : null,
            Type = named ? part.Text[(tokens[1].Position - part.Tokens[0].Position)..(value < 0 ? part.Text.Length : tokens[value].Position - part.Tokens[0].Position)].Trim() : type,
            Mode = mode,
            Default = value < 0 ? null : part.Text[(tokens[value + 1].Position - part.Tokens[0].Position)..].Trim(),
        };
    }

    /// <summary>What stands between commas, with the tokens of the whole text.</summary>
    private static IEnumerable<(string Text, IReadOnlyList<SqlLexer.Token> Tokens)> Parts(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        var (depth, from) = (0, 0);
        for (var i = 0; i <= tokens.Count; i++)
        {
            if (i == tokens.Count || (depth == 0 && tokens[i].IsSymbol(",")))
            {
                if (i > from)
                {
                    yield return (text[tokens[from].Position..(tokens[i - 1].Position + tokens[i - 1].Text.Length)], [.. tokens.Skip(from).Take(i - from)]);
                }

                from = i + 1;
            }
            else
            {
                depth += tokens[i].IsSymbol("(") || tokens[i].IsSymbol("[") ? 1 : tokens[i].IsSymbol(")") || tokens[i].IsSymbol("]") ? -1 : 0;
            }
        }
    }
}
