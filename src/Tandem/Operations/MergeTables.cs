using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A table whose rows go into one with those of others.</summary>
public sealed record RowSource
{
    /// <summary>The table's name.</summary>
    [Description("The table's name.")]
    public required string Name { get; init; }

    /// <summary>What the discriminator says of its rows.</summary>
    [Description("The constant that the discriminator holds for the rows of this table.")]
    public required SqlText Value { get; init; }
}

/// <summary>The column that says which table a row came from.</summary>
public sealed record Discriminator
{
    /// <summary>The column's name.</summary>
    [Description("The column's name.")]
    public required string Column { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether the primary key begins with it.</summary>
    [Description("Whether the primary key begins with it, so that rows of two tables may have the same key.")]
    public bool InKey { get; init; }
}

/// <summary>Makes tables of one shape one table; both forms are served and kept in agreement.</summary>
[Description("Makes tables of one shape one table; the reverse of split_table. Both forms are served and kept in agreement.")]
public sealed record MergeTables : Operation
{
    /// <summary>The tables.</summary>
    [Description("The tables, two at least. New applications do not see them; at sunset they are backed up and dropped.")]
    public required ValueList<RowSource> From { get; init; }

    /// <summary>The new table.</summary>
    [Description("The new table.")]
    public required string Into { get; init; }

    /// <summary>The column that says which table a row came from.</summary>
    [Description("The column of the new table that says which table a row came from.")]
    public required Discriminator Discriminator { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => From.Select(t => t.Name).Append(Into);

    /// <inheritdoc />
    public override string Summarize() => $"The rows of {string.Join(", ", From.Select(t => t.Name))} move into the table {Into}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var errors = draft.Problems.Count;
        draft.IsFree(Into);
        if (From.Select(t => t.Name).Distinct(StringComparer.Ordinal).Count() < 2 || From.GroupBy(t => t.Name, StringComparer.Ordinal).Any(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.Incomplete, $"{Into} is made of two tables at least, each of them once.", Into);
        }

        var type = draft.Expression(Discriminator.Type, $"the type of {Into}.{Discriminator.Column}");
        var values = From.Select(t => Value(draft, t)).ToList();
        var parts = From.Select(t => RowParts.Divisible(draft, t.Name)).ToList();
        if (draft.Problems.Count > errors || parts.OfType<Table>().ToList() is not [var first, ..] tables || tables.Count < From.Count)
        {
            return;
        }

        foreach (var other in tables.Skip(1))
        {
            Compare(draft, first, other);
        }

        if (first.Column(Discriminator.Column) is not null)
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The tables already have a column {Discriminator.Column}.", $"{Into}.{Discriminator.Column}");
        }

        if (draft.Problems.Count > errors)
        {
            return;
        }

        tables.ForEach(t => RowParts.SayKeys(draft, t, Into));
        if (!Discriminator.InKey)
        {
            draft.Report(ProblemCodes.OldRowsWait, $"A row that an old application writes with a key that another of {string.Join(", ", tables.Select(t => t.Name))} has stays where it is.", Into);
        }

        draft.Create(Made(first, type!));
        Link(draft, tables, values.OfType<string>().ToList());
    }

    private void Link(ChangeDraft draft, List<Table> tables, List<string> values)
    {
        var whole = draft.Table(Into)!;
        var conditions = values.Select(v => $"{SqlName.Quote(Discriminator.Column)} = ({v})").ToValueList();
        foreach (var ((part, value), where) in tables.Zip(values).Zip(conditions))
        {
            whole.AddLink(new TableLink(Into, part.Name, Side.Old)
            {
                Key = part.PrimaryKey!.Columns.Select(c => new LinkedColumn(c, c)).ToValueList(),
                Columns = RowParts.Facts(part).Select(c => new LinkedColumn(c, c)).ToValueList(),
                Rows = new PartRows(where, conditions) { Constants = [new LinkedConstant(Discriminator.Column, value)] },
            });
            draft.Table(part.Name)!.Dropped = true;
        }
    }

    private string? Value(ChangeDraft draft, RowSource source)
    {
        var value = draft.Expression(source.Value, $"value of {source.Name}");
        if (value is null || ExtractTable.IsConstant(value))
        {
            return value;
        }

        draft.Report(ProblemCodes.RowsFitNoPart, $"The value of {source.Name} for {Discriminator.Column} is not a constant: {value}.", source.Name);
        return null;
    }

    private static void Compare(ChangeDraft draft, Table first, Table other)
    {
        string? differs =
            !Shapes(first).SequenceEqual(Shapes(other)) ? "columns"
            : first.PrimaryKey!.Columns != other.PrimaryKey!.Columns ? "primary keys"
            : !Same(first.Uniques.Select(u => u with { Name = null }), other.Uniques.Select(u => u with { Name = null })) ? "unique constraints"
            : !Same(first.Checks.Select(c => c.Expression), other.Checks.Select(c => c.Expression)) ? "checks"
            : !Same(first.ForeignKeys.Select(f => f with { Name = null }), other.ForeignKeys.Select(f => f with { Name = null })) ? "foreign keys"
            : !Same(Rules(first), Rules(other)) ? "unique indexes"
            : first.WithoutRowId != other.WithoutRowId || first.Strict != other.Strict ? "kinds of storage" : null;
        if (differs is not null)
        {
            draft.Report(ProblemCodes.TablesDiffer, $"{first.Name} and {other.Name} have different {differs}.", other.Name);
        }

        foreach (var index in first.Indexes.Concat(other.Indexes).Where(i => i.Unique && i.Keys.Any(k => k.Column is null)))
        {
            draft.Report(ProblemCodes.RowsCannotMove, $"The unique index {index.Name} is over an expression.", other.Name);
        }
    }

    private static bool Same<T>(IEnumerable<T> one, IEnumerable<T> other) => one.ToHashSet().SetEquals(other);

    private static IEnumerable<Column> Shapes(Table table) => table.Columns.Select(c => new Column(c.Name, c.Type, c.Nullable, c.Identity == IdentityKind.None ? c.Default : null)
    {
        Generated = c.Generated,
        GeneratedStored = c.GeneratedStored,
        Collation = c.Collation,
    });

    private static IEnumerable<string> Rules(Table table) => table.Indexes.Where(i => i.Unique).Select(i => $"{string.Join(',', i.Keys.Select(k => k.Column))} {i.Where}");

    private Table Made(Table first, string type)
    {
        // Within each table the rules go on as they were.
        ValueList<string> With(ValueList<string> columns) => columns.Prepend(Discriminator.Column).ToValueList();
        var like = RowParts.Like(first, Into);
        return like with
        {
            Comment = null,
            Columns = like.Columns.Append(new Column(Discriminator.Column, type, Nullable: false)).ToValueList(),
            PrimaryKey = Discriminator.InKey ? new PrimaryKey(like.PrimaryKey!.Name, With(like.PrimaryKey.Columns)) : like.PrimaryKey,
            Uniques = like.Uniques.Select(u => u with { Columns = With(u.Columns), Definition = null }).ToValueList(),
            Indexes = like.Indexes.Select(i => !i.Unique ? i : i with { Columns = With(i.Columns), Keys = i.Keys.Prepend(new IndexKey(Discriminator.Column)).ToValueList() }).ToValueList(),
        };
    }
}
