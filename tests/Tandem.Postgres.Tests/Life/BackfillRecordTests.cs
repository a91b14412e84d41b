using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What a backfill tells of the rows that it wrote, and what it does about those that it left dead.</summary>
public sealed class BackfillRecordTests
{
    private const int Rows = 12_000;

    private const string Make =
        """
        create table readings (day int not null, place text not null, value text, primary key (day, place));
        insert into readings select i / 10, 'p' || i % 10, case i when 4711 then 'broken' else i::text end from generate_series(1, 12000) i
        """;

    private const string File =
        """
        title: Values are numbers
        ledger: rows
        operations:
          - change_type: { table: readings, column: value, type: bigint, up: "value::bigint", down: "value::text" }
        """;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task Each_row_that_was_written_has_a_line_with_its_key_and_both_hashes(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync(Make);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { Workers = 2 });

        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default), default);

        var rows = await workspace.Runner.LedgerRowsAsync("0001_numbers", default);
        rows.Count.ShouldBe(Rows);
        rows.ShouldAllBe(r => r.Step == "backfill readings");
        rows.Select(r => r.Key).ShouldContain("""["471", "p1"]""");

        // The row in quarantine was written without values; of all others these changed.
        rows.Where(r => r.Before == r.After).Select(r => r.Key).ShouldBe(["""["471", "p1"]"""]);
        (await workspace.Runner.LedgerAsync("0001_numbers", default)).Where(l => l.Pass == 0).Sum(l => l.Rows).ShouldBe(Rows);
        (await database.ScalarAsync<long>("select count(*) from readings where _tandem_1_new_value is null")).ShouldBe(1);

        // A row with the same values has the same hash: what was entered is what stands there.
        (await database.ScalarAsync<long>("select count(distinct after_hash) from tandem.ledger_rows")).ShouldBe(Rows);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task Where_the_target_allows_it_many_dead_rows_are_taken_away_behind_the_walk(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync(Make);
        await database.ExecuteAsync("alter table readings set (autovacuum_enabled = off); update readings set place = place");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { Vacuum = true });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default);
        var query = plan.Steps(Phase.Start).Single(s => s.Walk?.Dead is not null).Walk!.Dead!.Sql;
        await AskAsync(database, $"select dead from ({query}) q", dead => dead >= Rows);

        await workspace.Runner.StartAsync(plan, default);

        var entry = (await workspace.Runner.HistoryAsync("0001_numbers", default)).Single(e => e.Kind == "vacuumed");
        entry.Step.ShouldBe("backfill readings");
        var rows = (await workspace.Runner.DeadRowsAsync(default)).Single();
        (rows.Migration, rows.Table, rows.AutovacuumedAt).ShouldBe(("0001_numbers", "readings", null));

        // Up to 14 the server counts a little behind what it did.
        while ((await workspace.Runner.DeadRowsAsync(default)).Single().VacuumedAt is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [PostgresFact]
    public async Task Without_that_they_stay_and_are_told()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync(Make);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions());
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default), default);
        await database.ExecuteAsync("update readings set place = place");

        while (!(await workspace.Runner.DeadRowsAsync(default)).Single().AreMany)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        (await workspace.Runner.HistoryAsync("0001_numbers", default)).ShouldNotContain(e => e.Kind == "vacuumed");
    }

    [PostgresFact]
    public async Task A_comparison_that_begins_anew_with_other_chunks_leaves_no_line_of_those_before()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync(Make);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var plan = await new Workspace(target).PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default);
        using var over = new CancellationTokenSource();
        var small = new RunnerOptions { Workers = 1, LargestBatch = 500, RecordEvery = TimeSpan.Zero };
        await Should.ThrowAsync<OperationCanceledException>(() => new Runner(target, small with { Progress = new Breaker(over) }).StartAsync(plan, over.Token));

        await new Runner(target, small with { LargestBatch = 5_000, FirstBatch = 5_000 }).ResumeAsync(null, default);

        var compared = (await new Runner(target, small).LedgerAsync("0001_numbers", default)).Where(l => l.Step == "verify readings" && l.Pass == 1).ToList();
        compared.Sum(l => l.Rows).ShouldBe(Rows);
        compared.Count.ShouldBeLessThan(5);
    }

    /// <summary>Breaks the run off behind the fifth chunk that was compared.</summary>
    private sealed class Breaker(CancellationTokenSource over) : IProgress<RunEvent>
    {
        private int compared;

        public void Report(RunEvent value)
        {
            if (value is BatchDone { Step: "verify readings" } && ++compared == 5)
            {
                over.Cancel();
            }
        }
    }

    private static async Task AskAsync(TestDatabase database, string query, Predicate<long> until)
    {
        while (!until(await database.ScalarAsync<long>(query)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
