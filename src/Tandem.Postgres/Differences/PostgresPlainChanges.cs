using Tandem.Differences;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using static Tandem.Postgres.Connections.PostgresText;
using static Tandem.Postgres.Scripts.PostgresDdl;

namespace Tandem.Postgres.Differences;

/// <summary>
/// Writes what no operation says as the statements that make it: rules, publications, event triggers, default privileges, collations and operators, and parts of
/// views, types, sequences and tables. Nothing here writes a row anew.
/// </summary>
public sealed class PostgresPlainChanges
{
    private readonly DatabaseSchema from;
    private readonly DatabaseSchema to;

    private PostgresPlainChanges(DatabaseSchema from, DatabaseSchema to) => (this.from, this.to) = (from, to);

    private string Schema => from.Name;

    /// <summary>The changes, each behind those that it needs.</summary>
    /// <param name="from">The schema as it is, with who owns and may use what.</param>
    /// <param name="to">The schema as it is to be.</param>
    public static ValueList<PlainChange> Between(DatabaseSchema from, DatabaseSchema to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return new PostgresPlainChanges(from, to).All().Select(c => c with { Up = Again(c.Up), Down = Again(c.Down) }).ToValueList();
    }

    /// <summary>What cannot be there without an object, at any remove, but for its own parts.</summary>
    internal static ValueList<ObjectName> Users(ObjectName item, params ReadOnlySpan<DatabaseSchema> schemas)
    {
        var needs = new List<ObjectNeed>();
        foreach (var schema in schemas)
        {
            needs.AddRange(schema.Needs);
        }

        var (found, open) = (new HashSet<ObjectName>(), new Queue<ObjectName>([item]));
        while (open.TryDequeue(out var next))
        {
            foreach (var user in needs.Where(n => n.Needs == next && n.Object.Kind != "index" && n.Object != item).Select(n => n.Object).Where(found.Add))
            {
                open.Enqueue(user);
            }
        }

        return found.OrderBy(u => u.Kind, StringComparer.Ordinal).ThenBy(u => u.Identity, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>The statement that says something of an object, or takes back what was said.</summary>
    internal static string Comment(string named, string? comment) => $"COMMENT ON {named} IS {(comment is null ? "NULL" : Literal(comment))}";

    private static ValueList<string> Again(ValueList<string> statements) => statements.Select(StoredText.Again).ToValueList();

    private IEnumerable<PlainChange> All()
    {
        var objects = to.Objects.Where(o => from.Find(o.Kind, o.Identity) is null).Select(Come)
            .Concat(to.Objects.Select(o => from.Find(o.Kind, o.Identity) is { } was && was != o ? Changed(was, o) : null))
            .OfType<PlainChange>().ToLookup(c => Place(c.Object.Kind));
        return from.Objects.Where(o => to.Find(o.Kind, o.Identity) is null).Select(Goes).OfType<PlainChange>().OrderByDescending(c => Place(c.Object.Kind))
            .Concat(PostgresPlainForeign.Gone(from, to)).Concat(objects[0]).Concat(PostgresPlainForeign.Come(from, to)).Concat(objects[1])
            .Concat(PostgresPlainParts.Of(from, to))
            .Concat(PostgresPlainViews.Of(from, to))
            .Concat(objects[2]).Concat(objects[3])
            .Concat(PostgresPlainOwners.Of(from, to));
    }

    // What others are made of comes first, what answers to statements last.
    private static int Place(string kind) => kind switch
    {
        "collation" or "composite type" or "aggregate" or "function" => 0,
        "rule" or "publication" or "default privileges" => 2,
        "event trigger" => 3,
        _ => 1,
    };

    // Functions and the like are made by operations, but for those that these cannot say; what one of them was refused for is left out behind.
    private static bool IsPlain(SchemaObject one) => one is Rule or Publication or EventTrigger or Collation or DefinedObject or Routine { Code: RoutineKind.Window } or Routine { Language: "c" or "internal" };

    private PlainChange? Come(SchemaObject one) => one switch
    {
        DefaultPrivileges rights => Rights(null, rights),
        _ when IsPlain(one) => new PlainChange(one.Reference, DifferenceKind.Added, [.. Made(one), .. PostgresDdlAccess.Rights(Schema, to.AccessTo(one.Kind, one.Identity))], [Drop(one)]) { Carries = Carries(one) },
        _ => null,
    };

    private PlainChange? Goes(SchemaObject one) => one switch
    {
        DefaultPrivileges rights => Rights(rights, null),
        Routine => null,
        _ when IsPlain(one) && Users(one.Reference, to).Count == 0 => new PlainChange(one.Reference, DifferenceKind.Missing, [Drop(one)], [.. Made(one), .. Owned(one)]) { Carries = Carries(one) },
        _ => null,
    };

    private PlainChange? Changed(SchemaObject was, SchemaObject one)
    {
        PlainChange Changes(IEnumerable<string> up, IEnumerable<string> down) => new(one.Reference, DifferenceKind.Changed, [.. up], [.. down]) { Carries = Carries(one) };
        if (was with { Comment = one.Comment } == one && one is not (Domain or Routine or RowPolicy or Statistics))
        {
            return Changes([Comment(PostgresDdlObjects.Named(Schema, one), one.Comment)], [Comment(PostgresDdlObjects.Named(Schema, was), was.Comment)]);
        }

        return (was, one) switch
        {
            (DefaultPrivileges a, DefaultPrivileges b) => Rights(a, b),
            (Publication a, Publication b) when a.AllTables == b.AllTables => Changes([.. Altered(a, b), .. Said(a, b)], [.. Altered(b, a), .. Said(b, a)]),
            (CompositeType a, CompositeType b) => PostgresPlainParts.Attributes(Schema, a, b, Users(a.Reference, from, to)),
            _ when (IsPlain(one) || one is Routine { Code: RoutineKind.Aggregate }) && Users(one.Reference, from, to).Count == 0 => Changes([Drop(was), .. Made(one), .. Owned(one)], [Drop(one), .. Made(was), .. Owned(was)]),
            _ => null,
        };
    }

    private static bool Carries(SchemaObject one) => one is Collation or DefinedObject or Routine;

    private string Drop(SchemaObject one) => $"DROP {PostgresDdlObjects.Named(Schema, one)}";

    private IEnumerable<string> Made(SchemaObject one) =>
    [
        .. one is DefinedObject defined ? defined.Unowned : PostgresDdlObjects.Create(Schema, one),
        .. one.Comment is { } comment ? [Comment(PostgresDdlObjects.Named(Schema, one), comment)] : Array.Empty<string>(),
    ];

    // Whoever carries the migration out owns what it makes; what another role owned goes back to it.
    private IEnumerable<string> Owned(SchemaObject one) => PostgresDdlAccess.Again(Schema, from.AccessTo(one.Kind, one.Identity), Runner(from));

    /// <summary>The role that carries statements out, or null where that is not known.</summary>
    internal static string? Runner(DatabaseSchema schema) => schema.Roles.FirstOrDefault(r => r.Own)?.Name;

    private IEnumerable<string> Said(SchemaObject was, SchemaObject one) => was.Comment == one.Comment ? [] : [Comment(PostgresDdlObjects.Named(Schema, one), one.Comment)];

    private static IEnumerable<string> Altered(Publication was, Publication one)
    {
        var start = $"ALTER PUBLICATION {Quote(one.Name)}";
        if (was.Options != one.Options)
        {
            // What is left out of the options is not the usual by that.
            var usual = new[] { ("publish_via_partition_root", "false"), ("publish_generated_columns", "none") }
                .Where(o => was.Options.Contains(o.Item1, StringComparison.Ordinal) && !one.Options.Contains(o.Item1, StringComparison.Ordinal)).Select(o => $", {o.Item1} = {o.Item2}");
            yield return $"{start} SET ({one.Options}{string.Concat(usual)})";
        }

        if (was.Tables != one.Tables || was.Schemas != one.Schemas)
        {
            var bare = was with { Tables = was.Tables.Select(t => new PublishedTable(t.Schema, t.Table)).ToValueList() };
            yield return PostgresDdlObjects.Published(one) is { Length: > 0 } all ? $"{start} SET {all}" : $"{start} DROP {PostgresDdlObjects.Published(bare)}";
        }
    }

    private PlainChange Rights(DefaultPrivileges? was, DefaultPrivileges? one) => new(
        (one ?? was)!.Reference,
        was is null ? DifferenceKind.Added : one is null ? DifferenceKind.Missing : DifferenceKind.Changed,
        [.. PostgresDdlAccess.Defaults(Schema, was, one)],
        [.. PostgresDdlAccess.Defaults(Schema, one, was)]);
}
