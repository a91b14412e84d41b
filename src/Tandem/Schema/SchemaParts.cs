namespace Tandem.Schema;

/// <summary>Schemas of which some objects are as they are in another one.</summary>
public static class SchemaParts
{
    /// <summary>A schema in which these objects are as the other one has them, or are missing as they are there.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="other">Where the objects are taken from.</param>
    /// <param name="objects">The objects, by the names with which they are compared; a table's triggers are objects themselves.</param>
    public static DatabaseSchema With(DatabaseSchema schema, DatabaseSchema other, IEnumerable<ObjectName> objects)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(other);
        var taken = objects.ToHashSet();
        ValueList<T> Mixed<T>(ValueList<T> own, ValueList<T> theirs, Func<T, ObjectName> name) =>
            own.Where(i => !taken.Contains(name(i))).Concat(theirs.Where(i => taken.Contains(name(i))))
                .OrderBy(i => name(i).Kind, StringComparer.Ordinal).ThenBy(i => name(i).Identity, StringComparer.Ordinal).ToValueList();
        ValueList<T> MixedObjects<T>(ValueList<T> own, ValueList<T> theirs)
            where T : SchemaObject => Mixed(own, theirs, i => i.Reference);
        ValueList<Trigger> Triggers(ValueList<Trigger>? own, ValueList<Trigger>? theirs) => MixedObjects(own ?? [], theirs ?? []);
        ValueList<Table> Tables(ValueList<Table> own, ValueList<Table> theirs) => Mixed(own, theirs, t => new ObjectName("table", t.Name))
            .Select(t => t with { Triggers = Triggers(Of(own, t.Name)?.Triggers, Of(theirs, t.Name)?.Triggers) }).ToValueList();
        return schema with
        {
            Tables = Tables(schema.Tables, other.Tables),
            Partitions = Tables(schema.Partitions, other.Partitions),
            Enums = MixedObjects(schema.Enums, other.Enums),
            Sequences = MixedObjects(schema.Sequences, other.Sequences),
            Views = MixedObjects(schema.Views, other.Views).Select(v => v with
            {
                Triggers = Triggers(schema.Views.FirstOrDefault(o => o.Name == v.Name)?.Triggers, other.Views.FirstOrDefault(o => o.Name == v.Name)?.Triggers),
            }).ToValueList(),
            Objects = MixedObjects(schema.Objects, other.Objects),
            Needs = schema.Needs.Where(n => !taken.Contains(n.Object)).Concat(other.Needs.Where(n => taken.Contains(n.Object))).ToValueList(),
            Access = Mixed(schema.Access, other.Access, a => a.On),
            Unmanaged = Mixed(schema.Unmanaged, other.Unmanaged, u => new ObjectName(u.Kind, u.Name)),
            Comment = taken.Contains(new ObjectName("schema", schema.Name)) ? other.Comment : schema.Comment,
        };
    }

    private static Table? Of(ValueList<Table> tables, string name) => tables.FirstOrDefault(t => t.Name == name);
}
