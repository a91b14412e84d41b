using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>A copy of a target in which a change is carried out on rows that were made up, and in which statements are planned.</summary>
public interface ISandboxCopy
{
    /// <summary>The copy.</summary>
    IDatabase Database { get; }

    /// <summary>
    /// Fills tables with rows of the shape that the target's have, and takes the target's statistics over where the server can.
    /// What a table cannot hold, it does not get.
    /// </summary>
    /// <param name="tables">The tables, by their names in the target.</param>
    /// <param name="changes">What is other in the copy by now; none before the change.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<ValueList<FilledTable>> FillAsync(ValueList<string> tables, ValueList<TableChange> changes, CancellationToken cancellationToken);

    /// <summary>Lets the planner know the rows that a change has filled.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>The bytes of the copy's tables and indexes. It is asked between two steps, which wait for the answer.</summary>
    long Weigh();

    /// <summary>Takes all rows away.</summary>
    Task EmptyAsync(CancellationToken cancellationToken);

    /// <summary>How the database would carry statements out, in their order; nothing is carried out.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="version">The version that they are sent to; null for the plain tables.</param>
    /// <param name="changes">What that version changes.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<ValueList<QueryPlan>> PlanAsync(
        ValueList<WatchedStatement> statements, string? version, ValueList<TableChange> changes, CancellationToken cancellationToken);
}
