using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Adds a column that the old version does not see.</summary>
[Description("Adds a column that old applications do not see.")]
public sealed record AddColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The new column's name.</summary>
    [Description("The new column's name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>The default for rows that are there and for inserts that leave the column out.</summary>
    [Description("The default for rows that are there and for inserts that leave the column out.")]
    public SqlText? Default { get; init; }

    /// <summary>An expression over the old version's row that fills the column, also for what old applications write later.</summary>
    [Description("An expression over the old version's row that fills the column, also for what old applications write later.")]
    public SqlText? Up { get; init; }

    /// <summary>How the database numbers rows by itself (PostgreSQL): none, always, by_default.</summary>
    [Description("Numbers the rows (PostgreSQL): none, always, by_default. Rows that are there get numbers in batches; from complete on it is an identity column.")]
    public IdentityKind Identity { get; init; }

    /// <summary>An expression over the new version's row that the database itself computes the column with, at any time.</summary>
    [Description("An expression over the new version's row with which the database itself computes the column (GENERATED ALWAYS AS). Virtual on PostgreSQL 18 and SQLite; see `stored`.")]
    public SqlText? Generated { get; init; }

    /// <summary>Whether a generated column is stored in the row; otherwise it is computed when it is read.</summary>
    [Description("SQLite: whether the generated value is stored in the row; otherwise it is computed when it is read.")]
    public bool Stored { get; init; }

    /// <summary>The collation when it is not the type's own.</summary>
    [Description("The collation when it is not the type's own, as SQL writes it, with its quotes: one text, or one per engine.")]
    public SqlText? Collation { get; init; }

    /// <summary>A comment on the column.</summary>
    [Description("A comment on the column.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Generated is not null
        ? $"{Table} gets a column {Name} that the database computes."
        : $"{Table} gets a column {Name}{(Identity != IdentityKind.None ? " that numbers its rows" : Nullable ? "" : ", which is required")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var type = draft.Expression(Type, $"the type of {Table}.{Name}");
        var value = draft.Expression(Default, $"the default of {Table}.{Name}");
        var up = draft.Expression(Up, $"up of {Table}.{Name}");
        var generated = draft.Expression(Generated, $"generated of {Table}.{Name}");
        var collation = NewColumn.CollationOf(draft, Collation, $"{Table}.{Name}");
        if (draft.Table(Table) is not { } table || !draft.IsFree(table, Name) || type is null || !IsSound(draft, type))
        {
            return;
        }

        if (!Nullable && value is null && up is null && Identity == IdentityKind.None && generated is null)
        {
            draft.Report(ProblemCodes.RequiredWithoutValue, $"{Table}.{Name} is required, but nothing fills it for rows that are there and for old applications.", $"{Table}.{Name}");
            return;
        }

        table.Add(new Column(Name, type, Nullable && Identity == IdentityKind.None, value)
        {
            Comment = Comment,
            Identity = Identity,
            Generated = generated,
            GeneratedStored = Stored,
            Collation = collation,
        });
        if (up is not null)
        {
            table.AddLens(new Lens([], [Name], [new LensExpression(Name, up)], []));
        }
    }

    /// <summary>Whether a column that the database fills is asked for in a way that it can be.</summary>
    private bool IsSound(ChangeDraft draft, string type)
    {
        var subject = $"{Table}.{Name}";
        var before = draft.Problems.Count;
        var numbers = Identity != IdentityKind.None;
        if ((numbers || Generated is not null) && new[] { numbers, Generated is not null, Default is not null, Up is not null }.Count(w => w) > 1)
        {
            draft.Report(ProblemCodes.Incomplete, $"{subject} is filled in several ways at once: give one of `identity`, `generated`, `default` and `up`.", subject, "Leave all but one out.");
        }

        if (Generated is not null && !Nullable)
        {
            draft.Report(ProblemCodes.Incomplete, $"{subject} is generated and required at once.", subject, "Leave `nullable: false` out; `set_not_null` in a later migration proves it for the rows that are there.");
        }

        NewColumn.CheckStored(draft, Stored, Generated, subject);
        if (numbers && draft.Engine == "sqlite")
        {
            draft.Report(
                ProblemCodes.NotOnThisEngine, $"{subject}: SQLite numbers rows by the INTEGER PRIMARY KEY alone, which a table has from the beginning.", subject,
                "Give `default` or `up`, or make a new table with the key.");
        }
        else if (Identity is IdentityKind.Serial or IdentityKind.AutoIncrement)
        {
            draft.Report(ProblemCodes.AddRewritesTable, $"{subject} cannot be a serial: roles would need rights on its sequence that nothing tells.", subject, "Write `identity: by_default`, which needs no such rights.");
        }
        else if (numbers && !TypeNames.IsInteger(type))
        {
            draft.Report(ProblemCodes.SequenceNeedsInteger, $"{subject} would get its values from a sequence, which cannot give {type}.", subject, "Write smallint, integer or bigint.");
        }

        return draft.Problems.Count == before;
    }
}
