using System.Globalization;
using System.Text.Json;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Running.Locks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Sends one query; a session, or a session that connects again by itself.</summary>
internal delegate Task<SqlResult> Ask(SqlStatement query, CancellationToken cancellationToken);

/// <summary>Reads the journal. It installs nothing: where no journal is, nothing is read.</summary>
internal sealed class JournalReader(JournalStore store, Ask ask)
{
    private const string RunColumns =
        """
        migration, title, baseline, ordinal, place, state, phase, attempt, was_live, paused, request, failure_code, failure_message,
        file_hash, change_hash, plan_hash, old_version, tables_json, keeps_old, retain_seconds, actor, started_at, live_at, hidden_at, updated_at
        """;

    private const string EventColumns = "id, happened_at, actor, kind, migration, phase, step, epoch, detail";

    private const string BegunAnew = "(kind = 'phase_begun' and phase in ('start', 'restart'))";

    private readonly string prefix = store.Prefix;

    /// <summary>The value of a setting of the journal itself; null when it is not set or the journal is not there.</summary>
    public async Task<string?> MetaAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ask(new SqlStatement($"select value from {prefix}meta where name = @name", new SqlArgument("name", name)) { IsPlain = true }, cancellationToken)
                .ConfigureAwait(false);
            return result.Text("value");
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Statement)
        {
            // The one statement that may meet a database without the journal.
            return null;
        }
    }

    /// <summary>Whether the journal is there, in a format that this version understands.</summary>
    public async Task<bool> IsInstalledAsync(CancellationToken cancellationToken)
    {
        if (await MetaAsync("format", cancellationToken).ConfigureAwait(false) is not { } format)
        {
            return false;
        }

        var number = int.Parse(format, CultureInfo.InvariantCulture);
        return number <= JournalTables.Format
            ? true
            : throw new TandemException(
                ProblemCodes.JournalTooNew, $"The journal has format {number}; this version of Tandem knows formats up to {JournalTables.Format}.");
    }

    /// <summary>Everything but plans, events and chunks.</summary>
    public async Task<JournalView> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await IsInstalledAsync(cancellationToken).ConfigureAwait(false))
        {
            return JournalView.Empty;
        }

        var runs = await AllAsync($"select {RunColumns} from {prefix}runs where target = @target order by baseline desc, place, ordinal", Run, cancellationToken)
            .ConfigureAwait(false);
        var guards = await GuardsAsync(cancellationToken).ConfigureAwait(false);
        runs = runs.Select(r => r with { Guard = guards.FirstOrDefault(g => g.Migration == r.Migration) }).ToValueList();
        var active = runs.FirstOrDefault(r => r.UnderWay);
        var steps = active is { Phase: { } phase } ? await StepsAsync(active.Migration, phase, active.Attempt, cancellationToken).ConfigureAwait(false) : [];
        return new JournalView
        {
            Installed = true,
            Lease = await LeaseAsync(cancellationToken).ConfigureAwait(false),
            Runs = runs,
            Quality = await QualityAsync(cancellationToken).ConfigureAwait(false),
            Locks = await LocksAsync(null, cancellationToken).ConfigureAwait(false),
            Steps = steps,
            Throttled = steps.FirstOrDefault(s => s.Status == StepStatus.Running) is { } step ? await ThrottledAsync(step, cancellationToken).ConfigureAwait(false) : null,
        };
    }

    public async Task<LeaseRecord> LeaseAsync(CancellationToken cancellationToken)
    {
        var leases = await AllAsync(
            store.ReadLease(),
            r => new LeaseRecord(r.Text("holder"), r.Number("epoch"), Words.Time(r.Text("expires_at"))) { Tick = r.Number("tick"), IsHeld = r.Number("held") == 1 },
            cancellationToken).ConfigureAwait(false);
        return leases.Count > 0 ? leases[0] : new LeaseRecord("", 0, null);
    }

    /// <summary>The stored plan: all that a run needs to be resumed.</summary>
    public async Task<Plan> PlanAsync(string migration, CancellationToken cancellationToken)
    {
        var texts = await AllAsync(
            $"select plan_json from {prefix}runs where target = @target and migration = @migration",
            r => r.Text("plan_json"),
            cancellationToken,
            new SqlArgument("migration", migration)).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<Plan>(texts.Count == 0 ? "null" : texts[0], Fingerprint.Json) ?? throw new JsonException("no plan");
        }
        catch (JsonException e)
        {
            throw new TandemException(ProblemCodes.JournalDamaged, $"The stored plan of {migration} cannot be read.", e);
        }
    }

    /// <summary>The schema of a version as it was written down; null when it was not.</summary>
    public async Task<DatabaseSchema?> SchemaAsync(string version, CancellationToken cancellationToken)
    {
        var texts = await AllAsync(
            $"select schema_json from {prefix}runs where target = @target and migration = @migration",
            r => r.Text("schema_json"),
            cancellationToken,
            new SqlArgument("migration", version)).ConfigureAwait(false);
        try
        {
            return texts.Count == 0 || texts[0].Length == 0 ? null : JsonSerializer.Deserialize<DatabaseSchema>(texts[0], Fingerprint.Json);
        }
        catch (JsonException e)
        {
            throw new TandemException(ProblemCodes.JournalDamaged, $"The stored schema of {version} cannot be read.", e);
        }
    }

    public Task<ValueList<StepRecord>> StepsAsync(string migration, Phase phase, int attempt, CancellationToken cancellationToken) => AllAsync(
        $"""
        select number, step, status, epoch, walk_at, walk_begun, walk_end, rows_total, rows_done, batches, mismatched, quarantined,
          error_code, error_message, started_at, finished_at
        from {prefix}steps where target = @target and migration = @migration and phase = @phase and attempt = @attempt order by number
        """,
        r => Step(r, migration, phase, attempt),
        cancellationToken,
        new SqlArgument("migration", migration),
        new SqlArgument("phase", Words.Of(phase)),
        new SqlArgument("attempt", (long)attempt));

    /// <summary>The steps of a migration that were done, of all phases and attempts, in the order in which they were.</summary>
    public async Task<ValueList<StepRecord>> DoneStepsAsync(string migration, CancellationToken cancellationToken)
    {
        var attempts = await AllAsync(
            $"select distinct phase, attempt from {prefix}steps where target = @target and migration = @migration",
            r => (Phase: Words.Parse<Phase>(r.Text("phase")), Attempt: (int)r.Number("attempt")),
            cancellationToken,
            new SqlArgument("migration", migration)).ConfigureAwait(false);
        var steps = new List<StepRecord>();
        foreach (var (phase, attempt) in attempts)
        {
            steps.AddRange((await StepsAsync(migration, phase, attempt, cancellationToken).ConfigureAwait(false)).Where(s => s.Status == StepStatus.Done));
        }

        return steps.OrderBy(s => s.FinishedAt).ToValueList();
    }

    /// <summary>The number of the last attempt of a phase; 0 when it was never begun.</summary>
    public async Task<int> LastAttemptAsync(string migration, Phase phase, CancellationToken cancellationToken)
    {
        var attempts = await AllAsync(
            $"select coalesce(max(attempt), 0) as attempt from {prefix}steps where target = @target and migration = @migration and phase = @phase",
            r => (int)r.Number("attempt"),
            cancellationToken,
            new SqlArgument("migration", migration),
            new SqlArgument("phase", Words.Of(phase))).ConfigureAwait(false);
        return attempts[0];
    }

    /// <summary>What happened, oldest first; of one migration or of all.</summary>
    public Task<ValueList<JournalEntry>> EventsAsync(string? migration, CancellationToken cancellationToken) => AllAsync(
        $"select {EventColumns} from {prefix}events where target = @target and (@migration = '' or migration = @migration) order by id",
        Event,
        cancellationToken,
        new SqlArgument("migration", migration ?? ""));

    /// <summary>What was decided about objects that somebody changed, oldest first.</summary>
    public async Task<IEnumerable<DriftChoice>> ChoicesAsync(CancellationToken cancellationToken) => (await AllAsync(
        $"select {EventColumns} from {prefix}events where target = @target and kind in ('{DriftRecord.Ignored}', '{DriftRecord.Reverting}') order by id",
        Event,
        cancellationToken).ConfigureAwait(false)).Select(DriftRecord.Read);

    /// <summary>What a step is paced by since it was last taken up, or null.</summary>
    private async Task<JournalEntry?> ThrottledAsync(StepRecord step, CancellationToken cancellationToken)
    {
        var last = await AllAsync(
            $"""
            select {EventColumns} from {prefix}events where target = @target and migration = @migration and step = @step and epoch = @epoch
              and kind in ('{Throttle.Begins}', '{Throttle.Ends}', '{WindowHold.Held}', '{WindowHold.Released}') order by id desc limit 1
            """,
            Event,
            cancellationToken,
            new SqlArgument("migration", step.Migration),
            new SqlArgument("step", step.Id),
            new SqlArgument("epoch", step.Epoch)).ConfigureAwait(false);
        return last is [{ Kind: Throttle.Begins or WindowHold.Held } entry] ? entry : null;
    }

    /// <summary>The conditions that were met and that nobody has answered since.</summary>
    private Task<ValueList<JournalEntry>> GuardsAsync(CancellationToken cancellationToken) => AllAsync(
        $"""
        select {EventColumns} from {prefix}events where target = @target and kind = '{GuardWords.Fired}' and id in (
          select max(id) from {prefix}events where target = @target and (kind in ('{GuardWords.Fired}', '{GuardWords.Released}') or {BegunAnew}) group by migration)
        """,
        Event,
        cancellationToken);

    /// <summary>The conditions that a person left out since the migration was started.</summary>
    public async Task<IEnumerable<string>> LiftedAsync(string migration, CancellationToken cancellationToken)
    {
        var entries = await SinceStartAsync(GuardWords.Lifted, migration, cancellationToken).ConfigureAwait(false);
        return entries.Select(e => JsonDocument.Parse(e.Detail).RootElement.GetProperty("name").GetString()!);
    }

    /// <summary>What the locks of steps cost since a migration was begun the last time, oldest first; of all migrations without an id.</summary>
    public Task<ValueList<JournalEntry>> LocksAsync(string? migration, CancellationToken cancellationToken) => AllAsync(
        $"""
        select {EventColumns} from {prefix}events e where target = @target and kind = '{LockCosts.Kind}' and (@migration = '' or migration = @migration)
          and id > (select coalesce(max(b.id), 0) from {prefix}events b where b.target = @target and b.migration = e.migration and b.kind = 'phase_begun' and b.phase in ('start', 'restart'))
        order by id
        """,
        Event,
        cancellationToken,
        new SqlArgument("migration", migration ?? ""));

    private Task<ValueList<JournalEntry>> QualityAsync(CancellationToken cancellationToken) => AllAsync(
        $"""
        select {EventColumns} from {prefix}events where target = @target and kind = '{ColumnQuality.Drifted}' and id in (
          select max(id) from {prefix}events where target = @target and (kind = '{ColumnQuality.Drifted}' or {BegunAnew}) group by migration)
        order by id
        """,
        Event,
        cancellationToken);

    /// <summary>Entries of a kind since a migration was begun the last time, oldest first.</summary>
    public Task<ValueList<JournalEntry>> SinceStartAsync(string kind, string migration, CancellationToken cancellationToken) => AllAsync(
        $"""
        select {EventColumns} from {prefix}events where target = @target and migration = @migration and kind = @kind
          and id > (select coalesce(max(id), 0) from {prefix}events where target = @target and migration = @migration and {BegunAnew}) order by id
        """,
        Event,
        cancellationToken,
        new SqlArgument("kind", kind),
        new SqlArgument("migration", migration));

    /// <summary>How long a migration has blocked others since it was begun the last time.</summary>
    public async Task<TimeSpan> BlockedAsync(string migration, CancellationToken cancellationToken) =>
        Sum(await LocksAsync(migration, cancellationToken).ConfigureAwait(false));

    /// <summary>How long runs on any target of this journal have blocked others since a moment.</summary>
    public async Task<TimeSpan> BlockedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => Sum(await AllAsync(
        $"select {EventColumns} from {prefix}events where kind = '{LockCosts.Kind}' and happened_at >= @since order by target, id",
        Event,
        cancellationToken,
        new SqlArgument("since", Words.Stamp(since))).ConfigureAwait(false));

    private static TimeSpan Sum(ValueList<JournalEntry> entries) =>
        entries.Aggregate(TimeSpan.Zero, (sum, entry) => sum + (LockCosts.Read(entry).Blocked ?? TimeSpan.Zero));

    /// <summary>The chunks of a migration's walks, in the order in which they were done.</summary>
    public Task<ValueList<LedgerRecord>> LedgerAsync(string migration, CancellationToken cancellationToken) => AllAsync(
        $"""
        select phase, attempt, step, pass, chunk_from, chunk_to, happened_at, row_count, source_sum, target_sum, mismatched
        from {prefix}ledger where target = @target and migration = @migration order by happened_at, phase, attempt, step, pass, number
        """,
        r => new LedgerRecord(migration, Words.Parse<Phase>(r.Text("phase")), (int)r.Number("attempt"), r.Text("step"), r.Text("chunk_from"), r.Text("chunk_to"))
        {
            Pass = (int)r.Number("pass"), At = Words.Time(r.Text("happened_at"))!.Value, Rows = r.Number("row_count"),
            SourceSum = r.Text("source_sum"), TargetSum = r.Text("target_sum"), Mismatched = r.Number("mismatched"),
        },
        cancellationToken,
        new SqlArgument("migration", migration));

    /// <summary>Of the rows that a migration's backfills wrote, where they were asked to keep them, the next behind this one, in the order of their key.</summary>
    public Task<ValueList<LedgerRow>> LedgerRowsAsync(string migration, LedgerRow? after, int most, CancellationToken cancellationToken) => AllAsync(
        $"""
        select phase, attempt, step, row_key, before_hash, after_hash from {prefix}ledger_rows where target = @target and migration = @migration
          and (phase, attempt, step, row_key) > (@phase, @attempt, @step, @key) order by phase, attempt, step, row_key limit @most
        """,
        r => new LedgerRow(Words.Parse<Phase>(r.Text("phase")), (int)r.Number("attempt"), r.Text("step"), r.Text("row_key"), r.Text("before_hash"), r.Text("after_hash")),
        cancellationToken,
        new SqlArgument("migration", migration),
        new SqlArgument("phase", after is null ? "" : Words.Of(after.Phase)), new SqlArgument("attempt", (long)(after?.Attempt ?? 0)),
        new SqlArgument("step", after?.Step ?? ""), new SqlArgument("key", after?.Key ?? ""), new SqlArgument("most", (long)most));

    /// <summary>The signed approvals of a migration.</summary>
    public Task<ValueList<ApprovalRecord>> ApprovalsAsync(string migration, CancellationToken cancellationToken) => AllAsync(
        $"select plan_hash, approver, key_id, signature, happened_at from {prefix}approvals where target = @target and migration = @migration order by approver, plan_hash",
        r => new ApprovalRecord(migration, r.Text("plan_hash"), r.Text("approver"), r.Text("key_id"), r.Text("signature"), Words.Time(r.Text("happened_at"))!.Value),
        cancellationToken,
        new SqlArgument("migration", migration));

    private static JournalEntry Event(Row row) =>
        new(row.Number("id"), Words.Time(row.Text("happened_at"))!.Value, row.Text("actor"), row.Text("kind"), row.Text("migration"), row.Text("detail"))
        {
            Phase = Words.ParseOrNull<Phase>(row.Text("phase")), Step = row.Text("step"), Epoch = row.Number("epoch"),
        };

    private static RunRecord Run(Row row) => new()
    {
        Migration = row.Text("migration"),
        Title = row.Text("title"),
        IsBaseline = row.Number("baseline") != 0,
        Ordinal = (int)row.Number("ordinal"),
        Position = row.Number("place"),
        State = Words.Parse<RunState>(row.Text("state")),
        Phase = Words.ParseOrNull<Phase>(row.Text("phase")),
        Attempt = (int)row.Number("attempt"),
        WasLive = row.Number("was_live") != 0,
        Paused = row.Number("paused") != 0,
        Request = Words.Parse<RunRequest>(row.Text("request")),
        FailureCode = row.TextOrNull("failure_code"),
        FailureMessage = row.TextOrNull("failure_message"),
        FileHash = row.Text("file_hash"),
        ChangeHash = row.Text("change_hash"),
        PlanHash = row.Text("plan_hash"),
        OldVersion = row.Text("old_version"),
        Tables = JsonSerializer.Deserialize<ValueList<string>>(row.Text("tables_json"), Fingerprint.Json) ?? [],
        KeepsOld = row.Number("keeps_old") != 0,
        Retain = TimeSpan.FromSeconds(row.Number("retain_seconds")),
        Actor = row.Text("actor"),
        StartedAt = Words.Time(row.Text("started_at")),
        LiveAt = Words.Time(row.Text("live_at")),
        HiddenAt = Words.Time(row.Text("hidden_at")),
        UpdatedAt = Words.Time(row.Text("updated_at")),
    };

    private static StepRecord Step(Row row, string migration, Phase phase, int attempt) =>
        new(migration, phase, attempt, (int)row.Number("number"), row.Text("step"))
        {
            Status = Words.Parse<StepStatus>(row.Text("status")),
            Epoch = row.Number("epoch"),
            Cursor = row.Text("walk_at"),
            WalkEnd = row.Number("walk_begun") == 0 ? null : row.Text("walk_end"),
            RowsTotal = row.Number("rows_total"),
            RowsDone = row.Number("rows_done"),
            Batches = row.Number("batches"),
            Mismatched = row.Number("mismatched"),
            Quarantined = row.Number("quarantined"),
            ErrorCode = row.TextOrNull("error_code"),
            ErrorMessage = row.TextOrNull("error_message"),
            StartedAt = Words.Time(row.Text("started_at")),
            FinishedAt = Words.Time(row.Text("finished_at")),
        };

    private Task<ValueList<T>> AllAsync<T>(string text, Func<Row, T> read, CancellationToken cancellationToken, params SqlArgument[] arguments) =>
        AllAsync(store.Sql(text, arguments), read, cancellationToken);

    private async Task<ValueList<T>> AllAsync<T>(SqlStatement query, Func<Row, T> read, CancellationToken cancellationToken)
    {
        var result = await ask(query, cancellationToken).ConfigureAwait(false);
        var columns = result.Columns.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index, StringComparer.Ordinal);
        return result.Rows.Select(values => read(new Row(columns, values))).ToValueList();
    }

    private readonly record struct Row(Dictionary<string, int> Columns, object?[] Values)
    {
        public string Text(string column) => Convert.ToString(Values[Columns[column]], CultureInfo.InvariantCulture) ?? "";

        public string? TextOrNull(string column) => Text(column) is { Length: > 0 } text ? text : null;

        public long Number(string column) => Convert.ToInt64(Values[Columns[column]], CultureInfo.InvariantCulture);
    }
}
