using System.Globalization;

namespace Tandem.Bench;

/// <summary>What writes cost an application while a change is live.</summary>
internal static class WriteBenchmark
{
    private const int Part = 5;

    // Transactions of one row in one measurement.
    private const int AtOnce = 50;

    // Statements for many rows from a number on, and for one.
    private static readonly (string Name, Func<BenchDatabase, int, int, string> Many, string One, double Goal)[] Writes =
    [
        (
            "INSERT",
            (d, from, count) => $"insert into items select {from} + i, 'New ' || i, 'n' || i || '@example.org', 'City', i % 1000, current_timestamp, 'x' from {d.Series(Text(count))}",
            "insert into items (id, name, email, city, amount, created, note) values (@id + 100000000, 'New', 'n@example.org', 'City', 5, current_timestamp, 'x')",
            0.6),
        ("UPDATE of a synced column", (_, from, count) => $"update items set amount = amount + 1 where {Between(from, count)}", "update items set amount = amount + 1 where id = @id", 0.7),
        ("UPDATE of another column", (_, from, count) => $"update items set city = 'Town' where {Between(from, count)}", "update items set city = 'Village' where id = @id", 0.97),
    ];

    public static Benchmark Definition { get; } = new("writes", "Writes while a change is live", Benchmarks.Everywhere, RunAsync)
    {
        Figures =
        [
            .. Writes.Select(w => new Figure(InOne(w.Name), AtLeast: w.Goal)),
            .. Writes.Select(w => new Figure(Alone(w.Name), Only: EngineKind.Sqlite)),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var rows = bench.Rows / Part;
        await using var plain = await bench.LoadedAsync(new Items(rows));
        await using var live = await bench.LoadedAsync(new Items(rows));
        await live.StartAsync();
        if (bench.Kind == EngineKind.Postgres)
        {
            // The plain table has the same columns and rows that were written as often, so that only the sync is another.
            await plain.RunAsync($"alter table items add column amount_new bigint, add column error text; update items set amount_new = {plain.PlainValue}");
        }

        await plain.CompactAsync();
        await live.CompactAsync();
        foreach (var (name, many, _, _) in Writes)
        {
            var without = await TimeAsync(plain, many, rows);
            var with = await TimeAsync(live, many, rows);
            bench.Tell(InOne(name), without / with);
        }

        if (bench.Kind == EngineKind.Sqlite)
        {
            foreach (var (name, _, one, _) in Writes)
            {
                bench.Tell(Alone(name), await AloneAsync(plain, live, one));
            }
        }
    }

    private static string InOne(string name) => $"{name}: rows/s ÷ without a change";

    private static string Alone(string name) => $"{name}, each row a transaction: rows/s ÷ without a change";

    private static string Between(int from, int count) => $"id between {Text(from + 1)} and {Text(from + count)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Parts of the rows in turn, the quickest but one counts: what else the machine does only ever slows it down.
    private static async Task<double> TimeAsync(BenchDatabase database, Func<BenchDatabase, int, int, string> sql, int rows)
    {
        var times = new List<double>();
        var part = rows / 6;
        for (var i = 0; i < 5; i++)
        {
            var start = sql(database, 0, 1).StartsWith("insert", StringComparison.Ordinal) ? rows * 2 : 0;
            times.Add(await database.RunAsync(sql(database, start + (i * part), part)));
        }

        return times.Order().ElementAt(1);
    }

    /// <summary>The middle of many ratios of a few transactions here and as many there.</summary>
    private static async Task<double> AloneAsync(BenchDatabase plain, BenchDatabase live, string sql)
    {
        await using var plainSide = await plain.ConnectAsync();
        await using var liveSide = await live.ConnectAsync();
        await using var ofPlain = await PreparedRow.OfAsync(plainSide, sql);
        await using var ofLive = await PreparedRow.OfAsync(liveSide, sql);
        var (here, there) = (0, 0);
        return await Pairs.RatioAsync(41, () => ofPlain.TimeAsync(Next(ref here)), () => ofLive.TimeAsync(Next(ref there)));

        static IEnumerable<int> Next(ref int last) => Enumerable.Range((last += AtOnce) - AtOnce + 1, AtOnce);
    }
}
