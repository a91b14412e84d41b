using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Says how the database numbers the rows of a column that is there.</summary>
[Description("Says how the database numbers the rows of a column that is there: as an identity or serial column, or not at all (PostgreSQL). In force for both versions from complete on; the numbers go on where they stand.")]
public sealed record SetIdentity : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>How its values are made.</summary>
    [Description("How its values are made: always (applications give none), by_default, serial, or none.")]
    public required IdentityKind Identity { get; init; }

    /// <summary>The number that it began with; 1 when left out.</summary>
    [Description("The number that it began with, which says nothing of the next one; 1 when left out.")]
    public long? Start { get; init; }

    /// <summary>The step; 1 when left out.</summary>
    [Description("The step; 1 when left out.")]
    public long? Increment { get; init; }

    /// <summary>The least value; that of the type when left out.</summary>
    [Description("The least value; the usual one when left out.")]
    public long? Minimum { get; init; }

    /// <summary>The greatest value; that of the type when left out.</summary>
    [Description("The greatest value; the usual one when left out.")]
    public long? Maximum { get; init; }

    /// <summary>How many values a session takes at once; 1 when left out.</summary>
    [Description("How many values a session takes at once; 1 when left out.")]
    public long? Cache { get; init; }

    /// <summary>Whether it begins again at its end.</summary>
    [Description("Whether it begins again at its end.")]
    public bool Cycle { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Identity == IdentityKind.None
        ? $"{Table}.{Column} is no longer numbered by the database."
        : $"{Table}.{Column} is numbered {Identity switch { IdentityKind.Always => "by the database alone", IdentityKind.ByDefault => "by the database where nothing is given", _ => "as a serial" }}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("identity columns", "An INTEGER PRIMARY KEY counts by itself, from the beginning of its table.") || draft.Column(Table, Column) is not var (table, column) || !Fits(draft, table, column))
        {
            return;
        }

        var after = After(table, column.After!);
        if (after == column.After)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table}.{Column} already is numbered so.", Subject);
            return;
        }

        if (after.Sequence is { } sequence && !SequenceRules.IsSound(draft, sequence))
        {
            return;
        }

        column.After = after;
        draft.TakesEffectAtComplete($"{Table}.{Column} is numbered otherwise", Subject);
    }

    private string Subject => $"{Table}.{Column}";

    private Column After(TableDraft table, Column column)
    {
        var name = column.Sequence?.Name ?? UsualName(column.Identity == IdentityKind.None ? table.Name : table.Before!.Name, column.Name);
        var comment = column.Sequence?.Comment;
        var sequence = SequenceRules.Normal(new Sequence(name, column.Type, Start ?? 1, Increment ?? 1) { Minimum = Minimum, Maximum = Maximum, Cache = Cache ?? 1, Cycle = Cycle, Comment = comment });
        var usual = sequence == new Sequence(UsualName(table.Name, column.Name), column.Type, 1, 1);
        return column with
        {
            Identity = Identity,
            Sequence = Identity == IdentityKind.None || usual ? null : sequence,
            Default = Identity == IdentityKind.Serial ? $"nextval('{SqlName.Quote(name)}'::regclass)" : column.Identity == IdentityKind.None && Identity == IdentityKind.None ? column.Default : null,
            Nullable = column.Nullable && Identity is (IdentityKind.None or IdentityKind.Serial),
        };
    }

    private static string UsualName(string table, string column) => $"{table}_{column}_seq";

    private bool Fits(ChangeDraft draft, TableDraft table, DraftPair<Column> column)
    {
        var before = draft.Problems.Count;
        if (Identity == IdentityKind.AutoIncrement)
        {
            draft.Report(ProblemCodes.NotOnThisEngine, $"{Subject} cannot count by AUTOINCREMENT, which is SQLite's.", Subject, "Say always, by_default, serial or none.");
        }
        else if (table.Before is null || column.Before is null || table.InLens(column))
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Subject} comes or changes its type in this migration.", Subject, "Say `identity` where the column is made, or number it in a later migration.");
        }
        else if (table.Before.PartitionKey is not null || table.Before.Inherits.Count > 0)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Table} has partitions or parents, whose columns are numbered by themselves.", Subject, "Make another table with the numbers that you want, and move the rows.");
        }
        else if (!TypeNames.IsInteger(column.After!.Type) || column.After.Generated is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"{Subject} is no whole number of its own, and cannot be numbered.", Subject, "Number a smallint, integer or bigint.");
        }
        else if (column.After.Identity == IdentityKind.None && Identity != IdentityKind.None)
        {
            Begins(draft, table, column.After);
        }
        else if (column.After.Identity == IdentityKind.Serial && Identity != IdentityKind.Serial)
        {
            Leaves(draft, table, column.After);
        }

        return draft.Problems.Count == before;
    }

    // The numbers begin behind the greatest that is there; without an index nobody could write while it is looked for.
    private void Begins(ChangeDraft draft, TableDraft table, Column column)
    {
        var indexed = table.PrimaryKey?.Columns[0] == column.Name || table.Uniques.Exists(u => u is { Before: not null, After: { } a } && a.Columns[0] == column.Name)
            || table.Indexes.Exists(i => i is { Before: not null, After: { Where: null, Method: null } a } && a.Keys[0].Column == column.Name);
        if (!indexed)
        {
            draft.Report(ProblemCodes.NotInPlace, $"No index tells the greatest value of {Subject}, behind which the numbers would begin.", Subject, $"Make an index that begins with {Column} in an earlier migration.");
        }
        else if (column.Default is not null)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Subject} has a default of its own.", Subject, "Drop it before, with `set_default`.");
        }
        else
        {
            draft.IsFree(UsualName(table.Name, column.Name));
        }
    }

    // A serial's sequence goes with the serial; what else draws from it would have nothing to draw from.
    private void Leaves(ChangeDraft draft, TableDraft table, Column column)
    {
        var name = column.Sequence?.Name ?? UsualName(table.Before!.Name, column.Name);
        foreach (var (other, user) in draft.Schema.Tables.SelectMany(t => t.Columns.Select(c => (t, c)))
            .Where(p => p.c.Default is { } text && SqlLexer.Names(text.Replace('\'', '"'), name) && !(p.t.Name == table.Before!.Name && p.c.Name == column.Name)))
        {
            draft.Report(ProblemCodes.ObjectInUse, $"{other.Name}.{user.Name} draws from the sequence of {Subject}.", Subject, $"Give {other.Name}.{user.Name} another default first.");
        }
    }
}
