using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>Tries SQL on a copy of a file's schema, without its rows, in memory: nothing of it can be left behind.</summary>
public sealed class SqliteSandbox : ISandbox
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SqliteDatabase? target;

    private SqliteSandbox(SqliteDatabase? target) => this.target = target;

    /// <summary>Sandboxes for a target; it is only read.</summary>
    public static SqliteSandbox For(SqliteDatabase target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new SqliteSandbox(target);
    }

    /// <summary>Sandboxes that begin without anything in them.</summary>
    public static SqliteSandbox Empty() => new(null);

    /// <inheritdoc />
    public async Task<SandboxReport> TryAsync(ValueList<RawScript> scripts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scripts);
        var definitions = target is null ? [] : await target.ReadAsync(Definitions, cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                using var copy = SqliteFile.OpenInMemory(target?.Time ?? TimeProvider.System);
                return new Trial(copy, new SqliteLimits(Patience, Patience, cancellationToken)).Run(definitions, scripts);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<ValueList<Problem>> RehearseAsync(Func<IDatabase, ValueList<string>, Task<ValueList<Problem>>> life, CancellationToken cancellationToken) =>
        Task.FromResult<ValueList<Problem>>([]);

    /// <inheritdoc />
    public async Task MeasureAsync(Func<ISandboxCopy, ValueList<string>, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var measured = target ?? throw new InvalidOperationException("What begins with nothing in it has nothing to be measured.");
        var definitions = await measured.ReadAsync(Definitions, cancellationToken).ConfigureAwait(false);
        var folder = Directory.CreateTempSubdirectory("tandem-sandbox-");
        try
        {
            var path = Path.Combine(folder.FullName, "copy.db");
            var lacking = await Task.Run(() => Make(path, definitions, measured.Time, cancellationToken), cancellationToken).ConfigureAwait(false);
            var copy = SqliteDatabase.At($"sqlite:{path}");
            await using (copy.ConfigureAwait(false))
            {
                await work(new SqliteSandboxCopy(measured, copy), lacking).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <inheritdoc />
    public Task<CountedStatements> CountedAsync(ValueList<string> tables, CancellationToken cancellationToken) =>
        Task.FromResult(new CountedStatements([], "SQLite keeps no count of statements."));

    private static ValueList<string> Make(string path, List<SqliteObject> definitions, TimeProvider time, CancellationToken cancellationToken)
    {
        using var file = SqliteFile.Create(path, time);
        var reader = new SqliteReader(file, new SqliteLimits(Patience, Patience, cancellationToken));
        return definitions.Where(d => reader.Try(d.Sql) is not null).Select(d => $"{d.Type}: {d.Name}").ToValueList();
    }

    // Tables before what stands on them; a virtual table makes the tables by itself that it keeps its rows in.
    private static List<SqliteObject> Definitions(SqliteReader reader)
    {
        var catalog = SqliteCatalog.Read(reader);
        return
        [
            .. catalog.Users.Concat(catalog.Virtual).Where(o => o.Sql.Length > 0)
                .OrderBy(o => o.Type switch { "table" => 0, "virtual table" => 1, "index" => 2, "view" => 3, _ => 4 }),
        ];
    }

    /// <summary>One copy and what is tried in it.</summary>
    private sealed class Trial(SqliteFile copy, SqliteLimits limits)
    {
        private readonly SqliteReader reader = new(copy, limits);
        private readonly HashSet<string> touched = new(SqliteText.NameComparer.Instance);

        public SandboxReport Run(List<SqliteObject> definitions, ValueList<RawScript> scripts)
        {
            var lacking = definitions.Where(d => reader.Try(d.Sql) is not null).Select(d => $"{d.Type}: {d.Name}").ToValueList();
            copy.WatchTables(t => touched.Add(t));
            var schema = SqliteInspector.Inspect(reader);
            var before = Entries();
            var unmet = Unmet();
            var effects = new List<ScriptEffect>();
            foreach (var script in scripts)
            {
                var (failure, onRows, inTransaction, _) = CarryOut(script.Up, script.Transaction, keep: true);
                var seen = Sorted(touched.Where(t => before.ContainsKey($"table: {t}")));
                var after = Entries();
                var left = Unmet();
                var effect = Compare(before, after) with
                {
                    UpInTransaction = inTransaction,
                    Failure = failure,
                    FailedOnRows = onRows,
                    Touched = seen,
                    LeftReferring = failure is null ? Sorted(left.Except(unmet)) : [],
                };
                effects.Add(failure is null && script.Down is { } down ? Revert(effect, script, down, before) : effect);
                if (failure is not null)
                {
                    return new SandboxReport(effects.ToValueList(), null, lacking) { Before = schema };
                }

                (before, unmet) = (after, left);
            }

            return new SandboxReport(effects.ToValueList(), SqliteInspector.Inspect(reader), lacking) { Before = schema };
        }

        private ScriptEffect Revert(ScriptEffect effect, RawScript script, string down, Dictionary<string, Entry> before)
        {
            var (failure, onRows, inTransaction, entries) = CarryOut(down, script.Transaction, keep: false);
            effect = effect with { DownInTransaction = inTransaction, DownFailure = failure, DownFailedOnRows = onRows };
            if (failure is not null)
            {
                return effect;
            }

            var difference = Compare(before, entries ?? Entries());
            if (!inTransaction)
            {
                // It could not be undone, so what it took back is carried out again for the scripts behind.
                _ = CarryOut(script.Up, script.Transaction, keep: true);
            }

            return effect with
            {
                NotRestored = [.. difference.Created.Select(o => $"{o} (left over)"), .. difference.Changed.Select(o => $"{o} (different)"), .. difference.Dropped.Select(o => $"{o} (missing)")],
            };
        }

        // SQLite has one code for everything that is wrong with a statement; that one goes only outside a transaction
        // shows when it goes there.
        private (string? Failure, bool OnRows, bool InTransaction, Dictionary<string, Entry>? Entries) CarryOut(string text, bool? transaction, bool keep)
        {
            var refused = ScriptSteps.Refused(text, SqliteInspector.Inspect(reader));

            // To look at the schema is to read every table.
            touched.Clear();
            if (refused is { } reason)
            {
                return ($"It holds {reason}.", false, true, null);
            }

            var statements = SqliteScript.Split(text);
            DatabaseException? failure = null;
            if (transaction != false)
            {
                (failure, var entries) = InTransaction(statements, keep);
                if (transaction == true || failure is null)
                {
                    return Answer(failure, true, entries);
                }
            }

            var alone = Alone(statements);
            return transaction is null && alone is not null ? Answer(failure, true, null) : Answer(alone, false, null);
        }

        private static (string? Failure, bool OnRows, bool InTransaction, Dictionary<string, Entry>? Entries) Answer(
            DatabaseException? failure, bool inTransaction, Dictionary<string, Entry>? entries) =>
            (failure?.Message, failure?.Kind is FailureKind.Data, inTransaction, entries);

        private (DatabaseException? Failure, Dictionary<string, Entry>? Entries) InTransaction(IReadOnlyList<string> statements, bool keep)
        {
            var off = statements.Any(ScriptSteps.SwitchesForeignKeys);
            _ = reader.Query($"PRAGMA foreign_keys={(off ? "OFF" : "ON")}");
            _ = reader.Query("BEGIN IMMEDIATE");
            var failure = Alone(statements.Where(s => !off || !ScriptSteps.SwitchesForeignKeys(s)));
            var entries = keep || failure is not null ? null : Entries();
            if (keep && copy.InTransaction)
            {
                failure ??= reader.Try("COMMIT");
            }

            if (copy.InTransaction)
            {
                _ = reader.Query("ROLLBACK");
            }

            return (failure, entries);
        }

        private DatabaseException? Alone(IEnumerable<string> statements) =>
            statements.Select(s => reader.Try(s)).FirstOrDefault(f => f is not null);

        private Dictionary<string, Entry> Entries() =>
            reader.Query("SELECT type, name, tbl_name, sql, rootpage FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name").Rows
                .ToDictionary(
                    r => r[0] is "index" or "trigger" ? $"{r[0]}: {r[1]} on {r[2]}" : $"{r[0]}: {r[1]}",
                    r => new Entry(r[3] as string ?? "", r[0] is "table" ? (string)r[1]! : "", r[4] is long page ? page : 0),
                    StringComparer.Ordinal);

        // Foreign keys to tables that are not there: SQLite takes them, and refuses every write that has to look there.
        private List<string> Unmet() =>
            reader.Query(
                "SELECT DISTINCT t.name, f.\"table\" FROM main.sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' "
                + "AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema p WHERE p.type = 'table' AND p.name = f.\"table\" COLLATE NOCASE)").Rows
                .Select(r => $"{r[0]} to {r[1]}").ToList();

        private static ScriptEffect Compare(Dictionary<string, Entry> before, Dictionary<string, Entry> after) => new()
        {
            Created = Sorted(after.Keys.Where(k => !before.ContainsKey(k))),
            Changed = Sorted(after.Where(a => before.TryGetValue(a.Key, out var was) && was.Sql != a.Value.Sql).Select(a => a.Key)),
            Dropped = Sorted(before.Keys.Where(k => !after.ContainsKey(k))),
            Rewritten = Sorted(after.Where(a => a.Value.Table.Length > 0 && before.TryGetValue(a.Key, out var was) && was.Page != a.Value.Page).Select(a => a.Value.Table)),
        };

        private static ValueList<string> Sorted(IEnumerable<string> items) =>
            items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();
    }

    /// <summary>An object of the copy: its text, and for a table its name and the page its rows begin at.</summary>
    private sealed record Entry(string Sql, string Table, long Page);
}
