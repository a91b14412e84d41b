using System.Collections.Frozen;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Sandboxes;

/// <summary>Carries scripts out in a copy and measures what they do.</summary>
internal sealed class PostgresScriptTrial(PostgresDatabase copy, CancellationToken cancellationToken)
{
    // Without rows a script is over at once, unless it waits for something that never comes.
    private static readonly ApplyOptions Options = new() { LockTimeout = TimeSpan.FromSeconds(5), StatementTimeout = TimeSpan.FromMinutes(1) };

    private static readonly string[] Levels =
    [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock",
        "ExclusiveLock", "AccessExclusiveLock",
    ];

    // Statements that can change what belongs to the whole server, or carry out code that does.
    private static readonly FrozenSet<string> MayBeServerWide = FrozenSet.Create(StringComparer.Ordinal, "create", "alter", "drop", "grant", "revoke", "comment", "reassign", "do");

    /// <summary>All scripts in order; the way back of each is tried right behind it, and undone.</summary>
    public async Task<SandboxReport> RunAsync(ValueList<RawScript> scripts, ValueList<string> lacking)
    {
        var schema = await copy.InspectAsync(cancellationToken).ConfigureAwait(false);
        var before = await ObjectsAsync().ConfigureAwait(false);
        var effects = new List<ScriptEffect>();
        foreach (var script in scripts)
        {
            var (run, inTransaction) = await CarryOutAsync(script.Up, script.Transaction, keep: true).ConfigureAwait(false);
            var after = await ObjectsAsync().ConfigureAwait(false);
            var effect = Compare(before, after) with
            {
                UpInTransaction = inTransaction, Locks = run.Locks, Touched = run.Touched, Rewritten = run.Rewritten, Failure = run.Failure, FailedOnRows = run.IsOnRows, OutlastsCopy = run.Outlasts,
            };
            effects.Add(run.Failure is null && script.Down is { } down ? await RevertAsync(effect, script, down, before).ConfigureAwait(false) : effect);
            if (run.Failure is not null)
            {
                return new SandboxReport(effects.ToValueList(), null, lacking) { Before = schema };
            }

            before = after;
        }

        return new SandboxReport(effects.ToValueList(), await copy.InspectAsync(cancellationToken).ConfigureAwait(false), lacking) { Before = schema };
    }

    private async Task<ScriptEffect> RevertAsync(ScriptEffect effect, RawScript script, string down, IReadOnlyDictionary<string, string> before)
    {
        var (run, inTransaction) = await CarryOutAsync(down, script.Transaction, keep: false).ConfigureAwait(false);
        effect = effect with { DownInTransaction = inTransaction, DownLocks = run.Locks, DownFailure = run.Failure, DownFailedOnRows = run.IsOnRows };
        if (run.Failure is not null)
        {
            return effect;
        }

        var difference = Compare(before, run.Objects ?? await ObjectsAsync().ConfigureAwait(false));
        if (!inTransaction)
        {
            // It could not be undone, so what it took back is carried out again for the scripts behind.
            _ = await CarryOutAsync(script.Up, script.Transaction, keep: true).ConfigureAwait(false);
        }

        return effect with
        {
            NotRestored = [.. difference.Created.Select(o => $"{o} (left over)"), .. difference.Changed.Select(o => $"{o} (different)"), .. difference.Dropped.Select(o => $"{o} (missing)")],
        };
    }

    private Task<IReadOnlyDictionary<string, string>> ObjectsAsync() => PostgresCopy.ObjectsAsync(copy, all: true, cancellationToken);

    private static ScriptEffect Compare(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) => new()
    {
        Created = Sorted(after.Keys.Where(k => !before.ContainsKey(k))),
        Changed = Sorted(after.Where(a => before.TryGetValue(a.Key, out var was) && was != a.Value).Select(a => a.Key)),
        Dropped = Sorted(before.Keys.Where(k => !after.ContainsKey(k))),
    };

    // The server says what it does not take in a transaction; the transaction is gone then, and the copy as before.
    private async Task<(Outcome Run, bool InTransaction)> CarryOutAsync(string text, bool? transaction, bool keep)
    {
        var statements = PostgresText.Split(text);
        if (ScriptSql.Refused(text) is { } reason)
        {
            return (new Outcome($"It holds {reason}.", ""), true);
        }

        if (transaction != false)
        {
            var run = await InTransactionAsync(statements, keep).ConfigureAwait(false);
            if (!IsOutside(run.State) || transaction == true)
            {
                return (run, true);
            }
        }

        return (await AloneAsync(statements).ConfigureAwait(false), false);
    }

    private async Task<Outcome> InTransactionAsync(IReadOnlyList<string> statements, bool keep)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var before = await RelationsAsync(connection).ConfigureAwait(false);
            await SendAsync(connection, "begin").ConfigureAwait(false);
            await SendAsync(connection, Settings(local: true)).ConfigureAwait(false);
            var sent = "";
            try
            {
                foreach (var statement in statements)
                {
                    sent = statement;
                    await SendAsync(connection, statement).ConfigureAwait(false);
                }

                // With the rights that the copy was made with, whatever the script has set.
                await SendAsync(connection, "reset session authorization").ConfigureAwait(false);
                await SendAsync(connection, "reset role").ConfigureAwait(false);
                var locks = await QueryAsync(connection, "sandbox_locks").ConfigureAwait(false);
                var after = await RelationsAsync(connection).ConfigureAwait(false);
                sent = "";
                await SendAsync(connection, "set constraints all immediate").ConfigureAwait(false);
                if (keep && await PostgresServerWide.ChangedAsync(connection, cancellationToken).ConfigureAwait(false) is { } changed)
                {
                    await SendAsync(connection, "rollback").ConfigureAwait(false);
                    return Outcome.OutlastsCopy(changed);
                }

                var objects = keep ? null : await PostgresCopy.ObjectsAsync(connection, copy.SchemaName, cancellationToken).ConfigureAwait(false);
                await SendAsync(connection, keep ? "commit" : "rollback").ConfigureAwait(false);
                return Measure(before, after, locks) with { Objects = objects };
            }
            catch (PostgresException e) when (IsOfTheScript(e))
            {
                return new Outcome(PostgresErrors.Describe(e, sent), e.SqlState);
            }
        }
    }

    private async Task<Outcome> AloneAsync(IReadOnlyList<string> statements)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var before = await RelationsAsync(connection).ConfigureAwait(false);
            await SendAsync(connection, Settings(local: false)).ConfigureAwait(false);
            foreach (var statement in statements)
            {
                try
                {
                    if (await OutlastsAsync(connection, statement).ConfigureAwait(false) is { } changed)
                    {
                        return Outcome.OutlastsCopy(changed);
                    }
                }
                catch (PostgresException e) when (IsOfTheScript(e))
                {
                    return new Outcome(PostgresErrors.Describe(e, statement), e.SqlState);
                }
            }

            return Measure(before, await RelationsAsync(connection).ConfigureAwait(false), null);
        }
    }

    // What can be undone is looked at before it is for good. What runs in no transaction is told by its words.
    private async Task<string?> OutlastsAsync(NpgsqlConnection connection, string statement)
    {
        if (MayBeServerWide.Contains(PostgresText.FirstWord(statement)))
        {
            try
            {
                await SendAsync(connection, "begin").ConfigureAwait(false);
                await SendAsync(connection, statement).ConfigureAwait(false);
                var changed = await PostgresServerWide.ChangedAsync(connection, cancellationToken).ConfigureAwait(false);
                await SendAsync(connection, changed is null ? "commit" : "rollback").ConfigureAwait(false);
                return changed;
            }
            catch (PostgresException e) when (IsOutside(e.SqlState))
            {
                await SendAsync(connection, "rollback").ConfigureAwait(false);
            }
        }

        var named = PostgresServerWide.Named(statement);
        if (named is null)
        {
            await SendAsync(connection, statement).ConfigureAwait(false);
        }

        return named;
    }

    private static bool IsOutside(string state) => state is "25001" or "55P04" or "2D000";

    private static bool IsOfTheScript(PostgresException e) =>
        PostgresErrors.KindOf(e.SqlState) is not (FailureKind.ConnectionLost or FailureKind.DiskFull or FailureKind.Unavailable);

    private string Settings(bool local) => PostgresSettings.For(copy.SchemaName, Options).Apply(local);

    private Task<SqlResult> SendAsync(NpgsqlConnection connection, string sql) =>
        PostgresCommand.ExecuteAsync(connection, sql, 0, cancellationToken);

    private async Task<PostgresRows> QueryAsync(NpgsqlConnection connection, string query)
    {
        var prepared = PostgresText.Prepare(new SqlStatement(PostgresQueries.Read(query), new SqlArgument("schema", copy.SchemaName)));
        return new PostgresRows(await PostgresCommand.ExecuteAsync(connection, prepared[0], 0, 0, cancellationToken).ConfigureAwait(false));
    }

    private async Task<Dictionary<long, Relation>> RelationsAsync(NpgsqlConnection connection) =>
        (await QueryAsync(connection, "sandbox_relations").ConfigureAwait(false)).Rows.ToDictionary(
            r => r.Number("oid"), r => new Relation(r.Text("name"), r.Text("kind"), r.Number("node")));

    private static Outcome Measure(Dictionary<long, Relation> before, Dictionary<long, Relation> after, PostgresRows? locks)
    {
        var held = (locks?.Rows ?? []).Select(r => (Oid: r.Number("oid"), Level: Array.IndexOf(Levels, r.Text("mode"))))
            .Where(l => before.ContainsKey(l.Oid) && before[l.Oid].Kind is not "S")
            .GroupBy(l => l.Oid)
            .Select(g => (before[g.Key].Name, before[g.Key].IsIndex, Level: g.Max(l => l.Level)))
            .ToList();
        var rewritten = before.Where(b => after.TryGetValue(b.Key, out var now) && now.Node != b.Value.Node && b.Value.Kind is "r" or "m" or "i").Select(b => b.Value.Name);
        return new Outcome(null, "")
        {
            Locks = held.Where(l => l.Level > 0 && !l.IsIndex).OrderByDescending(l => l.Level).ThenBy(l => l.Name, StringComparer.Ordinal)
                .Select(l => new LockFact(l.Name, Words(l.Level), Blocks(l.Level), "until the SQL is over")).ToValueList(),
            Touched = Sorted(held.Where(l => !l.IsIndex).Select(l => l.Name)),
            Rewritten = Sorted(rewritten),
        };
    }

    private static string Words(int level) => level switch
    {
        0 => "ACCESS SHARE",
        1 => "ROW SHARE",
        2 => "ROW EXCLUSIVE",
        3 => "SHARE UPDATE EXCLUSIVE",
        4 => "SHARE",
        5 => "SHARE ROW EXCLUSIVE",
        6 => "EXCLUSIVE",
        _ => "ACCESS EXCLUSIVE",
    };

    private static string Blocks(int level) => level switch
    {
        7 => "readers and writers",
        >= 4 => "writers",
        _ => "nobody",
    };

    private static ValueList<string> Sorted(IEnumerable<string> items) => items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();

    /// <summary>A relation of the copy.</summary>
    private sealed record Relation(string Name, string Kind, long Node)
    {
        public bool IsIndex => Kind is "i" or "I";
    }

    /// <summary>What came of a script.</summary>
    private sealed record Outcome(string? Failure, string State)
    {
        public ValueList<LockFact> Locks { get; init; } = [];

        public ValueList<string> Touched { get; init; } = [];

        public ValueList<string> Rewritten { get; init; } = [];

        /// <summary>Whether a value, or a row that is not there, made it fail.</summary>
        public bool IsOnRows => State.Length > 0 && PostgresErrors.KindOf(State) is FailureKind.Data;

        /// <summary>Whether it was undone because it would outlast the copy.</summary>
        public bool Outlasts { get; private init; }

        /// <summary>What was there at the end of a transaction that was undone.</summary>
        public IReadOnlyDictionary<string, string>? Objects { get; init; }

        public static Outcome OutlastsCopy(string changed) => new(PostgresServerWide.Refusal(changed), "") { Outlasts = true };
    }
}
