using System.ComponentModel;
using Tandem.Operations;

namespace Tandem.Planning;

/// <summary>What an environment says about a signal of the database's health: a mapping entry <c>signal: limits</c> in the file.</summary>
/// <param name="Signal">The signal's name; one of the usual ones, or one of the user's own.</param>
/// <param name="Limits">Its limits.</param>
[WrittenAsMapping]
public sealed record SignalSetting(string Signal, SignalLimits Limits);

/// <summary>From which value on a signal asks for what, and for one of the user's own where the value comes from.</summary>
public sealed record SignalLimits
{
    /// <summary>From here on the walk makes longer pauses.</summary>
    [Description("From this value on a backfill makes longer pauses.")]
    public double? Slow { get; init; }

    /// <summary>From here on nothing is written.</summary>
    [Description("From this value on nothing is written until it is better.")]
    public double? Hold { get; init; }

    /// <summary>From here on the run stops.</summary>
    [Description("From this value on the run stops; without it, it never does for this signal.")]
    public double? Abort { get; init; }

    /// <summary>Whether the signal is not looked at.</summary>
    [Description("Whether the signal is not looked at: true for one that means nothing on this target.")]
    public bool? Off { get; init; }

    /// <summary>A query of the user's.</summary>
    [Description("A signal of your own: a query with one row and one column, which is its value. It runs about once a second: let it be quick.")]
    public string? Query { get; init; }

    /// <summary>A query whose time counts.</summary>
    [Description("A signal of your own: a query of your applications'. Its value is the seconds that it takes.")]
    public string? Watch { get; init; }

    /// <summary>An address.</summary>
    [Description("A signal of your own: an address that answers with a number, or with an instant query's result as Prometheus gives it (of several values the greatest counts); 429 and 503 hold. ${NAME} is a variable of the environment.")]
    public string? Url { get; init; }

    /// <summary>Whether it says where the value comes from.</summary>
    public bool HasSource => (Query ?? Watch ?? Url) is not null;
}
