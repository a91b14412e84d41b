using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Bench;

/// <summary>The pages of results, one for each engine.</summary>
internal static class Report
{
    private const string Mark = "<!-- written by bench/run up to here; write below -->";

    /// <summary>The name of an engine's page.</summary>
    public static string FileOf(EngineKind engine) => engine == EngineKind.Postgres ? "benchmarks.md" : "benchmarks-sqlite.md";

    /// <summary>An engine's page with what was measured now; all else is taken from the page that is there, and so is what people wrote below the mark.</summary>
    public static string Page(EngineKind engine, Benchmark measured, Results results, string size, string before)
    {
        var tables = before.Split(Mark)[0];
        var sections = Benchmarks.Of(engine, [])
            .Select(b => (Benchmark: b, Earlier: Earlier.Of(b, tables)))
            .Select(b => b.Benchmark == measured ? Section(measured, engine, results, size, b.Earlier) : b.Earlier.Text)
            .Where(s => s.Length > 0);
        return $"""
            {(engine == EngineKind.Postgres ? OnPostgres() : OnSqlite())}

            {string.Join("\n\n", sections)}

            {Mark}
            """ + (before.Split(Mark) is [_, var below] ? below : "\n");
    }

    /// <summary>A benchmark's heading and table on an engine.</summary>
    public static string Section(Benchmark benchmark, EngineKind engine, Results results, string size, Earlier earlier)
    {
        var fresh = results.Versions(benchmark, engine).ToList();
        var versions = earlier.Versions.Union(fresh).Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {benchmark.Title}\n\n`bench/run --only {benchmark.Key}`: {size}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| | goal | {string.Join(" | ", versions)} |\n|---|---|{string.Concat(versions.Select(_ => "---|"))}\n");
        foreach (var figure in benchmark.On(engine))
        {
            var cells = versions.Select(v => fresh.Contains(v) ? Cell(figure, results.Median(benchmark, figure.Name, v)) : earlier.Cell(figure.Name, v)).ToList();
            if (cells.Exists(c => c.Length > 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {Goal(figure)} | {string.Join(" | ", cells)} |\n");
            }
        }

        return text.ToString().TrimEnd();
    }

    private static string OnPostgres() =>
        $"""
        # Benchmarks on PostgreSQL

        Written by `bench/run`; the numbers are ratios of two measurements in one run wherever a ratio says it, because times depend on the machine.
        Everything goes through the product: a migration file, its plan, the runner. `×` means missed. SQLite has [a page of its own](benchmarks-sqlite.md).

        Machine: {Machine()}. Servers: PostgreSQL of `eng/postgres.sh` on the same machine as the program, data on the disk, `fsync` on,
        {string.Join(", ", PostgresBench.Settings.Select(s => $"`{s.Key} = {s.Value}`"))}. The log's files are made beforehand, as on a server that has
        run for a while: one that is new makes each in tens of milliseconds, in which nobody commits. Each table is vacuumed, analysed and checkpointed before it is measured.
        """;

    private static string OnSqlite() =>
        $"""
        # Benchmarks on SQLite

        Written by `bench/run --versions sqlite`; the numbers are ratios of two measurements in one run wherever a ratio says it, because times depend on the machine.
        Everything goes through the product: a migration file, its plan, the runner. `×` means missed. PostgreSQL has [a page of its own](benchmarks.md), with the same goals
        where they mean something here.

        Machine: {Machine()}. A file on the disk, `journal_mode = wal`. Applications are threads of the program with a connection each, with
        {string.Join(", ", SqliteBench.Settings.Select(s => $"`{s.Key} = {s.Value}`"))}: a commit is on the disk, and who meets a lock asks again for five seconds.
        Each file is analysed and its log emptied before it is measured.
        """;

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
