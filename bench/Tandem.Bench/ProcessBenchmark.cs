using System.Diagnostics;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>The command line as whole processes.</summary>
internal static class ProcessBenchmark
{
    private const int Tables = 500;

    public static Benchmark Definition { get; } = new("process", "The command line, from its start to its end", RunAsync)
    {
        Figures =
        [
            new Figure("tandem --version, ms"),
            new Figure("tandem status, ms"),
            new Figure($"tandem plan on {Tables} tables, ms"),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "migrations"));
            await File.WriteAllTextAsync(Path.Combine(folder, "migrations", "0001_items.yaml"), BenchRun.Migration);
            await using var database = await bench.DatabaseAsync();
            await BenchRun.LoadAsync(database, 1000);
            bench.Tell("tandem --version, ms", await RunAsync(folder, "--version"));
            bench.Tell("tandem status, ms", await RunAsync(folder, "status", "--db", database.Url.ToString()));
            await BenchRun.RunAsync(
                database,
                $"do $$ begin for i in 1..{BenchRun.Text(Tables)} loop execute format('create table t_%s (id int primary key, a text not null, b int check (b > 0), c timestamptz default now(), d text)', i); execute format('create index on t_%s (a)', i); end loop; end $$");
            bench.Tell($"tandem plan on {Tables} tables, ms", await RunAsync(folder, "plan", "--db", database.Url.ToString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> RunAsync(string folder, params string[] arguments)
    {
        var program = Path.Combine(BenchOptions.Root(), "artifacts", "bin", "Tandem.Cli", "release", "Tandem.Cli.dll");
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
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

        return times.Order().ElementAt(2);
    }
}
