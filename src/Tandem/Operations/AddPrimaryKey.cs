using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Gives a table without primary key one, over columns that are there.</summary>
[Description("Gives a table that has no primary key one, over columns that are there. Enforced for both versions from complete on, unless enforce says live.")]
public sealed record AddPrimaryKey : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The columns, in the order of the index behind the key; they become required.</summary>
    [Description("The columns, in the order of the index behind the key; they become required.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>Columns that its index carries along (PostgreSQL).</summary>
    [Description("Columns that its index carries along without being a part of the key, so that queries are answered by the index alone (PostgreSQL).")]
    public ValueList<string> Include { get; init; } = [];

    /// <summary>The constraint's name; table_pkey when left out.</summary>
    [Description("The constraint's name; table_pkey when left out.")]
    public string? Name { get; init; }

    /// <summary>When the key begins to hold: complete (the usual) or live (old writes can then fail).</summary>
    [Description("When the key begins to hold: complete (the usual) or live (old writes can then fail).")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The primary key of {Table} is {string.Join(", ", Columns)}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table || !ConstraintNames.Exist(draft, table, Columns) || (Include.Count > 0 && !ConstraintNames.Exist(draft, table, Include)))
        {
            return;
        }

        if (table.PrimaryKey is { } present)
        {
            draft.Report(ProblemCodes.HasPrimaryKey, $"The primary key of {Table} is {string.Join(", ", present.Columns)}.", Table);
            return;
        }

        var name = Name ?? draft.IndexName(table.Name, [], "pkey");
        var takesItsOwn = table.Before?.PrimaryKey?.Name == name;
        if (!takesItsOwn && !(ConstraintNames.IsFree(draft, table, name) && ConstraintNames.IsIndexFree(draft, table, name)))
        {
            return;
        }

        table.PrimaryKey = new PrimaryKey(name, Columns) { Include = ConstraintNames.Carried(draft, Include) };
        table.KeyEnforceLive = Enforce == Enforcement.Live;
        foreach (var column in table.Columns.Where(c => c.After is { Nullable: true } a && Columns.Contains(a.Name)))
        {
            column.After = column.After! with { Nullable = false };
            column.EnforceLive |= table.KeyEnforceLive;
        }
    }
}
