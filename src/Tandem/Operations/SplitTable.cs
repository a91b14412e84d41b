using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A table that takes some of the rows of another.</summary>
public sealed record RowTarget
{
    /// <summary>The new table's name.</summary>
    [Description("The new table's name.")]
    public required string Name { get; init; }

    /// <summary>Which rows it takes.</summary>
    [Description("Which rows it takes: a condition over the row, which becomes a check of the new table.")]
    public required SqlText Where { get; init; }
}

/// <summary>Divides a table's rows among several tables; both forms are served and kept in agreement.</summary>
[Description("Divides the rows of a table among several tables of its shape. Both forms are served and kept in agreement; a row whose values change moves to the table that it fits.")]
public sealed record SplitTable : Operation
{
    /// <summary>The table.</summary>
    [Description("The table. New applications do not see it; at sunset it is backed up and dropped.")]
    public required string Table { get; init; }

    /// <summary>The tables that take its rows.</summary>
    [Description("The tables that take its rows, two at least. For each row exactly one condition is true.")]
    public required ValueList<RowTarget> Into { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Into.Select(t => t.Name).Prepend(Table);

    /// <inheritdoc />
    public override string Summarize() => $"The rows of {Table} move into {string.Join(", ", Into.Select(t => t.Name))}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var errors = draft.Problems.Count;
        var conditions = Into.Select(t => RowParts.Condition(draft, t.Where, t.Name)).ToValueList();
        if (Into.Count < 2)
        {
            draft.Report(ProblemCodes.Incomplete, $"The rows of {Table} need two tables at least to be divided among.", Table);
        }

        foreach (var twice in Into.GroupBy(t => t.Name, StringComparer.Ordinal).Where(g => g.Count() > 1 || !draft.IsFree(g.Key)).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The table {twice.Key} would be made twice.", twice.Key);
        }

        if (RowParts.Divisible(draft, Table) is not { } before || draft.Problems.Count > errors)
        {
            return;
        }

        foreach (var (key, column) in Acted(before).Where(a => conditions.Any(c => c is not null && SqlLexer.Names(c, a.Column))))
        {
            draft.Report(
                ProblemCodes.RowsCannotMove,
                $"{Table} has the foreign key {key.Name ?? string.Join(", ", key.Columns)}, which may give {column} another value when a row of {key.ReferencedTable} goes or changes: no row of a part can leave it that way.", Table);
        }

        if (draft.Problems.Any(p => p.Code == ProblemCodes.RowsCannotMove && p.Subject == Table))
        {
            return;
        }

        var names = string.Join(", ", Into.Select(t => t.Name));
        RowParts.SayKeys(draft, before, names);
        draft.Report(ProblemCodes.OldRowsWait, $"A row of {Table} for which not exactly one condition of {names} is true stays where it is.", Table);
        var all = conditions.OfType<string>().ToValueList();
        var table = draft.Table(Table)!;
        foreach (var (target, where) in Into.Zip(all))
        {
            draft.Create(Made(before, target.Name, where));
            table.AddLink(new TableLink(Table, target.Name, Side.New)
            {
                Key = before.PrimaryKey!.Columns.Select(c => new LinkedColumn(c, c)).ToValueList(),
                Columns = RowParts.Facts(before).Select(c => new LinkedColumn(c, c)).ToValueList(),
                Rows = new PartRows(where, all),
            });
        }

        table.Dropped = true;
    }

    // What the actions of foreign keys write: a part's own rule would refuse it, and with it the write to the other table.
    private static IEnumerable<(ForeignKey Key, string Column)> Acted(Table table) =>
        from key in table.ForeignKeys
        where key.OnDelete is ReferentialAction.SetNull or ReferentialAction.SetDefault || key.OnUpdate is not (ReferentialAction.NoAction or ReferentialAction.Restrict)
        from column in key.Columns.Concat(table.Columns.Where(c => c.Generated is { } computed && key.Columns.Any(k => SqlLexer.Names(computed, k))).Select(c => c.Name))
        select (key, column);

    private static Table Made(Table before, string name, string where)
    {
        var like = RowParts.Like(before, name);
        return like with
        {
            Checks = like.Checks.Append(new CheckConstraint(
                $"{name}_rows", $"({where}) IS TRUE", before.Columns.Select(c => c.Name).Where(c => SqlLexer.Names(where, c)).ToValueList())).ToValueList(),
        };
    }
}
