using Tandem.Databases;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>
/// A runner with a guard taken out, made from outside by changing what it sends. A harness that passes with it is no
/// evidence.
/// </summary>
internal sealed class Mutation
{
    /// <summary>Changes each statement of a transaction or query.</summary>
    public Func<SqlStatement, SqlStatement> Statement { get; init; } = statement => statement;

    /// <summary>Whether a statement begins another transaction than the statement before it.</summary>
    public Func<SqlStatement, bool> Divides { get; init; } = _ => false;

    /// <summary>Whoever comes writes, whether the lease is its own or another's.</summary>
    public static Mutation NoFence { get; } = new()
    {
        Statement = s => s.Text.Contains("set tick = @serial", StringComparison.Ordinal)
            ? s with { Text = s.Text[..s.Text.IndexOf("where", StringComparison.Ordinal)] + "where target = @target", ExpectRows = null }
            : s,
    };

    /// <summary>The checkpoint is written behind the batch's transaction, not in it.</summary>
    public static Mutation CheckpointAfterwards { get; } = new() { Divides = s => s.Text.Contains("walk_at = @upto", StringComparison.Ordinal) };

    /// <summary>A step's journal line is written behind its transaction, not in it.</summary>
    public static Mutation JournalAfterwards { get; } = new() { Divides = s => s.Text.Contains("status = 'done'", StringComparison.Ordinal) };

    /// <summary>Verification never finds anything.</summary>
    public static Mutation BlindVerification { get; } = new()
    {
        Statement = s => s.Text.Contains("as rows_seen", StringComparison.Ordinal)
            ? new SqlStatement("select 0 as rows_seen, 0 as mismatched, 0 as quarantined, '' as source_sum, '' as target_sum")
            : s,
    };

    /// <summary>The transactions that are sent instead of one.</summary>
    public IEnumerable<IReadOnlyList<SqlStatement>> Transactions(IReadOnlyList<SqlStatement> statements)
    {
        var open = new List<SqlStatement>();
        foreach (var statement in statements.Select(Statement))
        {
            if (open.Count > 0 && Divides(statement))
            {
                yield return open;
                open = [];
            }

            open.Add(statement);
        }

        yield return open;
    }
}
