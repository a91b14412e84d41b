using Tandem.Schema;

namespace Tandem.Journal;

/// <summary>When rows were filled on this target, and when that was slowed down.</summary>
/// <param name="Spans">From when to when each fill ran.</param>
/// <param name="Holds">When one was slowed down or held, and because of which signal.</param>
public sealed record PastWork(ValueList<(DateTimeOffset From, DateTimeOffset To)> Spans, ValueList<(DateTimeOffset At, string Signal)> Holds);
