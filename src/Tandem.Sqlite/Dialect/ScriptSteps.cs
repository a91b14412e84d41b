using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>SQL that a person wrote.</summary>
internal static class ScriptSteps
{
    private const string LegacyAlter = "legacy_alter_table";

    /// <summary>
    /// Settings that a script may give: those that are undone behind it, numbers in the file's header that mean nothing to
    /// SQLite, and questions that take an argument. All others change how the engine's session or everybody's file works.
    /// </summary>
    private static readonly HashSet<string> HarmlessPragmas = new(StringComparer.OrdinalIgnoreCase)
    {
        "foreign_keys", "defer_foreign_keys", LegacyAlter, "user_version", "application_id", "analysis_limit", "optimize",
        "incremental_vacuum", "wal_checkpoint", "integrity_check", "quick_check", "foreign_key_check", "foreign_key_list",
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    };

    /// <summary>The step that carries a script out.</summary>
    public static RenderedStep Run(RawScript script) => Step(script, "Carry out", script.Up, script.UpInTransaction) with
    {
        Probe = script.Done is { } done ? new Probe($"SELECT CASE WHEN (\n{Single(done)}\n) THEN 'done' ELSE 'none' END AS state", []) : null,
        Rewrites = script.Effect is { Rewritten.Count: > 0 },
        Inverse = script.Down is null ? "Nothing takes it back." : "A rollback carries out the way back.",
    };

    /// <summary>The step that carries the way back out.</summary>
    public static RenderedStep Revert(RawScript script) => Step(script, "Take back", script.Down!, script.DownInTransaction);

    /// <summary>Whether a statement switches foreign keys off, which SQLite heeds only outside a transaction.</summary>
    public static bool SwitchesForeignKeys(string statement) =>
        PragmaOf(statement) == "foreign_keys" && SqliteTokenizer.Tokenize(statement).Any(t => t.IsSymbol("=") || t.IsSymbol("("));

    /// <summary>What of a script cannot be carried out here.</summary>
    public static IEnumerable<Problem> Judge(RawScript script, RenderContext context)
    {
        foreach (var (text, part) in new[] { (script.Up, "up"), (script.Down, "down") }.Where(p => p.Item1 is not null))
        {
            if ((Refused(text!, context.Schema) ?? Renumbers(text!, context)) is { } reason)
            {
                yield return new Problem(ProblemCodes.ScriptForm, $"`{part}` of {Name(script)} holds {reason}.", Subject: Name(script));
            }
        }
    }

    /// <summary>What a text holds that cannot be carried out here, or null.</summary>
    public static string? Refused(string text, DatabaseSchema schema)
    {
        var statements = SqliteScript.Split(text);
        var off = statements.Any(SwitchesForeignKeys);
        return statements.Count == 0 ? "no statement" : statements.Select(s => Reason(s) ?? (off ? null : Deletes(s, schema))).FirstOrDefault(r => r is not null);
    }

    private static RenderedStep Step(RawScript script, string verb, string text, bool transaction)
    {
        var statements = SqliteScript.Split(text);
        var off = transaction && statements.Any(SwitchesForeignKeys);
        return new RenderedStep(
            Name(script),
            $"{verb} {Name(script)}{(transaction ? "" : ", outside a transaction")}",
            transaction ? StepMode.Transaction : StepMode.Once)
        {
            Statements = statements.Where(s => !off || !SwitchesForeignKeys(s)).ToValueList(),
            Prologue = off ? ["PRAGMA foreign_keys=OFF"] : [],

            // Also brings the session back into its usual state, whatever the script set.
            Epilogue = ["PRAGMA foreign_keys=ON", .. statements.Any(s => PragmaOf(s) == LegacyAlter) ? [$"PRAGMA {LegacyAlter}=OFF"] : Array.Empty<string>()],
            FinalGates =
            [
                .. off ? [new Gate(ProblemCodes.RowsWithoutParent.Id, "{0} row(s) would refer to rows that are not there.", "SELECT count(*) FROM pragma_foreign_key_check")] : Array.Empty<Gate>(),

                // In this session they would hide tables of the same name from every later step.
                new Gate(ProblemCodes.ScriptForm.Id, "{0} temporary object(s) would be left in the session; drop them at the end of the text.", "SELECT count(*) FROM sqlite_temp_master"),
            ],
            Locks = [new LockFact("the database", "RESERVED", "writers", "until it is over")],
            Scans = true,
        };
    }

    private static string? Reason(string statement)
    {
        var tokens = SqliteTokenizer.Tokenize(statement);
        return tokens[0] switch
        {
            var t when t.Is("begin") || t.Is("commit") || t.Is("end") || t.Is("rollback") || t.Is("savepoint") || t.Is("release") =>
                $"{t.Value.ToUpperInvariant()}, which begins or ends a transaction",
            var t when t.Is("attach") || t.Is("detach") => $"{t.Value.ToUpperInvariant()}: a script stays in its own file",
            var t when t.Is("vacuum") && tokens.Any(w => w.Is("into")) => "VACUUM INTO: a script stays in its own file",
            _ when PragmaOf(statement) is { } name && tokens.Any(t => t.IsSymbol("=") || t.IsSymbol("(")) && !HarmlessPragmas.Contains(name) =>
                $"PRAGMA {name}, which changes how this session or the whole file works",
            _ when tokens.Any(t => t.Kind == SqliteTokenKind.Parameter) => "a place for a value",
            _ when tokens.Any(t => t.Kind == SqliteTokenKind.Illegal) => "what SQLite cannot read",
            _ => null,
        };
    }

    // VACUUM may give rows other numbers, and a table of two versions without another key knows its rows by them.
    private static string? Renumbers(string text, RenderContext context) =>
        SqliteScript.Split(text).Any(s => SqliteTokenizer.First(s).Is("vacuum"))
        && context.Retained.FirstOrDefault(r => Twin.Serves(r.Change) && RowIdentity.Of(r.Change.Before!) is not { Hidden: false }) is { } other
            ? $"VACUUM, which may give other numbers to the rows of {other.Change.Name}; {other.Migration} knows them by these"
            : null;

    /// <summary>The name of the setting that a statement gives or asks for, or null.</summary>
    private static string? PragmaOf(string statement)
    {
        var cursor = new SqliteCursor(statement);
        if (!cursor.TakeWords("PRAGMA"))
        {
            return null;
        }

        var name = cursor.Take().Value;
        return (cursor.TakeSymbol(".") ? cursor.Take().Value : name).ToLowerInvariant();
    }

    // DROP TABLE deletes the rows first, and with them those that refer to them.
    private static string? Deletes(string statement, DatabaseSchema schema)
    {
        var cursor = new SqliteCursor(statement);
        if (!cursor.TakeWords("DROP", "TABLE"))
        {
            return null;
        }

        _ = cursor.TakeWords("IF", "EXISTS");
        var name = cursor.Take().Value;
        name = cursor.TakeSymbol(".") ? cursor.Take().Value : name;
        if (schema.Unmanaged.Any(u => u.Kind == "shadow table" && SqliteText.SameName(u.Name, name)))
        {
            return $"DROP TABLE {name}, which holds rows of a virtual table: drop that one";
        }

        return schema.Tables.FirstOrDefault(t => !SqliteText.SameName(t.Name, name) && t.ForeignKeys.Any(f => SqliteText.SameName(f.ReferencedTable, name))) is { } child
            ? $"DROP TABLE {name}, which would reach the rows of {child.Name} that refer to it: begin with PRAGMA foreign_keys=off"
            : null;
    }

    private static string Single(string query) => SqliteScript.Split(query) is [var one] ? one : query;

    private static string Name(RawScript script) => string.Create(CultureInfo.InvariantCulture, $"sql {script.Number}");
}
