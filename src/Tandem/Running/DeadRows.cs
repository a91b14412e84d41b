using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Rows that a table under change keeps although nobody sees them any more, as the database estimates them.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Table">The table.</param>
/// <param name="Dead">How many.</param>
/// <param name="Live">How many others there are.</param>
/// <param name="VacuumedAt">When somebody had them taken away last, since the server counts; null for never.</param>
/// <param name="AutovacuumedAt">When the server did by itself; null for never.</param>
public sealed record DeadRows(string Migration, string Table, long Dead, long Live, DateTimeOffset? VacuumedAt, DateTimeOffset? AutovacuumedAt)
{
    /// <summary>Whether there are so many that they are worth a vacuum: as autovacuum judges where nobody told it otherwise, but sooner.</summary>
    public bool AreMany => Dead > FewestDead + (Live * ManyOfLive);

    private const long FewestDead = 1_000;
    private const double ManyOfLive = 0.1;

    /// <summary>Reads them for the tables of a phase's steps.</summary>
    internal static async Task<ValueList<DeadRows>> ReadAsync(JournalReader reader, LeasedSession session, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<DeadRows>();
        foreach (var run in view.Runs.Where(r => r.Phase is Phase.Start or Phase.Restart || r is { State: RunState.Live, UnderWay: false }))
        {
            var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            foreach (var step in plan.Steps(Phase.Start))
            {
                if (step.Walk?.Dead is { } query && await ReadAsync(query, run.Migration, step.Table ?? "", q => session.QueryAsync(q, cancellationToken)).ConfigureAwait(false) is { } rows)
                {
                    found.Add(rows);
                }
            }
        }

        return found.ToValueList();
    }

    /// <summary>Reads those of one table; null where it is not there.</summary>
    internal static async Task<DeadRows?> ReadAsync(DeadRowsQuery query, string migration, string table, Func<SqlStatement, Task<SqlResult>> ask)
    {
        var result = await ask(new SqlStatement(query.Sql)).ConfigureAwait(false);
        return result.Rows.Count == 0 ? null : new DeadRows(
            migration, table, result.Number("dead"), result.Number("live"), Moment("vacuumed_at"), Moment("autovacuumed_at"));

        DateTimeOffset? Moment(string column) => result.Text(column) is { Length: > 0 } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
    }
}
