using System.Diagnostics;
using System.Globalization;

namespace Tandem.Bench;

/// <summary>The command line as whole processes.</summary>
internal static class ProcessBenchmark
{
    private const int Tables = 500;
    private const int Times = 5;

    // What a newcomer may ask of a database, as it is typed.
    private static readonly string[] Looks = ["plan", "inspect", "impact", "diff", "schema", "lint", "drift"];

    public static Benchmark Definition { get; } = new("process", "The command line, from its start to its end", Benchmarks.Everywhere, RunAsync)
    {
        Figures =
        [
            new Figure("tandem --version, ms"),
            new Figure("tandem status, ms"),
            .. Looks.Select(look => new Figure(On(look))),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "migrations"));
            await File.WriteAllTextAsync(Path.Combine(folder, "migrations", BenchDatabase.Version + ".yaml"), BenchDatabase.Migration);
            await using var database = await bench.LoadedAsync(new Items(1000));
            var url = database.Url;
            bench.Tell("tandem --version, ms", await RunAsync(folder, Times, "--version"));
            bench.Tell("tandem status, ms", await RunAsync(folder, Times, "status", "--db", url));
            await database.RunAsync($"begin; {string.Concat(Enumerable.Range(1, Tables).Select(Table))} commit");
            await RunAsync(folder, 1, "baseline", "--yes", "--db", url);
            foreach (var look in Looks)
            {
                string[] rest = look switch { "impact" => [url, "t_1.a"], "diff" => [url, url], "lint" or "drift" or "plan" => ["--db", url], _ => [url] };
                bench.Tell(On(look), await RunAsync(folder, Times, [look, .. rest]));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Table(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"create table t_{number} (id int primary key, a text not null, b int check (b > 0), c timestamptz default current_timestamp, d text); create index t_{number}_a on t_{number} (a);");

    private static string On(string look) => $"tandem {look} on {Tables} tables, ms";

    private static async Task<double> RunAsync(string folder, int repetitions, params string[] arguments)
    {
        var program = Path.Combine(BenchOptions.Root(), "artifacts", "bin", "Tandem.Cli", "release", "Tandem.Cli.dll");
        var times = new List<double>();
        for (var i = 0; i < repetitions; i++)
        {
            var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"tandem {arguments[0]} ended with {process.ExitCode}: {await output}{await error}");
            }
        }

        return times.Order().ElementAt(repetitions / 2);
    }
}
