using System.ComponentModel;
using System.Globalization;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What may be said about a function or procedure, when it is made and when it is replaced.</summary>
public abstract record CodeOperation : Operation
{
    /// <summary>Its language.</summary>
    [Description("Its language; sql when it is made and nothing is said.")]
    public string? Language { get; init; }

    /// <summary>Whether its result hangs on more than its arguments.</summary>
    [Description("Whether its result hangs on more than its arguments; the server's usual is volatile.")]
    public RoutineVolatility? Volatility { get; init; }

    /// <summary>Whether it may run in parallel workers.</summary>
    [Description("Whether it may run in parallel workers; the server's usual is unsafe.")]
    public RoutineParallel? Parallel { get; init; }

    /// <summary>Whether an argument that is NULL gives NULL.</summary>
    [Description("Whether an argument that is NULL gives NULL without a call.")]
    public bool? Strict { get; init; }

    /// <summary>Whether it runs with the rights of its owner.</summary>
    [Description("Whether it runs with the rights of its owner.")]
    public bool? SecurityDefiner { get; init; }

    /// <summary>Whether it tells nothing of its arguments but by its result.</summary>
    [Description("Whether it tells nothing of its arguments but by its result.")]
    public bool? Leakproof { get; init; }

    /// <summary>The planner's estimate of its cost.</summary>
    [Description("The planner's estimate of its cost.")]
    public int? Cost { get; init; }

    /// <summary>The planner's estimate of its rows.</summary>
    [Description("The planner's estimate of how many rows it gives, for one that gives a set.")]
    public int? Rows { get; init; }

    /// <summary>Settings while it runs.</summary>
    [Description("Settings while it runs, each with its value as SQL: search_path: public, pg_temp. In a version's schema that schema is put before the one of the tables.")]
    public ValueList<RoutineSetting>? Settings { get; init; }

    /// <summary>Its comment.</summary>
    [Description("Its comment.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <summary>A statement with what the operation says; what it does not say stays.</summary>
    internal RoutineText Amend(RoutineText text) => text with
    {
        Language = Language ?? text.Language,
        Volatility = Volatility is { } v ? v == RoutineVolatility.Volatile ? null : Word(v) : text.Volatility,
        Parallel = Parallel is { } p ? p == RoutineParallel.Unsafe ? null : Word(p) : text.Parallel,
        Strict = Strict ?? text.Strict,
        SecurityDefiner = SecurityDefiner ?? text.SecurityDefiner,
        Leakproof = Leakproof ?? text.Leakproof,
        Cost = Cost is { } cost ? Number(cost) : text.Cost,
        Rows = Rows is { } rows ? Number(rows) : text.Rows,
        Settings = Settings is { } settings ? settings.Select(s => $"{SettingName(s.Name)} TO {s.Value}").ToValueList() : text.Settings,
    };

    // A setting of an extension has a name of two parts.
    private static string SettingName(string name) => string.Join('.', name.Split('.').Select(SqlName.Quote));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToUpperInvariant();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
