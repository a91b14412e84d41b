namespace Tandem.Bench;

/// <summary>One measured value.</summary>
internal sealed record Measured(Benchmark Benchmark, BenchEngine Engine, string Name, double Value);

/// <summary>What this run of the program measured.</summary>
internal sealed class Results
{
    private readonly List<Measured> values = [];

    public void Add(Measured measured)
    {
        Console.Error.WriteLine($"  {measured.Name}: {measured.Value:0.###}");
        values.Add(measured);
    }

    /// <summary>The versions of an engine on which a benchmark was measured.</summary>
    public IEnumerable<string> Versions(Benchmark benchmark, EngineKind engine) =>
        values.Where(m => m.Benchmark == benchmark && m.Engine.Kind == engine).Select(m => m.Engine.Name).Distinct();

    /// <summary>The median of a value; null where it was not measured.</summary>
    public double? Median(Benchmark benchmark, string name, string version)
    {
        var found = values.Where(m => m.Benchmark == benchmark && m.Name == name && m.Engine.Name == version).Select(m => m.Value).Order().ToList();
        return found.Count == 0 ? null : found.Count % 2 == 1 ? found[found.Count / 2] : (found[(found.Count / 2) - 1] + found[found.Count / 2]) / 2;
    }
}
