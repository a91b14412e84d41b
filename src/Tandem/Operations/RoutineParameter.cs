using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Which way a parameter goes.</summary>
public enum ParameterMode
{
    /// <summary>In.</summary>
    In,

    /// <summary>Out.</summary>
    Out,

    /// <summary>In and out.</summary>
    Inout,

    /// <summary>The last one, for any number of values: an array.</summary>
    Variadic,
}

/// <summary>A parameter of a function or procedure.</summary>
public sealed record RoutineParameter
{
    /// <summary>Its name; it may have none.</summary>
    [Description("Its name; it may have none.")]
    public string? Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required string Type { get; init; }

    /// <summary>Which way it goes.</summary>
    [Description("Which way it goes.")]
    public ParameterMode Mode { get; init; } = ParameterMode.In;

    /// <summary>Its default.</summary>
    [Description("Its default.")]
    public string? Default { get; init; }

    /// <summary>Whether a call gives a value for it, so that its type tells the function from others of its name.</summary>
    internal bool IsInput => Mode != ParameterMode.Out;

    /// <summary>The parameter as a statement has it.</summary>
    internal string Text(bool plain = false) => string.Concat(
        Mode == ParameterMode.In ? "" : $"{Mode.ToString().ToUpperInvariant()} ",
        Name is null ? "" : $"{SqlName.Quote(Name)} ",
        Type,
        Default is null || plain ? "" : $" DEFAULT {Default}");
}

/// <summary>A setting while a function runs: an entry <c>name: value</c> in the file.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">Its value as SQL.</param>
[WrittenAsMapping]
public sealed record RoutineSetting(string Name, string Value);

/// <summary>Whether a function's result hangs on more than its arguments.</summary>
public enum RoutineVolatility
{
    /// <summary>It may change with every call, and the function may write.</summary>
    Volatile,

    /// <summary>It is the same within a statement.</summary>
    Stable,

    /// <summary>It is always the same for the same arguments.</summary>
    Immutable,
}

/// <summary>Whether it may run in parallel workers.</summary>
public enum RoutineParallel
{
    /// <summary>No.</summary>
    Unsafe,

    /// <summary>In the leader only.</summary>
    Restricted,

    /// <summary>Yes.</summary>
    Safe,
}
