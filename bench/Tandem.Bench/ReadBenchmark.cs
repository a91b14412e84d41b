using Npgsql;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>Reads through a version's view against reads of a table of the same shape.</summary>
internal static class ReadBenchmark
{
    private const string Scan = "select sum(amount), max(email) from {0} where city < 'City 4'";

    private const string Plan = "explain (costs off) select * from {0} where id = 7";

    public static Benchmark Definition { get; } = new("reads", "Reads through a version's view", RunAsync)
    {
        Figures =
        [
            new Figure("rows by key/s, view ÷ table", AtLeast: 0.97),
            new Figure("scan, view ÷ table", AtLeast: 0.97),
            new Figure("same plan (1: yes)", AtLeast: 1),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        await using var database = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(database, bench.Rows / 2);
        await BenchRun.StartAsync(database);
        await BenchRun.SettleAsync(database);
        const string View = "public_0001_items.items";
        var (table, view) = (new List<double>(), new List<double>());
        var (tableScan, viewScan) = (new List<double>(), new List<double>());
        for (var i = 0; i < 7; i++)
        {
            table.Add(await ByKeyAsync(database, "public.items", bench.Rows / 2));
            view.Add(await ByKeyAsync(database, View, bench.Rows / 2));
            tableScan.Add(await BenchRun.RunAsync(database, Scan.Replace("{0}", "public.items", StringComparison.Ordinal)));
            viewScan.Add(await BenchRun.RunAsync(database, Scan.Replace("{0}", View, StringComparison.Ordinal)));
        }

        bench.Tell("rows by key/s, view ÷ table", Middle(table) / Middle(view));
        bench.Tell("scan, view ÷ table", Middle(tableScan) / Middle(viewScan));
        var same = await PlanAsync(database, "public.items") == await PlanAsync(database, View);
        bench.Tell("same plan (1: yes)", same ? 1 : 0);
    }

    // Without the name that the view gives the table.
    private static async Task<string?> PlanAsync(TestDatabase database, string relation) =>
        (await database.ScalarAsync<string>(Plan.Replace("{0}", relation, StringComparison.Ordinal)))?.Split(" on items")[0];

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> ByKeyAsync(TestDatabase database, string relation, int rows)
    {
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand($"select name, amount from {relation} where id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
        await command.PrepareAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 1; i <= 4000; i++)
        {
            command.Parameters[0].Value = (int)((i * 7919L) % rows) + 1;
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
        }

        return watch.Elapsed.TotalSeconds;
    }
}
