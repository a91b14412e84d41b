using System.Diagnostics;
using Npgsql;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>Reads through a version's view against reads of a table of the same shape.</summary>
internal static class ReadBenchmark
{
    private const string Scan = "select max(amount), max(email) from {0} where city < 'City 4'";

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
        bench.Tell("rows by key/s, view ÷ table", await ByKeyAsync(database, "public.items", View, bench.Rows / 2));
        bench.Tell("scan, view ÷ table", await ScanAsync(database, "public.items", View));
        var same = await PlanAsync(database, "public.items") == await PlanAsync(database, View);
        bench.Tell("same plan (1: yes)", same ? 1 : 0);
    }

    // Without the name that the view gives the table.
    private static async Task<string?> PlanAsync(TestDatabase database, string relation) =>
        (await database.ScalarAsync<string>(Plan.Replace("{0}", relation, StringComparison.Ordinal)))?.Split(" on items")[0];

    /// <summary>
    /// The middle of many ratios, each of two short measurements right behind each other: what the machine does besides meets both, and which of
    /// them comes first changes.
    /// </summary>
    private static async Task<double> ComparedAsync(int pairs, Func<Task<double>> table, Func<Task<double>> view)
    {
        var ratios = new List<double>();
        for (var i = 0; i < pairs; i++)
        {
            var before = i % 2 == 0 ? await table() : 0;
            var seen = await view();
            ratios.Add((i % 2 == 0 ? before : await table()) / seen);
        }

        return ratios.Order().ElementAt(ratios.Count / 2);
    }

    private static async Task<double> ScanAsync(TestDatabase database, string table, string view)
    {
        await using var connection = await database.OpenAsync();
        return await ComparedAsync(61, () => TimeAsync(table), () => TimeAsync(view));

        async Task<double> TimeAsync(string relation)
        {
            await using var command = new NpgsqlCommand(Scan.Replace("{0}", relation, StringComparison.Ordinal), connection) { CommandTimeout = 0 };
            var watch = Stopwatch.StartNew();
            await command.ExecuteNonQueryAsync();
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static async Task<double> ByKeyAsync(TestDatabase database, string table, string view, int rows)
    {
        await using var connection = await database.OpenAsync();
        await using var ofTable = await PreparedAsync(table);
        await using var ofView = await PreparedAsync(view);
        var next = 0L;
        return await ComparedAsync(201, () => TimeAsync(ofTable), () => TimeAsync(ofView));

        async Task<NpgsqlCommand> PreparedAsync(string relation)
        {
            var command = new NpgsqlCommand($"select name, amount from {relation} where id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
            await command.PrepareAsync();
            return command;
        }

        async Task<double> TimeAsync(NpgsqlCommand command)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 250; i++)
            {
                command.Parameters[0].Value = (int)(next++ * 7919 % rows) + 1;
                await using var reader = await command.ExecuteReaderAsync();
                await reader.ReadAsync();
            }

            return watch.Elapsed.TotalSeconds;
        }
    }
}
