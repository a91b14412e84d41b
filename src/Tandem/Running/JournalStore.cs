using System.Text.Json;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// The journal as statements. It never sends them: what happens to the database and what is remembered of it go into
/// one transaction, so the runner puts these beside a step's own statements. What is told of times goes by this process's
/// clock; who holds the lease goes by the database's, since the clocks of two runners may be hours apart.
/// </summary>
internal sealed class JournalStore(string prefix, string clock, string target, string actor, TimeProvider time)
{
    public string Prefix => prefix;

    public string Target => target;

    public TimeProvider Time => time;

    private string Now => Words.Stamp(time.GetUtcNow());

    /// <summary>A statement about this target.</summary>
    public SqlStatement Sql(string text, params IReadOnlyList<SqlArgument> arguments) =>
        new(text, [new SqlArgument("target", target), .. arguments]) { IsPlain = true };

    /// <summary>The tables, in a database that may have them already.</summary>
    public IReadOnlyList<SqlStatement> Install(IDialect dialect) =>
    [
        .. dialect.EngineDefinition,
        .. JournalTables.Definition(prefix).Select(text => new SqlStatement(text)),
        SetMeta("format", Text(JournalTables.Format)),
        SetMeta("engine", EngineHash(dialect)),
    ];

    /// <summary>Tells whether what the engine owns, the journal's tables among it, is that of this version.</summary>
    public static string EngineHash(IDialect dialect) =>
        Fingerprint.Of(dialect.EngineDefinition.Select(s => s.Text).Concat(JournalTables.Definition(dialect.JournalPrefix)).ToValueList());

    public SqlStatement MakeLeaseRow() => Sql(
        $"insert into {prefix}lease (target, holder, epoch, tick, expires_at) values (@target, '', 0, 0, '') on conflict (target) do nothing");

    /// <summary>Takes a free, expired or own lease; the epoch fences everyone who held it before.</summary>
    /// <param name="holder">Who takes it.</param>
    /// <param name="expiry">For how long.</param>
    /// <param name="still">A lease that was not renewed while somebody watched for as long as it lasts, or null: it is free whatever the clock says.</param>
    public SqlStatement TakeLease(string holder, TimeSpan expiry, LeaseRecord? still) => Sql(
        $"""
        update {prefix}lease set holder = @holder, epoch = epoch + 1, tick = 0, expires_at = {After(expiry)}
        where target = @target and (holder = '' or holder = @holder or expires_at < {After(TimeSpan.Zero)}
          or (epoch = @epoch and tick = @tick and expires_at = @still))
        """,
        new SqlArgument("holder", holder),
        new SqlArgument("epoch", still?.Epoch ?? -1),
        new SqlArgument("tick", still?.Tick ?? -1),
        new SqlArgument("still", still?.ExpiresAt is { } at ? Words.Stamp(at) : "never")) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.AnotherRunner.Id, "Another runner is at work on this target."),
    };

    /// <summary>
    /// The first statement of every transaction of a runner: it holds only for the newest holder of the lease, and only
    /// once for each serial number, so that a transaction whose answer was lost is never carried out twice.
    /// </summary>
    public SqlStatement Fence(LeaseRecord lease, long serial, TimeSpan expiry) => Sql(
        $"""
        update {prefix}lease set tick = @serial, expires_at = {After(expiry)}
        where target = @target and epoch = @epoch and holder = @holder and tick = @tick
        """,
        new SqlArgument("serial", serial),
        new SqlArgument("epoch", lease.Epoch),
        new SqlArgument("holder", lease.Holder),
        new SqlArgument("tick", lease.Tick)) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.LostLease.Id, "Another runner has taken over; this one stops and changes nothing."),
    };

    /// <summary>
    /// Fences whoever works on a part of a walk for an earlier holder: it waits for the transaction that is under way there, and
    /// what comes after it is not for that holder any more. In one transaction with <see cref="TakeLease"/>.
    /// </summary>
    public SqlStatement TakeParts() => Sql(
        $"update {prefix}parts set epoch = (select l.epoch from {prefix}lease l where l.target = @target) where target = @target");

    /// <summary>Renews the lease beside the holder's transactions.</summary>
    public SqlStatement Renew(LeaseRecord lease, TimeSpan expiry) => Sql(
        $"update {prefix}lease set expires_at = {After(expiry)} where target = @target and epoch = @epoch and holder = @holder",
        new SqlArgument("epoch", lease.Epoch),
        new SqlArgument("holder", lease.Holder)) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.LostLease.Id, "Another runner has taken over; this one stops and changes nothing."),
    };

    /// <summary>Reads the lease, and whether it is held now.</summary>
    public SqlStatement ReadLease() => Sql(
        $"""
        select holder, epoch, tick, expires_at, case when holder <> '' and expires_at > {After(TimeSpan.Zero)} then 1 else 0 end as held
        from {prefix}lease where target = @target
        """);

    public SqlStatement ReleaseLease(LeaseRecord lease) => Sql(
        $"update {prefix}lease set holder = '', expires_at = '' where target = @target and epoch = @epoch and holder = @holder",
        new SqlArgument("epoch", lease.Epoch),
        new SqlArgument("holder", lease.Holder));

    /// <summary>Makes writers of the journal who hold no lease wait for each other and for the runner.</summary>
    public SqlStatement LockLeaseRow() => Sql($"update {prefix}lease set tick = tick where target = @target");

    /// <summary>Writes a run anew, with its plan.</summary>
    public SqlStatement PutRun(Plan plan, long place) => PutRun(Of(plan, place), JsonSerializer.Serialize(plan, Fingerprint.Json), schema: "", plan.Fingerprint);

    /// <summary>Writes a run that is done without having been carried out: what it says was there.</summary>
    public SqlStatement PutAdopted(Plan plan, long place, DatabaseSchema? schema) =>
        PutRun(Of(plan, place) with { State = RunState.Done }, JsonSerializer.Serialize(plan, Fingerprint.Json), Written(schema), plan.Fingerprint);

    /// <summary>Writes the record of the schema before the first migration.</summary>
    public SqlStatement PutBaseline(string name, DatabaseSchema schema) => PutRun(
        new RunRecord { Migration = name, Title = "The schema before the first migration", IsBaseline = true, State = RunState.Done },
        plan: "",
        JsonSerializer.Serialize(schema, Fingerprint.Json),
        Fingerprint.Marked(schema));

    /// <summary>Writes down the schema of a version; null when it could not be looked at.</summary>
    public SqlStatement SetSchema(string version, DatabaseSchema? schema) =>
        SetRun(version, "schema_json", Written(schema));

    /// <summary>A phase begins: from here on it is under way until it is done or another takes its place.</summary>
    public SqlStatement BeginPhase(string migration, Phase phase, int attempt, RunState state) => Sql(
        $"""
        update {prefix}runs set phase = @phase, attempt = @attempt, state = @state, paused = 0, request = 'none',
          failure_code = '', failure_message = '', updated_at = @now
        where target = @target and migration = @migration
        """,
        new SqlArgument("phase", Words.Of(phase)),
        new SqlArgument("attempt", (long)attempt),
        new SqlArgument("state", Words.Of(state)),
        new SqlArgument("now", Now),
        new SqlArgument("migration", migration)) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.UnknownMigration.Id, $"The journal does not know {migration}."),
    };

    /// <summary>A phase is over.</summary>
    public SqlStatement EndPhase(string migration, RunState state) => Sql(
        $"""
        update {prefix}runs set phase = '', state = @state, paused = 0, request = 'none', failure_code = '', failure_message = '',
          was_live = case when @state = 'live' then 1 else was_live end,
          live_at = case when @state = 'live' and live_at = '' then @now else live_at end,
          hidden_at = case when @state in ('retired', 'undone') then @now when @state = 'live' then '' else hidden_at end,
          updated_at = @now
        where target = @target and migration = @migration
        """,
        new SqlArgument("state", Words.Of(state)),
        new SqlArgument("now", Now),
        new SqlArgument("migration", migration));

    /// <summary>Writes the plan anew, with the phase that begins as it will be carried out.</summary>
    public SqlStatement SetPlan(Plan plan) => SetRun(plan.Migration, "plan_json", JsonSerializer.Serialize(plan, Fingerprint.Json));

    public SqlStatement SetState(string migration, RunState state) => SetRun(migration, "state", Words.Of(state));

    /// <summary>The new version is seen by applications from this transaction on.</summary>
    public SqlStatement MarkLive(string migration) => SetRun(migration, "was_live", 1L);

    public SqlStatement SetPlace(string migration, long place) => SetRun(migration, "place", place);

    public SqlStatement SetKeepsOld(string migration, bool keeps) => SetRun(migration, "keeps_old", keeps ? 1L : 0L);

    public SqlStatement SetRequest(string migration, RunRequest request) => SetRun(migration, "request", Words.Of(request));

    public SqlStatement ReadRequest(string migration) => Sql(
        $"select request from {prefix}runs where target = @target and migration = @migration", new SqlArgument("migration", migration));

    public SqlStatement SetPaused(string migration, bool paused) => Sql(
        $"update {prefix}runs set paused = @paused, request = 'none', updated_at = @now where target = @target and migration = @migration",
        new SqlArgument("paused", paused ? 1L : 0L),
        new SqlArgument("now", Now),
        new SqlArgument("migration", migration));

    /// <summary>Writes down, or with null wipes out, the problem a run stopped with.</summary>
    public SqlStatement SetFailure(string migration, Problem? problem) => Sql(
        $"""
        update {prefix}runs set failure_code = @code, failure_message = @message, updated_at = @now
        where target = @target and migration = @migration
        """,
        new SqlArgument("code", problem?.Code.Id ?? ""),
        new SqlArgument("message", problem?.Message ?? ""),
        new SqlArgument("now", Now),
        new SqlArgument("migration", migration));

    public SqlStatement Event(string kind, string migration, Phase? phase, string step, long epoch, string detail) => Sql(
        $"""
        insert into {prefix}events (target, id, happened_at, actor, kind, migration, phase, step, epoch, detail)
        select @target, coalesce(max(id), 0) + 1, @now, @actor, @kind, @migration, @phase, @step, @epoch, @detail
        from {prefix}events where target = @target
        """,
        new SqlArgument("now", Now),
        new SqlArgument("actor", actor),
        new SqlArgument("kind", kind),
        new SqlArgument("migration", migration),
        new SqlArgument("phase", phase is { } p ? Words.Of(p) : ""),
        new SqlArgument("step", step),
        new SqlArgument("epoch", epoch),
        new SqlArgument("detail", detail));

    /// <summary>Forgets what rows held that were reconciled: nothing of the migration can be taken back any more.</summary>
    public SqlStatement ForgetReconciled(int ordinal) => Sql(
        $"delete from {prefix}images where target = @target and ordinal = @ordinal and number < 0", new SqlArgument("ordinal", (long)ordinal));

    public SqlStatement PutApproval(ApprovalRecord approval) => Sql(
        $"""
        insert into {prefix}approvals (target, migration, plan_hash, approver, key_id, signature, happened_at)
        values (@target, @migration, @hash, @approver, @key, @signature, @at)
        on conflict (target, migration, plan_hash, approver)
        do update set key_id = excluded.key_id, signature = excluded.signature, happened_at = excluded.happened_at
        """,
        new SqlArgument("migration", approval.Migration),
        new SqlArgument("hash", approval.PlanHash),
        new SqlArgument("approver", approval.Approver),
        new SqlArgument("key", approval.KeyId),
        new SqlArgument("signature", approval.Signature),
        new SqlArgument("at", Words.Stamp(approval.At)));

    // A number of the engine's own, written out: each database has its own way to add a number of seconds to a time.
    private string After(TimeSpan span) =>
        clock.Replace("{0}", span.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static RunRecord Of(Plan plan, long place) => new()
    {
        Migration = plan.Migration, Title = plan.Title, Ordinal = plan.Ordinal, Position = place, FileHash = plan.FileHash,
        ChangeHash = plan.ChangeHash, PlanHash = plan.PlanHash, OldVersion = plan.OldVersion, Tables = StackRules.TablesOf(plan),
        Retain = plan.Retain,
    };

    private static string Written(DatabaseSchema? schema) => schema is null ? "" : JsonSerializer.Serialize(schema, Fingerprint.Json);

    private SqlStatement SetMeta(string name, string value) => new(
        $"insert into {prefix}meta (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value",
        new SqlArgument("name", name),
        new SqlArgument("value", value));

    private SqlStatement SetRun(string migration, string column, object value) => Sql(
        $"update {prefix}runs set {column} = @value, updated_at = @now where target = @target and migration = @migration",
        new SqlArgument("value", value),
        new SqlArgument("now", Now),
        new SqlArgument("migration", migration));

    private SqlStatement PutRun(RunRecord run, string plan, string schema, string fingerprint)
    {
        string[] columns =
        [
            "title", "baseline", "ordinal", "place", "state", "phase", "attempt", "was_live", "paused", "request", "failure_code",
            "failure_message", "file_hash", "change_hash", "plan_hash", "old_version", "tables_json", "keeps_old", "retain_seconds",
            "actor", "started_at", "live_at", "hidden_at", "updated_at", "plan_json", "schema_json", "fingerprint",
        ];
        object[] values =
        [
            run.Title, run.IsBaseline ? 1L : 0L, (long)run.Ordinal, run.Position, Words.Of(run.State), "", 0L, 0L, 0L, "none", "",
            "", run.FileHash, run.ChangeHash, run.PlanHash, run.OldVersion, JsonSerializer.Serialize(run.Tables, Fingerprint.Json), 0L,
            (long)run.Retain.TotalSeconds, actor, Now, "", "", Now, plan, schema, fingerprint,
        ];
        return Sql(
            $"""
            insert into {prefix}runs (target, migration, {string.Join(", ", columns)})
            values (@target, @migration, {string.Join(", ", columns.Select(c => "@" + c))})
            on conflict (target, migration) do update set {string.Join(", ", columns.Select(c => $"{c} = excluded.{c}"))}
            """,
            [new SqlArgument("migration", run.Migration), .. columns.Zip(values, (column, value) => new SqlArgument(column, value))]);
    }
}
