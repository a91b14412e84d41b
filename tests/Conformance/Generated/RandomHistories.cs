using System.Globalization;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>The seeds that are run, and how a failing one is told.</summary>
internal static class RandomHistories
{
    /// <summary>Seeds from a first one on: as many as a day's check has time for, or a night's; or those set as <c>TANDEM_SEEDS</c> (<c>7</c>, <c>200-299</c>).</summary>
    public static TheoryData<int> Seeds(int first, int day, int night)
    {
        if (Environment.GetEnvironmentVariable("TANDEM_SEEDS") is { Length: > 0 } chosen)
        {
            var ends = chosen.Split('-').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToList();
            return [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)];
        }

        return [.. Enumerable.Range(first, TestRun.Nightly ? night : day)];
    }

    /// <summary>Runs one history; a failure says what was generated.</summary>
    public static async Task RunAsync(int seed, ITestTarget target, ITestTarget control, Topics without = Topics.None)
    {
        var history = new RandomHistory(seed, (await target.Database.ConnectAsync(default)).Name, without, target, control);
        try
        {
            await history.RunAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(history.Describe(), e);
        }
    }
}
