using System.Data.Common;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Traffic;

/// <summary>Which versions and tables traffic can be made on, as the target is now.</summary>
/// <param name="Old">The version that is served now: what the base tables look like.</param>
/// <param name="New">The version that is served beside it, or null.</param>
internal sealed record TrafficSubjects(TrafficSubject Old, TrafficSubject? New)
{
    /// <summary>Asks the journal and the schema.</summary>
    /// <param name="workspace">The target.</param>
    /// <param name="named">Tables, by their name in either version; none for those that the migration under way changes.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TandemException">No table is named and no migration is under way, or one is not there.</exception>
    public static async Task<TrafficSubjects> FindAsync(Workspace workspace, IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        var dialect = await workspace.Database.ConnectAsync(cancellationToken);
        var journal = await workspace.ReadJournalAsync(cancellationToken);
        var schema = await workspace.Database.InspectAsync(cancellationToken);
        var run = journal.Active is { IsBaseline: false, State: RunState.Expanding or RunState.Backfilling or RunState.Verifying or RunState.Live } active ? active : null;
        var changes = run is null ? [] : (await workspace.Runner.PlanAsync(run.Migration, cancellationToken)).Changes;
        var tables = Chosen(changes, schema, named);
        var old = journal.CurrentVersion ?? Workspace.BaselineName;
        var standing = journal.Run(old) is null or { IsBaseline: true } ? null : old;
        return new TrafficSubjects(
            new TrafficSubject(old, dialect.ConnectSql(standing, []), [.. tables.Select(t => t.Before).OfType<Table>()]),
            run?.State == RunState.Live && !run.UnderWay
                ? new TrafficSubject(run.Migration, dialect.ConnectSql(run.Migration, changes), [.. tables.Select(t => t.After).OfType<Table>()])
                : null);
    }

    private static List<TableChange> Chosen(ValueList<TableChange> changes, DatabaseSchema schema, IReadOnlyList<string> named)
    {
        if (named.Count == 0)
        {
            return changes.Count > 0 ? [.. changes] : throw new TandemException(new Problem(
                ProblemCodes.NothingToAsk, "No migration that changes tables is under way here, so that no table is meant.", Remedy: "Name tables with --table."));
        }

        var others = schema.Tables.Where(t => changes.All(c => c.Before?.Name != t.Name)).Select(t => new TableChange(t, t));
        var all = changes.Concat(others).ToList();
        var unknown = named.FirstOrDefault(n => !all.Any(c => Has(c, n)));
        return unknown is null
            ? [.. all.Where(c => named.Any(n => Has(c, n)))]
            : throw new TandemException(new Problem(
                ProblemCodes.NothingToAsk, $"There is no table {unknown}.", Remedy: NearestName.Find(unknown, all.Select(c => c.Name)) is { } near ? $"Did you mean {near}?" : null));
    }

    private static bool Has(TableChange change, string name) => change.Before?.Name == name || change.After?.Name == name;
}

/// <summary>A version and its tables, before their rows are known.</summary>
/// <param name="Version">Its name.</param>
/// <param name="ConnectLines">How an application connects to it.</param>
/// <param name="Tables">The tables as it shows them.</param>
internal sealed record TrafficSubject(string Version, IReadOnlyList<string> ConnectLines, IReadOnlyList<Table> Tables)
{
    /// <summary>The version with what can be asked of it: its tables that have a key and rows, and those that have not.</summary>
    public async Task<(TrafficVersion Version, IReadOnlyList<string> LeftOut)> ReadAsync(TrafficDatabase database, int seed, CancellationToken cancellationToken)
    {
        var version = new TrafficVersion(Version, database.SetUp(ConnectLines), []);
        try
        {
            var tables = await ReadTablesAsync(database, version, seed, cancellationToken);
            return (version with { Tables = [.. tables.Where(t => t.Keys.Count > 0)] }, [.. tables.Where(t => t.Keys.Count == 0).Select(t => t.Name)]);
        }
        catch (DbException e)
        {
            throw new TandemException(ProblemCodes.NothingToAsk, $"The keys of rows of {Version} cannot be read: {e.Message}", e);
        }
    }

    private async Task<List<TrafficTable>> ReadTablesAsync(TrafficDatabase database, TrafficVersion version, int seed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(version, cancellationToken);
        var tables = new List<TrafficTable>();
        foreach (var table in Tables)
        {
            tables.Add(await database.ReadTableAsync(connection, Version, table, seed, cancellationToken));
        }

        return tables;
    }
}
