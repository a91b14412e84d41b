using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>What writes cost an application while a change is live.</summary>
internal static class WriteBenchmark
{
    private const int Part = 5;

    private static readonly (string Name, Func<int, string> Sql, double Goal)[] Writes =
    [
        ("INSERT", n => $"insert into items select {n} + i, 'New ' || i, 'n' || i || '@example.org', 'City', i % 1000, now(), 'x' from generate_series(1, {{0}}) i", 0.6),
        ("UPDATE of a synced column", n => $"update items set amount = amount + 1 where id between {n} and {n} + {{0}}", 0.7),
        ("UPDATE of another column", n => $"update items set city = 'Town' where id between {n} and {n} + {{0}}", 0.97),
    ];

    public static Benchmark Definition { get; } = new("writes", "Writes while a change is live", RunAsync)
    {
        Figures = [.. Writes.Select(w => new Figure($"{w.Name}: rows/s ÷ without a change", AtLeast: w.Goal))],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        await using var plain = await bench.DatabaseAsync();
        await using var live = await bench.DatabaseAsync();
        var rows = bench.Rows / Part;
        foreach (var database in new[] { plain, live })
        {
            await BenchRun.LoadAsync(database, rows);
        }

        await BenchRun.StartAsync(live);

        // The plain table has the same columns and rows that were written as often, so that only the sync is another.
        await BenchRun.RunAsync(plain, $"alter table items add column amount_new bigint, add column error text; update items set amount_new = {BenchRun.PlainValue}");
        foreach (var database in new[] { plain, live })
        {
            await BenchRun.RunAsync(database, "vacuum full items");
            await BenchRun.SettleAsync(database);
        }

        foreach (var (name, sql, _) in Writes)
        {
            var without = await TimeAsync(plain, sql, rows);
            var with = await TimeAsync(live, sql, rows);
            bench.Tell($"{name}: rows/s ÷ without a change", without / with);
        }
    }

    // Parts of the rows in turn, the quickest counts: what else the machine does only ever slows it down.
    private static async Task<double> TimeAsync(TestDatabase database, Func<int, string> sql, int rows)
    {
        var times = new List<double>();
        var part = rows / 6;
        for (var i = 0; i < 5; i++)
        {
            var start = sql(0).StartsWith("insert", StringComparison.Ordinal) ? rows * 2 + (i * part) : 1 + (i * part);
            times.Add(await BenchRun.RunAsync(database, sql(start).Replace("{0}", BenchRun.Text(part - 1), StringComparison.Ordinal)));
        }

        return times.Order().ElementAt(1);
    }
}
