using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>
/// What one migration changes about one object that has no rows of its own: both definitions. Operations make it;
/// providers decide when each definition is in force.
/// </summary>
/// <param name="Before">In the old version; null when the migration makes it.</param>
/// <param name="After">In the new version; null when the migration drops it.</param>
public sealed record ObjectChange(SchemaObject? Before, SchemaObject? After)
{
    /// <summary>Whether nobody asked for it: the object has the same text in both versions and is made anew over what changes beneath it.</summary>
    public bool Rebuilt { get; init; }

    /// <summary>
    /// Whether the server cannot give the one object the other definition (a function's result): the new version has a second
    /// object, which takes the name at the switch.
    /// </summary>
    public bool Beside { get; init; }

    /// <summary>Whether a materialized view is made without its rows; null otherwise. A definition does not keep that, since REFRESH alone changes it.</summary>
    public bool? WithoutRows { get; init; }

    /// <summary>Tables and other objects that it hangs on: what is begun later on one of them goes back before it.</summary>
    public ValueList<string> On { get; init; } = [];

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public string Name => Either.Name;

    /// <summary>The object in words, as plans and messages call it: <c>the view totals</c>.</summary>
    [JsonIgnore]
    public string Words => $"the {Either.Kind} {Either.Identity}";

    /// <summary>Whether the migration makes it.</summary>
    [JsonIgnore]
    public bool Added => Before is null;

    /// <summary>Whether the migration takes it away.</summary>
    [JsonIgnore]
    public bool Dropped => After is null;

    /// <summary>
    /// Whether each version has a type of its own, and the types exchange their names at the switch: values went or got other
    /// names. Values that only came are added to the one type.
    /// </summary>
    [JsonIgnore]
    public bool ExchangesType => (Before, After) is (EnumType before, EnumType after) && !before.Values.All(after.Values.Contains);

    /// <summary>Whether a domain gets another name: the other name is that of a second domain over it, and the two exchange their names at the switch.</summary>
    [JsonIgnore]
    public bool RenamesDomain => (Before, After) is (Domain before, Domain after) && before.Name != after.Name;

    /// <summary>Whether nothing but the comment changes.</summary>
    [JsonIgnore]
    public bool CommentOnly => Before is not null && After is not null && Before != After && Before with { Comment = After.Comment } == After;

    /// <summary>The new definition, else the old.</summary>
    [JsonIgnore]
    public SchemaObject Either => (After ?? Before)!;

    /// <summary>Whether a schema holds the object as this change found it.</summary>
    public bool Fits(DatabaseSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return (Before ?? After) is RoleRights rights
            ? schema.RightsOf(rights.Role, rights.On) == Before
            : Defined(schema.Find(Either.Kind, (Before ?? After)!.Identity)) == Defined(Before);

        static SchemaObject? Defined(SchemaObject? item) => item is View view ? view with { WithData = true } : item;
    }

    /// <summary>A schema after the change; tables keep the names they have.</summary>
    public DatabaseSchema ApplyTo(DatabaseSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Either switch
        {
            EnumType => schema with { Enums = Changed(schema.Enums) },
            View => schema with { Views = Changed(schema.Views) },
            Sequence => schema with { Sequences = Changed(schema.Sequences) },
            RoleRights => schema,
            Trigger { Table: var table } => schema.Table(table) is { } on ? schema.Replace(table, on with { Triggers = Changed(on.Triggers) })
                : schema with { Views = schema.Views.Select(v => v.Name == table ? v with { Triggers = Changed(v.Triggers) } : v).ToValueList() },
            _ => schema with { Objects = Changed(schema.Objects) },
        };
    }

    private ValueList<T> Changed<T>(ValueList<T> items)
        where T : SchemaObject => items
        .Where(i => i.Reference != Before?.Reference).Concat(After is T after ? [after] : [])
        .OrderBy(i => i.Kind, StringComparer.Ordinal).ThenBy(i => i.Identity, StringComparer.Ordinal).ToValueList();
}
