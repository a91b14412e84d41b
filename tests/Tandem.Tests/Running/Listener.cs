using Tandem.Running;

namespace Tandem.Tests.Running;

/// <summary>Keeps what a runner tells.</summary>
internal sealed class Listener(List<RunEvent> events) : IProgress<RunEvent>
{
    public void Report(RunEvent value) => events.Add(value);
}
