using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>SQL that a person wrote.</summary>
internal static class ScriptSteps
{
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
    public static bool SwitchesForeignKeys(string statement)
    {
        var tokens = SqliteTokenizer.Tokenize(statement);
        return tokens.Count >= 4 && tokens[0].Is("pragma") && tokens[1].Is("foreign_keys");
    }

    /// <summary>What of a script cannot be carried out here.</summary>
    public static IEnumerable<Problem> Judge(RawScript script, DatabaseSchema schema)
    {
        foreach (var (text, part) in new[] { (script.Up, "up"), (script.Down, "down") }.Where(p => p.Item1 is not null))
        {
            if (Refused(text!, schema) is { } reason)
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
            $"{verb} {Name(script)}{(transaction ? "" : ", outside a transaction")}.",
            transaction ? StepMode.Transaction : StepMode.Once)
        {
            Statements = statements.Where(s => !off || !SwitchesForeignKeys(s)).ToValueList(),
            Prologue = off ? ["PRAGMA foreign_keys=OFF"] : [],

            // Also brings the session back into its usual state, whatever the script set.
            Epilogue = ["PRAGMA foreign_keys=ON"],
            FinalGates = off
                ? [new Gate(ProblemCodes.RowsWithoutParent.Id, "{0} row(s) would refer to rows that are not there.", "SELECT count(*) FROM pragma_foreign_key_check")]
                : [],
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
            _ when tokens.Any(t => t.Kind == SqliteTokenKind.Parameter) => "a place for a value",
            _ when tokens.Any(t => t.Kind == SqliteTokenKind.Illegal) => "what SQLite cannot read",
            _ => null,
        };
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
        return schema.Tables.FirstOrDefault(t => !SqliteText.SameName(t.Name, name) && t.ForeignKeys.Any(f => SqliteText.SameName(f.ReferencedTable, name))) is { } child
            ? $"DROP TABLE {name}, which would reach the rows of {child.Name} that refer to it: begin with PRAGMA foreign_keys=off"
            : null;
    }

    private static string Single(string query) => SqliteScript.Split(query) is [var one] ? one : query;

    private static string Name(RawScript script) => string.Create(CultureInfo.InvariantCulture, $"sql {script.Number}");
}
