using Tandem.Steps;

namespace Tandem.Journal;

/// <summary>How long a step took that was carried out on this target without a break.</summary>
/// <param name="Migration">Of which migration.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Mode">How it was carried out.</param>
/// <param name="Table">The table, or null.</param>
/// <param name="Rows">The rows it went over: those of its walk, else those that its table had when the plan was made.</param>
/// <param name="Took">How long.</param>
/// <param name="At">When it was done.</param>
public sealed record StepTiming(string Migration, StepKind Kind, StepMode Mode, string? Table, long Rows, TimeSpan Took, DateTimeOffset At);
