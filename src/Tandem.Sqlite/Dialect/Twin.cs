using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>One side of a twin: a table with the shape of one version.</summary>
/// <param name="Side">Which version's.</param>
/// <param name="Storage">The table's present name, as SQL text.</param>
/// <param name="Table">Its shape; the name is that under which the version's expressions know it.</param>
/// <param name="Identity">How its rows are named.</param>
internal sealed record TwinSide(Side Side, string Storage, Table Table, RowIdentity Identity)
{
    /// <summary>The name that expressions may use for the row's table.</summary>
    public string Alias => SqliteText.Quote(Table.Name);
}

/// <summary>A lens as one direction of the sync sees it: from a source to a target.</summary>
/// <param name="From">Columns of the source; empty when the target's columns are the target's alone.</param>
/// <param name="To">Columns of the target.</param>
/// <param name="Forth">One expression for each of <paramref name="To"/>, over the source.</param>
/// <param name="Back">One expression for each of <paramref name="From"/>, over the target.</param>
internal sealed record LensView(
    ValueList<Column> From, ValueList<Column> To, ValueList<string> Forth, ValueList<string> Back)
{
    /// <summary>Whether <see cref="Forth"/> may give another value each time.</summary>
    public bool Varies { get; init; }
}

/// <summary>A table of two versions, seen in the direction from one side to the other.</summary>
/// <param name="From">The source.</param>
/// <param name="To">The target.</param>
/// <param name="Carried">Columns that both sides store alike: source, target.</param>
/// <param name="Lenses">Lenses that give the target values.</param>
internal sealed record TwinFlow(
    TwinSide From, TwinSide To, ValueList<(Column From, Column To)> Carried, ValueList<LensView> Lenses)
{
    /// <summary>Columns of the target whose value a row that comes takes from another table: an expression over the source.</summary>
    public ValueList<(Column To, string Value)> Fetched { get; init; } = [];

    /// <summary>Columns of the source that nothing but its applications writes: <see cref="OwnColumns"/> that no trigger of the users' sets.</summary>
    public ValueList<string> Own { get; init; } = [];

    /// <summary>The carried columns but for the one that is the row number.</summary>
    public IEnumerable<int> Payload => Enumerable.Range(0, Carried.Count)
        .Where(i => To.Table.WithoutRowId || !To.Identity.Terms.Contains(SqliteText.Quote(Carried[i].To.Name)));
}

/// <summary>A table whose shape differs between the versions, with the tables that store them.</summary>
/// <param name="Change">The change.</param>
/// <param name="Names">The names of what belongs to it.</param>
/// <param name="Old">The old version's table.</param>
/// <param name="New">The new version's table.</param>
internal sealed record Twin(TableChange Change, TwinNames Names, TwinSide Old, TwinSide New)
{
    /// <summary>The users' triggers, where the engine's are to be made: they say which columns are <see cref="TwinFlow.Own"/>.</summary>
    public ValueList<Trigger> Triggers { get; init; } = [];

    private ValueList<(Column To, string Value)> Fetched { get; init; } = [];

    /// <summary>Whether a change is served by a twin: both versions have the table, in different shapes.</summary>
    public static bool Serves(TableChange change) => change is { Before: not null, After: not null, ShapeDiffers: true };

    /// <summary>
    /// The twin as long as the given side has the plain name (the other side has a name of the engine's).
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="names">The migration's names.</param>
    /// <param name="plain">The side with the plain name.</param>
    /// <param name="changes">All changes of the migration.</param>
    /// <param name="marked">Whether names carry the mark of <see cref="TwinNames.Mark"/>.</param>
    public static Twin Of(TableChange change, TwinNames names, Side plain, ValueList<TableChange> changes, bool marked = false)
    {
        var before = change.Before!;
        var after = NewShape.Of(change);
        var (old, young) = plain == Side.Old
            ? (before.Name, names.Twin(after.Name))
            : (names.Retired(before.Name), after.Name);
        string Named(string name) => marked ? TwinNames.Marked(name) : SqliteText.Quote(name);
        return new Twin(
            change,
            names,
            new TwinSide(Side.Old, Named(old), before, RowIdentity.Of(before)!),
            new TwinSide(Side.New, Named(young), after, RowIdentity.Of(after)!))
        {
            Fetched = MovedFacts.Fetched(change, changes, link => Named(plain == Side.Old ? names.Twin(link.Whole) : link.Whole)),
        };
    }

    /// <summary>The twin in one direction.</summary>
    public TwinFlow From(Side source)
    {
        var forth = source == Side.Old;
        var (from, to) = forth ? (Old, New) : (New, Old);
        var carried = Change.Carried.Where(c => c.Before!.Generated is null && c.After!.Generated is null)
            .Select(c => forth ? (c.Before!, c.After!) : (c.After!, c.Before!));
        var lenses = Change.Lenses.Select(l => (forth
                ? View(from, to, l.Old, l.New, l.Up, l.Down)
                : View(from, to, l.New, l.Old, l.Down, l.Up)) with { Varies = l.Varies })
            .Where(l => l.To.Count > 0);
        return new TwinFlow(from, to, carried.ToValueList(), lenses.ToValueList()) { Fetched = forth ? [] : Fetched, Own = Own(source) };
    }

    private ValueList<string> Own(Side source) =>
        OwnColumns.Of(Change, source).Where(c => !Triggers.Any(t => TriggerWrites.Sets(t, Change, c))).ToValueList();

    private static LensView View(
        TwinSide from, TwinSide to, ValueList<string> sources, ValueList<string> targets,
        ValueList<LensExpression> forth, ValueList<LensExpression> back) => new(
            sources.Select(c => from.Table.Column(c)!).ToValueList(),
            targets.Select(c => to.Table.Column(c)!).ToValueList(),
            targets.Select(c => forth.First(e => e.Column == c).Sql).ToValueList(),
            sources.Count == 0 ? [] : sources.Select(c => back.First(e => e.Column == c).Sql).ToValueList());
}
