using Tandem.Planning;

namespace Tandem.Bench;

/// <summary>On PostgreSQL: the backfill of a changed column against the plain UPDATE of the same expression.</summary>
internal static class BackfillBenchmark
{
    private const string Step = "backfill items";

    private static readonly (string Name, int Indexes, int Fillfactor, bool Shuffled, double Goal, double? Together)[] Tables =
    [
        ("no secondary index", 0, 100, false, 1.25, 1.8),
        ("three secondary indexes", 3, 100, false, 1.4, null),
        ("three secondary indexes, fillfactor 90", 3, 90, false, 2.2, 2.2),
        ("key order is not the physical order", 0, 100, true, 1.1, null),
    ];

    public static Benchmark Definition { get; } = new("backfill", "Backfill against one plain UPDATE of the same expression", [EngineKind.Postgres], RunAsync)
    {
        Figures =
        [
            .. Tables.Select(t => new Figure($"rows/s ÷ UPDATE: {t.Name}", AtLeast: t.Goal)),
            .. Tables.Where(t => t.Together is not null).Select(t => new Figure($"rows/s ÷ UPDATE: {t.Name}, two workers", AtLeast: t.Together)),
            new Figure("heap after the backfill ÷ before: no secondary index", AtMost: 1.25),
            new Figure("heap after the UPDATE ÷ before: no secondary index"),
            new Figure("heap after the backfill ÷ before: three secondary indexes", AtMost: 1.25),
            new Figure("WAL bytes per row, backfill"),
            new Figure("WAL bytes per row, UPDATE"),
            new Figure("batch, median ms"),
            new Figure("batch, p99 ms"),
            new Figure("rows/s ÷ batches of 1,000 through a PL/pgSQL row trigger", AtLeast: 4),
            new Figure("rows/s of the UPDATE without secondary index"),
            new Figure("rows/s of the backfill without secondary index"),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        foreach (var table in Tables)
        {
            var update = await PlainAsync(bench, table.Indexes, table.Fillfactor, table.Shuffled);
            await using var database = await bench.LoadedAsync(new Items(bench.Rows, table.Indexes, table.Fillfactor, table.Shuffled));
            var before = await database.SizeAsync();
            var run = await database.StartAsync();
            var heap = await database.SizeAsync() / before;
            bench.Tell($"rows/s ÷ UPDATE: {table.Name}", update.Seconds / run.Seconds(Step));
            if (table.Together is not null)
            {
                bench.Tell($"rows/s ÷ UPDATE: {table.Name}, two workers", update.Seconds / await TogetherAsync(bench, table.Indexes, table.Fillfactor));
            }

            if (!table.Shuffled && table.Fillfactor == 100)
            {
                bench.Tell($"heap after the backfill ÷ before: {table.Name}", heap);
            }

            if (table is { Indexes: 0, Shuffled: false })
            {
                bench.Tell("heap after the UPDATE ÷ before: no secondary index", update.Heap);
                bench.Tell("WAL bytes per row, backfill", run.Log(Step) / bench.Rows);
                bench.Tell("WAL bytes per row, UPDATE", update.Log / bench.Rows);
                var batches = run.Batches.Order().ToList();
                bench.Tell("batch, median ms", batches[batches.Count / 2]);
                bench.Tell("batch, p99 ms", batches[batches.Count * 99 / 100]);
                bench.Tell("rows/s ÷ batches of 1,000 through a PL/pgSQL row trigger", await TouchedAsync(bench) / run.Seconds(Step));
                bench.Tell("rows/s of the UPDATE without secondary index", bench.Rows / update.Seconds);
                bench.Tell("rows/s of the backfill without secondary index", bench.Rows / run.Seconds(Step));
            }
        }
    }

    /// <summary>Seconds that two sessions take.</summary>
    private static async Task<double> TogetherAsync(BenchRun bench, int indexes, int fillfactor)
    {
        await using var database = await bench.LoadedAsync(new Items(bench.Rows, indexes, fillfactor));
        var run = await database.StartAsync(new RunSettings { OldQuiet = TimeSpan.Zero, Workers = 2 });
        return run.Seconds(Step);
    }

    private static async Task<(double Seconds, double Heap, double Log)> PlainAsync(BenchRun bench, int indexes, int fillfactor, bool shuffled)
    {
        await using var database = await bench.LoadedAsync(new Items(bench.Rows, indexes, fillfactor, shuffled));
        await database.RunAsync("alter table items add column amount_new bigint");
        var (heap, log) = (await database.SizeAsync(), await database.LogAsync());
        var seconds = await database.RunAsync($"update items set amount_new = {database.PlainValue}");
        return (seconds, await database.SizeAsync() / heap, await database.LogAsync() - log);
    }

    /// <summary>The way that pgroll fills: batches by key that touch the rows, and a row trigger that computes the value.</summary>
    private static async Task<double> TouchedAsync(BenchRun bench)
    {
        await using var database = await bench.LoadedAsync(new Items(bench.Rows));
        await database.RunAsync($"""
            alter table items add column amount_new bigint;
            alter table items add column needs_backfill boolean default true;
            create function fill() returns trigger language plpgsql as $$
            declare amount items.amount%type := NEW.amount;
            begin
              if current_setting('search_path') <> 'public_new' then
                NEW.amount_new := {database.PlainValue};
                NEW.needs_backfill := false;
              end if;
              return NEW;
            end $$;
            create trigger fill before insert or update on items for each row execute function fill();
            """);
        await database.SettleAsync();
        return await database.RunAsync("""
            do $$
            declare last int := 0; upto int;
            begin
              loop
                with batch as (select id from items where id > last order by id limit 1000 for no key update),
                  done as (update items set id = items.id from batch where items.id = batch.id returning items.id)
                select max(id) into upto from done;
                exit when upto is null;
                last := upto;
                commit;
              end loop;
            end $$
            """);
    }
}
