using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>The process is dead: nothing may catch it, and nothing that is called afterwards answers.</summary>
internal sealed class ProcessDeathException() : Exception("The process was killed.");

/// <summary>What happens at the chosen call.</summary>
internal enum Fault
{
    /// <summary>Nothing; every call is counted.</summary>
    None,

    /// <summary>The connection is lost before the call is sent.</summary>
    LostBefore,

    /// <summary>The call is carried out and its answer lost.</summary>
    LostAnswer,

    /// <summary>The process dies before the call is sent.</summary>
    DeathBefore,

    /// <summary>The call is carried out and the process dies.</summary>
    DeathAfter,

    /// <summary>A lock is not granted.</summary>
    LockTimeout,

    /// <summary>Deadlock or serialization failure.</summary>
    Conflict,

    /// <summary>The statement takes too long.</summary>
    StatementTimeout,

    /// <summary>No space is left.</summary>
    DiskFull,

    /// <summary>The server takes no writes.</summary>
    ReadOnly,

    /// <summary>The process sleeps until its lease has expired and another has taken over; then it wakes up.</summary>
    Zombie,
}

/// <summary>When faults happen: each at one call to the database, counted through all processes that have the plan.</summary>
/// <param name="faults">The numbers of calls, and what happens at each.</param>
internal sealed class FaultPlan(IReadOnlyDictionary<int, Fault> faults)
{
    private readonly List<string> fired = [];
    private int calls;

    /// <summary>One fault.</summary>
    public FaultPlan(Fault fault, int at)
        : this(fault == Fault.None ? new Dictionary<int, Fault>() : new Dictionary<int, Fault> { [at] = fault })
    {
    }

    /// <summary>The fault that happened last.</summary>
    public Fault Last { get; private set; }

    /// <summary>Whether every call from the first chosen one on fails.</summary>
    public bool Lasting { get; init; }

    /// <summary>Whether calls neither fail nor count now.</summary>
    public bool Rests { get; set; }

    /// <summary>What the world does while the process sleeps.</summary>
    public Func<Task> WhileAsleep { get; set; } = () => Task.CompletedTask;

    /// <summary>How many faults happened.</summary>
    public int Count => fired.Count;

    /// <summary>Whether a fault happened.</summary>
    public bool Fired => Count > 0;

    /// <summary>In which calls, for messages.</summary>
    public string FiredIn => Fired ? string.Join("; ", fired) : "not fired";

    public bool IsDead { get; private set; }

    /// <summary>How many calls there were.</summary>
    public int Calls => calls;

    /// <summary>Another process goes on under the same plan.</summary>
    public void PassOn() => IsDead = false;

    /// <summary>Carries a call out, or not, as the plan says.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, string what)
    {
        if (IsDead)
        {
            throw new ProcessDeathException();
        }

        if (Rests)
        {
            return await call();
        }

        var number = Interlocked.Increment(ref calls);
        if (FaultAt(number) is not { } fault)
        {
            return await call();
        }

        Last = fault;
        fired.Add($"{fault} at call {number}: {(what.Length > 80 ? what[..80] : what).ReplaceLineEndings(" ")}");
        switch (fault)
        {
            case Fault.LostAnswer:
                _ = await call();
                throw Failure(FailureKind.ConnectionLost, what);
            case Fault.DeathAfter:
                _ = await call();
                IsDead = true;
                throw new ProcessDeathException();
            case Fault.DeathBefore:
                IsDead = true;
                throw new ProcessDeathException();
            case Fault.Zombie:
                await WhileAsleep();
                return await call();
            default:
                throw Failure(KindOf(fault), what);
        }
    }

    private Fault? FaultAt(int number) =>
        faults.TryGetValue(number, out var fault) ? fault
        : Lasting && faults.Keys.Min() is var first && number > first ? faults[first]
        : null;

    private static FailureKind KindOf(Fault fault) => fault switch
    {
        Fault.LockTimeout => FailureKind.LockTimeout,
        Fault.Conflict => FailureKind.Conflict,
        Fault.StatementTimeout => FailureKind.StatementTimeout,
        Fault.DiskFull => FailureKind.DiskFull,
        Fault.ReadOnly => FailureKind.ReadOnly,
        _ => FailureKind.ConnectionLost,
    };

    private static DatabaseException Failure(FailureKind kind, string what) => new(kind, $"A fault of the test in: {what}");
}

/// <summary>A database whose sessions fail as a plan says. Reading the schema is not counted: it holds no session of the runner's.</summary>
internal sealed class FaultyDatabase(IDatabase inner, FaultPlan plan, Mutation mutation) : IDatabase
{
    public string DisplayName => inner.DisplayName;

    public string SchemaName => inner.SchemaName;

    public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken) => inner.InspectAsync(cancellationToken);

    public Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken) => inner.ExamineAsync(inquiry, cancellationToken);

    public Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) => inner.FindOwnObjectsAsync(cancellationToken);

    public Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => plan.CallAsync<ISession>(
        async () => new FaultySession(await inner.OpenSessionAsync(cancellationToken), plan, mutation), "open");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A session that fails as a plan says; after a lost connection it answers nothing any more.</summary>
internal sealed class FaultySession(ISession inner, FaultPlan plan, Mutation mutation) : ISession
{
    private bool lost;

    public async Task<IReadOnlyList<SqlResult>> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions options, CancellationToken cancellationToken)
    {
        var results = new List<SqlResult>();
        foreach (var transaction in mutation.Transactions(statements))
        {
            results.AddRange(await CallAsync(() => inner.ApplyAsync(transaction, options, cancellationToken), What(transaction)));
        }

        return results;
    }

    public Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken) =>
        CallAsync(() => inner.QueryAsync(mutation.Statement(statement), cancellationToken), statement.Text);

    public Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions options, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            await inner.ExecuteAloneAsync(statement, options, cancellationToken);
            return true;
        },
        statement.Text);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static string What(IReadOnlyList<SqlStatement> statements) => statements[Math.Min(1, statements.Count - 1)].Text;

    private async Task<T> CallAsync<T>(Func<Task<T>> call, string what)
    {
        if (lost)
        {
            throw new DatabaseException(FailureKind.ConnectionLost, "The session was lost before.");
        }

        try
        {
            return await plan.CallAsync(call, what);
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
        {
            lost = true;
            throw;
        }
    }
}
