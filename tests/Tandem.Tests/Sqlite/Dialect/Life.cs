using System.Globalization;
using Shouldly;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>
/// Carries rendered steps out on a real file as a runner would, without a journal: the whole life of one migration. The
/// application's connections are others than the engine's, and the file is checked after every phase.
/// </summary>
internal sealed class Life : IDisposable
{
    private static readonly SqliteLimits Limits = new(TimeSpan.FromSeconds(5));
    private readonly SqliteTestFile file;
    private readonly SqliteFile engine;
    private readonly RenderContext context;
    private readonly MigrationDraft draft;
    private readonly SqliteDialect dialect = new(SqliteCapabilities.Current);

    public Life(SqliteTestFile file, TableChange change, int ordinal = 7, string migration = "0007_next")
        : this(file, new MigrationDraft([change], [], [], [], []), ordinal, migration)
    {
    }

    public Life(SqliteTestFile file, MigrationDraft draft, int ordinal = 7, string migration = "0007_next")
    {
        this.file = file;
        this.draft = draft;
        var schema = new DatabaseSchema("main", draft.Changes.Select(c => c.Before).OfType<Table>().OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList());
        context = new RenderContext(schema, migration, ordinal, "base") { Changes = draft.Changes };
        engine = SqliteFile.Open(file.Path, readOnly: false, TimeProvider.System);
        engine.Run("PRAGMA foreign_keys=ON", Limits);

        // Crashes of the machine are not what these tests are about.
        engine.Run("PRAGMA synchronous=OFF", Limits);
        file.Run("PRAGMA synchronous=OFF");
        engine.Run("CREATE TABLE IF NOT EXISTS tandem_objects (target TEXT, ordinal INTEGER, kind TEXT, name TEXT, table_name TEXT)", Limits);
        engine.Run("CREATE TABLE IF NOT EXISTS tandem_runs (target TEXT, migration TEXT, was_live INTEGER)", Limits);
        foreach (var statement in dialect.EngineDefinition)
        {
            engine.Run(statement.Text, Limits);
        }
    }

    public long Size { get; init; } = 3;

    public bool KeepOldVersion { get; init; }

    /// <summary>What applications do between two batches.</summary>
    public Action Between { get; init; } = () => { };

    public long Repaired { get; private set; }

    public long Quarantined { get; private set; }

    public void Start() => Run(Phase.Start);

    public void Restart() => Run(Phase.Restart);

    public void Complete() => Run(Phase.Complete);

    public void Rollback() => Run(Phase.Rollback);

    public void Revert() => Run(Phase.Revert);

    public void Sunset() => Run(Phase.Sunset);

    public void Discard() => Run(Phase.Discard);

    public IReadOnlyList<RenderedStep> Steps(Phase phase) =>
        PhaseSteps.All(draft).First(p => p.Phase == phase).Steps
            .SelectMany(s => dialect.Render(s, context with { KeepOldVersion = KeepOldVersion })).ToList();

    public void Run(Phase phase)
    {
        foreach (var step in Steps(phase))
        {
            Carry(step);
        }

        Check();
    }

    /// <summary>Fails unless both versions agree row by row; <paramref name="phase"/> says which one has the plain name.</summary>
    public void Agree(Phase phase = Phase.Complete)
    {
        var repaired = Repaired;
        Run(phase, s => s.Mode == StepMode.Verification);
        Repaired.ShouldBe(repaired);
    }

    /// <summary>Runs a phase's steps of these kinds only.</summary>
    public void Run(Phase phase, Func<RenderedStep, bool> which)
    {
        foreach (var step in Steps(phase).Where(which))
        {
            Carry(step);
        }
    }

    public void Carry(RenderedStep step)
    {
        foreach (var statement in step.Prologue)
        {
            engine.Run(statement, Limits);
        }

        try
        {
            switch (step.Mode)
            {
                case StepMode.Batches:
                    Walk(step.Walk!, Batch);
                    break;
                case StepMode.Verification:
                    Walk(step.Walk!, Compare);
                    break;
                case StepMode.Backup:
                    Walk(step.Walk!, (w, a) => Query(w.Work, a));
                    break;
                case StepMode.Checks:
                    foreach (var gate in step.Gates)
                    {
                        Convert.ToInt64(Query(gate.Sql).Rows[0][0], CultureInfo.InvariantCulture).ShouldBe(0L, step.Id);
                    }

                    foreach (var check in step.Checks)
                    {
                        Convert.ToString(Query(check.Sql).Rows[0][0], CultureInfo.InvariantCulture).ShouldBe(check.Expect, check.Name);
                    }

                    break;
                default:
                    Transaction(step);
                    break;
            }
        }
        finally
        {
            foreach (var statement in step.Epilogue)
            {
                engine.Run(statement, Limits);
            }
        }
    }

    /// <summary>What no phase may ever break.</summary>
    public void Check()
    {
        using var fresh = SqliteFile.Open(file.Path, readOnly: false, TimeProvider.System);
        foreach (var connection in new[] { engine, file.File, fresh })
        {
            connection.Run("PRAGMA integrity_check", Limits).Rows.Select(r => r[0]).ShouldBe(["ok"]);
            connection.Run("PRAGMA foreign_key_check", Limits).Rows.ShouldBeEmpty();
            connection.Run("PRAGMA writable_schema", Limits).Rows[0][0].ShouldBe(0L);
        }
    }

    public void Dispose() => engine.Dispose();

    private void Transaction(RenderedStep step) => InTransaction(() =>
    {
        foreach (var gate in step.Gates)
        {
            Gate(gate);
        }

        foreach (var statement in step.Statements)
        {
            Try(() => engine.Run(statement, Limits), statement);
        }

        foreach (var gate in step.FinalGates)
        {
            Gate(gate);
        }
    });

    private void Gate(Gate gate)
    {
        var count = Convert.ToInt64(Query(gate.Sql).Rows[0][0], CultureInfo.InvariantCulture);
        if (count != 0)
        {
            throw new GateException(gate.Code, gate.Message.Replace("{0}", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
    }

    private void Walk(Walk walk, Action<Walk, SqlArgument[]> chunk)
    {
        var end = Query(walk.Start).Text("walk_end") ?? "";
        for (var after = ""; ;)
        {
            SqlArgument[] cursors = [new("after", after), new("end", end), new("size", Size)];
            if (Query(walk.Next, cursors).Text("upto") is not { } upto)
            {
                return;
            }

            chunk(walk, [.. cursors, new("upto", upto)]);
            after = upto;
            Between();
        }
    }

    private void Batch(Walk walk, SqlArgument[] arguments) => InTransaction(() =>
    {
        foreach (var statement in walk.Before.Append(walk.Work).Concat(walk.Finish))
        {
            Query(statement, arguments);
        }
    });

    private void Compare(Walk walk, SqlArgument[] arguments)
    {
        var result = Query(walk.Work, arguments);
        Quarantined += result.Number("quarantined");
        if (result.Number("mismatched") == 0)
        {
            result.Number("source_sum").ShouldBe(result.Number("target_sum"));
            return;
        }

        Query(walk.Examples!, arguments).Rows.Count.ShouldBe((int)Math.Min(10, result.Number("mismatched")));
        Repaired += result.Number("mismatched");
        InTransaction(() =>
        {
            foreach (var statement in walk.Repair)
            {
                Query(statement, arguments);
            }
        });
        Query(walk.Work, arguments).Number("mismatched").ShouldBe(0);
    }

    private SqlResult Query(string sql, params SqlArgument[] arguments)
    {
        SqlResult? result = null;
        Try(() => result = engine.Run(new SqlStatement(sql, arguments), Limits), sql);
        return result!;
    }

    private static void Try(Action action, string sql)
    {
        try
        {
            action();
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Statement)
        {
            throw new InvalidOperationException($"{e.Message} in: {sql}", e);
        }
    }

    private void InTransaction(Action action)
    {
        engine.Run("BEGIN IMMEDIATE", Limits);
        try
        {
            action();
            engine.Run("COMMIT", Limits);
        }
        catch
        {
            engine.Run("ROLLBACK", Limits);
            throw;
        }
    }
}

/// <summary>A gate held.</summary>
internal sealed class GateException(string code, string message) : Exception($"{code}: {message}")
{
    public string Code { get; } = code;
}
