using Tandem.Databases;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>A shape that a table had, has or will have.</summary>
/// <param name="table">The shape; null where the table is not there.</param>
internal sealed class Shape(Table? table)
{
    private readonly List<Table> images = table is null ? [] : [table];

    public Table? Table { get; } = table;

    public string Name => Table!.Name;

    /// <summary>The shape as it was inspected, when a later change was planned; its types are then spelled as the database does.</summary>
    public void Saw(Table inspected) => images.Add(inspected);

    public bool IsExactly(Table other) => images.Contains(other);

    public bool HasColumnsOf(Table other) => images.Exists(i => Columns(i).SetEquals(Columns(other)));

    public int NamesInCommon(Table other) => images.Max(i => i.Columns.Count(c => other.Column(c.Name) is not null));

    private static HashSet<(string Name, string Type)> Columns(Table table) =>
        table.Columns.Select(c => (c.Name, TypeNames.Canonical(c.Type))).ToHashSet();
}

/// <summary>A change of a table as the step between two shapes, one of which lies nearer to the base.</summary>
internal sealed record Link(int Ordinal, TableChange Change, Shape Before, Shape After, Side Base, bool FarServed)
{
    /// <summary>The side whose own columns are hidden.</summary>
    public Side FarSide => Base.Other();

    /// <summary>Whether the new columns are being filled and were never served: what is NULL there nobody chose.</summary>
    public bool Filling { get; init; }

    public Shape Near => Base == Side.Old ? Before : After;

    public Shape Far => Base == Side.Old ? After : Before;

    /// <summary>Whether rows of one side have a representation on the other.</summary>
    public bool Carries => Change.Before is not null && Change.After is not null;

    /// <summary>Whether the table has the column that says why a row is quarantined.</summary>
    public bool HasMarker => Carries && Change.Lenses.Any(l => l.New.Count > 0);

    /// <summary>Whether rows are kept in agreement.</summary>
    public bool Syncs => Carries && Change.Lenses.Count > 0;

    public Shape Of(Side side) => side == Side.Old ? Before : After;
}

/// <summary>
/// Where every version's columns of one table are stored at one moment. The changes that are in sync form a tree of
/// shapes; one of them is the base, whose names are the physical ones. A column of another shape is carried along
/// towards the base until a change drops it: there it is hidden under that change's number.
/// </summary>
internal sealed class Layout
{
    private readonly List<Link> links;

    private Layout(string schema, List<Link> links, Link current)
    {
        Schema = schema;
        this.links = links;
        Current = current;
    }

    /// <summary>The target's schema.</summary>
    public string Schema { get; }

    /// <summary>The change that is being rendered; left out of <see cref="Links"/> once it is contracted.</summary>
    public Link Current { get; }

    /// <summary>All links of this table, the nearest to the base first.</summary>
    public IEnumerable<Link> Links => links.OrderBy(l => Distance(l.Far)).ThenBy(l => l.Ordinal);

    /// <summary>The links that keep rows in agreement, the nearest to the base first.</summary>
    public IReadOnlyList<Link> Syncing => Links.Where(l => l.Syncs).ToList();

    /// <summary>The base shape.</summary>
    public Shape Base => FollowToBase(Current.Near);

    /// <summary>The physical name of the table that holds the rows of the current change.</summary>
    public string Table => PhysicalTable(Current.Near.Table is null ? Current.Far : Current.Near);

    /// <summary>The table's name in quotes with its schema.</summary>
    public string Target => Sql.Id(Schema, Table);

    /// <summary>The layout around a change while one side of it is the base.</summary>
    public static Layout Of(TableChange change, RenderContext context, Side @base, bool farServed = false, bool filling = false)
    {
        var all = context.Retained.Where(r => r.Ordinal != context.Ordinal)
            .Select(r => (r.Ordinal, r.Change, Base: r.Undone ? Side.Old : Side.New, Served: r.OtherSideServed))
            .Append((context.Ordinal, change, @base, farServed))
            .OrderBy(c => c.Item1);
        var links = new List<Link>();
        foreach (var (ordinal, one, side, served) in all)
        {
            var before = Find(links, one.Before) ?? new Shape(one.Before);
            links.Add(new Link(ordinal, one, before, new Shape(one.After), side, served) { Filling = filling && ordinal == context.Ordinal });
        }

        var current = links.First(l => l.Ordinal == context.Ordinal && ReferenceEquals(l.Change, change));
        return new Layout(context.Schema.Name, Connected(links, current), current);
    }

    /// <summary>The layout of a retained change alone.</summary>
    public static Layout Of(RetainedChange retained, RenderContext context) => Of(
        retained.Change,
        context with { Ordinal = retained.Ordinal },
        retained.Undone ? Side.Old : Side.New);

    /// <summary>The same moment without the current change: it is dropped, its base side stays.</summary>
    public Layout WithoutCurrent() => new(Schema, links.Where(l => l != Current).ToList(), Current);

    /// <summary>The physical name of a column of a shape.</summary>
    public string Column(Shape shape, string name)
    {
        while (links.Find(l => l.Far == shape) is { } link && link.Near.Table is not null)
        {
            var pair = link.Change.Columns.FirstOrDefault(p => p.Of(link.FarSide)?.Name == name);
            if (pair is not null && !pair.Kept)
            {
                return Names.Hidden(link.Ordinal, link.FarSide, name);
            }

            name = pair?.Of(link.Base)!.Name ?? name;
            shape = link.Near;
        }

        return name;
    }

    /// <summary>The physical name of a column of the current change.</summary>
    public string Column(Side side, string name) => Column(Current.Of(side), name);

    /// <summary>The quoted physical name of a column of the current change.</summary>
    public string Id(Side side, string name) => Sql.Id(Column(side, name));

    /// <summary>
    /// Whether some columns differ between OLD and NEW, for the condition of a trigger; never for no columns. Equality is quicker to ask than images,
    /// and as good for types whose values are equal only when they are the same. The condition's operators are those that are found when it is made.
    /// </summary>
    public string Changed(IReadOnlyList<string> columns)
    {
        var exact = columns.Where(HasExactEquality).ToList();
        var others = columns.Except(exact).ToList();
        var conditions = exact.Select(c => $"OLD.{Sql.Id(c)} IS DISTINCT FROM NEW.{Sql.Id(c)}");
        return columns.Count == 0 ? "false" : $"({string.Join(" OR ", others.Count == 0 ? conditions : conditions.Append(PlpgsqlText.Changed(others)))})";
    }

    /// <summary>Whether a shape's columns are all visible: it is the base.</summary>
    public bool IsBase(Shape shape) => links.TrueForAll(l => l.Far != shape);

    // character varying has no equality of its own: somebody's would come before that of text.
    private bool HasExactEquality(string physical)
    {
        var stored = links.SelectMany(l => new[] { Side.Old, Side.New }.SelectMany(s => l.Change.Columns.Select(p => p.Of(s)).OfType<Column>()
            .Where(c => Column(l.Of(s), c.Name) == physical))).ToList();
        return stored.Count > 0 && stored.TrueForAll(c => c.Collation is null && TypeNames.HasExactEquality(c.Type)
            && !TypeNames.Canonical(c.Type).StartsWith("character varying", StringComparison.Ordinal));
    }

    private string PhysicalTable(Shape shape)
    {
        while (links.Find(l => l.Far == shape) is { } link)
        {
            if (link.Near.Table is null)
            {
                return Names.Hidden(link.Ordinal, link.FarSide, shape.Name);
            }

            shape = link.Near;
        }

        return shape.Name;
    }

    private Shape FollowToBase(Shape shape)
    {
        while (links.Find(l => l.Far == shape) is { Near.Table: not null } link)
        {
            shape = link.Near;
        }

        return shape;
    }

    private int Distance(Shape shape)
    {
        var steps = 0;
        while (links.Find(l => l.Far == shape) is { Near.Table: not null } link)
        {
            shape = link.Near;
            steps++;
        }

        return steps;
    }

    /// <summary>
    /// The shape that a later change was made from. Shapes before a change were inspected, so the same shape compares
    /// equal; one that a migration made is spelled as a person wrote it, and is known by its names.
    /// </summary>
    private static Shape? Find(List<Link> links, Table? table)
    {
        if (table is null)
        {
            return null;
        }

        var known = Enumerable.Reverse(links).SelectMany(l => new[] { l.Near, l.Far }).Where(s => s.Table is not null && s.Name == table.Name).ToList();
        var made = Enumerable.Reverse(links).Select(l => l.After).Where(s => s.Table is not null && s.Name == table.Name);
        var found = known.Find(s => s.IsExactly(table)) ?? known.Find(s => s.HasColumnsOf(table)) ?? made.MaxBy(s => s.NamesInCommon(table)) ?? known.FirstOrDefault();
        found?.Saw(table);
        return found;
    }

    private static List<Link> Connected(List<Link> links, Link current)
    {
        var shapes = new HashSet<Shape>(new[] { current.Before, current.After }.Where(s => s.Table is not null));
        var found = new List<Link> { current };
        while (links.Find(l => !found.Contains(l) && (shapes.Contains(l.Before) || shapes.Contains(l.After))) is { } next)
        {
            found.Add(next);
            shapes.UnionWith(new[] { next.Before, next.After }.Where(s => s.Table is not null));
        }

        return found.OrderBy(l => l.Ordinal).ToList();
    }
}
