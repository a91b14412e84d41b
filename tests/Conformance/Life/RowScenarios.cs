using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What applications do to rows between a change of rows and its rollback, told for every engine.</summary>
internal sealed class RowScenarios(ITestTarget target)
{
    private static readonly Dictionary<string, Func<RowScenarios, Task>> Every = new(StringComparer.Ordinal)
    {
        ["inserted rows that somebody changed or refers to stay"] = s => s.UsedInsertsStayAsync(),
        ["taken keys are refused or kept"] = s => s.TakenKeysAsync(),
        ["rows with children are neither deleted nor archived"] = s => s.ChildrenRefuseAsync(),
        ["deleted rows come back where there is room"] = s => s.DeletedComeBackAsync(),
        ["archived rows come back as they are"] = s => s.ArchivedComeBackAsync(),
        ["deleted rows stand in the backup"] = s => s.BackupAsync(),
        ["values arrive as they are written"] = s => s.ValuesAsync(),
    };

    private readonly List<byte> backups = [];

    public static IEnumerable<string> Names => Every.Keys;

    public static async Task RunAsync(string name, ITestTarget target)
    {
        foreach (var sql in TableCases.Shop)
        {
            await target.ExecuteAsync(sql);
        }

        await Every[name](new RowScenarios(target));
        await target.CheckHealthAsync();
    }

    private async Task UsedInsertsStayAsync()
    {
        var plan = await PlanAsync("  - insert_rows: { table: customers, rows: [ { id: 90, name: a }, { id: 91, name: b }, { id: 92, name: c }, { id: 93, name: d } ] }\n");
        var runner = Runner();
        await runner.StartAsync(plan, default);
        await target.ExecuteAsync("update customers set name = 'mine' where id = 90");
        await target.ExecuteAsync("delete from customers where id = 91");
        await target.ExecuteAsync("insert into orders (id, customer_id) values (50, 92)");
        for (var i = 0; i < 2; i++)
        {
            await runner.RollbackAsync(plan.Migration, default);
            (await target.RowsAsync("select id, name from customers where id > 50 order by id")).ShouldBe(["90|mine", "92|c"]);
            (await target.RowsAsync("select count(*) from orders where id = 50")).ShouldBe(["1"]);
            await runner.StartAsync(plan, default);
            (await target.RowsAsync("select id, name from customers where id > 50 order by id")).ShouldBe(["90|mine", "91|b", "92|c", "93|d"]);
        }

        await target.ExecuteAsync("delete from orders where id = 50");
        await runner.CompleteAsync(plan.Migration, false, false, default);
        await runner.RollbackAsync(plan.Migration, default);
        (await target.RowsAsync("select id, name from customers where id > 50 order by id")).ShouldBe(["90|mine"]);
    }

    private async Task TakenKeysAsync()
    {
        var refused = await PlanAsync("  - insert_rows: { table: customers, rows: [ { id: 8, name: eight }, { id: 1, name: other } ] }\n");
        (await Should.ThrowAsync<TandemException>(() => Runner().StartAsync(refused, default))).Message.ShouldContain("TDM2051");
        (await target.RowsAsync("select count(*) from customers where id = 8")).ShouldBe(["0"]);
        await Runner().RollbackAsync(refused.Migration, default);
        await Runner().SunsetAsync(refused.Migration, true, default);
        var kept = await PlanAsync("  - insert_rows: { table: customers, existing: keep, rows: [ { id: 8, name: eight }, { id: 1, name: other } ] }\n", "0002_keep");
        await Runner().StartAsync(kept, default);
        (await target.RowsAsync("select id, name from customers where id in (1, 8) order by id")).ShouldBe(["1|Ada", "8|eight"]);
        await Runner().RollbackAsync(kept.Migration, default);
        (await target.RowsAsync("select id, name from customers where id in (1, 8) order by id")).ShouldBe(["1|Ada"]);
    }

    private async Task ChildrenRefuseAsync()
    {
        foreach (var (operation, id) in new[] { ("delete_rows: { table: customers, where: id < 3 }", "0001_delete"), ("archive_rows: { table: customers, into: old_customers, where: id < 3 }", "0002_archive") })
        {
            var plan = await PlanAsync($"  - {operation}\n", id);
            (await Should.ThrowAsync<TandemException>(() => Runner().StartAsync(plan, default))).Message.ShouldContain("TDM2050");
            await Runner().RollbackAsync(plan.Migration, default);
            await Runner().SunsetAsync(plan.Migration, true, default);
        }

        (await target.RowsAsync("select count(*) from customers")).ShouldBe(["3"]);
        (await target.RowsAsync("select count(*) from orders")).ShouldBe(["3"]);
    }

    private async Task DeletedComeBackAsync()
    {
        await target.ExecuteAsync("insert into customers (id, name, email) values (20, 'x', 'x@x'), (21, 'y', 'y@x'), (22, 'z', 'z@x')");
        var plan = await PlanAsync("  - delete_rows: { table: orders, where: 'true' }\n  - delete_rows: { table: customers, where: id >= 20 }\n");
        var runner = Runner();
        await runner.StartAsync(plan, default);
        (await target.RowsAsync("select count(*) from orders")).ShouldBe(["0"]);
        await target.ExecuteAsync("insert into customers (id, name, email) values (20, 'new', 'n@x')");
        await target.ExecuteAsync("insert into customers (id, name, email) values (30, 'thief', 'y@x')");
        await target.ExecuteAsync("delete from customers where id = 2");
        await runner.RollbackAsync(plan.Migration, default);
        (await target.RowsAsync("select id, name from customers where id >= 20 order by id")).ShouldBe(["20|new", "22|z", "30|thief"]);
        (await target.RowsAsync("select id, total, note from orders order by id")).ShouldBe(["10|100|a", "11|200|b"]);

        // What makes room brings more back the next time.
        await target.ExecuteAsync("delete from customers where id = 30");
        await runner.StartAsync(plan, default);
        await runner.RollbackAsync(plan.Migration, default);
        (await target.RowsAsync("select id, name from customers where id >= 20 order by id")).ShouldBe(["20|new", "21|y", "22|z"]);
    }

    private async Task ArchivedComeBackAsync()
    {
        var plan = await PlanAsync("  - archive_rows: { table: orders, into: old_orders, where: 'true' }\n");
        var runner = Runner();
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, false, false, default);
        await target.ExecuteAsync("update old_orders set note = 'edited' where id = 10");
        await target.ExecuteAsync("delete from old_orders where id = 11");
        await target.ExecuteAsync("insert into orders (id, customer_id, note) values (12, 1, 'new')");
        await runner.RollbackAsync(plan.Migration, default);
        (await target.RowsAsync("select id, note from orders order by id")).ShouldBe(["10|edited", "12|new"]);
        await target.ExecuteAsync("delete from orders where id = 12");
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, false, false, default);
        (await target.RowsAsync("select id, note from old_orders order by id")).ShouldBe(["10|edited", "12|c"]);
    }

    private async Task BackupAsync()
    {
        var plan = await PlanAsync("  - delete_rows: { table: orders, where: id = 11 }\n");
        await Runner().StartAsync(plan, default);
        await Runner().CompleteAsync(plan.Migration, false, false, default);
        await Runner().SunsetAsync(plan.Migration, true, default);
        System.Text.Encoding.UTF8.GetString(backups.ToArray()).ShouldContain("200");
    }

    private async Task ValuesAsync()
    {
        await target.ExecuteAsync("create table facts (code varchar(9) primary key, n numeric, flag boolean, at date, doc text, note text default 'd')");
        var plan = await PlanAsync("""
              - insert_rows:
                  table: facts
                  rows:
                    - { code: 007, n: 12345678.25, flag: true, at: 2024-02-29, doc: "{\"a\": \"it's @upto -- '\"}", note: null }
                    - { code: "\\", n: -1, flag: false, at: { sql: "date('2024-03-01')" }, doc: "line\nnext", note: "null" }
                    - { code: ü, n: 1e3 }

            """);
        await Runner().StartAsync(plan, default);
        (await target.RowsAsync("select code, cast(n * 4 as integer), case when flag then 'y' when not flag then 'n' end, cast(at as varchar(10)), doc, note from facts order by n")).ShouldBe(
            ["\\|-4|n|2024-03-01|line\nnext|null", "ü|4000|NULL|NULL|NULL|d", "007|49382713|y|2024-02-29|{\"a\": \"it's @upto -- '\"}|NULL"]);
        await Runner().RollbackAsync(plan.Migration, default);
        (await target.RowsAsync("select count(*) from facts")).ShouldBe(["0"]);
    }

    private Task<Plan> PlanAsync(string operations, string id = "0001_rows") =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: rows\noperations:\n{operations}").Require(), default);

    private Runner Runner() => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        SmallestBatch = 1,
        FirstBatch = 2,
        OpenBackup = name => new BackupFile(new Kept(backups), name, () => { }),
    });

    private sealed class Kept(List<byte> all) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => all.AddRange(buffer);

        public override void Write(byte[] buffer, int offset, int count) => all.AddRange(buffer.AsSpan(offset, count));
    }
}
