using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>What a person is asked: whether something that went is what came.</summary>
/// <param name="Table">The table of the first schema.</param>
/// <param name="Column">Its column, or null when the table itself is meant.</param>
/// <param name="Candidates">What came and may be it.</param>
public sealed record OpenQuestion(string Table, string? Column, ValueList<string> Candidates)
{
    /// <summary>What went, as options name it.</summary>
    public string Name => Column is null ? Table : $"{Table}.{Column}";
}

/// <summary>
/// How far a difference may go: the second schema, with what is not to be dropped still in it and without what may be
/// something else under another name.
/// </summary>
internal sealed class DifferenceAim
{
    private readonly DatabaseSchema from;
    private readonly DatabaseSchema to;
    private readonly DifferenceNames names;
    private readonly bool allowDrop;
    private readonly List<OpenQuestion> questions = [];
    private readonly List<Problem> problems = [];
    private readonly List<(string Table, string? Column)> unmade = [];

    private DifferenceAim(DatabaseSchema from, DatabaseSchema to, DifferenceNames names, bool allowDrop) =>
        (this.from, this.to, this.names, this.allowDrop) = (from, to, names, allowDrop);

    /// <summary>The schema that is aimed at.</summary>
    public DatabaseSchema Schema { get; private set; } = null!;

    public ValueList<OpenQuestion> Questions => questions.ToValueList();

    public IReadOnlyList<Problem> Problems => problems;

    public static DifferenceAim Of(DatabaseSchema from, DatabaseSchema to, DifferenceNames names, bool allowDrop)
    {
        var aim = new DifferenceAim(from, to, names, allowDrop);
        aim.Find();
        return aim;
    }

    private void Find()
    {
        var came = to.Tables.Where(t => from.Tables.All(f => names.Table(f.Name) != t.Name)).ToList();
        var kept = from.Tables.Where(t => to.Table(names.Table(t.Name)) is null && Stays(t, came)).ToList();
        var tables = to.Tables.Where(t => !unmade.Contains((t.Name, null)))
            .Select(t => from.Tables.FirstOrDefault(f => names.Table(f.Name) == t.Name) is { } was ? Columns(was, t) : t)
            .Concat(kept.Select(Kept)).OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList();
        Schema = Waiting(to with { Tables = tables.Select(t => References(t, kept)).ToValueList() });
        var sequences = from.Sequences.Where(s => to.Sequences.All(o => o.Name != s.Name) && !allowDrop).ToList();
        problems.AddRange(sequences.Select(s => Withheld($"The sequence {s.Name} is not in the second schema", s.Name)));
        var publications = from.Objects.OfType<Publication>().Where(p => to.Find(p.Kind, p.Name) is null && !allowDrop).ToList();
        problems.AddRange(publications.Select(p => Withheld($"The publication {p.Name} is not in the second schema", p.Name) with
        {
            Remedy = "Add `--allow-drop` if nobody subscribes to it any more: what is written from then on reaches no subscriber, not even when a rollback makes it again.",
        }));
        var foreign = from.Unmanaged.Where(u => u.Statements.Count > 0 && to.Unmanaged.All(o => o.Reference != u.Reference) && !allowDrop).ToList();
        problems.AddRange(foreign.Select(u => Withheld($"The {u.Reference} is not in the second schema", u.Name) with { Remedy = "Add `--allow-drop` if nobody reads it any more." }));
        Schema = Schema with
        {
            Unmanaged = Schema.Unmanaged.Concat(foreign).OrderBy(u => u.Kind, StringComparer.Ordinal).ThenBy(u => u.Name, StringComparer.Ordinal).ToValueList(),
            Partitions = Schema.Partitions.Where(p => !unmade.Contains((Root(p, to), null))).Concat(from.Partitions.Where(p => kept.Exists(k => k.Name == Root(p, from))))
                .OrderBy(p => p.Name, StringComparer.Ordinal).ToValueList(),
            Sequences = Schema.Sequences.Concat(sequences).OrderBy(s => s.Name, StringComparer.Ordinal).ToValueList(),
            Objects = Schema.Objects.Concat(publications).Concat(from.Objects.Where(o => Of(o) is { } table && kept.Exists(k => k.Name == table)))
                .OrderBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Identity, StringComparer.Ordinal).ToValueList(),
            Access = Schema.Access.Where(a => a.On.Kind != "table" || !unmade.Contains((a.On.Identity, null)))
                .Concat(from.Access.Where(a => a.On.Kind == "table" ? kept.Exists(k => k.Name == a.On.Identity) : a.On.Kind == "sequence" && sequences.Exists(s => s.Name == a.On.Identity))).ToValueList(),
        };
    }

    /// <summary>The table that a partition divides at last; empty where that lies in another schema.</summary>
    public static string Root(Table partition, DatabaseSchema schema) => partition.PartitionOf is { Schema: null, Name: var name }
        ? schema.Partitions.FirstOrDefault(p => p.Name == name) is { } above ? Root(above, schema) : name
        : "";

    private static string? Of(SchemaObject item) => item switch
    {
        RowPolicy policy => policy.Table,
        Rule rule => rule.Table,
        Statistics statistics => statistics.Table,
        _ => null,
    };

    private bool Stays(Table table, List<Table> came)
    {
        var candidates = names.IsNotRenamed(table.Name) ? [] : came.Where(c => Alike(table, c)).Select(c => c.Name).ToValueList();
        if (candidates.Count > 0)
        {
            questions.Add(new OpenQuestion(table.Name, null, candidates));
            unmade.AddRange(candidates.Select(c => (c, (string?)null)));
            return true;
        }

        if (!allowDrop)
        {
            problems.Add(Withheld($"The table {table.Name} is not in the second schema", table.Name));
        }

        return !allowDrop;
    }

    // Half of the smaller one's columns are also the other's.
    private static bool Alike(Table one, Table other)
    {
        var common = one.Columns.Count(c => other.Column(c.Name)?.Type == c.Type);
        return common * 2 >= Math.Min(one.Columns.Count, other.Columns.Count);
    }

    private Table Columns(Table was, Table table)
    {
        var came = table.Columns.Where(c => was.Columns.All(w => names.Column(was.Name, w.Name) != c.Name)).ToList();
        var kept = new List<Column>();
        foreach (var column in was.Columns.Where(c => table.Column(names.Column(was.Name, c.Name)) is null))
        {
            var candidates = names.IsNotRenamed(was.Name, column.Name) || column.Generated is not null
                ? []
                : came.Where(c => c.Type == column.Type && c.Generated is null).Select(c => c.Name).ToValueList();
            if (candidates.Count > 0)
            {
                questions.Add(new OpenQuestion(was.Name, column.Name, candidates));
                unmade.AddRange(candidates.Select(c => (table.Name, (string?)c)));
                kept.Add(column);
            }
            else if (!allowDrop && column.Generated is null)
            {
                problems.Add(Withheld($"The column {was.Name}.{column.Name} is not in the second schema", $"{was.Name}.{column.Name}"));
                kept.Add(column);
            }
        }

        return kept.Count == 0 && !unmade.Exists(u => u.Table == table.Name) ? table : WithKept(Without(table), was, kept);
    }

    private static Problem Withheld(string what, string subject) => new(ProblemCodes.DropWithheld, $"{what}, and its drop is not written.", Subject: subject);

    private Table Without(Table table)
    {
        var columns = unmade.Where(u => u.Table == table.Name && u.Column is not null).Select(u => u.Column!).ToHashSet(StringComparer.Ordinal);
        bool Fits(IEnumerable<string> named) => !named.Any(columns.Contains);
        return table with
        {
            Columns = table.Columns.Where(c => !columns.Contains(c.Name) && !(c.Generated is { } g && columns.Any(n => SqlLexer.Names(g, n)))).ToValueList(),
            PrimaryKey = table.PrimaryKey is { } key && Fits(key.Columns.Concat(key.Include ?? [])) ? key : null,
            Uniques = table.Uniques.Where(u => Fits(u.Columns.Concat(u.Include ?? []))).ToValueList(),
            Checks = table.Checks.Where(c => !columns.Any(n => SqlLexer.Names(c.Expression, n))).ToValueList(),
            Exclusions = table.Exclusions.Where(e => Fits(e.Columns)).ToValueList(),
            ForeignKeys = table.ForeignKeys.Where(f => Fits(f.Columns)).ToValueList(),
            Indexes = table.Indexes.Where(i => Fits(Named(i))).ToValueList(),
        };
    }

    private static IEnumerable<string> Named(Schema.Index index) => index.Columns.Concat(index.Include).Concat(index.Keys.Select(k => k.Column).OfType<string>());

    // What stands on a column that stays stays with it.
    private Table WithKept(Table table, Table was, List<Column> kept)
    {
        var columns = kept.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        ValueList<string> These(ValueList<string> named) => named.Select(n => names.Column(was.Name, n)).ToValueList();
        ValueList<string>? Some(ValueList<string>? named) => named is null ? null : These(named);
        bool On(IEnumerable<string> named) => named.Any(columns.Contains);
        return table with
        {
            Columns = table.Columns.Concat(kept).ToValueList(),
            PrimaryKey = was.PrimaryKey is { } key && On(key.Columns) ? key with { Columns = These(key.Columns), Include = Some(key.Include) } : table.PrimaryKey,
            Uniques = table.Uniques.Concat(was.Uniques.Where(u => On(u.Columns)).Select(u => u with { Columns = These(u.Columns), Include = Some(u.Include) })).ToValueList(),
            Checks = table.Checks.Concat(was.Checks.Where(c => columns.Any(n => SqlLexer.Names(c.Expression, n)))
                .Select(c => c with { Expression = ExpressionNames.Replace(c.Expression, n => names.Column(was.Name, n)), Columns = These(c.Columns) })).ToValueList(),
            Exclusions = table.Exclusions.Concat(was.Exclusions.Where(e => On(e.Columns) && table.Exclusions.All(o => o.Name != e.Name))
                .Select(e => e with { Definition = ExpressionNames.Replace(e.Definition, n => names.Column(was.Name, n)), Columns = These(e.Columns) })).ToValueList(),
            ForeignKeys = table.ForeignKeys.Concat(was.ForeignKeys.Where(f => On(f.Columns)).Select(f => Now(f, was))).ToValueList(),
            Indexes = table.Indexes.Concat(was.Indexes.Where(i => On(Named(i)) && table.Indexes.All(o => o.Name != i.Name)).Select(i => Now(i, was))).OrderBy(i => i.Name, StringComparer.Ordinal).ToValueList(),
        };
    }

    private Table Kept(Table table) => table with { ForeignKeys = table.ForeignKeys.Select(f => Now(f, table)).ToValueList() };

    private ForeignKey Now(ForeignKey key, Table of) => key with
    {
        Columns = key.Columns.Select(c => names.Column(of.Name, c)).ToValueList(),
        OnDeleteColumns = key.OnDeleteColumns?.Select(c => names.Column(of.Name, c)).ToValueList(),
        ReferencedTable = key.ReferencedSchema is null ? names.Table(key.ReferencedTable) : key.ReferencedTable,
        ReferencedColumns = key.ReferencedColumns.Select(c => names.Column(key.ReferencedTable, c)).ToValueList(),
    };

    private Schema.Index Now(Schema.Index index, Table of) => index with
    {
        Keys = index.Keys.Select(k => k with
        {
            Column = k.Column is { } c ? names.Column(of.Name, c) : null,
            Expression = k.Expression is { } e ? ExpressionNames.Replace(e, n => names.Column(of.Name, n)) : null,
        }).ToValueList(),
        Where = index.Where is { } where ? ExpressionNames.Replace(where, n => names.Column(of.Name, n)) : null,
        Columns = index.Columns.Select(c => names.Column(of.Name, c)).ToValueList(),
        Include = index.Include.Select(c => names.Column(of.Name, c)).ToValueList(),
    };

    // No reference to what is not made, and still those to what stays.
    private Table References(Table table, List<Table> kept)
    {
        var fitting = table.ForeignKeys.Where(f => f.ReferencedSchema is not null
            || !unmade.Exists(u => u.Table == f.ReferencedTable && (u.Column is null || f.ReferencedColumns.Contains(u.Column)))).ToList();
        var was = from.Tables.FirstOrDefault(f => names.Table(f.Name) == table.Name);
        var staying = (was?.ForeignKeys ?? []).Where(f => f.ReferencedSchema is null && kept.Exists(k => k.Name == f.ReferencedTable)).Select(f => Now(f, was!))
            .Where(f => f.Columns.All(c => table.Column(c) is not null) && !fitting.Contains(f) && fitting.TrueForAll(o => o.Name is null || o.Name != f.Name));
        return table with { ForeignKeys = [.. fitting, .. staying] };
    }

    // What names something that waits for an answer waits as well: it stays as it is.
    private DatabaseSchema Waiting(DatabaseSchema schema)
    {
        if (unmade.Count == 0)
        {
            return schema;
        }

        bool Waits(string text) => unmade.Exists(u => SqlLexer.Names(text, u.Table) && (u.Column is null || SqlLexer.Names(text, u.Column)));
        static ValueList<T> Sorted<T>(IEnumerable<T> items)
            where T : SchemaObject => items.OrderBy(i => i.Kind, StringComparer.Ordinal).ThenBy(i => i.Identity, StringComparer.Ordinal).ToValueList();
        ValueList<T> Stay<T>(ValueList<T> wanted, ValueList<T> present, Func<T, bool> waits)
            where T : SchemaObject => Sorted(wanted.Where(w => !waits(w)).Concat(present.Where(p => wanted.FirstOrDefault(w => w.Reference == p.Reference) is { } w && waits(w))));
        return schema with
        {
            Views = Stay(schema.Views, from.Views, v => Waits(v.Definition)),
            Objects = Stay(schema.Objects, from.Objects, o => o switch
            {
                Routine routine => Waits(routine.Code == RoutineKind.Aggregate ? routine.Definition : $"{RoutineText.Of(routine).Source} {routine.Definition}"),
                RowPolicy policy => Waits($"\"{policy.Table}\" {policy.Using} {policy.Check}"),
                Rule rule => Waits(rule.Definition),
                Statistics statistics => Waits(statistics.Definition),
                _ => false,
            }),
            Tables = schema.Tables.Select(t => t with { Triggers = Stay(t.Triggers, from.Tables.FirstOrDefault(f => names.Table(f.Name) == t.Name)?.Triggers ?? [], r => Waits(r.Definition)) }).ToValueList(),
        };
    }
}
