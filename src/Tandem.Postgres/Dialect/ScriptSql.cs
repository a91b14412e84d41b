using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>SQL that a person wrote, cut into statements where the server would.</summary>
internal static class ScriptSql
{
    // What a script sets for its session must not meet the engine's next statement.
    private static readonly string[] Reset = ["RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL"];

    /// <summary>The step that carries a script out.</summary>
    public static RenderedStep Run(RawScript script, RenderContext context)
    {
        var step = Step(script, "Carry out", script.Up, script.UpInTransaction, script.Effect?.Locks ?? [], context);
        return step with
        {
            Probe = script.Done is { } done
                ? new Probe($"SELECT CASE WHEN coalesce({Sql.Closed(Single(done))}::text, '') IN ('true', 't', '1') THEN 'done' ELSE 'none' END AS state", [])
                : null,
            Rewrites = script.Effect is { Rewritten.Count: > 0 },
            Inverse = script.Down is null ? "Nothing takes it back." : "A rollback carries out the way back.",
        };
    }

    /// <summary>The step that carries the way back out.</summary>
    public static RenderedStep Revert(RawScript script, RenderContext context) =>
        Step(script, "Take back", script.Down!, script.DownInTransaction, script.Effect?.DownLocks ?? [], context);

    /// <summary>What of a script cannot be carried out here.</summary>
    public static IEnumerable<Problem> Judge(RawScript script)
    {
        foreach (var (text, part) in new[] { (script.Up, "up"), (script.Down, "down") })
        {
            if (text is not null && Refused(text) is { } reason)
            {
                yield return new Problem(ProblemCodes.ScriptForm, $"`{part}` of {Name(script)} holds {reason}.", Subject: Name(script));
            }
        }
    }

    /// <summary>What a text holds that cannot be carried out here, or null.</summary>
    public static string? Refused(string text)
    {
        var statements = PostgresText.Split(text);
        return statements.Count == 0 ? "no statement" : statements.Select(Reason).FirstOrDefault(r => r is not null);
    }

    private static RenderedStep Step(RawScript script, string verb, string text, bool transaction, ValueList<LockFact> locks, RenderContext context)
    {
        var statements = PostgresText.Split(text);
        return new RenderedStep(
            Name(script),
            $"{verb} {Name(script)}{(transaction ? "" : ", outside a transaction")}",
            transaction ? StepMode.Transaction : StepMode.Once)
        {
            Statements = transaction ? [.. statements, .. Reset] : statements.ToValueList(),
            Locks = locks,
            Scans = true,
            Holders = LockSql.HoldersOrNull(
                context.Schema.Name, locks.Where(l => l.Blocks.Contains("writers", StringComparison.Ordinal)).Select(l => l.Object).ToList()),
        };
    }

    private static string Single(string query) => PostgresText.Split(query) is [var one] ? one : query;

    private static string? Reason(string statement) => PostgresText.FirstWord(statement) switch
    {
        "begin" or "start" or "commit" or "end" or "rollback" or "abort" or "savepoint" or "release" or "prepare" when IsTransaction(statement) =>
            $"{PostgresText.FirstWord(statement).ToUpperInvariant()}, which begins or ends a transaction",
        "copy" when SqlLexer.Tokenize(statement).Any(t => t.Is("stdin") || t.Is("stdout")) => "COPY from or to the client",
        _ => statement.StartsWith('\\') ? "a command of psql's" : null,
    };

    private static bool IsTransaction(string statement) =>
        PostgresText.FirstWord(statement) != "prepare" || SqlLexer.Tokenize(statement).ElementAtOrDefault(1).Is("transaction");

    private static string Name(RawScript script) => string.Create(CultureInfo.InvariantCulture, $"sql {script.Number}");
}
