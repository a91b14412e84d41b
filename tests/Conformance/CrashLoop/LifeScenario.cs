using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>The lives of real migrations, planned and written by the product, as scenarios of a crash loop.</summary>
internal static class LifeScenario
{
    /// <summary>Start, roll back, start, complete, roll back, start, complete, sunset.</summary>
    public static IReadOnlyList<Act> WholeLife { get; } =
        [Act.Start, Act.Rollback, Act.Start, Act.Complete, Act.Rollback, Act.Start, Act.Complete, Act.Sunset];

    /// <summary>Start, complete, roll back and drop what was hidden.</summary>
    public static IReadOnlyList<Act> ShortLife { get; } = [Act.Start, Act.Complete, Act.Rollback, Act.Discard];

    /// <summary>Several constraints and shapes at once, so that every mode of a step is met.</summary>
    public static LifeCase Case { get; } = new("everything")
    {
        Setup =
        [
            "create table customers (id integer primary key, name text not null, status text default 'new')",
            "insert into customers values (1, 'Ada Lovelace', 'new'), (2, 'Alan Turing', 'old'), (3, 'Plato', 'new'), (4, 'Grace Hopper', null), (5, 'Emmy Noether', 'new')",
        ],
        Operations = """
          - split_column:
              table: customers
              column: name
              into:
                - name: first_name
                  type: text
                  nullable: false
                  up: { postgres: "split_part(name, ' ', 1)", sqlite: "substr(name, 1, instr(name || ' ', ' ') - 1)" }
                - name: last_name
                  type: text
                  up: { postgres: "nullif(split_part(name, ' ', 2), '')", sqlite: "nullif(substr(name, instr(name || ' ', ' ') + 1), '')" }
              down: "first_name || coalesce(' ' || last_name, '')"
          - rename_column: { table: customers, from: status, to: state }
          - create_index: { table: customers, name: customers_state, columns: [ { name: state } ] }
          - add_check: { table: customers, name: first_there, expression: "first_name <> ''" }
        """,
        More = "checks: { after: [ { name: all there, sql: \"select count(*) from customers\", expect: 5 } ] }\n",
        Writes = _ => [],
        OldQueries = [],
        NewQueries = [],
    };

    /// <summary>The scenario of a case.</summary>
    public static Scenario Of(LifeCase @case, Func<Task<ITestTarget>> fresh, IReadOnlyList<Act> acts) => new()
    {
        Fresh = async () =>
        {
            var target = await fresh();
            foreach (var sql in @case.Setup)
            {
                await target.ExecuteAsync(sql);
            }

            return new OwningDatabase(target);
        },
        PlanAsync = async database =>
        {
            var plan = await new Workspace(database).PlanAsync(MigrationParser.Parse($"{LifeWalk.MigrationId}.yaml", @case.File).Require(), default);
            return plan.HasErrors
                ? throw new Problems.TandemException([.. plan.Findings])
                : plan;
        },
        Drawn = @case.Drawn,
        Options = new RunnerOptions
        {
            FirstBatch = 3,
            SmallestBatch = 2,
            LargestBatch = 4,
            OldQuiet = TimeSpan.Zero,

            // The fault is at the k-th call; who looks beside the run would make it another one each time.
            LockSampleEvery = TimeSpan.Zero,
            OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
        },
        Acts = acts,
    };

    /// <summary>The database of a target, which goes with it.</summary>
    private sealed class OwningDatabase(ITestTarget target) : IDatabase
    {
        public string DisplayName => target.Database.DisplayName;

        public string SchemaName => target.Database.SchemaName;

        public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) => target.Database.ConnectAsync(cancellationToken);

        public Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken) => target.Database.InspectAsync(cancellationToken);

        public Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken) => target.Database.ExamineAsync(inquiry, cancellationToken);

        public Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) => target.Database.FindOwnObjectsAsync(cancellationToken);

        public Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => target.Database.OpenSessionAsync(cancellationToken);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }
}
