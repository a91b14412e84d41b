using System.Globalization;
using Tandem.Databases;

namespace Tandem.Postgres.Connections;

/// <summary>The settings under which the engine's statements run, whatever the role's or the database's own are.</summary>
internal sealed record PostgresSettings(string Schema)
{
    // A process that stops in the middle of a transaction must not keep its locks.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>What gives expressions and their values as text one meaning; how strings are read comes besides.</summary>
    public static readonly IReadOnlyList<(string Name, string Value)> Meaning =
    [
        ("extra_float_digits", "1"), ("bytea_output", "hex"), ("quote_all_identifiers", "off"), ("array_nulls", "on"), ("transform_null_equals", "off"), ("xmloption", "content"),
    ];

    /// <summary>How long a statement may wait for a lock.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may run; null for no limit.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>Whether the server need not wait for its disk when it commits.</summary>
    public bool CanBeRedone { get; init; }

    /// <summary>For reading the catalogue: its expressions in one form whatever the session has set, its plans kept for the next reading.</summary>
    public bool Catalogue { get; init; }

    /// <summary>For looking at a database. The planner takes questions about a large catalogue for so dear that it compiles them, which takes longer than they do.</summary>
    public bool Looks { get; init; }

    /// <summary>The path on which the users' expressions find their tables, types and functions.</summary>
    public static string SearchPath(string schema) =>
        schema == "public" ? "public" : $"{PostgresText.Quote(schema)}, public";

    /// <summary>The client's own limit in seconds, a little above the server's: for a server that does not answer any more.</summary>
    public int CommandTimeout => StatementTimeout is { } t ? (int)Math.Ceiling(t.TotalSeconds) + 15 : 0;

    /// <summary>The settings of a transaction with these options.</summary>
    public static PostgresSettings For(string schema, ApplyOptions options) => new(schema)
    {
        LockTimeout = options.LockTimeout,
        StatementTimeout = options.StatementTimeout,
        CanBeRedone = options.CanBeRedone,
    };

    /// <summary>One query that applies the settings, to the transaction or to the session.</summary>
    public string Apply(bool local)
    {
        var scope = local ? "true" : "false";
        return "select " + string.Join(
            ", ", Values().Select(v => $"pg_catalog.set_config('{v.Name}', {PostgresText.Literal(v.Value)}, {scope})")
                .Append(NoTransactionTimeout(scope)).Concat(CanBeRedone ? [] : [OnDisk(scope)]));
    }

    /// <summary>Statements that give the session its own settings back.</summary>
    public IEnumerable<string> Reset() => Values().Select(v => $"reset {v.Name}");

    // Servers before 17 do not know it. It stays so for the session: every transaction of the engine's asks for it.
    private static string NoTransactionTimeout(string scope) =>
        $"CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL THEN pg_catalog.set_config('transaction_timeout', '0', {scope}) END";

    // What the journal says must be so after a crash, too, where the database or the role commits without the disk. A setting that waits for more is kept.
    private static string OnDisk(string scope) =>
        $"CASE WHEN pg_catalog.current_setting('synchronous_commit') = 'off' THEN pg_catalog.set_config('synchronous_commit', 'on', {scope}) END";

    private IEnumerable<(string Name, string Value)> Values()
    {
        yield return ("search_path", SearchPath(Schema));

        // 0 would mean no limit.
        yield return ("lock_timeout", Milliseconds(LockTimeout));
        yield return ("statement_timeout", StatementTimeout is { } t ? Milliseconds(t) : "0");
        yield return ("idle_in_transaction_session_timeout", Milliseconds(Idle));

        // Rows hidden by a policy must be an error, not rows passed over.
        yield return ("row_security", "off");
        yield return ("standard_conforming_strings", "on");
        foreach (var setting in Meaning)
        {
            yield return setting;
        }

        if (CanBeRedone)
        {
            yield return ("synchronous_commit", "off");
        }

        if (Looks)
        {
            yield return ("jit", "off");
        }

        if (Catalogue)
        {
            yield return ("DateStyle", "ISO, MDY");
            yield return ("IntervalStyle", "postgres");
            yield return ("TimeZone", "UTC");

            // The plan is kept for the next reading: the arguments say little about the rows.
            yield return ("plan_cache_mode", "force_generic_plan");
        }
    }

    private static string Milliseconds(TimeSpan time) =>
        Math.Clamp((long)Math.Ceiling(time.TotalMilliseconds), 1, int.MaxValue).ToString(CultureInfo.InvariantCulture);
}
