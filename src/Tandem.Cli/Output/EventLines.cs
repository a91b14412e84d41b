using Tandem.Running;

namespace Tandem.Cli.Output;

/// <summary>
/// Tells what goes on as lines of JSON, for programs that watch a run. Each has <c>event</c> and <c>at</c>; the last is
/// <c>end</c>. The form is described in <c>docs/reference/progress.md</c>.
/// </summary>
internal sealed class EventLines(TextWriter writer, TimeProvider time) : IProgress<RunEvent>
{
    private readonly Lock gate = new();

    /// <inheritdoc />
    public void Report(RunEvent value) => Write(EventBody.Of(value));

    /// <summary>The command is over.</summary>
    public void End(CommandView view) => Write(EventBody.End(view));

    private void Write(EventBody body)
    {
        body.Parts.Insert(0, "event", body.Name);
        body.Parts.Insert(1, "at", time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        lock (gate)
        {
            writer.WriteLine(body.Parts.ToJsonString(EventBody.Json));
            writer.Flush();
        }
    }
}
