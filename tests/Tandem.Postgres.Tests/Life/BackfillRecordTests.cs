using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
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
    [EndMajors]
    public async Task Each_row_that_was_written_has_a_line_with_its_key_and_both_hashes(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync(Make);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { Workers = 2 });

        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default), default);

        var rows = await workspace.Runner.LedgerRowsAsync("0001_numbers", null, 2 * Rows, default);
        rows.Count.ShouldBe(Rows);
        rows.ShouldAllBe(r => r.Step == "backfill readings");
        rows.Select(r => r.Key).ShouldContain("""["471", "p1"]""");

        // The row in quarantine was written without values; of all others these changed.
        rows.Where(r => r.Before == r.After).Select(r => r.Key).ShouldBe(["""["471", "p1"]"""]);
        (await workspace.Runner.LedgerAsync("0001_numbers", default)).Where(l => l.Pass == 0).Sum(l => l.Rows).ShouldBe(Rows);
        (await database.ScalarAsync<long>("select count(*) from readings where _tandem_1_new_value is null")).ShouldBe(1);

        // A row with the same values has the same hash: what was entered is what stands there.
        (await database.ScalarAsync<long>("select count(distinct after_hash) from tandem.ledger_rows")).ShouldBe(Rows);

        var behind = await workspace.Runner.LedgerRowsAsync("0001_numbers", rows[7], 3, default);
        behind.ShouldBe(rows.Skip(8).Take(3));
    }

    [PostgresFact]
    public async Task A_row_that_the_comparison_repairs_has_a_line_of_that()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync("create table readings (id int primary key, value text); insert into readings select i, i::text from generate_series(1, 20) i");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var breaks = new Spoiler(() =>
        {
            using var other = new NpgsqlConnection(database.ConnectionString);
            other.Open();
            using var wrong = new NpgsqlCommand("set session_replication_role = replica; update public.readings set _tandem_1_new_value = 999 where id = 3", other);
            wrong.ExecuteNonQuery();
        });
        var workspace = new Workspace(target, new RunnerOptions { Progress = breaks });
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default), default);

        var rows = await workspace.Runner.LedgerRowsAsync("0001_numbers", null, 100, default);
        var repaired = rows.Single(r => r.Step == "verify readings");
        repaired.Key.ShouldBe("""["3"]""");
        var filled = rows.Single(r => r.Step == "backfill readings" && r.Key == repaired.Key);
        (repaired.After, repaired.Before == filled.After).ShouldBe((filled.After, false));
    }

    [PostgresFact]
    public async Task A_row_that_goes_to_a_partition_has_a_line_and_one_that_is_repaired_there_too()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync("create table readings (id int, day date not null, value int, primary key (id, day)); insert into readings select i, date '2026-01-01' + i, i from generate_series(1, 300) i");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var breaks = new Spoiler(() =>
        {
            using var other = new NpgsqlConnection(database.ConnectionString);
            other.Open();
            using var wrong = new NpgsqlCommand(
                """
                do $$ declare copy text; begin
                  select oid::regclass::text into copy from pg_class where relkind = 'p' and relname like '%readings';
                  execute format('update %1$s set value = -1 where id = 3; delete from %1$s where id = 4; insert into %1$s values (999, ''2026-02-02'', 0)', copy);
                end $$
                """,
                other);
            wrong.ExecuteNonQuery();
        });
        var workspace = new Workspace(target, new RunnerOptions { Progress = breaks });
        const string Parted = """
            title: Readings by month
            ledger: rows
            operations:
              - partition_table:
                  table: readings
                  by: range
                  columns: [ day ]
                  partitions:
                    - { name: readings_early, to: "2026-03-01" }
                    - { name: readings_late, from: "2026-03-01" }
            """;
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_parts.yaml", Parted).Require(), default), default);

        var lines = (await workspace.Runner.LedgerRowsAsync("0001_parts", null, 1000, default)).ToLookup(r => r.Step);
        lines["backfill readings"].Count().ShouldBe(300);
        lines["backfill readings"].ShouldAllBe(l => l.Before == "" && l.After != "");
        string After(string key) => lines["backfill readings"].Single(l => l.Key.StartsWith($"[\"{key}\",", StringComparison.Ordinal)).After;
        lines["verify readings"].Select(l => (l.Key, l.Before == "", l.After)).ShouldBe([("""["3", "2026-01-04"]""", false, After("3")), ("""["4", "2026-01-05"]""", true, After("4"))]);
        lines["verify the copy of readings"].Select(l => (l.Key, l.Before == "", l.After)).ShouldBe([("""["999", "2026-02-02"]""", false, "")]);
    }

    [PostgresFact]
    public async Task Rows_without_a_key_get_no_line_and_the_plan_says_so()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync("create table readings (id int, value text); insert into readings select i, i::text from generate_series(1, 20) i");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target);
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default);
        plan.Findings.Where(f => f.Code == ProblemCodes.NoLedgerLines).ShouldHaveSingleItem().Subject.ShouldBe("readings");
        await workspace.Runner.StartAsync(plan, default);
        (await workspace.Runner.LedgerRowsAsync("0001_numbers", null, 100, default)).ShouldBeEmpty();
    }

    /// <summary>Does something when the comparison begins.</summary>
    private sealed class Spoiler(Action spoil) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            if (value is StepStarted { Step: "verify readings" })
            {
                spoil();
            }
        }
    }

    [PostgresFact]
    public async Task A_start_anew_has_lines_of_its_own()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync("create table readings (id int primary key, value text); insert into readings select i, i::text from generate_series(1, 20) i");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default);
        using var over = new CancellationTokenSource();
        var breaks = new RunnerOptions { Progress = new Breaker(over, step: "backfill readings", chunk: 1) };
        await Should.ThrowAsync<OperationCanceledException>(() => new Runner(target, breaks).StartAsync(plan, over.Token));
        await workspace.Runner.RollbackAsync("0001_numbers", default);
        await workspace.Runner.SunsetAsync("0001_numbers", force: true, default);
        await database.ExecuteAsync("update readings set value = '7' where id = 3");
        await workspace.Runner.StartAsync(plan, default);

        var of = (await workspace.Runner.LedgerRowsAsync("0001_numbers", null, 100, default)).ToLookup(r => r.Attempt, r => r);
        (of.Count, of[1].Count(), of[2].Count()).ShouldBe((2, 20, 20));
        var (first, second) = (of[1].Single(r => r.Key == """["3"]"""), of[2].Single(r => r.Key == """["3"]"""));
        (second.Before, second.After).ShouldNotBe((first.Before, first.After));
        second.Before.ShouldNotBe(first.Before);
        var seventh = of[2].Single(r => r.Key == """["7"]""");
        (second.Before, second.After).ShouldBe((seventh.Before, seventh.After), "of the same values, and of none from before the rollback");
    }

    [PostgresTheory]
    [EndMajors]
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
    public async Task What_the_server_passed_by_is_not_said_to_be_done()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync(Make);
        await database.ExecuteAsync("alter table readings set (autovacuum_enabled = off); update readings set place = place");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var held = new Holder();
        var workspace = new Workspace(target, new RunnerOptions { Vacuum = true, Progress = held });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_numbers.yaml", File).Require(), default);
        var query = plan.Steps(Phase.Start).Single(s => s.Walk?.Dead is not null).Walk!.Dead!.Sql;
        await AskAsync(database, $"select dead from ({query}) q", dead => dead >= Rows);

        await using var connection = await database.OpenAsync();
        await held.BeginAsync(connection);
        await workspace.Runner.StartAsync(plan, default);

        var told = (await workspace.Runner.HistoryAsync("0001_numbers", default)).Where(e => e.Kind.EndsWith("vacuumed", StringComparison.Ordinal)).ToList();
        told.ShouldHaveSingleItem().Kind.ShouldBe("not_vacuumed");
        told[0].Detail.ShouldContain("The server passed the table by");
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
        await Should.ThrowAsync<OperationCanceledException>(() => new Runner(target, small with { Progress = new Breaker(over, step: "verify readings", chunk: 5) }).StartAsync(plan, over.Token));

        await new Runner(target, small with { LargestBatch = 5_000, FirstBatch = 5_000 }).ResumeAsync(null, default);

        var compared = (await new Runner(target, small).LedgerAsync("0001_numbers", default)).Where(l => l.Step == "verify readings" && l.Pass == 1).ToList();
        compared.Sum(l => l.Rows).ShouldBe(Rows);
        compared.Count.ShouldBeLessThan(5);
    }

    /// <summary>Breaks the run off behind a chunk of a step.</summary>
    private sealed class Breaker(CancellationTokenSource over, string step, int chunk) : IProgress<RunEvent>
    {
        private int done;

        public void Report(RunEvent value)
        {
            if (value is BatchDone && value.Step == step && ++done == chunk)
            {
                over.Cancel();
            }
        }
    }

    /// <summary>Holds the table against a vacuum, and against nobody who writes, from the first batch to the comparison.</summary>
    private sealed class Holder : IProgress<RunEvent>
    {
        private NpgsqlConnection? connection;
        private bool holds;

        public async Task BeginAsync(NpgsqlConnection open)
        {
            connection = open;
            await using var command = new NpgsqlCommand("begin", open);
            await command.ExecuteNonQueryAsync();
        }

        public void Report(RunEvent value)
        {
            if (value is BatchDone { Step: "backfill readings" } && !holds)
            {
                holds = true;
                Run("lock table readings in share update exclusive mode");
            }
            else if (value is StepStarted { Step: "verify readings" })
            {
                Run("rollback");
            }
        }

        private void Run(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
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
