using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a rule that may wait for the end of a transaction cannot do.</summary>
internal static class DeferrableJudge
{
    public static IEnumerable<Problem> Of(RenderContext context) => context.Changes.SelectMany(Live)
        .Concat(References(context, Side.Old)).Concat(References(context, Side.New)).Distinct();

    /// <summary>Rules that are to hold before the switch; only in partitions there is more than an index then.</summary>
    private static IEnumerable<Problem> Live(TableChange change) => change.Before is null or { PartitionKey: not null }
        ? []
        : change.Uniques.Where(u => u is { EnforceLive: true, After.Deferrable: not null }).Select(u => new Problem(
            ProblemCodes.DeferrableLive, $"Until complete only an index stands for {u.After!.Name} of {change.Name}, and no index waits for the end of a transaction.", Subject: change.Name));

    /// <summary>
    /// Foreign keys whose columns only a deferrable rule makes unique. The server refuses such a key, but not that the rule becomes deferrable
    /// underneath, which the switch would do to one that is proved before it; the key could then never be made again, for a rollback least of all.
    /// </summary>
    private static IEnumerable<Problem> References(RenderContext context, Side side)
    {
        foreach (var (table, key, comes) in Keys(context, side))
        {
            var change = context.Changes.FirstOrDefault(c => c.Of(side)?.Name == key.ReferencedTable);
            var parent = change is not null ? change.Of(side) : comes ? Untouched(context).FirstOrDefault(t => t.Name == key.ReferencedTable) : null;
            if (parent is null || HasImmediate(parent, key.ReferencedColumns) || Deferrable(parent, key.ReferencedColumns) is not { } rule)
            {
                continue;
            }

            if (comes || change?.Uniques.Any(u => u.OnlyOn(side) && u.Of(side)!.Name == rule) == true)
            {
                yield return new Problem(ProblemCodes.ReferencedDeferrable, $"{key.Name} of {table} refers to {parent.Name} by columns that only {rule} makes unique, which is deferrable.", Subject: table);
            }
        }
    }

    /// <summary>The foreign keys of one version, and whether the other lacks them.</summary>
    private static IEnumerable<(string Table, ForeignKey Key, bool Comes)> Keys(RenderContext context, Side side) => Untouched(context)
        .SelectMany(t => t.ForeignKeys.Select(f => (t.Name, f, false)))
        .Concat(context.Changes.Where(c => c.Of(side) is not null).SelectMany(c => c.Before is null || c.After is null
            ? c.Of(side)!.ForeignKeys.Select(f => (c.Of(side)!.Name, f, true))
            : c.ForeignKeys.Where(p => p.Of(side) is not null).Select(p => (c.Of(side)!.Name, p.Of(side)!, !p.Kept))));

    private static IEnumerable<Table> Untouched(RenderContext context) => context.Schema.Tables.Where(t => context.Changes.All(c => c.Before?.Name != t.Name));

    private static bool HasImmediate(Table table, ValueList<string> columns) =>
        (table.PrimaryKey is { } key && Same(key.Columns, columns) && !IsDeferrable(key))
        || table.Uniques.Any(u => u.Deferrable is null && Same(u.Columns, columns))
        || table.Indexes.Any(i => i is { Unique: true, Where: null } && i.Keys.All(k => k.Column is not null) && Same(i.Keys.Select(k => k.Column!), columns));

    private static string? Deferrable(Table table, ValueList<string> columns) => table.PrimaryKey is { } key && Same(key.Columns, columns)
        ? key.Name
        : table.Uniques.FirstOrDefault(u => Same(u.Columns, columns))?.Name;

    private static bool IsDeferrable(PrimaryKey key) => key.Definition is { } text
        && (text.EndsWith(" DEFERRABLE", StringComparison.Ordinal) || text.EndsWith(" DEFERRABLE INITIALLY DEFERRED", StringComparison.Ordinal));

    private static bool Same(IEnumerable<string> one, IEnumerable<string> other) => one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
