using Tandem.Running;

namespace Tandem.Cli.Output;

/// <summary>Tells several what a run tells.</summary>
internal sealed class Listeners(params IProgress<RunEvent>[] all) : IProgress<RunEvent>
{
    public void Report(RunEvent value)
    {
        foreach (var one in all)
        {
            one.Report(value);
        }
    }
}
