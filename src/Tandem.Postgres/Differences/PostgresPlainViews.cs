using Tandem.Differences;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using static Tandem.Postgres.Connections.PostgresText;
using static Tandem.Postgres.Scripts.PostgresDdl;

namespace Tandem.Postgres.Differences;

/// <summary>Defaults and comments of the columns of views, and indexes and queries of materialized views, as statements there and back.</summary>
internal sealed class PostgresPlainViews
{
    private readonly DatabaseSchema from;
    private readonly DatabaseSchema to;

    private PostgresPlainViews(DatabaseSchema from, DatabaseSchema to) => (this.from, this.to) = (from, to);

    /// <summary>The changes of views that both schemas have.</summary>
    public static IEnumerable<PlainChange> Of(DatabaseSchema from, DatabaseSchema to)
    {
        var views = new PostgresPlainViews(from, to);
        return InOrder(to.Views).Select(v => from.Views.FirstOrDefault(w => w.Reference == v.Reference) is { } was ? views.Of(was, v) : null).OfType<PlainChange>();
    }

    // Triggers and what is said of the view itself are operations'.
    private PlainChange? Of(View was, View view)
    {
        was = was with { Triggers = view.Triggers };
        view = view with { Comment = was.Comment };
        if (was == view)
        {
            return null;
        }

        var parted = was with { Columns = view.Columns, Indexes = view.Indexes, ClusteredOn = view.ClusteredOn };
        bool Set(Column column) => (was.Columns.FirstOrDefault(c => c.Name == column.Name)?.Settings ?? []) == column.Settings;
        var isSet = view.Columns.All(Set) && was.Columns.All(c => c.Settings.Count == 0 || view.Columns.Any(v => v.Name == c.Name));
        if (parted == view && isSet)
        {
            return new PlainChange(view.Reference, DifferenceKind.Changed, [.. Parts(was, view)], [.. Parts(view, was)]);
        }

        return view.Materialized && PostgresPlainChanges.Users(view.Reference, from, to).Count == 0
            ? new PlainChange(view.Reference, DifferenceKind.Changed, [.. Exchanged(was, view)], [.. Exchanged(view, was)])
            : null;
    }

    private string Named(View view) => $"{view.Kind.ToUpperInvariant()} {Name(from.Name, view.Name)}";

    private IEnumerable<string> Parts(View was, View view)
    {
        foreach (var name in was.Columns.Concat(view.Columns).Select(c => c.Name).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (was.Columns.FirstOrDefault(c => c.Name == name), view.Columns.FirstOrDefault(c => c.Name == name));
            if (before?.Default != after?.Default)
            {
                yield return $"ALTER {Named(view)} ALTER COLUMN {Quote(name)} {(after?.Default is { } value ? $"SET DEFAULT {value}" : "DROP DEFAULT")}";
            }

            if (before?.Comment != after?.Comment)
            {
                yield return PostgresPlainChanges.Comment($"COLUMN {Name(from.Name, view.Name)}.{Quote(name)}", after?.Comment);
            }
        }

        foreach (var statement in Indexes(was, view))
        {
            yield return statement;
        }

        if (was.ClusteredOn != view.ClusteredOn)
        {
            yield return $"ALTER {Named(view)} {(view.ClusteredOn is { } index ? $"CLUSTER ON {Quote(index)}" : "SET WITHOUT CLUSTER")}";
        }
    }

    // Those that take another's name are built beside it: while they are, the view is read, and the former goes in the last moment.
    private IEnumerable<string> Indexes(View was, View view)
    {
        var gone = was.Indexes.Where(i => view.Indexes.All(o => o.Name != i.Name)).Select(i => i.Name).ToList();
        var taken = new List<(string Built, string Name)>();
        foreach (var index in view.Indexes)
        {
            var before = was.Indexes.FirstOrDefault(i => i.Name == index.Name);
            if (before is not null && before with { Comment = index.Comment } != index)
            {
                taken.Add((Beside(index.Name), index.Name));
            }

            var built = taken.Find(t => t.Name == index.Name).Built ?? index.Name;
            if (before is null || built != index.Name)
            {
                foreach (var statement in Made(view.Name, index, built))
                {
                    yield return statement;
                }
            }
            else if (before.Comment != index.Comment)
            {
                yield return PostgresPlainChanges.Comment($"INDEX {Name(from.Name, index.Name)}", index.Comment);
            }
        }

        foreach (var name in gone.Concat(taken.Select(t => t.Name)))
        {
            yield return $"DROP INDEX {Name(from.Name, name)}";
        }

        foreach (var (built, name) in taken)
        {
            yield return $"ALTER INDEX {Name(from.Name, built)} RENAME TO {Quote(name)}";
        }
    }

    private IEnumerable<string> Made(string view, Schema.Index index, string name) =>
    [
        CreateIndex(from.Name, view, index with { Name = name }),
        .. index.Settings.Select(s => $"ALTER INDEX {Name(from.Name, name)} ALTER COLUMN {s}"),
        .. index.Comment is { } comment ? [PostgresPlainChanges.Comment($"INDEX {Name(from.Name, name)}", comment)] : Array.Empty<string>(),
    ];

    // The rows of the new query are read and indexed while the former view is read; both change places in the last moment.
    private IEnumerable<string> Exchanged(View was, View view)
    {
        var built = view with { Name = Beside(view.Name) };
        var indexes = view.Indexes.Select(i => (Index: i, Built: Beside(i.Name))).ToList();
        return
        [
            .. PostgresDdlObjects.Create(from.Name, built),
            .. indexes.SelectMany(i => Made(built.Name, i.Index, i.Built)),
            $"DROP {Named(was)}",
            $"ALTER MATERIALIZED VIEW {Name(from.Name, built.Name)} RENAME TO {Quote(view.Name)}",
            .. indexes.Select(i => $"ALTER INDEX {Name(from.Name, i.Built)} RENAME TO {Quote(i.Index.Name)}"),
            .. view.ClusteredOn is { } index ? [$"ALTER {Named(view)} CLUSTER ON {Quote(index)}"] : Array.Empty<string>(),
            .. was.Comment is { } comment ? [PostgresPlainChanges.Comment(Named(view), comment)] : Array.Empty<string>(),
            .. view.Columns.Where(c => c.Comment is not null).Select(c => PostgresPlainChanges.Comment($"COLUMN {Name(from.Name, view.Name)}.{Quote(c.Name)}", c.Comment)),
            .. PostgresDdlAccess.Again(from.Name, from.AccessTo(view.Kind, view.Name), PostgresPlainChanges.Runner(from)),
        ];
    }

    // A name that neither schema has; it is there for the time of one transaction.
    private string Beside(string name)
    {
        var relations = new[] { from, to }.SelectMany(s => s.Tables.Concat(s.Partitions).SelectMany(t => t.Indexes.Select(i => i.Name).Append(t.Name)).Concat(s.Views.SelectMany(v => v.Indexes.Select(i => i.Name).Append(v.Name))).Concat(s.Sequences.Select(q => q.Name))).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue).Select(n => Names.Fit($"{name}_next{(n > 1 ? Names.Text(n) : "")}")).First(n => !relations.Contains(n));
    }
}
