using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>The statements that <c>pg_stat_statements</c> keeps count of, most called first.</summary>
internal sealed class PostgresCountedStatements(PostgresReading reading, CancellationToken cancellationToken)
{
    /// <summary>The most that are planned anew: those behind them are called too seldom to be watched.</summary>
    public const int MostWatched = 50;

    private const int Most = 5_000;

    // The text of another role's statement is shown to those alone who may read all statistics.
    private const string Hidden = "<insufficient privilege>";

    /// <summary>The statements that read or write rows of these tables, but for the engine's own.</summary>
    public async Task<CountedStatements> OfTablesAsync(ValueList<string> tables)
    {
        var found = new List<WatchedStatement>();
        var (count, unseen) = await ReadAsync(tables, (statement, calls, _) =>
        {
            if (statement.Verb is not ("copy" or "table") && tables.Any(statement.NamesRelation) && !statement.IsOfEngine && found.Count < MostWatched)
            {
                found.Add(new WatchedStatement(statement.Text, "pg_stat_statements") { Calls = calls });
            }

            return Task.CompletedTask;
        }).ConfigureAwait(false);
        return new CountedStatements(found.ToValueList(), unseen);
    }

    /// <summary>Gives each statement of this database that names one of these to somebody; says how many there were, and why not all could be seen.</summary>
    public async Task<(long? Count, string? Unseen)> ReadAsync(IEnumerable<string> relations, Func<PostgresStatement, long, string, Task> look)
    {
        var place = await reading.QueryAsync(
            "select n.nspname::text from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'",
            cancellationToken).ConfigureAwait(false);
        if (place.Rows is not [[string name], ..])
        {
            return (null, "The extension pg_stat_statements is not there: which statements applications send is not known.");
        }

        var (result, failure) = await reading.TryAsync(
            new SqlStatement(
                $"""
                select query, sum(calls)::bigint as calls
                from {PostgresText.Quote(name)}.pg_stat_statements
                where dbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
                group by query order by 2 desc, 1 limit {Most}
                """),
            cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            return (null, $"pg_stat_statements cannot be read: {failure!.MessageText}.");
        }

        var statements = new PostgresRows(result).Rows.Where(r => r.Optional("query") is { Length: > 0 }).Select(r => (Text: r.Text("query"), Calls: r.Number("calls"))).ToList();
        var names = relations.ToHashSet(StringComparer.Ordinal);
        foreach (var (text, calls) in statements.Where(s => s.Text != Hidden))
        {
            var statement = new PostgresStatement(text);
            if (statement.Verb is "select" or "with" or "values" or "insert" or "update" or "delete" or "merge" or "table" or "copy" && names.Any(statement.Names))
            {
                await look(statement, calls, string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ConfigureAwait(false);
            }
        }

        var hidden = statements.Count(s => s.Text == Hidden);
        return (statements.Count - hidden, hidden == 0 ? null : $"{hidden} statements of other roles are hidden: this needs the rights of pg_read_all_stats.");
    }
}
