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
            .Concat(schema.Access.Where(a => a.On.Kind == "table").SelectMany(OfAccess))
            .Concat(schema.Dependents.Where(d => Matters(d.Kind)).Select(OfDependent).Distinct())
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

        foreach (var spare in Spare(table))
        {
            yield return spare;
        }

        foreach (var key in table.ForeignKeys.Where(k => !IsIndexed(table, k)))
        {
            yield return new SchemaRisk(
                $"{table.Name}.{key.Name ?? string.Join(", ", key.Columns)}", "No index begins with the foreign key's columns: changing a parent row scans the table.");
        }
    }

    // The longer index serves whatever the shorter one does, and the index of a constraint what one like it does.
    private static IEnumerable<SchemaRisk> Spare(Table table)
    {
        var all = table.Indexes
            .Concat(table.Uniques.Select(u => Implementing(u.Name ?? "its unique constraint", u.Columns)))
            .Concat(table.PrimaryKey is { } key ? [Implementing(key.Name ?? "its primary key", key.Columns)] : []).ToList();
        foreach (var index in table.Indexes.Where(i => i is { Unique: false, Valid: true, Include.Count: 0, Method: null or "btree" }))
        {
            if (all.FirstOrDefault(other => Serves(other, index)) is { } better)
            {
                yield return new SchemaRisk($"{table.Name}.{index.Name}", better.Keys.Count == index.Keys.Count
                    ? $"The index is the same as {better.Name}: every write keeps both up."
                    : $"The index is the beginning of {better.Name}, which serves the same reads.");
            }
        }
    }

    private static Index Implementing(string name, ValueList<string> columns) => new(name, columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);

    private static bool Serves(Index other, Index index) =>
        other.Name != index.Name && other.Valid && other.Method == index.Method && other.Where == index.Where && other.Keys.Take(index.Keys.Count).SequenceEqual(index.Keys)
        && (other.Keys.Count > index.Keys.Count || other.Unique || string.CompareOrdinal(other.Name, index.Name) < 0);

    private static IEnumerable<SchemaRisk> OfAccess(ObjectAccess access)
    {
        var open = (access.Grants ?? []).Where(g => g is { Grantee: "", Privilege: "INSERT" or "UPDATE" or "DELETE" or "TRUNCATE" })
            .Select(g => g.Privilege).Distinct().Order(StringComparer.Ordinal).ToList();
        if (open.Count > 0)
        {
            yield return new SchemaRisk(access.On.Identity, $"PUBLIC has {string.Join(", ", open)}: every role of the server may write to it.");
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
