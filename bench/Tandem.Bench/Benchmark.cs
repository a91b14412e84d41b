namespace Tandem.Bench;

/// <summary>Something that is measured.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">Its heading.</param>
/// <param name="RunAsync">Measures once.</param>
internal sealed record Benchmark(string Key, string Title, Func<BenchRun, Task> RunAsync)
{
    /// <summary>What it measures, with the goals, in the order of the page.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>How often it is measured at least for the page: what single events decide says nothing once.</summary>
    public int LeastRepetitions { get; init; } = 1;
}

/// <summary>A line of the page.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="AtLeast">The goal, where more is better.</param>
/// <param name="AtMost">The goal, where less is better.</param>
internal sealed record Figure(string Name, double? AtLeast = null, double? AtMost = null);

/// <summary>All benchmarks, in their order.</summary>
internal static class Benchmarks
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        BackfillBenchmark.Definition,
        LoadBenchmark.Definition,
        WriteBenchmark.Definition,
        ReadBenchmark.Definition,
        VerifyBenchmark.Definition,
        LockBenchmark.Definition,
        GrowthBenchmark.Definition,
        ProcessBenchmark.Definition,
    ];
}
