namespace Tandem.Cli.Demo;

/// <summary>All applications of one version: readers and writers that are started and drained together.</summary>
internal sealed class DemoCrew(DemoModel model, DemoMeter meter, TimeProvider time, int seed) : IAsyncDisposable
{
    /// <summary>How many of them read.</summary>
    public const int Readers = 2;

    /// <summary>How many of them write.</summary>
    public const int Writers = 2;

    private CancellationTokenSource? stop;
    private Task work = Task.CompletedTask;
    private int starts;

    /// <summary>What they have met.</summary>
    public DemoMeter Meter => meter;

    /// <summary>Starts them; each has its own connection.</summary>
    public void Start(DemoAccess access)
    {
        var source = stop = new CancellationTokenSource();
        var first = seed + (100 * starts++);
        var applications = Enumerable.Range(0, Readers + Writers).Select(i =>
            new DemoApplication(i < Readers ? DemoWork.Reads : DemoWork.Writes, model, meter, time, first + i));

        // A driver that blocks its thread must not hold up the next application.
        work = Task.WhenAll(applications.Select(a => Task.Run(() => a.RunAsync(access, source.Token))).ToList());
    }

    /// <summary>Drains them: each finishes its request and disconnects.</summary>
    public async Task StopAsync()
    {
        if (stop is not null)
        {
            await stop.CancelAsync();
            await work;
            stop.Dispose();
            stop = null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();
}
