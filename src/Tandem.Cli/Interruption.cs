using System.Runtime.InteropServices;
using Tandem.Cli.Output;

namespace Tandem.Cli;

/// <summary>
/// Ctrl-C and SIGTERM. The first asks what is going on to stop after its batch; the second ends the process at once,
/// which loses nothing either: the journal knows what was committed.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Screen notes;
    private readonly List<PosixSignalRegistration> registrations = [];
    private int signals;

    public Interruption(Screen notes)
    {
        this.notes = notes;
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Whether a signal came.</summary>
    public bool Happened => source.IsCancellationRequested;

    /// <summary>What a person is told at the first signal; null says nothing.</summary>
    public string? Message { get; set; }

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref signals) > 1)
        {
            Environment.Exit(ExitCodes.Interrupted);
        }

        context.Cancel = true;
        if (Message is not null)
        {
            notes.Clear();
            notes.Line(Message);
        }

        source.Cancel();
    }
}
