using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>A column of a table whose rows hold the facts whole, and the column of the other table that holds the same value apart.</summary>
/// <param name="Whole">Its name in the table that holds the facts in its own rows.</param>
/// <param name="Part">Its name in the table that holds them apart.</param>
/// <param name="Absent">A constant: the value in the whole row while there is no row apart; null for NULL.</param>
public sealed record LinkedColumn(string Whole, string Part, string? Absent = null);

/// <summary>A value that every row has that comes from one part: in the part, the table itself says it.</summary>
/// <param name="Column">The column of the whole.</param>
/// <param name="Value">A constant.</param>
public sealed record LinkedConstant(string Column, string Value);

/// <summary>Which rows of the whole lie in a part, where the parts hold whole rows and not some columns of every row.</summary>
/// <param name="Where">The condition, over the row of the whole; where it is NULL the row is not meant.</param>
/// <param name="All">The conditions of all parts of the whole, this one among them: one of them is true for each row.</param>
public sealed record PartRows(string Where, ValueList<string> All)
{
    /// <summary>Columns that only the whole has.</summary>
    public ValueList<LinkedConstant> Constants { get; init; } = [];
}

/// <summary>
/// The same facts in two tables: one version has them as columns of a table (the whole), the other in the rows of a
/// second table (the part), one row at most for each row of the first, under the same key. A pair of rows agrees when
/// the values are the same images; where there is no row apart, the whole row must hold what stands for absence. A row
/// apart that holds just that agrees too, so a version that knows the difference keeps it. Where the part holds whole
/// rows (<see cref="Rows"/>), a row of the whole that is meant and the row of the part are there together or not at all.
/// </summary>
/// <param name="Whole">The table with the columns, by its name in the version that has them there.</param>
/// <param name="Part">The table with the rows, by its name in the version that has it.</param>
/// <param name="PartSide">Which version has the facts apart: the new one when a table is extracted, the old one when it is inlined.</param>
public sealed record TableLink(string Whole, string Part, Side PartSide)
{
    /// <summary>The primary key of the whole, and the columns of the part's primary key with the same values.</summary>
    public required ValueList<LinkedColumn> Key { get; init; }

    /// <summary>The columns with the facts.</summary>
    public required ValueList<LinkedColumn> Columns { get; init; }

    /// <summary>Which rows of the whole the part holds; null where it holds some columns of any row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PartRows? Rows { get; init; }

    /// <summary>
    /// Whether both versions have both tables, and only the columns stand in the other one. Rows then come and go by
    /// themselves: a whole row without a row of the part keeps its values, which the version with the part cannot see.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Moves { get; init; }

    /// <summary>Which version has the facts in the rows of the whole.</summary>
    [JsonIgnore]
    public Side WholeSide => PartSide == Side.Old ? Side.New : Side.Old;

    /// <summary>
    /// Whether a row apart can hold what stands for absence. Where a column is required it cannot: the row goes when
    /// the whole row says that there is none.
    /// </summary>
    public bool HoldsAbsence(Table part) => Columns.All(c => c.Absent is not null || part.Column(c.Part) is { Nullable: true });

    /// <summary>Whether dropping what only one side has ends the link.</summary>
    public bool EndsWith(TableChange change, Side side) => side == PartSide ? IsPart(change) : IsWhole(change);

    /// <summary>Whether this is the change of the table with the columns.</summary>
    public bool IsWhole(TableChange change) => NameOf(change, WholeSide) == Whole;

    /// <summary>Whether this is the change of the table with the rows.</summary>
    public bool IsPart(TableChange change) => NameOf(change, PartSide) == Part;

    private static string? NameOf(TableChange change, Side side) => (side == Side.Old ? change.Before : change.After)?.Name;
}

/// <summary>The links among the changes of a migration.</summary>
public static class TableLinks
{
    /// <summary>All links, each with the changes of its two tables.</summary>
    public static IEnumerable<(TableLink Link, TableChange Whole, TableChange Part)> Of(ValueList<TableChange> changes) =>
        from whole in changes
        from link in whole.Links
        from part in changes.Where(link.IsPart)
        select (link, whole, part);

    /// <summary>The links that begin with this change: of a link's two tables it is made ready last.</summary>
    public static IEnumerable<(TableLink Link, TableChange Whole, TableChange Part)> BeginningWith(TableChange change, ValueList<TableChange> changes) =>
        Of(changes).Where(l => change == new[] { l.Whole, l.Part }.MaxBy(c => changes.ToList().IndexOf(c)));
}
