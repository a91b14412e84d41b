using System.Data.Common;
using System.Diagnostics;

namespace Tandem.Bench;

/// <summary>Reads through a version's view against reads of a table of the same shape.</summary>
internal static class ReadBenchmark
{
    private const string Scan = "select max(amount), max(email) from {0} where city < 'City 4'";

    private const string OneRow = "select name, amount from {0} where id = @id";

    public static Benchmark Definition { get; } = new("reads", "Reads through a version's view", Benchmarks.Everywhere, RunAsync)
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
        var rows = bench.Rows / 2;
        await using var database = await bench.LoadedAsync(new Items(rows));
        await database.StartAsync();
        await database.SettleAsync();
        await using var connection = await database.ConnectAsync();
        await database.SeeNewAsync(connection);
        var (table, view) = database.Relations;
        bench.Tell("rows by key/s, view ÷ table", await ByKeyAsync(connection, table, view, rows));
        bench.Tell("scan, view ÷ table", await ScanAsync(connection, table, view));
        var same = true;
        foreach (var query in new[] { Scan, OneRow })
        {
            same &= await database.PlanAsync(connection, Of(query, table)) == await database.PlanAsync(connection, Of(query, view));
        }

        bench.Tell("same plan (1: yes)", same ? 1 : 0);
    }

    private static string Of(string query, string relation) => query.Replace("{0}", relation, StringComparison.Ordinal);

    private static async Task<double> ScanAsync(DbConnection connection, string table, string view)
    {
        return await Pairs.RatioAsync(61, () => TimeAsync(table), () => TimeAsync(view));

        async Task<double> TimeAsync(string relation)
        {
            await using var command = connection.CreateCommand();
            (command.CommandText, command.CommandTimeout) = (Of(Scan, relation), 0);
            var watch = Stopwatch.StartNew();
            await command.ExecuteNonQueryAsync();
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static async Task<double> ByKeyAsync(DbConnection connection, string table, string view, int rows)
    {
        await using var ofTable = await PreparedRow.OfAsync(connection, Of(OneRow, table));
        await using var ofView = await PreparedRow.OfAsync(connection, Of(OneRow, view));
        var next = 0L;
        return await Pairs.RatioAsync(201, () => ofTable.TimeAsync(Keys()), () => ofView.TimeAsync(Keys()));

        IEnumerable<int> Keys() => Enumerable.Range(0, 250).Select(_ => (int)(next++ * 7919 % rows) + 1);
    }
}
