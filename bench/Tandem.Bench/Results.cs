using System.Text.Json;

namespace Tandem.Bench;

/// <summary>One measured value.</summary>
internal sealed record Measured(string Benchmark, string Name, int Major, int Repetition, double Value);

/// <summary>All that was measured, over several runs of the program: each benchmark's newest run counts.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly List<Measured> fresh = [];

    public List<Measured> Settled { get; private init; } = [];

    /// <summary>Rows and repetitions of each benchmark's run.</summary>
    public Dictionary<string, string> Sizes { get; private init; } = [];

    public static Results Load(string file) => File.Exists(file)
        ? JsonSerializer.Deserialize<Stored>(File.ReadAllText(file), Json) is { } stored ? new Results { Settled = stored.Settled, Sizes = stored.Sizes } : new Results()
        : new Results();

    public void Add(Measured measured)
    {
        Console.Error.WriteLine($"  {measured.Name}: {measured.Value:0.###}");
        fresh.Add(measured);
    }

    /// <summary>A benchmark is done on a version: what was measured now replaces what was.</summary>
    public void Settle(Benchmark benchmark, int major, BenchOptions options)
    {
        Settled.RemoveAll(m => m.Benchmark == benchmark.Key && m.Major == major);
        Settled.AddRange(fresh);
        fresh.Clear();
        Sizes[benchmark.Key] = $"{options.Rows:#,0} rows, medians of {options.RepetitionsOf(benchmark)}";
    }

    public void Save(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(new Stored(Settled, Sizes), Json));
    }

    /// <summary>The median of a value on a version; null where it was not measured.</summary>
    public double? Median(string benchmark, string name, int major)
    {
        var values = Settled.Where(m => m.Benchmark == benchmark && m.Name == name && m.Major == major).Select(m => m.Value).Order().ToList();
        return values.Count == 0 ? null : values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
    }

    private sealed record Stored(List<Measured> Settled, Dictionary<string, string> Sizes);
}
