using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a plan owes to say about a table that becomes a partitioned one: what would not go over is refused by its name.</summary>
internal static class PartitioningJudge
{
    public static IEnumerable<Problem> Of(TableChange change, RenderContext context, Capabilities capabilities)
    {
        if (change.Partitioning is not { } partitioning || change.Before is not { } table)
        {
            return [];
        }

        return Meets(change, table, context).Concat(Rules(table)).Concat(References(table, context, capabilities)).Concat(Triggers(table, partitioning, context)).Concat(Users(table, context)).Concat(Settings(table, context))
            .Select(what => new Problem(ProblemCodes.CannotPartition, $"{table.Name}: {what}.", Subject: table.Name))
            .Append(new Problem(
                ProblemCodes.RowsAreStoredTwice, $"Until sunset the rows of {table.Name} are stored twice, and every write of them is one of both copies.", Subject: table.Name))
            .Append(new Problem(
                ProblemCodes.RowsThatMoveConflict,
                $"From complete on PostgreSQL refuses (SQLSTATE 40001) to change a row of {table.Name} that another transaction has just moved to another partition by changing {string.Join(", ", partitioning.Columns)}; until then it waits for that transaction.",
                Subject: table.Name));
    }

    /// <summary>What else the migration does: names and rules of both copies must be those that were inspected.</summary>
    private static IEnumerable<string> Meets(TableChange change, Table table, RenderContext context)
    {
        if (change.After is null || change.Lenses.Count > 0 || change.Links.Count > 0 || table with { PartitionKey = change.After.PartitionKey } != change.After)
        {
            yield return "another operation of the same migration changes it";
        }

        var referred = table.ForeignKeys.Select(f => f.ReferencedTable).ToHashSet(StringComparer.Ordinal);
        foreach (var other in context.Changes.Where(c => c != change && (referred.Contains(c.Name)
            || new[] { c.Before, c.After }.OfType<Table>().Any(o => o.ForeignKeys.Any(f => f.ReferencedTable == table.Name)))))
        {
            yield return $"the same migration changes {other.Name}, and a foreign key is between them";
        }

        foreach (var item in context.Objects.Where(o => o.On.Contains(table.Name) || (o.Either as Trigger)?.Table == table.Name))
        {
            yield return $"the same migration changes {item.Words}";
        }
    }

    private static IEnumerable<string> Rules(Table table) =>
    [
        .. table.Exclusions.Select(e => $"the exclusion constraint {e.Name}"),
        .. table.Checks.Where(c => !c.Validated).Select(c => $"the check {c.Name}, which is not validated"),
        .. table.Checks.Where(c => c.NoInherit).Select(c => $"the check {c.Name}, which partitions would not inherit"),
        .. table.ForeignKeys.Where(f => !f.Validated || f.Definition is not null || f.OnDeleteColumns is not null || f.Match is not null).Select(f => $"the foreign key {f.Name}, which is not validated or of a special kind"),
        .. table.ForeignKeys.Where(f => f.ReferencedTable == table.Name).Select(f => $"the foreign key {f.Name}, which refers to its own table"),
        .. table.Indexes.Where(i => !i.Valid || i.Settings.Count > 0).Select(i => $"the index {i.Name}, which is invalid or has settings of its own"),
    ];

    private static IEnumerable<string> References(Table table, RenderContext context, Capabilities capabilities)
    {
        var movesAreDeletes = capabilities.Version.Major < 15;
        foreach (var (other, key) in context.Schema.Tables.SelectMany(t => t.ForeignKeys.Where(f => f.ReferencedTable == table.Name && t.Name != table.Name).Select(f => (t, f))))
        {
            if (other.PartitionKey is not null)
            {
                yield return $"the foreign key {key.Name} of {other.Name}, which is partitioned: the key could not be made again without reading all rows under a lock";
            }
            else if (key.Definition is not null || key.OnDeleteColumns is not null || key.Match is not null)
            {
                yield return $"the foreign key {key.Name} of {other.Name}, which is of a special kind";
            }
            else if (movesAreDeletes && !(IsPlain(key.OnDelete) && IsPlain(key.OnUpdate)))
            {
                yield return $"the foreign key {key.Name} of {other.Name}, which acts on the rows that refer to one: before PostgreSQL 15 the server takes a row that moves to another partition for one that is deleted";
            }
        }

        foreach (var (partition, key) in context.Schema.Partitions.SelectMany(p => p.ForeignKeys.Where(f => f.ReferencedTable == table.Name).Select(f => (p, f)))
            .Where(p => context.Schema.Tables.All(t => t.ForeignKeys.All(f => f.ReferencedTable != table.Name || f.Columns != p.f.Columns))))
        {
            yield return $"the foreign key {key.Name} of the partition {partition.Name}";
        }
    }

    private static bool IsPlain(ReferentialAction action) => action is ReferentialAction.NoAction or ReferentialAction.Restrict;

    private static IEnumerable<string> Triggers(Table table, TablePartitioning partitioning, RenderContext context)
    {
        foreach (var trigger in table.Triggers)
        {
            if (trigger.ForEachRow && SqlLexer.Tokenize(trigger.Definition).Any(t => t.Is("referencing")))
            {
                yield return $"the trigger {trigger.Name}, which fires for each row and reads all rows of the statement";
            }
            else if (trigger is { Before: true, ForEachRow: true } && context.Schema.Dependents.Any(d => d.Kind == DependentKind.TriggerWrites
                && d.Table == table.Name && d.Name == trigger.Name && (d.Column is null || partitioning.Columns.Contains(d.Column))))
            {
                yield return $"the trigger {trigger.Name}, which may change what decides in which partition the row lies";
            }
        }
    }

    private static IEnumerable<string> Users(Table table, RenderContext context) => context.Schema.Dependents.Where(d => d.Table == table.Name)
        .Select(d => d.Kind switch
        {
            DependentKind.View => $"the view {d.Name}, which would go on reading the table as it was",
            DependentKind.FunctionRowType => $"the function {d.Name}, which takes or returns its rows",
            DependentKind.Policy => $"the policy {d.Name}",
            DependentKind.Publication => $"the publication {d.Name}",
            DependentKind.Subscription => $"the subscription {d.Name}",
            DependentKind.TypeUse => $"{d.Name}, which uses its row type",
            DependentKind.Other when d.Name.StartsWith("foreign key ", StringComparison.Ordinal) || d.Name.StartsWith("publication ", StringComparison.Ordinal) => $"the {d.Name}",
            _ => null,
        }).OfType<string>().Distinct();

    private static IEnumerable<string> Settings(Table table, RenderContext context) =>
    [
        .. table.RowSecurity || table.RowSecurityForced ? ["row security"] : Array.Empty<string>(),
        .. table.ReplicaIdentity is not null ? ["a replica identity of its own"] : Array.Empty<string>(),
        .. table.ClusteredOn is { } index ? [$"the order of its rows by {index} (CLUSTER)"] : Array.Empty<string>(),
        .. context.Schema.Objects.OfType<Statistics>().Where(s => s.Table == table.Name).Select(s => $"the statistics {s.Name}"),
        .. table.Columns.Where(c => c.NotCarried.Contains("a security label")).Select(c => $"the security label of {c.Name}"),
    ];
}
