using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What the server would not take of a function's parameters and traits, whatever its body says.</summary>
internal static class RoutineHeader
{
    /// <summary>The first thing that is wrong, as a sentence, or null.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="parameters">Its parameters in their order.</param>
    /// <param name="returns">What it returns, where that is said.</param>
    /// <param name="operation">What else is said about it.</param>
    public static string? Wrong(string name, IReadOnlyList<RoutineParameter> parameters, string? returns, CodeOperation operation) =>
        operation is CreateFunction { Kind: CodeKind.Procedure } and ({ Volatility: not null } or { Strict: true }) ? $"The procedure {name} has no `volatility`, and is not `strict`: functions are."
        : operation.Cost <= 0 || operation.Rows <= 0 ? $"`cost` and `rows` of {name} are above 0."
        : operation.Rows is not null && !GivesSet(returns) ? $"{name} gives no set, so it has no `rows`."
        : Wrong(parameters) is { } wrong ? $"{wrong} ({name})."
        : returns is not null && WrongResult(parameters, returns) is { } result ? $"{result} ({name})."
        : null;

    /// <summary>What is wrong with the result of a function that is made, as a sentence without its end, or null: a function of triggers is given nothing by its parameters, and what any type is, they alone tell.</summary>
    public static string? WrongKind(IReadOnlyList<RoutineParameter> parameters, string? returns, string language)
    {
        var fires = returns?.Trim().ToLowerInvariant() is "trigger" or "event_trigger";
        var given = parameters.Where(p => !p.IsInput || p.Mode == ParameterMode.Inout).Select(p => p.Type).Append(returns?.Replace("setof ", "", StringComparison.OrdinalIgnoreCase) ?? "");
        return fires && language.Equals("sql", StringComparison.OrdinalIgnoreCase) ? $"No function in SQL returns {returns}: give `language: plpgsql`"
            : fires && parameters.Count > 0 ? $"A function that returns {returns} has no parameters: a trigger's arguments are in TG_ARGV"
            : given.Any(IsOfAny) && !parameters.Any(p => p.IsInput && IsOfAny(p.Type)) ? "What it returns is of any type, and no parameter tells which"
            : null;
    }

    private static bool IsOfAny(string type) => type.Trim().ToLowerInvariant() is "anyelement" or "anyarray" or "anynonarray" or "anyenum" or "anyrange" or "anymultirange"
        or "anycompatible" or "anycompatiblearray" or "anycompatiblenonarray" or "anycompatiblerange" or "anycompatiblemultirange";

    private static bool GivesSet(string? returns) => SqlLexer.Tokenize(returns ?? "") is [var first, ..] && (first.Is("setof") || first.Is("table"));

    private static string? Wrong(IReadOnlyList<RoutineParameter> parameters)
    {
        var inputs = parameters.Where(p => p.IsInput).ToList();
        var defaulted = inputs.FindIndex(p => p.Default is not null);
        return parameters.Any(p => !p.IsInput && p.Default is not null) ? "Only parameters that take a value have a `default`"
            : defaulted >= 0 && inputs.Skip(defaulted).Any(p => p.Default is null) ? "Behind a parameter with a `default` all have one"
            : inputs.SkipLast(1).Any(p => p.Mode == ParameterMode.Variadic) ? "The variadic parameter is the last one that takes a value"
            : Twice(inputs) ?? Twice(parameters.Where(p => p.Mode is ParameterMode.Out or ParameterMode.Inout));
    }

    // A parameter that only takes a value and one that only gives one may have the same name.
    private static string? Twice(IEnumerable<RoutineParameter> parameters) =>
        parameters.Select(p => p.Name).OfType<string>().GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"Several parameters have the name {twice.Key}" : null;

    private static string? WrongResult(IReadOnlyList<RoutineParameter> parameters, string returns)
    {
        var given = parameters.Where(p => p.Mode is ParameterMode.Out or ParameterMode.Inout).ToList();
        var tokens = SqlLexer.Tokenize(returns);
        if (given.Count == 0 || tokens.Count == 0)
        {
            return null;
        }

        var (result, wanted) = (RoutineRules.TypeOf(tokens[0].Is("setof") ? returns[tokens[1].Position..] : returns), given.Count == 1 ? RoutineRules.TypeOf(given[0].Type) : "record");
        return tokens[0].Is("table") ? "A function that returns a table has no parameters that give values"
            : result != wanted && !result.Contains('.', StringComparison.Ordinal) && !wanted.Contains('.', StringComparison.Ordinal) ? $"By its parameters it returns {wanted}, not {result}"
            : null;
    }
}
