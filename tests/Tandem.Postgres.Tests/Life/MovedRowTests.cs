using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>
/// Rows that an application moves while a walk is under way: an update of any column writes the row anew where there is
/// room, which can be on a page that the walk has left behind.
/// </summary>
public sealed class MovedRowTests : IAsyncLifetime
{
    private PostgresTarget target = null!;

    public async Task InitializeAsync()
    {
        target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await target.ExecuteAsync("create table items (id integer primary key, part integer not null, seen integer, filler text)");
        await target.ExecuteAsync("alter table items alter column filler set storage plain");
        await target.ExecuteAsync("insert into items select i, case when i = 80 then 0 else 1 end, 0, repeat('x', 1900) from generate_series(1, 80) i");
        await target.ExecuteAsync("delete from items where id <= 40");
        await target.ExecuteAsync("vacuum items");
    }

    public async Task DisposeAsync() => await target.DisposeAsync();

    [PostgresFact]
    public async Task A_default_of_its_own_reaches_a_row_that_moves_behind_the_walk()
    {
        await StartAsync(
            "  - add_column: { table: items, name: token, type: uuid, default: gen_random_uuid() }\n",
            "update items set seen = seen + 1 where id = 80");

        (await target.RowsAsync("select count(*) from public_0001_add.items where token is null")).ShouldBe(["0"]);
    }

    [PostgresFact]
    public async Task A_row_that_moves_behind_the_walk_is_filled_by_the_sync()
    {
        await StartAsync(
            "  - add_column: { table: items, name: share, type: integer, up: \"100 / part\" }\n",
            "update items set seen = seen + 1 where id = 80");

        (await target.RowsAsync("select count(*) from public_0001_add.items where share = 100")).ShouldBe(["39"]);
        (await target.RowsAsync("select count(*) from items where _tandem_1_error is not null")).ShouldBe(["1"]);
    }

    [PostgresFact]
    public async Task A_replaced_column_of_a_row_that_moves_behind_the_walk_is_filled_by_the_sync()
    {
        await StartAsync(
            "  - change_type: { table: items, column: part, type: bigint, nullable: true, up: \"100 / part\", down: \"100 / part\" }\n",
            "update items set seen = seen + 1 where id = 80");

        (await target.RowsAsync("select count(*) from public_0001_add.items where part = 100")).ShouldBe(["39"]);
        (await target.RowsAsync("select count(*) from items where _tandem_1_error is not null")).ShouldBe(["1"]);
    }

    [PostgresFact]
    public async Task A_default_of_its_own_reaches_a_row_in_quarantine()
    {
        await StartAsync(
            "  - change_type: { table: items, column: part, type: bigint, up: \"100 / part\", down: \"100 / part\" }\n  - add_column: { table: items, name: token, type: uuid, default: gen_random_uuid() }\n",
            "update items set part = 0, seen = seen + 1 where id in (79, 80)");

        (await target.RowsAsync("select count(*) from items where _tandem_1_error is not null")).ShouldBe(["2"]);
        (await target.RowsAsync("select count(*) from public_0001_add.items where token is null")).ShouldBe(["0"]);
    }

    [PostgresFact]
    public async Task A_row_that_moves_while_it_is_backed_up_is_in_the_backup()
    {
        const string Move = "update items set seen = seen + 1 where id = 80";
        using var backup = new MemoryStream();
        await StartAsync("  - add_column: { table: items, name: note, type: text }\n", "");
        await target.ExecuteAsync("update public_0001_add.items set note = 'note of ' || id");
        await target.ExecuteAsync("vacuum full items");
        await target.ExecuteAsync("delete from items where id <= 60");
        await target.ExecuteAsync("vacuum items");
        var workspace = Open(new Mover(target.ConnectionString, Move), backup);
        await workspace.Runner.RollbackAsync("0001_add", default);

        await workspace.Runner.SunsetAsync("0001_add", force: true, default);

        (await target.RowsAsync("select count(*) from items where id = 80 and seen = 1")).ShouldBe(["1"]);
        var text = System.Text.Encoding.UTF8.GetString(backup.ToArray());
        Enumerable.Range(61, 20).Where(i => !text.Contains($"note of {i}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private Workspace Open(IProgress<RunEvent>? progress, MemoryStream backup) => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        SmallestBatch = 1,
        FirstBatch = 1,
        LargestBatch = 1,
        Progress = progress,
        OpenBackup = name => new BackupFile(name.EndsWith(".jsonl", StringComparison.Ordinal) ? backup : new MemoryStream(), name, () => { }),
    });

    private async Task StartAsync(string operations, string move)
    {
        using var backup = new MemoryStream();
        var workspace = Open(move.Length == 0 ? null : new Mover(target.ConnectionString, move), backup);
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_add.yaml", $"title: t\noperations:\n{operations}").Require(), default);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await workspace.Runner.StartAsync(plan, default);
        (await target.RowsAsync("select seen from items where id = 80")).ShouldBe([move.Length == 0 ? "0" : "1"]);
    }

    /// <summary>Moves a row once the walk has left the empty pages behind.</summary>
    private sealed class Mover(string connectionString, string move) : IProgress<RunEvent>
    {
        private int batches;

        public void Report(RunEvent value)
        {
            if (value is BatchDone && ++batches == 5)
            {
                using var connection = new NpgsqlConnection(connectionString);
                connection.Open();
                using var command = new NpgsqlCommand($"{move}; select (ctid::text::point)[0]::int from items where id = 80", connection);
                using var reader = command.ExecuteReader();
                reader.Read().ShouldBeTrue();
                reader.GetInt32(0).ShouldBeLessThan(5);
            }
        }
    }
}
