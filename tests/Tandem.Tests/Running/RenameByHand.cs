using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Tests.Running;

/// <summary>
/// A migration written as steps by hand, so that the runner is tested without planner and dialect: <c>people.name</c> is
/// called <c>full_name</c>, both kept in sync by triggers.
/// </summary>
internal static class RenameByHand
{
    public const string Migration = "0001_full_name";

    /// <summary>Options for tests: many small batches, and plans that are carried out as they are written.</summary>
    public static RunnerOptions Options { get; } = new()
    {
        FirstBatch = 3, SmallestBatch = 2, LargestBatch = 4, Render = (plan, _, _) => plan, OpenBackup = MemoryBackups.Nowhere,
    };

    public static async Task<TestTarget> FreshAsync(int rows = 10)
    {
        var target = TestTarget.Create();
        await target.RunAsync("create table people (id integer primary key, name text, touched integer not null default 0)");
        for (var i = 1; i <= rows; i++)
        {
            await target.RunAsync($"insert into people (id, name) values ({i}, 'name {i}')");
        }

        return target;
    }

    public static Plan Plan(string migration = Migration, int ordinal = 1, string oldVersion = "base") => new()
    {
        Migration = migration,
        Title = "Full names",
        FileHash = "file",
        Ordinal = ordinal,
        OldVersion = oldVersion,
        Summary = [],
        Schema = new DatabaseSchema("main", []),
        Changes = [],
        Fingerprint = "2:fingerprint",
        ChangeHash = "change",
        PlanHash = "plan",
        Phases =
        [
            new(Phase.Start, [Expand, Backfill, Verify("verify", "full_name is not name"), Publish, After]),
            new(Phase.Restart, [Verify("verify again", "full_name is not name"), Publish]),
            new(Phase.Complete, [Verify("verify live", "full_name is not name"), Enforce, Switch("switch", "base", "full_name"), Unpublish("unpublish old", "people_old")]),
            new(Phase.Rollback, [Unpublish("unpublish new", "people_new"), Relax]),
            new(Phase.Revert, [Verify("verify retired", "full_name is not name"), Switch("switch back", "full_name", "base"), Unpublish("unpublish new", "people_new"), Relax]),
            new(Phase.Sunset, [Backup("name"), Contract("name")]),
            new(Phase.Discard, [Unpublish("unpublish new", "people_new"), Backup("full_name"), Contract("full_name")]),
        ],
    };

    /// <summary>The plan with a step of a phase put in another's place.</summary>
    public static Plan With(this Plan plan, Phase phase, string id, Func<RenderedStep, RenderedStep> change) => plan with
    {
        Phases = plan.Phases.Select(p => p.Phase != phase ? p : p with
        {
            Steps = p.Steps.Select(s => s.Id == id ? change(s) : s).ToValueList(),
        }).ToValueList(),
    };

    /// <summary>The plan with the sync begun behind the backfill: what is written between them reaches the old column alone.</summary>
    public static Plan SyncedLate()
    {
        var plan = Plan().With(Phase.Start, Expand.Id, s => s with { Statements = s.Statements.Where(t => !IsTrigger(t)).ToValueList() });
        var late = Expand with { Id = "sync people", Statements = Expand.Statements.Where(IsTrigger).ToValueList() };
        return plan with
        {
            Phases = plan.Phases.Select(p => p.Phase == Phase.Start ? p with { Steps = p.Steps.SelectMany(s => s.Id == Backfill.Id ? [s, late] : new[] { s }).ToValueList() } : p).ToValueList(),
        };
    }

    private static bool IsTrigger(string statement) => statement.StartsWith("create trigger", StringComparison.Ordinal);

    public static RenderedStep Expand { get; } = new("expand people", "New column beside the old one", StepMode.Transaction)
    {
        Kind = StepKind.Expand,
        Table = "people",
        Statements =
        [
            "alter table people add column full_name text",
            "create trigger people_up after update of name on people when new.full_name is not new.name begin update people set full_name = new.name where id = new.id; end",
            "create trigger people_ins after insert on people when new.full_name is not new.name begin update people set full_name = coalesce(new.full_name, new.name), name = coalesce(new.name, new.full_name) where id = new.id; end",
            "create table if not exists shape (version text)",
            "insert into shape values ('base')",
        ],
    };

    public static RenderedStep Backfill { get; } = new("backfill people", "Fill it", StepMode.Batches)
    {
        Kind = StepKind.Backfill,
        Table = "people",
        Walk = Walk("update people set full_name = name, touched = touched + 1 where id > cast(@after as integer) and id <= cast(@upto as integer)") with
        {
            Before = ["select 1"],
        },
    };

    public static RenderedStep Publish { get; } = new("publish new", "Serve the new version", StepMode.Transaction)
    {
        Kind = StepKind.Publish,
        Statements = ["create view if not exists people_new as select id, full_name from people"],
        FinalGates = [new Gate("TDM4023", "{0} views too many.", "select count(*) - 1 from sqlite_master where name = 'people_new'")],
    };

    public static RenderedStep After { get; } = new("check after", "Ask the data", StepMode.Checks)
    {
        Kind = StepKind.CheckData,
        Checks = [new DataCheck("every person has a full name", "select count(*) from people_new where full_name is null", "0")],
    };

    public static RenderedStep Enforce { get; } = new("enforce full_name", "Full names are unique", StepMode.Transaction)
    {
        Kind = StepKind.Enforce,
        Gates = [new Gate("TDM4023", "{0} people share a name.", "select count(*) - count(distinct full_name) from people")],
        Statements = ["create unique index if not exists people_full_name on people (full_name)"],
    };

    public static RenderedStep Relax { get; } = new("relax full_name", "Full names need not be unique", StepMode.Transaction)
    {
        Kind = StepKind.Relax,
        Statements = ["drop index if exists people_full_name"],
    };

    public static RenderedStep Verify(string id, string mismatch) => new(id, "Compare", StepMode.Verification)
    {
        Kind = StepKind.Verify,
        Table = "people",
        Walk = Walk(
            $"""
            select count(*) as rows_seen, coalesce(sum({mismatch}), 0) as mismatched, 0 as quarantined, '' as source_sum, '' as target_sum
            from people where id > cast(@after as integer) and id <= cast(@upto as integer)
            """) with
        {
            Repair = ["update people set full_name = name where full_name is not name and id > cast(@after as integer) and id <= cast(@upto as integer)"],
        },
    };

    private static RenderedStep Unpublish(string id, string view) => new(id, "Stop serving", StepMode.Transaction)
    {
        Kind = StepKind.Unpublish,
        Statements = [$"drop view if exists {view}"],
    };

    // Not idempotent on purpose: done twice, it fails.
    private static RenderedStep Switch(string id, string from, string to) => new(id, "Exchange the base", StepMode.Transaction)
    {
        Kind = StepKind.Switch,
        Gates = [new Gate("TDM4023", "{0} shapes are in the way.", $"select count(*) from shape where version <> '{from}'")],
        Statements = [$"update shape set version = '{to}'"],
    };

    private static RenderedStep Backup(string column) => new("backup people", "Save what goes", StepMode.Backup)
    {
        Kind = StepKind.Backup,
        Table = "people",
        BackupDefinition = [$"alter table people add column {column} text"],
        Walk = Walk($"select id, {column} from people where id > cast(@after as integer) and id <= cast(@upto as integer) order by id"),
    };

    private static RenderedStep Contract(string column) => new("contract people", "Drop it", StepMode.Transaction)
    {
        Kind = StepKind.Contract,
        Statements =
        [
            "drop trigger if exists people_up", "drop trigger if exists people_ins", "drop view if exists people_new", "drop index if exists people_full_name",
            $"alter table people drop column {column}", "drop table if exists shape",
        ],
    };

    private static Walk Walk(string work) => new(
        "select coalesce(max(id), 0) as walk_end, count(*) as rows_total from people",
        """
        select max(id) as upto from (
          select id from people where id > cast(@after as integer) and id <= cast(@end as integer) order by id limit @size)
        """,
        work);
}
