using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Makes a table that the old version does not see.</summary>
[Description("Makes a table that old applications do not see.")]
public sealed record CreateTable : Operation
{
    private static readonly HashSet<string> StrictTypes = new(StringComparer.OrdinalIgnoreCase) { "INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY" };

    /// <summary>The table's name.</summary>
    [Description("The table's name.")]
    public required string Name { get; init; }

    /// <summary>Its columns, in order.</summary>
    [Description("Its columns, in order.")]
    public required ValueList<NewColumn> Columns { get; init; }

    /// <summary>The columns of its primary key.</summary>
    [Description("The columns of its primary key.")]
    public ValueList<string>? PrimaryKey { get; init; }

    /// <summary>Unique rules.</summary>
    [Description("Unique rules.")]
    public ValueList<NewUnique>? Uniques { get; init; }

    /// <summary>Checks.</summary>
    [Description("Checks.")]
    public ValueList<NewCheck>? Checks { get; init; }

    /// <summary>Foreign keys.</summary>
    [Description("Foreign keys.")]
    public ValueList<NewForeignKey>? ForeignKeys { get; init; }

    /// <summary>SQLite: whether its columns take values of their types only.</summary>
    [Description("SQLite: whether its columns take values of their types only (STRICT); on PostgreSQL they always do.")]
    public bool Strict { get; init; }

    /// <summary>SQLite: whether its rows are stored by the primary key alone, without numbers.</summary>
    [Description("SQLite: whether its rows are stored by the primary key alone, without numbers (WITHOUT ROWID). PostgreSQL has nothing of the kind and leaves it out.")]
    public bool WithoutRowid { get; init; }

    /// <summary>A comment on the table.</summary>
    [Description("A comment on the table.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Name];

    /// <inheritdoc />
    public override string Summarize() => $"There is a new table {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var before = draft.Problems.Count;
        var columns = Columns.Select(c => c.Freeze(draft, Name)).ToList();
        if (!draft.IsFree(Name) || columns.Contains(null))
        {
            return;
        }

        foreach (var twice in Columns.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The table {Name} has the column {twice.Key} twice.", $"{Name}.{twice.Key}");
        }

        var key = PrimaryKey ?? [];
        CheckStorage(draft, columns, key);
        var named = key.Concat((Uniques ?? []).SelectMany(u => u.Columns)).Concat((ForeignKeys ?? []).SelectMany(f => f.Columns));
        foreach (var missing in named.Distinct(StringComparer.Ordinal).Where(n => Columns.All(c => c.Name != n)))
        {
            draft.Report(ProblemCodes.NoSuchColumn, $"The table {Name} has no column {missing}.", $"{Name}.{missing}");
        }

        var foreignKeys = (ForeignKeys ?? []).Select(f => f.Freeze(draft, Name)).ToList();
        var checks = (Checks ?? []).Select(c => c.Freeze(draft, Columns)).ToList();
        var uniques = (Uniques ?? []).Select(u => u.Freeze(draft, Name)).ToList();
        if (draft.Problems.Skip(before).Any(p => p.Severity == Severity.Error) || foreignKeys.Contains(null) || checks.Contains(null) || uniques.Contains(null))
        {
            return;
        }

        draft.Create(new Table(Name, columns.Select(c => key.Contains(c!.Name) ? c with { Nullable = false } : c!).ToValueList())
        {
            PrimaryKey = key.Count == 0 ? null : new PrimaryKey(draft.IndexName(Name, [], "pkey"), key),
            Uniques = uniques.Select(u => u!).ToValueList(),
            Checks = checks.Select(c => c!).ToValueList(),
            ForeignKeys = foreignKeys.Select(f => f!).ToValueList(),
            Strict = Strict && draft.Engine == "sqlite",
            WithoutRowId = WithoutRowid && draft.Engine == "sqlite",
            Comment = Comment,
        });
    }

    private void CheckStorage(ChangeDraft draft, List<Column?> columns, ValueList<string> key)
    {
        var sqlite = draft.Engine == "sqlite";
        foreach (var column in columns.OfType<Column>())
        {
            var subject = $"{Name}.{column.Name}";
            if (sqlite && Strict && !StrictTypes.Contains(column.Type))
            {
                draft.Report(ProblemCodes.Incomplete, $"{subject} has the type {column.Type}, and a strict table knows {string.Join(", ", StrictTypes)} only.", subject, "Give one of these, or leave `strict` out.");
            }

            if (column.Generated is not null && key.Contains(column.Name) && (sqlite || !column.GeneratedStored))
            {
                draft.Report(ProblemCodes.Incomplete, $"{subject} is computed by the database and part of the primary key at once.", subject, "Make it unique instead.");
            }
        }

        if (sqlite && WithoutRowid && (key.Count == 0 || columns.Any(c => c?.Identity == IdentityKind.AutoIncrement)))
        {
            draft.Report(ProblemCodes.Incomplete, $"{Name} is to have no row numbers, and {(key.Count == 0 ? "no primary key to take their place" : "counts its rows by them")}.", Name, "Give `primary_key` and no `identity`, or leave `without_rowid` out.");
        }
    }
}
