using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Bench;

/// <summary>The page of results.</summary>
internal static class Report
{
    private const string Mark = "<!-- written by bench/run up to here; write below -->";

    /// <summary>The page, with what people wrote below the mark of the page that is there.</summary>
    public static string Page(Results results, string before) =>
        $"""
        # Benchmarks

        Written by `bench/run`; the numbers are ratios of two measurements in one run wherever a ratio says it, because times depend on the machine.
        Everything goes through the product: a migration file, its plan, the runner. `×` means missed.

        Machine: {Machine()}. Servers: PostgreSQL of `eng/postgres.sh` on the same machine as the program, data on the disk, `fsync` on,
        {string.Join(", ", BenchServer.Settings.Select(s => $"`{s.Key} = {s.Value}`"))}. The log's files are made beforehand, as on a server that has
        run for a while: one that is new makes each in tens of milliseconds, in which nobody commits. Each table is vacuumed, analysed and checkpointed before it is measured.

        {Tables(results, []).TrimEnd()}

        {Mark}
        """ + (before.Split(Mark) is [_, var below] ? below : "\n");

    public static string Tables(Results results, IReadOnlyList<string> only)
    {
        var text = new StringBuilder();
        foreach (var benchmark in Benchmarks.All.Where(b => only.Count == 0 || only.Contains(b.Key)))
        {
            var majors = results.Settled.Where(m => m.Benchmark == benchmark.Key).Select(m => m.Major).Distinct().Order().ToList();
            if (majors.Count == 0)
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"## {benchmark.Title}\n\n`bench/run --only {benchmark.Key}`: {results.Sizes.GetValueOrDefault(benchmark.Key)}.\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| | goal | {string.Join(" | ", majors.Select(m => $"PostgreSQL {m}"))} |\n|---|---|{string.Concat(majors.Select(_ => "---|"))}\n");
            foreach (var figure in benchmark.Figures)
            {
                var cells = majors.Select(m => Cell(figure, results.Median(benchmark.Key, figure.Name, m))).ToList();
                if (cells.Exists(c => c.Length > 0))
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {Goal(figure)} | {string.Join(" | ", cells)} |\n");
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Goal(Figure figure) =>
        figure.AtLeast is { } least ? $"≥ {Number(least)}" : figure.AtMost is { } most ? $"≤ {Number(most)}" : "";

    private static string Cell(Figure figure, double? value) => value is not { } v ? ""
        : Number(v) + (v < (figure.AtLeast ?? double.MinValue) || v > (figure.AtMost ?? double.MaxValue) ? " ×" : "");

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "#,0" : Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);

    private static string Machine()
    {
        const string Info = "/proc/cpuinfo";
        var model = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} virtual processors ({model ?? RuntimeInformation.ProcessArchitecture.ToString()}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB of memory");
    }
}
