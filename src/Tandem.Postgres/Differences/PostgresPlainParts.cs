using Tandem.Differences;
using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Differences;

/// <summary>Parts of types, sequences, tables and the schema that no operation says, as statements there and back.</summary>
internal static class PostgresPlainParts
{
    /// <summary>The changes of parts.</summary>
    public static IEnumerable<PlainChange> Of(DatabaseSchema from, DatabaseSchema to)
    {
        PlainChange? Changes(ObjectName name, IEnumerable<string> up, IEnumerable<string> down) => up.Any() ? new(name, DifferenceKind.Changed, [.. up], [.. down]) : null;
        IEnumerable<PlainChange?> found =
        [
            from.Comment == to.Comment ? null : Changes(new ObjectName("schema", from.Name), [PostgresPlainChanges.Comment($"SCHEMA {Quote(from.Name)}", to.Comment)], [PostgresPlainChanges.Comment($"SCHEMA {Quote(from.Name)}", from.Comment)]),
            .. Both(from.Sequences, to.Sequences, s => s.Name).Select(p => Changes(p.Second.Reference, Sequence(from.Name, p.First, p.Second), Sequence(from.Name, p.Second, p.First))),
            .. Both(from.Objects.OfType<Domain>(), to.Objects.OfType<Domain>(), d => d.Name).Select(p => Changes(p.Second.Reference, Domain(from.Name, p.First, p.Second), Domain(from.Name, p.Second, p.First))),
            .. Both(from.Tables, to.Tables, t => t.Name).Select(p => Table(from.Name, p.First, p.Second)),
        ];
        return found.OfType<PlainChange>();
    }

    /// <summary>Other attributes of a composite type; null where rows hold values of it, or what hangs on an attribute would have to be made anew.</summary>
    public static PlainChange? Attributes(string schema, CompositeType was, CompositeType type, ValueList<ObjectName> users)
    {
        var common = Common(was, type);
        var isOnlyMore = common == was.Columns.Count;
        return users.Any(u => u.Kind is "table" or "materialized view") || (!isOnlyMore && users.Any(u => u.Kind is not ("function" or "procedure")))
            ? null
            : new PlainChange(type.Reference, DifferenceKind.Changed, [.. Attributes(schema, was, type)], [.. Attributes(schema, type, was)]);
    }

    // How many attributes at the beginning have the same names, in the same order, and types; those behind them go and come, since one that comes is the last.
    private static int Common(CompositeType was, CompositeType type) => was.Columns.Zip(type.Columns).TakeWhile(p => p.First with { Comment = p.Second.Comment } == p.Second).Count();

    private static IEnumerable<string> Attributes(string schema, CompositeType was, CompositeType type)
    {
        var name = Name(schema, type.Name);
        var common = Common(was, type);
        string Typed(Column column) => $"{column.Type}{(column.Collation is { } collation ? $" COLLATE {collation}" : "")}";
        var isRetyped = was.Columns.Select(c => c.Name).SequenceEqual(type.Columns.Select(c => c.Name), StringComparer.Ordinal);
        var actions = isRetyped
            ? was.Columns.Zip(type.Columns).Where(p => p.First with { Comment = p.Second.Comment } != p.Second).Select(p => $"ALTER ATTRIBUTE {Quote(p.Second.Name)} TYPE {Typed(p.Second)}").ToList()
            : [.. was.Columns.Skip(common).Select(c => $"DROP ATTRIBUTE {Quote(c.Name)}"), .. type.Columns.Skip(common).Select(c => $"ADD ATTRIBUTE {Quote(c.Name)} {Typed(c)}")];
        if (actions.Count > 0)
        {
            yield return $"ALTER TYPE {name} {string.Join(", ", actions)}";
        }

        foreach (var (column, place) in type.Columns.Select((c, i) => (c, i)))
        {
            var said = isRetyped || place < common ? was.Columns[place].Comment : null;
            if (column.Comment != said)
            {
                yield return PostgresPlainChanges.Comment($"COLUMN {name}.{Quote(column.Name)}", column.Comment);
            }
        }

        if (was.Comment != type.Comment)
        {
            yield return PostgresPlainChanges.Comment($"TYPE {name}", type.Comment);
        }
    }

    // What else a sequence has is an operation's.
    private static IEnumerable<string> Sequence(string schema, Sequence was, Sequence sequence)
    {
        var start = $"ALTER SEQUENCE {Name(schema, sequence.Name)}";
        if (was with { OwnerTable = sequence.OwnerTable, OwnerColumn = sequence.OwnerColumn, Unlogged = sequence.Unlogged } != sequence)
        {
            yield break;
        }

        if ((was.OwnerTable, was.OwnerColumn) != (sequence.OwnerTable, sequence.OwnerColumn))
        {
            yield return $"{start} OWNED BY {(sequence.OwnerTable is { } table ? $"{Name(schema, table)}.{Quote(sequence.OwnerColumn!)}" : "NONE")}";
        }

        if (was.Unlogged != sequence.Unlogged)
        {
            yield return $"{start} SET {(sequence.Unlogged ? "UNLOGGED" : "LOGGED")}";
        }
    }

    // What is said of a domain itself is an operation's, like its checks.
    private static IEnumerable<string> Domain(string schema, Domain was, Domain domain)
    {
        var spoken = was with { Comment = domain.Comment, Checks = was.Checks.Select(c => c with { Comment = domain.Checks.FirstOrDefault(o => o.Name == c.Name)?.Comment }).ToValueList() };
        return spoken != domain ? [] : was.Checks.Zip(domain.Checks).Where(p => p.First.Comment != p.Second.Comment)
            .Select(p => PostgresPlainChanges.Comment($"CONSTRAINT {Quote(p.Second.Name!)} ON DOMAIN {Name(schema, domain.Name)}", p.Second.Comment));
    }

    // Rules that former rows need not keep, and the order in which rows were put last; where more differs, this alone would not lead there.
    private static PlainChange? Table(string schema, Table was, Table table)
    {
        var checks = table.Checks.Where(c => c is { Validated: false, Enforced: true } && was.Checks.All(o => o.Name != c.Name)).ToList();
        var keys = table.ForeignKeys.Where(f => !f.Validated && was.ForeignKeys.All(o => o.Name != f.Name)).ToList();
        var led = was with
        {
            Triggers = table.Triggers,
            ClusteredOn = table.ClusteredOn,
            Checks = table.Checks.Where(c => checks.Contains(c) || was.Checks.Contains(c)).ToValueList(),
            ForeignKeys = table.ForeignKeys.Where(f => keys.Contains(f) || was.ForeignKeys.Contains(f)).ToValueList(),
        };
        if (led != table with { NotUnderstood = was.NotUnderstood } || was.Checks.Count + checks.Count != table.Checks.Count || was.ForeignKeys.Count + keys.Count != table.ForeignKeys.Count)
        {
            return null;
        }

        var name = Name(schema, table.Name);
        var names = checks.Select(c => (Name: c.Name!, Clause: $"{CheckClause(c)} NOT VALID", c.Comment)).Concat(keys.Select(k => (Name: k.Name!, Clause: ForeignKeyClause(schema, k), k.Comment))).ToList();
        string Clustered(string? index) => $"ALTER TABLE {name} {(index is null ? "SET WITHOUT CLUSTER" : $"CLUSTER ON {Quote(index)}")}";
        var isClustered = was.ClusteredOn != table.ClusteredOn;
        return names.Count == 0 && !isClustered ? null : new PlainChange(
            new ObjectName("table", table.Name),
            DifferenceKind.Changed,
            [
                .. names.Select(n => $"ALTER TABLE {name} ADD {n.Clause}"),
                .. names.Where(n => n.Comment is not null).Select(n => PostgresPlainChanges.Comment($"CONSTRAINT {Quote(n.Name)} ON {name}", n.Comment)),
                .. isClustered ? [Clustered(table.ClusteredOn)] : Array.Empty<string>(),
            ],
            [
                .. isClustered ? [Clustered(was.ClusteredOn)] : Array.Empty<string>(),
                .. names.Select(n => $"ALTER TABLE {name} DROP CONSTRAINT {Quote(n.Name)}"),
            ]);
    }

    private static IEnumerable<(T First, T Second)> Both<T>(IEnumerable<T> first, IEnumerable<T> second, Func<T, string> name)
        where T : class => second.Select(s => (First: first.FirstOrDefault(f => name(f) == name(s)), Second: s)).Where(p => p.First is not null && p.First != p.Second).Select(p => (p.First!, p.Second));
}
