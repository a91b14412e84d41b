using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What logical replication tells the rows of a table apart by.</summary>
public enum ReplicaIdentityKind
{
    /// <summary>By the primary key.</summary>
    Default,

    /// <summary>By all columns.</summary>
    Full,

    /// <summary>By nothing: changes and deletions cannot be replicated.</summary>
    Nothing,

    /// <summary>By the columns of a unique index.</summary>
    Index,
}

/// <summary>Says what logical replication tells the rows of a table apart by.</summary>
[Description("Says what logical replication tells the rows of a table apart by (PostgreSQL). It is one setting for both versions, in force from complete on; on a table that the same migration makes, at once.")]
public sealed record SetReplicaIdentity : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>What the rows are told apart by.</summary>
    [Description("What the rows are told apart by: the primary key, all columns, nothing, or an index.")]
    public required ReplicaIdentityKind Identity { get; init; }

    /// <summary>The index.</summary>
    [Description("The index: unique, whole, and over columns that are never NULL.")]
    public string? Index { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"Replication tells the rows of {Table} apart by {By}.";

    private string By => Identity switch
    {
        ReplicaIdentityKind.Default => "the primary key",
        ReplicaIdentityKind.Full => "all columns",
        ReplicaIdentityKind.Nothing => "nothing",
        _ => $"the index {Index}",
    };

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("logical replication", "Leave the operation out for SQLite, in a file of its own.") || draft.Table(Table) is not { } table)
        {
            return;
        }

        if (Identity == ReplicaIdentityKind.Index != Index is not null)
        {
            draft.Report(ProblemCodes.Incomplete, "`index` goes with `identity: index`, and with nothing else.", Table);
            return;
        }

        if (Index is not null && !Serves(draft, table))
        {
            return;
        }

        var text = Identity switch
        {
            ReplicaIdentityKind.Default => null,
            ReplicaIdentityKind.Index => $"USING INDEX {SqlName.Quote(Index!)}",
            _ => Identity.ToString().ToUpperInvariant(),
        };
        var after = table.Settings with { ReplicaIdentity = text };
        if (after.ReplicaIdentity == table.Settings.ReplicaIdentity || (Index is not null && Index == table.Settings.ReplicaIndex))
        {
            draft.Report(ProblemCodes.NothingToDo, $"Replication already tells the rows of {Table} apart by {By}.", Table);
            return;
        }

        table.Settings = after;
        if (table.Before is not null)
        {
            draft.TakesEffectAtComplete($"Replication tells the rows of {Table} apart by {By}", Table);
        }
    }

    private bool Serves(ChangeDraft draft, TableDraft table)
    {
        var columns = table.Indexes.FirstOrDefault(i => i.After?.Name == Index)?.After is { Unique: true, Where: null } index
                ? index.Keys.Select(k => k.Column)
                : table.Uniques.FirstOrDefault(u => u.After?.Name == Index)?.After is { Deferrable: null } unique ? unique.Columns
                : table.PrimaryKey is { } key && key.Name == Index ? key.Columns : null;
        if (columns is not null && columns.All(c => c is not null && table.Column(c)?.After is { Nullable: false }))
        {
            return true;
        }

        var exists = table.Indexes.Any(i => i.After?.Name == Index) || table.Uniques.Any(u => u.After?.Name == Index) || table.PrimaryKey?.Name == Index;
        draft.Report(
            exists ? ProblemCodes.NotInPlace : ProblemCodes.NoSuchConstraint,
            exists ? $"{Index} cannot tell rows of {Table} apart: it must be unique, whole, not deferrable, and over columns that are never NULL." : $"{Table} has no index {Index}.",
            Index,
            exists ? "Make such an index first, or name another." : null);
        return false;
    }
}
