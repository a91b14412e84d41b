using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>When a rule that the new version adds begins to hold.</summary>
public enum Enforcement
{
    /// <summary>From complete on; old applications are not disturbed while both versions are served.</summary>
    Complete,

    /// <summary>As soon as the new version is live; writes of old applications can then fail.</summary>
    Live,
}

/// <summary>A unique rule of a new table.</summary>
public sealed record NewUnique
{
    /// <summary>The columns.</summary>
    [Description("The columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The constraint's name; table_columns_key when left out.</summary>
    [Description("The constraint's name; table_columns_key when left out.")]
    public string? Name { get; init; }
}

/// <summary>A check of a new table.</summary>
public sealed record NewCheck
{
    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <summary>The condition.</summary>
    [Description("The condition.")]
    public required SqlText Expression { get; init; }

    /// <summary>The check for this engine; null, with a problem reported, when the file lacks a text for it.</summary>
    internal CheckConstraint? Freeze(ChangeDraft draft, ValueList<NewColumn> columns)
    {
        var condition = draft.Expression(Expression, $"the check {Name}");
        return condition is null ? null : new CheckConstraint(
            Name, condition, columns.Where(c => SqlLexer.Names(condition, c.Name)).Select(c => c.Name).ToValueList());
    }
}

/// <summary>What a foreign key refers to.</summary>
public sealed record ForeignKeyTarget
{
    /// <summary>The table.</summary>
    [Description("The table.")]
    public required string Table { get; init; }

    /// <summary>Its columns.</summary>
    [Description("Its columns.")]
    public required ValueList<string> Columns { get; init; }
}

/// <summary>A foreign key of a new table.</summary>
public sealed record NewForeignKey
{
    /// <summary>The referencing columns.</summary>
    [Description("The referencing columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>What they refer to.</summary>
    [Description("What they refer to.")]
    public required ForeignKeyTarget References { get; init; }

    /// <summary>What happens to the rows when the row they refer to goes.</summary>
    [Description("What happens to the rows when the row they refer to goes.")]
    public ReferentialAction OnDelete { get; init; }

    /// <summary>What happens when the key they refer to changes.</summary>
    [Description("What happens when the key they refer to changes.")]
    public ReferentialAction OnUpdate { get; init; }

    /// <summary>The constraint's name; table_columns_fkey when left out.</summary>
    [Description("The constraint's name; table_columns_fkey when left out.")]
    public string? Name { get; init; }

    /// <summary>The foreign key; null, with problems reported, when what it refers to is not there.</summary>
    internal ForeignKey? Freeze(ChangeDraft draft, string table)
    {
        if (References.Table != table
            && (draft.Table(References.Table) is not { } parent || !ConstraintNames.Exist(draft, parent, References.Columns)))
        {
            return null;
        }

        return new ForeignKey(Name ?? $"{table}_{string.Join('_', Columns)}_fkey", Columns, References.Table, References.Columns)
        {
            OnDelete = OnDelete,
            OnUpdate = OnUpdate,
        };
    }
}
