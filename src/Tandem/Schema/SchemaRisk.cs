namespace Tandem.Schema;

/// <summary>Something in a schema that makes changes harder or hides trouble; a remark, never a refusal.</summary>
/// <param name="Subject">The object.</param>
/// <param name="Text">What is the matter with it, and what it means for a change.</param>
public sealed record SchemaRisk(string Subject, string Text)
{
    /// <summary>Everything in a schema that is worth knowing before one changes it, in the order of its tables.</summary>
    public static ValueList<SchemaRisk> Of(DatabaseSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return schema.Tables.SelectMany(OfTable)
            .Concat(schema.Dependents.Where(d => Matters(d.Kind)).Select(OfDependent))
            .Concat(schema.Unmanaged.Select(u => new SchemaRisk(u.Name, $"This {u.Kind} is left alone: Tandem does not understand such objects.")))
            .ToValueList();
    }

    private static IEnumerable<SchemaRisk> OfTable(Table table)
    {
        if (table.Key.Count == 0)
        {
            yield return new SchemaRisk(table.Name, "No key tells its rows apart: no row updates, and verification reports without naming rows.");
        }

        foreach (var text in table.NotUnderstood)
        {
            yield return new SchemaRisk(table.Name, $"Cannot be changed without loss: {text}.");
        }

        foreach (var index in table.Indexes.Where(i => !i.Valid))
        {
            yield return new SchemaRisk($"{table.Name}.{index.Name}", "The index is invalid: it costs every write and serves no read.");
        }

        foreach (var name in table.Checks.Where(c => !c.Validated).Select(c => c.Name).Concat(table.ForeignKeys.Where(f => !f.Validated).Select(f => f.Name)))
        {
            yield return new SchemaRisk($"{table.Name}.{name}", "The constraint was never validated: rows that are there may break it.");
        }

        foreach (var trigger in table.Triggers.Where(t => t is { OnUpdate: true, Enabled: true }))
        {
            yield return new SchemaRisk($"{table.Name}.{trigger.Name}", "The trigger fires on UPDATE, hence for rows that a backfill writes.");
        }

        foreach (var key in table.ForeignKeys.Where(k => !IsIndexed(table, k)))
        {
            yield return new SchemaRisk(
                $"{table.Name}.{key.Name ?? string.Join(", ", key.Columns)}", "No index begins with the foreign key's columns: changing a parent row scans the table.");
        }
    }

    private static bool IsIndexed(Table table, ForeignKey key) =>
        table.Indexes.Select(i => i.Keys.Select(k => k.Column))
            .Concat(table.Uniques.Select(u => u.Columns.AsEnumerable<string?>()))
            .Append(table.PrimaryKey?.Columns ?? [])
            .Any(columns => columns.Take(key.Columns.Count).ToHashSet().SetEquals(key.Columns));

    private static bool Matters(DependentKind kind) => kind is DependentKind.FunctionRowType or DependentKind.SelectStar
        or DependentKind.TriggerWholeRow or DependentKind.Publication or DependentKind.Subscription or DependentKind.Policy;

    private static SchemaRisk OfDependent(Dependent dependent)
    {
        var what = dependent.Kind switch
        {
            DependentKind.FunctionRowType => "uses the table's row type, so that an extra column changes it",
            DependentKind.SelectStar => "reads all columns, or inserts without naming them",
            DependentKind.TriggerWholeRow => "stores or compares whole rows",
            DependentKind.Publication => "replicates the table without a list of columns",
            DependentKind.Subscription => "feeds the table by replication",
            _ => "guards rows of the table",
        };
        return new SchemaRisk(dependent.Table, $"{dependent.Name} {what}.");
    }
}
