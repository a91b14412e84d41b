using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Adds a foreign key.</summary>
[Description("Adds a foreign key. Enforced for both versions from complete on, unless enforce says live.")]
public sealed record AddForeignKey : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The referencing columns.</summary>
    [Description("The referencing columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>What they refer to.</summary>
    [Description("What they refer to.")]
    public required ForeignKeyTarget References { get; init; }

    /// <summary>When a row refers to nothing (PostgreSQL).</summary>
    [Description("When a row refers to nothing: without a value in one of the columns (simple, the usual), or in none of them (full: some alone are refused; PostgreSQL).")]
    public ReferenceMatch Match { get; init; }

    /// <summary>What happens to the rows when the row they refer to goes.</summary>
    [Description("What happens to the rows when the row they refer to goes.")]
    public ReferentialAction OnDelete { get; init; }

    /// <summary>The columns that are set then (PostgreSQL 15).</summary>
    [Description("The columns that `on_delete` sets when these are not all: set_null or set_default (PostgreSQL from 15 on).")]
    public ValueList<string>? OnDeleteColumns { get; init; }

    /// <summary>What happens when the key they refer to changes.</summary>
    [Description("What happens when the key they refer to changes.")]
    public ReferentialAction OnUpdate { get; init; }

    /// <summary>The constraint's name; table_columns_fkey when left out.</summary>
    [Description("The constraint's name; table_columns_fkey when left out.")]
    public string? Name { get; init; }

    /// <summary>When it is looked at, where it may wait for the end of a transaction.</summary>
    [Description("When it is looked at, where it may wait for the end of a transaction: immediate, deferred. Left out, it may not wait.")]
    public Deferral? Deferrable { get; init; }

    /// <summary>When the rule begins to hold: complete (the usual) or live (old writes can then fail).</summary>
    [Description("When the rule begins to hold: complete (the usual) or live (old writes can then fail).")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => References.Schema is null ? [Table, References.Table] : [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{string.Join(", ", Columns)} of {Table} must exist in {References.Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table || !ConstraintNames.Exist(draft, table, Columns) || !References.IsThere(draft))
        {
            return;
        }

        var name = Name ?? UsualName.Of(table.Name, Columns, "fkey");
        var rule = new NewForeignKey
        {
            Columns = Columns,
            References = References.Elsewhere(draft) is null ? References with { Table = draft.Table(References.Table)!.Name } : References,
            Match = Match,
            OnDelete = OnDelete,
            OnDeleteColumns = OnDeleteColumns,
            OnUpdate = OnUpdate,
            Deferrable = Deferrable,
        };
        if (ConstraintNames.IsFree(draft, table, name) && rule.Made(draft, name) is { } key)
        {
            table.ForeignKeys.Add(new(null, key)
            {
                EnforceLive = Enforce == Enforcement.Live,
            });
        }
    }
}
