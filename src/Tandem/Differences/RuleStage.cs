using Tandem.Operations;
using Tandem.Schema;
using Index = Tandem.Schema.Index;

namespace Tandem.Differences;

/// <summary>Keys, constraints and indexes.</summary>
internal sealed class RuleStage(StageDraft draft)
{
    private bool CanRename => draft.Engine == "postgres";

    /// <summary>Whether the operations can make the rule as it is.</summary>
    public static bool IsPlain(UniqueConstraint rule) => rule == new UniqueConstraint(rule.Name, rule.Columns, rule.NullsNotDistinct, rule.Deferrable);

    /// <summary>Whether the operations can make the rule as it is.</summary>
    public static bool IsPlain(CheckConstraint rule) => rule == new CheckConstraint(rule.Name, rule.Expression, rule.Columns);

    /// <summary>A name for a check that has none.</summary>
    public static string NameOf(CheckConstraint check, Table table)
    {
        var alike = table.Checks.Where(c => c.Name is null && c.Columns == check.Columns).ToList();
        var number = alike.FindIndex(c => ReferenceEquals(c, check));
        return $"{table.Name}_{string.Concat(check.Columns.Select(c => c + "_"))}check{(number > 0 ? $"{number + 1}" : "")}";
    }

    private static bool IsPlain(ForeignKey rule) =>
        rule == new ForeignKey(rule.Name, rule.Columns, rule.ReferencedTable, rule.ReferencedColumns) { OnDelete = rule.OnDelete, OnUpdate = rule.OnUpdate, Deferrable = rule.Deferrable };

    private static bool IsPlain(PrimaryKey key) => key == new PrimaryKey(key.Name, key.Columns);

    /// <summary>Ends what the table does not have any more, and gives other names to what it goes on to have.</summary>
    public void Drop(Table wanted)
    {
        var present = Present(wanted.Name);
        Key(present.PrimaryKey, wanted);
        var foreign = Match(present.ForeignKeys, wanted.ForeignKeys, f => f.Name, f => f.Columns, Alignment.Same, IsPlain);
        var uniques = Match(present.Uniques, wanted.Uniques, u => u.Name, u => u.Columns, Alignment.Same, IsPlain);
        var checks = Match(present.Checks, wanted.Checks, c => c.Name, c => c.Columns, Alignment.Same, IsPlain);
        var indexes = Match(present.Indexes, wanted.Indexes, i => i.Name, i => i.Columns, IndexForm.Same, i => IndexForm.Of(i, wanted.Name) is not null);
        foreach (var key in foreign.Gone.Where(k => !GoesAlong(k.Columns, wanted)))
        {
            draft.Add(new DropForeignKey { Table = wanted.Name, Name = key.Name, Columns = key.Name is null ? key.Columns : null });
        }

        foreach (var unique in uniques.Gone.Where(u => !GoesAlong(u.Columns, wanted)))
        {
            draft.Add(new DropUnique { Table = wanted.Name, Name = unique.Name, Columns = unique.Name is null ? unique.Columns : null });
        }

        foreach (var check in checks.Gone.Where(c => !GoesAlong(c.Columns, wanted)))
        {
            draft.Add(
                new DropCheck { Table = wanted.Name, Name = check.Name, Columns = check.Name is null ? check.Columns : null },
                () => !Present(wanted.Name).Checks.Any(c => c.Name == check.Name && Alignment.Same(c, check)));
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

        foreach (var (from, to) in foreign.Renamed.Concat(uniques.Renamed).Concat(checks.Renamed))
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
            draft.Add(new AddPrimaryKey { Table = wanted.Name, Columns = key.Columns, Name = key.Name == UsualName.Of(wanted.Name, [], "pkey") ? null : key.Name });
        }

        foreach (var unique in Match(present.Uniques, wanted.Uniques, u => u.Name, u => u.Columns, Alignment.Same, IsPlain).Come.Where(IsPlain))
        {
            draft.Add(new AddUnique
            {
                Table = wanted.Name,
                Columns = unique.Columns,
                Name = unique.Name,
                NullsNotDistinct = unique.NullsNotDistinct,
                Deferrable = Deferrals.Of(unique.Deferrable),
            });
        }

        foreach (var check in Match(present.Checks, wanted.Checks, c => c.Name, c => c.Columns, Alignment.Same, IsPlain).Come.Where(IsPlain))
        {
            draft.Add(new AddCheck { Table = wanted.Name, Name = check.Name ?? NameOf(check, wanted), Expression = new SqlText(check.Expression) });
        }

        foreach (var index in Match(present.Indexes, wanted.Indexes, i => i.Name, i => i.Columns, IndexForm.Same, i => IndexForm.Of(i, wanted.Name) is not null).Come)
        {
            if (IndexForm.Of(index, wanted.Name) is { } operation)
            {
                draft.Add(operation);
            }
        }
    }

    /// <summary>Adds the foreign keys that the table does not have yet.</summary>
    public void AddForeignKeys(Table wanted)
    {
        foreach (var key in Match(Present(wanted.Name).ForeignKeys, wanted.ForeignKeys, f => f.Name, f => f.Columns, Alignment.Same, IsPlain).Come.Where(IsPlain))
        {
            draft.Add(new AddForeignKey
            {
                Table = wanted.Name,
                Columns = key.Columns,
                References = new ForeignKeyTarget { Table = key.ReferencedTable, Columns = key.ReferencedColumns },
                OnDelete = key.OnDelete,
                OnUpdate = key.OnUpdate,
                Name = key.Name,
                Deferrable = Deferrals.Of(key.Deferrable),
            });
        }
    }

    private void Key(PrimaryKey? present, Table wanted)
    {
        if (present is null || present == wanted.PrimaryKey || (wanted.PrimaryKey is { } key && !IsPlain(key)))
        {
            return;
        }

        if (wanted.PrimaryKey is null || wanted.PrimaryKey.Columns != present.Columns)
        {
            draft.Add(new DropPrimaryKey { Table = wanted.Name });
        }
        else if (wanted.PrimaryKey.Name is { } name && present.Name is { } old && name != old && CanRename)
        {
            draft.Add(new RenameConstraint { Table = wanted.Name, From = old, To = name });
        }
    }

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

    private (List<T> Gone, List<T> Come, List<(string From, string To)> Renamed) Match<T>(
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
        return (gone, come, renamed);

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
