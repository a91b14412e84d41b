namespace Tandem.Running;

/// <summary>Waits between tries.</summary>
internal sealed class Retry(RunnerOptions options)
{
    /// <summary>Until when something is tried.</summary>
    public Deadline Deadline(TimeSpan span) => new(options.Time, span);

    /// <summary>Waits for up to a second, so that two who met do not meet again.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => DelayAsync(NextPause(), cancellationToken);

    /// <summary>A pause of up to a second.</summary>
    public TimeSpan NextPause() => TimeSpan.FromSeconds(options.Jitter.NextDouble());

    /// <summary>Waits.</summary>
    public Task DelayAsync(TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, options.Time, cancellationToken);
}

/// <summary>A moment until which something is tried.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan span)
{
    private readonly long begun = time.GetTimestamp();

    /// <summary>Whether it has passed.</summary>
    public bool IsOver => time.GetElapsedTime(begun) >= span;
}
