using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Tables: those that come, those that change, those that go.</summary>
internal sealed class TableStage(StageDraft draft, DatabaseSchema aim, DifferenceNames names, Alignment alignment)
{
    private readonly DatabaseSchema from = draft.From;
    private readonly Foundations foundations = new(draft, aim);

    // Tables whose rows replication tells apart by an index that goes or becomes another: first by something that stays, then all else.
    private readonly HashSet<string> unhanded = new(StringComparer.Ordinal);

    private IEnumerable<(Table Before, Table After)> Pairs =>
        from.Tables.Select(t => (Before: t, After: aim.Table(names.Table(t.Name)))).Where(p => p.After is not null).Select(p => (p.Before, p.After!));

    private IEnumerable<Table> New => aim.Tables.Where(t => from.Tables.All(f => names.Table(f.Name) != t.Name));

    public void Rename()
    {
        foreach (var (was, becomes) in InTurn(Pairs.Select(p => (p.Before.Name, p.After.Name)), n => from.Table(n) is not null || aim.Table(n) is not null))
        {
            draft.Add(new RenameTable { From = was, To = becomes });
        }

        foreach (var (before, after) in Pairs)
        {
            var columns = before.Columns.Select(c => (c.Name, names.Column(before.Name, c.Name)));
            foreach (var (was, becomes) in InTurn(columns, n => before.Column(n) is not null || after.Column(n) is not null))
            {
                draft.Add(new RenameColumn { Table = after.Name, From = was, To = becomes });
            }
        }

        unhanded.UnionWith(Pairs.Where(p => p.Before.ReplicaIndex is not null && draft.Table(p.After.Name) is { } now && LosesIdentity(Prediction.After(now.Freeze(), draft.Engine), p.After)).Select(p => p.After.Name));
    }

    private static bool LosesIdentity(Table present, Table wanted)
    {
        var name = present.ReplicaIndex;
        return !(present.Indexes.FirstOrDefault(i => i.Name == name) is { } index ? wanted.Indexes.Any(i => IndexForm.Same(index with { Comment = i.Comment }, i))
            : present.Uniques.FirstOrDefault(u => u.Name == name) is { } unique ? wanted.Uniques.Any(u => Alignment.Same(unique with { Comment = u.Comment }, u))
            : present.PrimaryKey is not { } key || key.Name != name || (wanted.PrimaryKey is { } other && key.Columns == other.Columns && key.Include == other.Include));
    }

    // What gives its name away comes first; where names go round in a circle, one of them has a third name in between.
    private static IEnumerable<(string From, string To)> InTurn(IEnumerable<(string From, string To)> names, Func<string, bool> isTaken)
    {
        var left = names.Where(n => n.From != n.To).ToList();
        while (left.Count > 0)
        {
            var next = left.FindIndex(n => !left.Exists(o => o.From == n.To));
            var (from, to) = left[Math.Max(next, 0)];
            left.RemoveAt(Math.Max(next, 0));
            if (next < 0)
            {
                var between = Enumerable.Range(1, int.MaxValue).Select(i => $"{to}_{i}").First(n => !isTaken(n) && !left.Exists(o => o.From == n));
                left.Add((between, to));
                to = between;
            }

            yield return (from, to);
        }
    }

    public void Change()
    {
        var rules = new RuleStage(draft, foundations);
        var pairs = Pairs.Where(p => draft.Table(p.After.Name) is not null && !unhanded.Contains(p.After.Name)).ToList();
        foreach (var (_, after) in pairs)
        {
            rules.DropForeignKeys(after);
        }

        // A foreign key that went before the rule it referred to would come back before it, and hang on the one in its place.
        var released = pairs.SelectMany(p => draft.Table(p.After.Name)!.ForeignKeys.Where(f => f.After is null).Select(f => f.Before!)).ToList();
        bool Holds(Table wanted) => released.Exists(f => names.Table(f.ReferencedTable) == wanted.Name && rules.Exchanges(wanted, f.ReferencedColumns.Select(c => names.Column(f.ReferencedTable, c)).ToValueList()));
        var holding = pairs.Where(p => Holds(p.After)).Select(p => p.After.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, after) in pairs.Where(p => !holding.Contains(p.After.Name)))
        {
            rules.Drop(after);
        }

        foreach (var table in New.Where(t => t.Columns.All(c => foundations.HasType(c.Type)) && foundations.CouldCall(t.Columns.SelectMany(c => new[] { c.Default, c.Generated }).Concat(t.Checks.Select(c => c.Expression)))))
        {
            Create(table);
        }

        // A key's type leads those that refer to it along; what follows is already so when its turn comes.
        foreach (var keys in (bool[])[true, false])
        {
            foreach (var pair in pairs)
            {
                new ColumnStage(draft, names, alignment, foundations, pair).Change(keys);
            }
        }

        foreach (var pair in pairs)
        {
            new ColumnStage(draft, names, alignment, foundations, pair).AddAndDrop();
        }

        foreach (var table in aim.Tables.Where(t => draft.Table(t.Name) is not null && !unhanded.Contains(t.Name) && !holding.Contains(t.Name)))
        {
            rules.Add(table);
        }

        foreach (var table in aim.Tables.Where(t => draft.Table(t.Name) is not null && !unhanded.Contains(t.Name)))
        {
            rules.AddForeignKeys(table with { ForeignKeys = table.ForeignKeys.Where(f => !unhanded.Contains(f.ReferencedTable)).ToValueList() });
        }
    }

    public void Drop()
    {
        // What refers to another one goes before it.
        var gone = from.Tables.Where(t => aim.Table(names.Table(t.Name)) is null).ToList();
        foreach (var table in gone)
        {
            foreach (var key in table.ForeignKeys.Where(f => f.ReferencedTable != table.Name && gone.Exists(g => g.Name == f.ReferencedTable)))
            {
                draft.Add(new DropForeignKey { Table = table.Name, Name = key.Name, Columns = key.Name is null ? key.Columns : null });
            }
        }

        foreach (var table in gone)
        {
            draft.Add(new DropTable { Table = table.Name });
        }
    }

    /// <summary>What is set on tables as a whole, and comments.</summary>
    public void Settings()
    {
        foreach (var table in aim.Tables)
        {
            if (draft.Table(table.Name) is not { } present)
            {
                continue;
            }

            if (unhanded.Contains(table.Name))
            {
                var stays = table.PrimaryKey is { } key && present.PrimaryKey?.Columns == key.Columns;
                draft.Add(new SetReplicaIdentity { Table = table.Name, Identity = stays ? ReplicaIdentityKind.Default : ReplicaIdentityKind.Full });
                continue;
            }

            if (!Alignment.SameIdentity(present.Settings, table) && Identity(table) is { } identity)
            {
                draft.Add(identity);
            }

            if (present.Settings.RowSecurity != table.RowSecurity || present.Settings.RowSecurityForced != table.RowSecurityForced)
            {
                draft.Add(new SetRowSecurity
                {
                    Table = table.Name,
                    Enabled = present.Settings.RowSecurity == table.RowSecurity ? null : table.RowSecurity,
                    Forced = present.Settings.RowSecurityForced == table.RowSecurityForced ? null : table.RowSecurityForced,
                });
            }

            new RuleStage(draft, foundations).Say(table);
            if (present.Settings.Comment != table.Comment)
            {
                draft.Add(new SetComment { Name = table.Name, Comment = table.Comment });
            }

            foreach (var column in table.Columns.Where(c => draft.Table(table.Name)!.Column(c.Name) is { After: { } after } && after.Comment != c.Comment))
            {
                draft.Add(new SetComment { Name = table.Name, Column = column.Name, Comment = column.Comment });
            }
        }
    }

    /// <summary>Divides tables among partitions that were not; nothing else of a table changes in the migration that does.</summary>
    public void Divide()
    {
        foreach (var (before, after) in Pairs.Where(p => p.Before.PartitionKey is null && p.After.PartitionKey is not null && draft.Table(p.After.Name) is { Changed: false }))
        {
            if (before.Name == after.Name && PartitionForm.Of(after, aim) is { } divided)
            {
                draft.Add(divided);
            }
        }
    }

    private static SetReplicaIdentity? Identity(Table table) => table.ReplicaIdentity switch
    {
        null => new() { Table = table.Name, Identity = ReplicaIdentityKind.Default },
        "FULL" => new() { Table = table.Name, Identity = ReplicaIdentityKind.Full },
        "NOTHING" => new() { Table = table.Name, Identity = ReplicaIdentityKind.Nothing },
        _ => table.ReplicaIndex is { } index ? new() { Table = table.Name, Identity = ReplicaIdentityKind.Index, Index = index } : null,
    };

    // The whole table, or nothing of it.
    private void Create(Table table)
    {
        var key = table.PrimaryKey;
        var usual = key is null || (key.Include is null && (key.Name is null || key.Name == UsualName.Of(table.Name, [], "pkey")));
        draft.Together(
            () =>
            {
                draft.Add(new CreateTable
                {
                    Name = table.Name,
                    Columns = table.Columns.Select(c => Column(c, key)).ToValueList(),
                    PrimaryKey = usual ? key?.Columns : null,
                    Uniques = None(table.Uniques.Where(RuleStage.IsPlain).Select(u => Unique(table, u))),
                    Checks = None(table.Checks.Where(c => RuleStage.IsPlain(c with { Validated = true })).Select(c => new NewCheck { Name = c.Name ?? RuleStage.NameOf(c, table), Expression = new SqlText(c.Expression), NoInherit = c.NoInherit })),
                    Strict = table.Strict,
                    WithoutRowid = table.WithoutRowId,
                    Comment = table.Comment,
                });
                if (!usual)
                {
                    draft.Add(new AddPrimaryKey { Table = table.Name, Columns = key!.Columns, Include = key.Include ?? [], Name = key.Name });
                }

                if (PartitionForm.Of(table, aim) is { } divided)
                {
                    draft.Add(divided);
                }
            },
            () => draft.Table(table.Name)?.Freeze().After is { } made && IsReached(made, table));
    }

    private bool IsReached(Table made, Table table)
    {
        static Table Bare(Table one) => one with
        {
            Columns = one.Columns.Select(c => c with { Settings = [] }).ToValueList(),
            Exclusions = [], ForeignKeys = [], Indexes = [], Triggers = [], Options = null, RowSecurity = false, RowSecurityForced = false, ReplicaIdentity = null, NotUnderstood = [],
        };
        return Bare(alignment.Of(made, table)) == Bare(table);
    }

    private static ValueList<T>? None<T>(IEnumerable<T> items) => items.ToValueList() is { Count: > 0 } list ? list : null;

    private static NewUnique Unique(Table table, UniqueConstraint unique) => new()
    {
        Name = unique.Name == UsualName.Of(table.Name, unique.Columns, "key") ? null : unique.Name,
        Columns = unique.Columns,
        Include = unique.Include ?? [],
        NullsNotDistinct = unique.NullsNotDistinct,
        Deferrable = Deferrals.Of(unique.Deferrable),
    };

    private static NewColumn Column(Column column, PrimaryKey? key) => new()
    {
        Name = column.Name,
        Type = new SqlText(column.Type),
        Nullable = column.Nullable || key?.Columns.Contains(column.Name) == true || column.Identity != IdentityKind.None,
        Default = column.Default is { } value ? new SqlText(value) : null,
        Identity = column.Identity,
        Generated = column.Generated is { } generated ? new SqlText(generated) : null,
        Stored = column.GeneratedStored,
        Collation = column.Collation is { } collation ? new SqlText(collation) : null,
        Comment = column.Comment,
    };
}
