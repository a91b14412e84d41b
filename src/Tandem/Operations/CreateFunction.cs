using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What kind of code is made.</summary>
public enum CodeKind
{
    /// <summary>A function.</summary>
    Function,

    /// <summary>A procedure.</summary>
    Procedure,

    /// <summary>An aggregate.</summary>
    Aggregate,
}

/// <summary>Makes a function, procedure or aggregate.</summary>
[Description("Makes a function, procedure or aggregate (PostgreSQL). The new version sees it as soon as it is served; at complete it comes to the base tables' schema.")]
public sealed record CreateFunction : CodeOperation
{
    /// <summary>Its name.</summary>
    [Description("Its name. Others of this name may be there; the types of the arguments tell them apart.")]
    public required string Name { get; init; }

    /// <summary>What kind of code it is.</summary>
    [Description("What kind of code it is.")]
    public CodeKind Kind { get; init; } = CodeKind.Function;

    /// <summary>Its parameters in their order.</summary>
    [Description("Its parameters in their order; an aggregate's have no names.")]
    public ValueList<RoutineParameter> Parameters { get; init; } = [];

    /// <summary>What it returns.</summary>
    [Description("What a function returns, as SQL writes it: text, setof orders, table (id integer, total numeric), trigger. Left out for a procedure, an aggregate, and a function with out parameters.")]
    public string? Returns { get; init; }

    /// <summary>What it does.</summary>
    [Description("What it does, in the names of the new version. In SQL also BEGIN ATOMIC … END or RETURN …, which the server keeps bound to what they name. For an aggregate what stands in its brackets: sfunc = int4pl, stype = integer.")]
    public required string Body { get; init; }

    /// <inheritdoc />
    public override string Summarize() => $"There is a {Kind.ToString().ToLowerInvariant()} {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("functions of its own", RoutineRules.InsteadOnSqlite) || !Fits(draft))
        {
            return;
        }

        var arguments = RoutineRules.Arguments(draft, Parameters);
        if (draft.Objects.Now.Objects.OfType<Routine>().FirstOrDefault(r => r.Name == Name && (r.Arguments == arguments || r.Kind == "aggregate" && Kind == CodeKind.Aggregate)) is { } found)
        {
            draft.Report(ProblemCodes.AlreadyExists, $"There is a {found.Kind} {found.Identity}.", Name, "Give it another text with `replace_function`, or give the new one another name.");
            return;
        }

        RoutineRules.Add(draft, new ObjectChange(null, Kind == CodeKind.Aggregate ? Aggregate(draft, arguments) : Code(draft, arguments)));
    }

    private bool Fits(ChangeDraft draft)
    {
        var problem =
            Kind == CodeKind.Function && Returns is null && !Parameters.Any(p => p.Mode is ParameterMode.Out or ParameterMode.Inout) ? $"`returns` says what the function {Name} returns; void for nothing."
            : Kind != CodeKind.Function && Returns is not null ? $"A {Kind.ToString().ToLowerInvariant()} has no `returns`: {Name}."
            : Kind == CodeKind.Aggregate && Parameters.Any(p => p.Name is not null || p.Default is not null || p.Mode != ParameterMode.In) ? $"The parameters of the aggregate {Name} have types only."
            : Kind == CodeKind.Aggregate && (Language is not null || Settings is not null || Volatility is not null || SecurityDefiner is not null || Strict is not null || Cost is not null || Rows is not null || Leakproof is not null || Parallel is not null)
                ? $"What is to be said about the aggregate {Name} stands in its `body`."
            : Kind == CodeKind.Function && RoutineHeader.WrongKind(Parameters, Returns, Language ?? "sql") is { } kind ? $"{kind} ({Name})."
            : RoutineHeader.Wrong(Name, Parameters, Returns, this);
        if (problem is not null)
        {
            draft.Report(ProblemCodes.Incomplete, problem, Name);
        }

        return problem is null;
    }

    private Routine Aggregate(ChangeDraft draft, string arguments)
    {
        var types = arguments.Length == 0 ? "*" : arguments;
        return new Routine(Name, types, $"CREATE OR REPLACE AGGREGATE {SqlName.Quote(draft.Schema.Name)}.{SqlName.Quote(Name)} ({types}) ({Body.Trim()})")
        {
            Code = RoutineKind.Aggregate,
            Comment = Comment,
        };
    }

    private Routine Code(ChangeDraft draft, string arguments)
    {
        var kind = Kind == CodeKind.Procedure ? RoutineKind.Procedure : RoutineKind.Function;
        var text = Amend(new RoutineText(kind, $"{SqlName.Quote(draft.Schema.Name)}.{SqlName.Quote(Name)}", string.Join(", ", Parameters.Select(p => p.Text())))
        {
            Returns = Returns?.Trim(),
            Language = "sql",
            Body = RoutineText.IsStandard(Body) ? Body.Trim().TrimEnd(';') : RoutineText.Quoted(kind, Body),
        });
        return new Routine(Name, arguments, text.ToString()) { Code = kind, Language = text.Language, Returns = text.Returns, Comment = Comment };
    }
}
