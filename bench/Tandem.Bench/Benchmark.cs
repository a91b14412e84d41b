namespace Tandem.Bench;

/// <summary>Something that is measured.</summary>
/// <param name="Key">Its name on the command line; one key may stand for another measurement on each engine.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Engines">Where it says something.</param>
/// <param name="RunAsync">Measures once.</param>
internal sealed record Benchmark(string Key, string Title, IReadOnlyList<EngineKind> Engines, Func<BenchRun, Task> RunAsync)
{
    /// <summary>What it measures, with the goals, in the order of the page.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>How often it is measured at least for the page: what single events decide says nothing once.</summary>
    public int LeastRepetitions { get; init; } = 1;

    /// <summary>What it measures on an engine.</summary>
    public IEnumerable<Figure> On(EngineKind engine) => Figures.Where(f => f.Only is null || f.Only == engine);
}

/// <summary>A line of the page.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="AtLeast">The goal, where more is better.</param>
/// <param name="AtMost">The goal, where less is better.</param>
/// <param name="Only">The engine on which it means something; null for each of the benchmark's.</param>
internal sealed record Figure(string Name, double? AtLeast = null, double? AtMost = null, EngineKind? Only = null);

/// <summary>All benchmarks, in their order.</summary>
internal static class Benchmarks
{
    /// <summary>Both engines.</summary>
    public static IReadOnlyList<EngineKind> Everywhere { get; } = [EngineKind.Postgres, EngineKind.Sqlite];

    public static IReadOnlyList<Benchmark> All { get; } =
    [
        BackfillBenchmark.Definition,
        SqliteBackfillBenchmark.Definition,
        LoadBenchmark.Definition,
        WriteBenchmark.Definition,
        ReadBenchmark.Definition,
        VerifyBenchmark.Definition,
        LockBenchmark.Definition,
        GrowthBenchmark.Definition,
        ProcessBenchmark.Definition,
    ];

    /// <summary>The benchmarks of an engine that were asked for; all where none was.</summary>
    public static IEnumerable<Benchmark> Of(EngineKind engine, IReadOnlyList<string> only) =>
        All.Where(b => b.Engines.Contains(engine) && (only.Count == 0 || only.Contains(b.Key)));
}
