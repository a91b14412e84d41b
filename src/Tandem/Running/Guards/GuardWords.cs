using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Running.Guards;

/// <summary>What the journal says of conditions for pausing and going back.</summary>
internal static class GuardWords
{
    /// <summary>A condition was met.</summary>
    public const string Fired = "guard_fired";

    /// <summary>A condition cannot be measured.</summary>
    public const string Blind = "guard_blind";

    /// <summary>A person let go on what a condition held.</summary>
    public const string Released = "guard_released";

    /// <summary>A person left a condition out.</summary>
    public const string Lifted = "guard_lifted";

    /// <summary>How questions are asked: those that take longer are not waited for.</summary>
    public static ApplyOptions Brief(RunnerOptions options) => new() { ReadOnly = true, LockTimeout = options.LeaseExpiry / 6, StatementTimeout = options.LeaseExpiry / 3 };

    /// <summary>The evidence, as the journal keeps it.</summary>
    public static string Detail(GuardReading reading, string? notGoneBack = null) => Words.Detail(
        ("name", reading.Name), ("value", reading.Value is { } value && double.IsFinite(value) ? value : null), ("is", reading.Is), ("why", reading.Words),
        ("then", Words.Of(notGoneBack is null ? reading.Then : Migrations.GuardAction.Pause)), ("not_gone_back", notGoneBack));

    /// <summary>The problem that a run or a migration is held with.</summary>
    public static Problem Problem(string migration, GuardReading reading, string? notGoneBack = null) => new(
        ProblemCodes.GuardFired,
        $"{migration} is held: {reading.Words}.{(notGoneBack is null ? "" : $" It could not go back by itself: {notGoneBack}")}",
        Subject: reading.Name);
}
