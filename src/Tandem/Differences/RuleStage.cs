using Tandem.Operations;
using Tandem.Schema;
using Index = Tandem.Schema.Index;

namespace Tandem.Differences;

/// <summary>Keys, constraints and indexes.</summary>
internal sealed class RuleStage(StageDraft draft, Foundations foundations)
{
    private sealed record Matched<T>(List<T> Gone, List<T> Come, List<(string From, string To)> Renamed);

    private bool CanRename => draft.Engine == "postgres";

    /// <summary>Whether the operations can make the rule as it is.</summary>
    public static bool IsPlain(UniqueConstraint rule) => rule == new UniqueConstraint(rule.Name, rule.Columns, rule.NullsNotDistinct, rule.Deferrable) { Include = rule.Include, Comment = rule.Comment };

    /// <summary>Whether the operations can make the rule as it is.</summary>
    public static bool IsPlain(CheckConstraint rule) => rule == new CheckConstraint(rule.Name, rule.Expression, rule.Columns) { NoInherit = rule.NoInherit, Comment = rule.Comment };

    /// <summary>A name for a check that has none.</summary>
    public static string NameOf(CheckConstraint check, Table table)
    {
        var alike = table.Checks.Where(c => c.Name is null && c.Columns == check.Columns).ToList();
        var number = alike.FindIndex(c => ReferenceEquals(c, check));
        return $"{table.Name}_{string.Concat(check.Columns.Select(c => c + "_"))}check{(number > 0 ? $"{number + 1}" : "")}";
    }

    private static bool IsPlain(ForeignKey rule) =>
        rule == new ForeignKey(rule.Name, rule.Columns, rule.ReferencedTable, rule.ReferencedColumns)
        {
            ReferencedSchema = rule.ReferencedSchema, Match = rule.Match, OnDelete = rule.OnDelete, OnDeleteColumns = rule.OnDeleteColumns, OnUpdate = rule.OnUpdate, Deferrable = rule.Deferrable, Comment = rule.Comment,
        };

    private static bool IsPlain(ExclusionConstraint rule) => rule == new ExclusionConstraint(rule.Name, rule.Definition, rule.Columns) { Comment = rule.Comment };

    private static bool IsPlain(PrimaryKey key) => key == new PrimaryKey(key.Name, key.Columns) { Include = key.Include, Comment = key.Comment };

    /// <summary>Ends the foreign keys that the table does not have any more; what they refer to may then go.</summary>
    public void DropForeignKeys(Table wanted)
    {
        foreach (var key in ForeignKeys(Present(wanted.Name), wanted).Gone.Where(k => !GoesAlong(k.Columns, wanted)))
        {
            draft.Add(new DropForeignKey { Table = wanted.Name, Name = key.Name, Columns = key.Name is null ? key.Columns : null });
        }
    }

    /// <summary>Whether the table has another rule by which its rows have some columns once, and not that which it had.</summary>
    public bool Exchanges(Table wanted, ValueList<string> columns)
    {
        var present = Present(wanted.Name);
        bool Over(IEnumerable<string?> unique) => unique.Order(StringComparer.Ordinal).SequenceEqual(columns.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        bool OverIndex(Index index) => index is { Unique: true, Where: null } && Over(index.Keys.Select(k => k.Column));
        var stays = (present.PrimaryKey is { } key && wanted.PrimaryKey is { } same && key.Columns == same.Columns && Over(key.Columns))
            || present.Uniques.Any(u => Over(u.Columns) && wanted.Uniques.Any(o => Alignment.Same(u with { Comment = o.Comment }, o)))
            || present.Indexes.Any(i => OverIndex(i) && wanted.Indexes.Any(o => IndexForm.Same(i with { Comment = o.Comment }, o)));
        return !stays && ((wanted.PrimaryKey is { } next && Over(next.Columns)) || wanted.Uniques.Any(u => Over(u.Columns)) || wanted.Indexes.Any(OverIndex));
    }

    /// <summary>Ends what else the table does not have any more, and gives other names to what it goes on to have.</summary>
    public void Drop(Table wanted)
    {
        var present = Present(wanted.Name);
        Key(present.PrimaryKey, wanted);

        // Where the former key cannot go, the next one does not come, and what makes its columns unique stays.
        var next = wanted.PrimaryKey is { } key && draft.Table(wanted.Name)?.PrimaryKey is { } still && still.Columns != key.Columns ? key.Columns : null;
        var foreign = ForeignKeys(present, wanted);
        var uniques = Uniques(present, wanted);
        var checks = Checks(present, wanted);
        var indexes = Indexes(present, wanted);
        foreach (var unique in uniques.Gone.Where(u => !GoesAlong(u.Columns, wanted) && u.Columns != next))
        {
            draft.Add(new DropUnique { Table = wanted.Name, Name = unique.Name, Columns = unique.Name is null ? unique.Columns : null });
        }

        foreach (var check in checks.Gone.Where(c => !GoesAlong(c.Columns, wanted)))
        {
            draft.Add(
                new DropCheck { Table = wanted.Name, Name = check.Name, Columns = check.Name is null ? check.Columns : null },
                () => !Present(wanted.Name).Checks.Any(c => c.Name == check.Name && Alignment.Same(c, check)));
        }

        var exclusions = Exclusions(present, wanted);
        foreach (var exclusion in exclusions.Gone.Where(e => !GoesAlong(e.Columns, wanted)))
        {
            draft.Add(new DropExclusion { Table = wanted.Name, Name = exclusion.Name });
        }

        // One that changes under its name is built under another one, beside this one, until complete.
        foreach (var index in indexes.Gone.Where(i => !(i.Keys.All(k => k.Column is not null) && i.Where is null && GoesAlong(i.Columns, wanted))))
        {
            draft.Add(new DropIndex { Table = wanted.Name, Name = index.Name });
        }

        // Two that exchange their names go and come.
        var (renamed, crossed) = InTurn(indexes.Renamed);
        foreach (var (from, _) in crossed)
        {
            draft.Add(new DropIndex { Table = wanted.Name, Name = from });
        }

        foreach (var (from, to) in renamed)
        {
            draft.Add(new RenameIndex { Table = wanted.Name, From = from, To = to });
        }

        foreach (var (from, to) in foreign.Renamed.Concat(exclusions.Renamed).Concat(uniques.Renamed).Concat(checks.Renamed))
        {
            draft.Add(new RenameConstraint { Table = wanted.Name, From = from, To = to });
        }
    }

    /// <summary>Adds what the table does not have yet, but foreign keys, which wait for the tables that they refer to.</summary>
    public void Add(Table wanted)
    {
        var present = Present(wanted.Name);
        if (present.PrimaryKey is null && wanted.PrimaryKey is { } key && IsPlain(key))
        {
            draft.Add(new AddPrimaryKey { Table = wanted.Name, Columns = key.Columns, Include = key.Include ?? [], Name = key.Name == UsualName.Of(wanted.Name, [], "pkey") ? null : key.Name });
        }

        foreach (var unique in Uniques(present, wanted).Come.Where(IsPlain))
        {
            draft.Add(new AddUnique
            {
                Table = wanted.Name,
                Columns = unique.Columns,
                Name = unique.Name,
                Include = unique.Include ?? [],
                NullsNotDistinct = unique.NullsNotDistinct,
                Deferrable = Deferrals.Of(unique.Deferrable),
            });
        }

        foreach (var check in Checks(present, wanted).Come.Where(c => IsPlain(c) && foundations.HasColumns(wanted, c.Expression) && foundations.CouldCall(c.Expression)))
        {
            draft.Add(new AddCheck { Table = wanted.Name, Name = check.Name ?? NameOf(check, wanted), Expression = new SqlText(check.Expression), NoInherit = check.NoInherit });
        }

        foreach (var exclusion in Exclusions(present, wanted).Come.Where(e => IsPlain(e) && foundations.HasColumns(wanted, e.Definition)))
        {
            draft.Add(new AddExclusion { Table = wanted.Name, Name = exclusion.Name, Exclude = new SqlText(exclusion.Definition["EXCLUDE ".Length..]) });
        }

        foreach (var index in Indexes(present, wanted).Come)
        {
            var text = $"{index.Where} {string.Join(' ', index.Keys.Select(k => k.Expression))}";
            if (IndexForm.Of(index, wanted.Name) is { } operation && foundations.HasColumns(wanted, text) && foundations.CouldCall(text))
            {
                draft.Add(operation);
            }
        }
    }

    /// <summary>Adds the foreign keys that the table does not have yet.</summary>
    public void AddForeignKeys(Table wanted)
    {
        var isNew = draft.Table(wanted.Name) is { Before: null };
        foreach (var key in ForeignKeys(Present(wanted.Name), wanted).Come.Where(f => IsPlain(f with { Validated = f.Validated || isNew }) && IsKnown(f)))
        {
            draft.Add(new AddForeignKey
            {
                Table = wanted.Name,
                Columns = key.Columns,
                References = Target(key),
                Match = key.Match is null ? ReferenceMatch.Simple : ReferenceMatch.Full,
                OnDelete = key.OnDelete,
                OnDeleteColumns = key.OnDeleteColumns,
                OnUpdate = key.OnUpdate,
                Name = key.Name,
                Deferrable = Deferrals.Of(key.Deferrable),
            });
        }
    }

    private static ForeignKeyTarget Target(ForeignKey key) => new()
    {
        Table = key.ReferencedName,
        Schema = key.ReferencedSchema,
        Columns = key.ReferencedColumns,
    };

    /// <summary>What is said of rules and indexes.</summary>
    public void Say(Table wanted)
    {
        var present = Present(wanted.Name);
        Say<PrimaryKey>(wanted, "constraint", present.PrimaryKey is { } key ? [key] : [], wanted.PrimaryKey is { } other ? [other] : [], k => k.Name, k => k.Comment);
        Say(wanted, "constraint", present.Uniques, wanted.Uniques, u => u.Name, u => u.Comment);
        Say(wanted, "constraint", present.Checks, wanted.Checks, c => c.Name, c => c.Comment);
        Say(wanted, "constraint", present.Exclusions, wanted.Exclusions, e => e.Name, e => e.Comment);
        Say(wanted, "constraint", present.ForeignKeys, wanted.ForeignKeys, f => f.Name, f => f.Comment);
        Say(wanted, "index", present.Indexes, wanted.Indexes, i => i.Name, i => i.Comment);
    }

    private void Say<T>(Table table, string kind, ValueList<T> present, ValueList<T> wanted, Func<T, string?> name, Func<T, string?> comment)
    {
        foreach (var part in wanted.Where(w => name(w) is { } n && present.Any(p => name(p) == n && comment(p) != comment(w))))
        {
            draft.Add(new SetComment { Kind = kind, Name = $"{name(part)} on {table.Name}", Comment = comment(part) });
        }
    }

    // What makes the rows unique that it refers to must be there before it, but for a table that comes as a whole; it would hang on what goes, as the older.
    private bool IsKnown(ForeignKey key)
    {
        var columns = key.ReferencedColumns.Order(StringComparer.Ordinal).ToValueList();
        bool Over(ValueList<string>? unique) => unique is not null && unique.Order(StringComparer.Ordinal).ToValueList() == columns;
        return key.ReferencedSchema is not null || draft.Table(key.ReferencedTable) is not { Before: { } was } now || (!Goes(now) && (Over(Before(was.PrimaryKey?.Columns)) || was.Uniques.Any(u => Over(Before(u.Columns)))
            || was.Indexes.Any(i => i is { Unique: true, Where: null } && i.Keys.All(k => k.Column is not null) && Over(Before(i.Keys.Select(k => k.Column!).ToValueList())))));

        bool Goes(TableDraft table) => table.Uniques.Any(u => u is { Before: { } gone, After: null } && Over(Before(gone.Columns)))
            || table.Indexes.Any(i => i is { Before: { Unique: true, Where: null } gone, After: null } && gone.Keys.All(k => k.Column is not null) && Over(Before(gone.Keys.Select(k => k.Column!).ToValueList())));

        ValueList<string>? Before(ValueList<string>? names) => names?.Select(n => now.Columns.Find(c => c.Before?.Name == n)?.After?.Name ?? n).ToValueList();
    }

    private void Key(PrimaryKey? present, Table wanted)
    {
        if (present is null || present == wanted.PrimaryKey || (wanted.PrimaryKey is { } key && !IsPlain(key)))
        {
            return;
        }

        if (wanted.PrimaryKey is null || wanted.PrimaryKey.Columns != present.Columns || wanted.PrimaryKey.Include != present.Include)
        {
            draft.Add(new DropPrimaryKey { Table = wanted.Name });
        }
        else if (wanted.PrimaryKey.Name is { } name && present.Name is { } old && name != old && CanRename)
        {
            draft.Add(new RenameConstraint { Table = wanted.Name, From = old, To = name });
        }
    }

    // What is said of them follows in operations of its own.
    private Matched<ForeignKey> ForeignKeys(Table present, Table wanted) =>
        Match(present.ForeignKeys, wanted.ForeignKeys, f => f.Name, f => f.Columns, (a, b) => Alignment.Same(a with { Comment = b.Comment }, b), IsPlain);

    private Matched<UniqueConstraint> Uniques(Table present, Table wanted) =>
        Match(present.Uniques, wanted.Uniques, u => u.Name, u => u.Columns, (a, b) => Alignment.Same(a with { Comment = b.Comment }, b), IsPlain);

    private Matched<CheckConstraint> Checks(Table present, Table wanted) =>
        Match(present.Checks, wanted.Checks, c => c.Name, c => c.Columns, (a, b) => Alignment.Same(a with { Comment = b.Comment }, b), IsPlain);

    private Matched<ExclusionConstraint> Exclusions(Table present, Table wanted) =>
        Match(present.Exclusions, wanted.Exclusions, e => e.Name, e => e.Columns, (a, b) => Alignment.Same(a with { Comment = b.Comment }, b), IsPlain);

    private Matched<Index> Indexes(Table present, Table wanted) =>
        Match(present.Indexes, wanted.Indexes, i => i.Name, i => i.Columns, (a, b) => IndexForm.Same(a with { Comment = b.Comment }, b), i => IndexForm.Of(i, wanted.Name) is not null);

    // The table as it stands now, in the names of the new version throughout.
    private Table Present(string table) => draft.Table(table) is { } now ? Prediction.After(now.Freeze(), draft.Engine) : new Table(table, []);

    // A name must be free before another index takes it.
    private static (List<(string From, string To)> InTurn, List<(string From, string To)> Crossed) InTurn(List<(string From, string To)> renames)
    {
        var (left, ordered) = (renames.ToList(), new List<(string From, string To)>());
        while (left.FindIndex(r => !left.Exists(o => o.From == r.To)) is >= 0 and var next)
        {
            ordered.Add(left[next]);
            left.RemoveAt(next);
        }

        return (ordered, left);
    }

    // A rule over nothing but columns that go needs no word of its own.
    private static bool GoesAlong(ValueList<string> columns, Table wanted) => columns.Count > 0 && columns.All(c => wanted.Column(c) is null);

    private Matched<T> Match<T>(
        ValueList<T> present, ValueList<T> wanted, Func<T, string?> name, Func<T, ValueList<string>> columns, Func<T, T, bool> same, Func<T, bool> plain)
        where T : class
    {
        var (gone, come, renamed) = (present.ToList(), wanted.ToList(), new List<(string, string)>());
        Pair((g, c) => name(g) == name(c) && same(g, c));
        Pair((g, c) => (name(g) is null || name(c) is null) && same(g, c));
        if (CanRename || typeof(T) == typeof(Index))
        {
            foreach (var (g, c) in Pair(same))
            {
                renamed.Add((name(g)!, name(c)!));
            }
        }

        // What cannot be made as it is wanted does not take the place of what is there.
        gone.RemoveAll(g => come.Exists(c => !plain(c) && (name(c) == name(g) || columns(c).Equals(columns(g)))));
        return new Matched<T>(gone, come, renamed);

        List<(T Gone, T Come)> Pair(Func<T, T, bool> fits)
        {
            var pairs = new List<(T, T)>();
            foreach (var c in come.ToList())
            {
                if (gone.Find(g => fits(g, c)) is { } g)
                {
                    gone.Remove(g);
                    come.Remove(c);
                    pairs.Add((g, c));
                }
            }

            return pairs;
        }
    }
}
