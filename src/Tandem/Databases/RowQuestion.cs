using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>A value that a rule names, as the rows that are there have it.</summary>
/// <param name="Column">The column of the new version.</param>
/// <param name="From">The column of the old version that stores it; null where every row would have the new column's default.</param>
public sealed record RowValue(Column Column, string? From);

/// <summary>The rows that a foreign key refers to.</summary>
/// <param name="Schema">Their schema when it is another than the target's, else null.</param>
/// <param name="Table">The table, as it is called now.</param>
/// <param name="Columns">The columns that are referred to, as they are called now.</param>
public sealed record RowParent(string? Schema, string Table, ValueList<string> Columns);

/// <summary>
/// A rule that a migration brings, asked of the rows that are there. Not every rule can be asked so: what a lens computes is seen when it is
/// tried, and rows that the migration itself changes before the rule holds are not yet what they will be.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Values">Every value that it names.</param>
public sealed record RowQuestion(SideRule Rule, ValueList<RowValue> Values)
{
    /// <summary>Of how many rows all are looked at; of more only a sample.</summary>
    public const long WholeUpTo = 1_000_000;

    /// <summary>About how many rows a sample has.</summary>
    public const int SampleSize = 100_000;

    /// <summary>For how many seconds rows may be looked at.</summary>
    public const int Seconds = 5;

    /// <summary>The table as it is now.</summary>
    public Table Table => Rule.Change.Before!;

    /// <summary>What must be unique, in the new version's names; null for other rules.</summary>
    public Schema.Index? Unique => UniqueOf(Rule);

    /// <summary>What must not be false, in the new version's names; null for other rules.</summary>
    public string? Check { get; init; }

    /// <summary>The domain that the rule is one of; null for a rule of the table's own.</summary>
    public string? DomainName { get; init; }

    /// <summary>By what no two rows may meet, in the new version's names; null for other rules.</summary>
    public ExclusionConstraint? Exclusion => Rule.Kind == ConstraintKind.Exclusion ? Rule.Change.Exclusions.Where(e => e.Added).Select(e => e.After!).First(e => e.Name == Rule.Name) : null;

    /// <summary>What the rows must refer to; null for other rules.</summary>
    public RowParent? Parent { get; init; }

    /// <summary>The rules of a migration that can be asked.</summary>
    public static IEnumerable<RowQuestion> Of(Inquiry inquiry)
    {
        ArgumentNullException.ThrowIfNull(inquiry);
        var tables = inquiry.Changes.Where(c => c.Partitioning is null && c.Links.All(l => l.Rows is null));
        return inquiry.HasScripts ? [] : SideRule.Of(tables, Side.New).Where(r => !MayBeMended(r, inquiry)).Select(r => Ask(r, inquiry)).OfType<RowQuestion>().Concat(OfDomains(inquiry));
    }

    /// <summary>What domains demand that they did not, asked of every column that has one: there the value is called <c>value</c>.</summary>
    private static IEnumerable<RowQuestion> OfDomains(Inquiry inquiry) =>
        from item in inquiry.Objects
        where item is { Before: Domain, After: Domain }
        let before = (Domain)item.Before!
        let after = (Domain)item.After!
        from change in inquiry.Changes
        where change.Before is not null && inquiry.Rows.All(r => r.Kind == RowChangeKind.Insert || r.Table.Name != change.Before.Name)
        from column in change.Before!.Columns
        where (column.Type == before.Name || column.Type == SqlName.Quote(before.Name)) && change.Lenses.All(l => !l.Old.Contains(column.Name))
        from rule in after.Checks.Where(c => before.Checks.All(b => (b.Name, b.Expression) != (c.Name, c.Expression))).Select(c => (Name: c.Name!, c.Expression))
            .Concat(before.Nullable && !after.Nullable ? [(Name: "NOT NULL", Expression: "value is not null")] : Array.Empty<(string Name, string Expression)>())
        select new RowQuestion(new SideRule(change with { After = change.Before }, ConstraintKind.Check, rule.Name, false), [new RowValue(column with { Name = "value" }, column.Name)]) { Check = rule.Expression, DomainName = after.Name };

    private static RowQuestion? Ask(SideRule rule, Inquiry inquiry)
    {
        var parent = rule.Kind == ConstraintKind.ForeignKey ? ParentOf(KeyOf(rule), inquiry) : null;
        if (rule.Kind == ConstraintKind.ForeignKey && parent is null)
        {
            return null;
        }

        var values = new List<RowValue>();
        foreach (var name in Named(rule))
        {
            if (ValueOf(rule.Change, name) is not { } value || (rule.Kind == ConstraintKind.NotNull && value.From is null))
            {
                return null;
            }

            values.Add(value);
        }

        return values.Count == 0 ? null : new RowQuestion(rule, values.ToValueList()) { Parent = parent, Check = rule.Kind == ConstraintKind.Check ? CheckOf(rule).Expression : null };
    }

    /// <summary>The columns of the new version that a rule names; none where it is not proved for rows that are there.</summary>
    private static IEnumerable<string> Named(SideRule rule) => rule.Kind switch
    {
        ConstraintKind.NotNull => [rule.Name],
        ConstraintKind.Check => CheckOf(rule) is { Validated: true, Enforced: true } check ? NamedIn(rule, check.Expression) : [],
        ConstraintKind.ForeignKey => KeyOf(rule) is { Validated: true, Definition: null } key ? key.Columns : [],
        ConstraintKind.Exclusion => rule.Change.Exclusions.Where(e => e.Added).Select(e => e.After!).First(e => e.Name == rule.Name).Columns,
        _ => UniqueOf(rule)!.Keys.SelectMany(k => k.Column is { } column ? [column] : NamedIn(rule, k.Expression!))
            .Concat(UniqueOf(rule)!.Where is { } where ? NamedIn(rule, where) : []).Distinct(),
    };

    private static IEnumerable<string> NamedIn(SideRule rule, string text) => rule.Change.After!.Columns.Select(c => c.Name).Where(n => SqlLexer.Names(text, n));

    /// <summary>Where the rows that are there have a new version's value; null where only the migration can say it.</summary>
    private static RowValue? ValueOf(TableChange change, string name)
    {
        if (change.Carried.FirstOrDefault(p => p.After!.Name == name) is { } pair)
        {
            return new RowValue(pair.After!, pair.Before!.Name);
        }

        var column = change.PlainAdded.FirstOrDefault(c => c is { Generated: null, Identity: IdentityKind.None } && c.Name == name);
        return column is not null && !column.Type.EndsWith("serial", StringComparison.OrdinalIgnoreCase) && IsPlain(column.Default) && change.Links.Count == 0 ? new RowValue(column, null) : null;
    }

    private static bool IsPlain(string? @default) => @default is null
        || SqlLexer.Tokenize(@default) is [{ Kind: SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number }];

    private static RowParent? ParentOf(ForeignKey key, Inquiry inquiry)
    {
        if (inquiry.Changes.FirstOrDefault(c => c.After?.Name == key.ReferencedTable) is not { } change)
        {
            return new RowParent(key.ReferencedSchema, key.ReferencedName, key.ReferencedColumns);
        }

        var columns = key.ReferencedColumns.Select(c => change.Carried.FirstOrDefault(p => p.After!.Name == c)?.Before!.Name).OfType<string>().ToValueList();
        return change.Before is null || columns.Count != key.ReferencedColumns.Count || change.Links.Any(l => l.Rows is not null) ? null : new RowParent(null, change.Before.Name, columns);
    }

    // What holds from live on is looked at before the migration changes rows.
    private static bool MayBeMended(SideRule rule, Inquiry inquiry)
    {
        return !rule.Live && inquiry.Rows.Any(r => (r.Kind != RowChangeKind.Insert && Is(r.Table.Name, rule.Change))
            || (rule.Kind == ConstraintKind.ForeignKey && (RefersTo(r.Table.Name) || (r.Archive is { } archive && RefersTo(archive.Table)))));

        bool RefersTo(string table) => KeyOf(rule).ReferencedTable is var name
            && (table == name || inquiry.Changes.Any(c => c.After?.Name == name && Is(table, c)));

        static bool Is(string table, TableChange change) => change.Before?.Name == table || change.After?.Name == table;
    }

    private static CheckConstraint CheckOf(SideRule rule) => rule.Change.Checks.Where(c => c.Added).Select(c => c.After!).First(c => ConstraintName.Of(c) == rule.Name);

    private static ForeignKey KeyOf(SideRule rule) => rule.Change.ForeignKeys.Where(f => f.Added).Select(f => f.After!).First(f => ConstraintName.Of(f) == rule.Name);

    private static Schema.Index? UniqueOf(SideRule rule) => rule.Kind switch
    {
        ConstraintKind.PrimaryKey => Plain(rule.Change.After!.PrimaryKey!.Columns),
        ConstraintKind.Unique => rule.Change.Uniques.Where(u => u.Added).Select(u => u.After!).FirstOrDefault(u => ConstraintName.Of(u) == rule.Name) is { } unique
            ? Plain(unique.Columns) with { NullsNotDistinct = unique.NullsNotDistinct }
            : rule.Change.Indexes.Where(i => i.Added).Select(i => i.After!).First(i => i.Name == rule.Name),
        _ => null,
    };

    private static Schema.Index Plain(ValueList<string> columns) => new("", columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);
}
