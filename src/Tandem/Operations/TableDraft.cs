using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A pair that is still being worked on.</summary>
internal sealed class DraftPair<T>(T? before, T? after)
    where T : class
{
    public T? Before { get; } = before;

    public T? After { get; set; } = after;

    public bool EnforceLive { get; set; }

    public Pair<T> Freeze() => new(Before, After, EnforceLive);
}

/// <summary>One table while the operations of a migration change it: the old shape stays, the new one grows.</summary>
internal sealed class TableDraft
{
    private readonly List<Lens> lenses = [];
    private readonly List<TableLink> links = [];

    public TableDraft(Table? before, Table? created = null)
    {
        Before = before;
        var start = before ?? created!;
        Settings = start;
        Name = start.Name;
        PrimaryKey = start.PrimaryKey;
        Columns = Pairs(start.Columns, before is null);
        Uniques = Pairs(start.Uniques, before is null);
        Checks = Pairs(start.Checks, before is null);
        Exclusions = Pairs(start.Exclusions, before is null);
        ForeignKeys = Pairs(start.ForeignKeys, before is null);
        Indexes = Pairs(start.Indexes, before is null);
    }

    public Table? Before { get; }

    public string Name { get; set; }

    public bool Dropped { get; set; }

    public PrimaryKey? PrimaryKey { get; set; }

    /// <summary>Whether the new version's primary key, where it is another one, holds as soon as that version is live.</summary>
    public bool KeyEnforceLive { get; set; }

    /// <summary>What is set on the table as a whole: its comment and the like.</summary>
    public Table Settings { get; set; }

    /// <summary>The key for which each version draws values of its own, when others refer to it.</summary>
    public DrawnKey? DrawnKey { get; set; }

    /// <summary>How its rows are divided among partitions in the new version, when they were not before.</summary>
    public TablePartitioning? Partitioning { get; set; }

    /// <summary>How its rows are divided from the first on, when the migration makes it.</summary>
    public TablePartitioning? MadePartitions { get; set; }

    public List<DraftPair<Column>> Columns { get; }

    public List<DraftPair<UniqueConstraint>> Uniques { get; }

    public List<DraftPair<CheckConstraint>> Checks { get; }

    public List<DraftPair<ExclusionConstraint>> Exclusions { get; }

    public List<DraftPair<ForeignKey>> ForeignKeys { get; }

    public List<DraftPair<Schema.Index>> Indexes { get; }

    /// <summary>The column of this name in the new version as it stands now.</summary>
    public DraftPair<Column>? Column(string name) => Columns.FirstOrDefault(c => c.After?.Name == name);

    /// <summary>Whether a lens of this migration already makes or replaces the column.</summary>
    public bool InLens(DraftPair<Column> column) => lenses.Any(l =>
        (column.Before is { } b && l.Old.Contains(b.Name)) || (column.After is { } a && l.New.Contains(a.Name)));

    public void AddLens(Lens lens) => lenses.Add(lens);

    public void AddLink(TableLink link) => links.Add(link);

    /// <summary>Takes the column out of the new version; the caller has looked after what uses it.</summary>
    public void Remove(DraftPair<Column> column)
    {
        if (column.Before is null)
        {
            Columns.Remove(column);
        }
        else
        {
            column.After = null;
        }
    }

    /// <summary>Puts a new column right behind another (or last), so that a version's column order is the one a reader expects.</summary>
    public void Add(Column column, DraftPair<Column>? behind = null)
    {
        var pair = new DraftPair<Column>(null, column);
        if (behind is null)
        {
            Columns.Add(pair);
        }
        else
        {
            Columns.Insert(Columns.IndexOf(behind) + 1, pair);
        }
    }

    /// <summary>Whether a column of the new version is named by the primary key.</summary>
    public bool IsKey(string column) => PrimaryKey?.Columns.Contains(column) == true;

    /// <summary>An expression of the old version in the names of the new one as it stands now.</summary>
    public string InNewNames(string expression)
    {
        string? Now(StringComparison comparison, string name) => Columns.FirstOrDefault(c => string.Equals(c.Before?.Name, name, comparison))?.After?.Name;
        return ExpressionNames.Replace(expression, n => Columns.Exists(c => c.Before?.Name == n) ? Now(StringComparison.Ordinal, n) : Now(StringComparison.OrdinalIgnoreCase, n));
    }

    /// <summary>
    /// Gives a column another name wherever the model names it. Expressions that were there before are left to the database;
    /// those that this migration adds are in the new version's names.
    /// </summary>
    public void Rename(DraftPair<Column> column, string to)
    {
        var from = column.After!.Name;
        column.After = column.After with { Name = to };
        PrimaryKey = PrimaryKey is null ? null : PrimaryKey with { Columns = Renamed(PrimaryKey.Columns, from, to), Include = Some(PrimaryKey.Include) };
        Each(Uniques, u => u with { Columns = Renamed(u.Columns, from, to), Include = Some(u.Include) });
        Each(Checks, c => c with { Columns = Renamed(c.Columns, from, to) });
        foreach (var check in Checks.Where(c => c is { Before: null, After: not null }))
        {
            check.After = check.After! with { Expression = Text(check.After.Expression) };
        }

        Each(Exclusions, e => e with { Columns = Renamed(e.Columns, from, to) });
        foreach (var exclusion in Exclusions.Where(e => e is { Before: null, After: not null }))
        {
            exclusion.After = exclusion.After! with { Definition = Text(exclusion.After.Definition) };
        }

        Each(ForeignKeys, f => f with
        {
            Columns = Renamed(f.Columns, from, to),
            OnDeleteColumns = Some(f.OnDeleteColumns),
            ReferencedColumns = f.ReferencedTable == Name ? Renamed(f.ReferencedColumns, from, to) : f.ReferencedColumns,
        });
        Each(Indexes, i => i with
        {
            Columns = Renamed(i.Columns, from, to),
            Include = Renamed(i.Include, from, to),
            Keys = i.Keys.Select(k => k.Column == from ? k with { Column = to } : k).ToValueList(),
        });
        foreach (var index in Indexes.Where(i => i is { Before: null, After: not null }))
        {
            index.After = index.After! with
            {
                Keys = index.After.Keys.Select(k => k.Expression is { } e ? k with { Expression = Text(e) } : k).ToValueList(),
                Where = index.After.Where is { } where ? Text(where) : null,
            };
        }

        ValueList<string>? Some(ValueList<string>? names) => names is null ? null : Renamed(names, from, to);
        string Text(string expression) => ExpressionNames.Replace(expression, n => string.Equals(n, from, StringComparison.OrdinalIgnoreCase) ? to : null);
    }

    /// <summary>The change as an immutable value.</summary>
    public TableChange Freeze()
    {
        var after = Dropped ? null : Settings with
        {
            Name = Name,
            Columns = Present(Columns),
            PrimaryKey = PrimaryKey,
            Uniques = Present(Uniques),
            Checks = Present(Checks),
            Exclusions = Present(Exclusions),
            ForeignKeys = Present(ForeignKeys),
            Indexes = Present(Indexes),
            Triggers = Settings.Triggers.Select(t => t with { Table = Name }).ToValueList(),
            NotNulls = NotNulls(),
        };
        return new TableChange(Before, after)
        {
            Columns = Frozen(Columns),
            Lenses = lenses.ToValueList(),
            KeyEnforceLive = KeyEnforceLive,
            Links = links.ToValueList(),
            DrawnKey = DrawnKey,
            Partitioning = Partitioning,
            MadePartitions = MadePartitions,
            Uniques = Frozen(Uniques),
            Checks = Frozen(Checks),
            Exclusions = Frozen(Exclusions),
            ForeignKeys = Frozen(ForeignKeys),
            Indexes = Frozen(Indexes),
        };
    }

    /// <summary>Whether anything is different in the new version.</summary>
    public bool Changed
    {
        get
        {
            // What one migration makes and drops again never was.
            if (Before is null && Dropped)
            {
                return false;
            }

            var frozen = Freeze();
            return frozen.ShapeDiffers
                || Partitioning is not null
                || frozen.SettingsDiffer
                || frozen.Before?.PrimaryKey?.Name != frozen.After?.PrimaryKey?.Name
                || frozen.Columns.Any(c => c.Before != c.After)
                || frozen.Before?.PrimaryKey != frozen.After?.PrimaryKey
                || frozen.Uniques.Any(p => p.Before != p.After)
                || frozen.Checks.Any(p => p.Before != p.After)
                || frozen.Exclusions.Any(p => p.Before != p.After)
                || frozen.ForeignKeys.Any(p => p.Before != p.After)
                || frozen.Indexes.Any(p => p.Before != p.After);
        }
    }

    /// <summary>Rules against NULL follow their columns and end with them.</summary>
    private ValueList<NotNullConstraint> NotNulls() => Settings.NotNulls
        .Select(n => (Rule: n, Columns.FirstOrDefault(c => c.Before?.Name == n.Column)?.After))
        .Where(p => p.After is { Nullable: false })
        .Select(p => p.Rule with { Column = p.After!.Name })
        .ToValueList();

    private static List<DraftPair<T>> Pairs<T>(ValueList<T> items, bool created)
        where T : class =>
        items.Select(i => new DraftPair<T>(created ? null : i, i)).ToList();

    private ValueList<Pair<T>> Frozen<T>(List<DraftPair<T>> pairs)
        where T : class =>
        pairs.Select(p => Dropped ? new Pair<T>(p.Before, null) : p.Freeze())
            .Where(p => p.Before is not null || p.After is not null)
            .ToValueList();

    private static ValueList<T> Present<T>(List<DraftPair<T>> pairs)
        where T : class =>
        pairs.Where(p => p.After is not null).Select(p => p.After!).ToValueList();

    private static void Each<T>(List<DraftPair<T>> pairs, Func<T, T> change)
        where T : class
    {
        foreach (var pair in pairs)
        {
            if (pair.After is { } after)
            {
                pair.After = change(after);
            }
        }
    }

    private static ValueList<string> Renamed(ValueList<string> names, string from, string to) =>
        names.Contains(from) ? names.Select(n => n == from ? to : n).ToValueList() : names;
}
