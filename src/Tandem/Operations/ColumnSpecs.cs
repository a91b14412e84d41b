using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A column that a split makes.</summary>
public sealed record SplitTarget
{
    /// <summary>The new column's name.</summary>
    [Description("The new column's name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>Its default in the new version.</summary>
    [Description("Its default in the new version.")]
    public SqlText? Default { get; init; }

    /// <summary>Its value, an expression over the old version's row.</summary>
    [Description("Its value, an expression over the old version's row.")]
    public required SqlText Up { get; init; }

    /// <summary>The column and the expression for this engine; null, with problems reported, when the file lacks one.</summary>
    internal (Column Column, LensExpression Up)? Freeze(ChangeDraft draft, string table)
    {
        var type = draft.Expression(Type, $"the type of {table}.{Name}");
        var up = draft.Expression(Up, $"up of {table}.{Name}");
        var value = draft.Expression(Default, $"the default of {table}.{Name}");
        return type is null || up is null ? null : (new Column(Name, type, Nullable, value), new LensExpression(Name, up));
    }
}

/// <summary>A column that a merge replaces.</summary>
public sealed record MergeSource
{
    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Name { get; init; }

    /// <summary>Its value, an expression over the new version's row.</summary>
    [Description("Its value, an expression over the new version's row.")]
    public required SqlText Down { get; init; }
}

/// <summary>The column that a merge makes.</summary>
public sealed record MergeTarget
{
    /// <summary>The new column's name.</summary>
    [Description("The new column's name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>Its default in the new version.</summary>
    [Description("Its default in the new version.")]
    public SqlText? Default { get; init; }
}

/// <summary>A column of a new table.</summary>
public sealed record NewColumn
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>Its default.</summary>
    [Description("Its default.")]
    public SqlText? Default { get; init; }

    /// <summary>How the database makes its values by itself: none, always, by_default, serial (PostgreSQL), auto_increment (SQLite).</summary>
    [Description("How the database makes its values by itself: none, always, by_default, serial (PostgreSQL), auto_increment (SQLite).")]
    public IdentityKind Identity { get; init; }

    /// <summary>An expression over the row that the database itself computes the column with.</summary>
    [Description("An expression over the row with which the database itself computes the column (GENERATED ALWAYS AS). Virtual unless `stored` is said; PostgreSQL before 18 knows stored ones only.")]
    public SqlText? Generated { get; init; }

    /// <summary>Whether a generated column is stored in the row; otherwise it is computed when it is read.</summary>
    [Description("Whether the generated value is stored in the row; otherwise it is computed when it is read.")]
    public bool Stored { get; init; }

    /// <summary>The collation when it is not the type's own.</summary>
    [Description("The collation when it is not the type's own, as SQL writes it, with its quotes: one text, or one per engine.")]
    public SqlText? Collation { get; init; }

    /// <summary>A comment on the column.</summary>
    [Description("A comment on the column.")]
    public string? Comment { get; init; }

    /// <summary>The column for this engine; null, with problems reported, when the file lacks a text for it.</summary>
    internal Column? Freeze(ChangeDraft draft, string table)
    {
        var type = draft.Expression(Type, $"the type of {table}.{Name}");
        var value = draft.Expression(Default, $"the default of {table}.{Name}");
        var generated = draft.Expression(Generated, $"generated of {table}.{Name}");
        var collation = CollationOf(draft, Collation, $"{table}.{Name}");
        if (!IsSound(draft, $"{table}.{Name}"))
        {
            return null;
        }

        // The same file serves both engines: SQLite's rowid keys make values without being told, PostgreSQL has no
        // counter but identity.
        var identity = (draft.Engine, Identity) switch
        {
            ("sqlite", IdentityKind.AutoIncrement) => IdentityKind.AutoIncrement,
            ("sqlite", _) => IdentityKind.None,
            (_, IdentityKind.AutoIncrement) => IdentityKind.ByDefault,
            var (_, kind) => kind,
        };
        if (type is not null && identity != IdentityKind.None && draft.Engine == "postgres" && !TypeNames.IsInteger(type))
        {
            draft.Report(ProblemCodes.SequenceNeedsInteger, $"{table}.{Name} would get its values from a sequence, which cannot give {type}.", $"{table}.{Name}", "Write smallint, integer or bigint.");
            return null;
        }

        return type is null ? null : new Column(Name, type, Nullable && identity == IdentityKind.None, value)
        {
            Identity = identity,
            Generated = generated,
            GeneratedStored = Stored,
            Collation = collation,
            Comment = Comment,
        };
    }

    private bool IsSound(ChangeDraft draft, string subject)
    {
        var before = draft.Problems.Count;
        var serial = draft.Engine == "postgres" && Type.For(draft.Engine) is { } type && TypeNames.IsSerial(type.Trim());
        if ((Generated is not null && (Default is not null || Identity != IdentityKind.None)) || (serial && Default is not null))
        {
            draft.Report(ProblemCodes.Incomplete, $"{subject} is filled in several ways at once: give one of `identity`, `generated` and `default`.", subject, "Leave all but one out.");
        }

        CheckStored(draft, Stored, Generated, subject);
        return draft.Problems.Count == before;
    }

    /// <summary>A collation as the model has it: SQLite's is a name.</summary>
    internal static string? CollationOf(ChangeDraft draft, SqlText? collation, string subject) =>
        draft.Expression(collation, $"the collation of {subject}") is not { } text ? null : draft.Engine == "sqlite" ? SqlName.Unquote(text) : text;

    /// <summary>Reports `stored` of a column that is not generated.</summary>
    internal static void CheckStored(ChangeDraft draft, bool stored, SqlText? generated, string subject)
    {
        if (stored && generated is null)
        {
            draft.Report(ProblemCodes.Incomplete, $"`stored` of {subject} is about a generated column, but there is no `generated`.", subject, "Give `generated`, or leave `stored` out.");
        }
    }
}

/// <summary>One key of an index.</summary>
public sealed record IndexColumn
{
    /// <summary>The column.</summary>
    [Description("The column.")]
    public string? Name { get; init; }

    /// <summary>An expression instead of a column.</summary>
    [Description("An expression instead of a column.")]
    public SqlText? Expression { get; init; }

    /// <summary>Whether it is sorted downwards.</summary>
    [Description("Whether it is sorted downwards.")]
    public bool Descending { get; init; }

    /// <summary>Where rows without a value stand (PostgreSQL); by default last, and first where it is sorted downwards.</summary>
    [Description("Where rows without a value stand (PostgreSQL): first, last. By default last, and first where it is sorted downwards.")]
    public NullsPlace? Nulls { get; init; }

    /// <summary>The collation by which it is sorted, by its name alone.</summary>
    [Description("The collation by which it is sorted, by its name: one text, or one per engine.")]
    public SqlText? Collation { get; init; }

    /// <summary>The operator class (PostgreSQL), by its name, with its schema where it is not found without.</summary>
    [Description("The operator class (PostgreSQL), by its name, for example text_pattern_ops or gin_trgm_ops; with its schema where it is not found without: extensions.gin_trgm_ops.")]
    public string? OperatorClass { get; init; }

    /// <summary>Parameters of the operator class (PostgreSQL).</summary>
    [Description("Parameters of the operator class (PostgreSQL), for example `{ siglen: 32 }`.")]
    public ValueList<StorageParameter> OperatorClassOptions { get; init; } = [];
}

/// <summary>Where rows without a value stand in an index.</summary>
public enum NullsPlace
{
    /// <summary>Before all others.</summary>
    First,

    /// <summary>Behind all others.</summary>
    Last,
}

/// <summary>A parameter and its value, as in <c>{ fillfactor: 70 }</c>.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">Its value.</param>
[WrittenAsMapping]
public sealed record StorageParameter(string Name, string Value);

/// <summary>A new value for a column.</summary>
public sealed record RowValue
{
    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>The new value, an expression over the row.</summary>
    [Description("The new value, an expression over the row.")]
    public required SqlText Value { get; init; }
}
