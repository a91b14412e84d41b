using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Asks the server about checks and indexes that are made again over columns of another type: whether their expressions still
/// compile, and whether an index takes what they give.
/// </summary>
internal sealed class PostgresRuleExaminer(PostgresReading reading, string schema, CancellationToken cancellationToken)
{
    private readonly List<Problem> problems = [];
    private readonly PostgresTrial trial = new(reading, cancellationToken);
    private readonly PostgresFolding folding = new(reading, cancellationToken);

    /// <summary>What is wrong with the rules of a change that were there before it.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(TableChange change)
    {
        var checks = change.Checks.Where(c => c.Added && change.Before!.Checks.Any(b => b.Name == c.After!.Name)).Select(c => c.After!).ToList();
        var indexes = change.Indexes.Where(i => i.Added && change.Before!.Indexes.Any(b => b.Name == i.After!.Name)).Select(i => i.After!).ToList();
        if (checks.Count + indexes.Count == 0)
        {
            return problems;
        }

        var table = change.After!.Name;
        var unknown = await UnknownAsync(change).ConfigureAwait(false);
        var known = change with
        {
            After = change.After with { Columns = change.After.Columns.Where(c => !unknown.Contains(c)).ToValueList() },
            Lenses = change.Lenses.Where(l => l.CanBeTried && !unknown.Any(c => l.New.Contains(c.Name))).ToValueList(),
        };
        var rows = new PostgresLensRows(schema, known, 0).NewWithoutValues;
        foreach (var check in checks)
        {
            Report($"The check {check.Name}", table, "`drop_check`, `add_check`", unknown.FirstOrDefault(c => SqlLexer.Names(check.Expression, c.Name)) is { } made
                ? $"the type {made.Type} is not there yet."
                : await trial.CompileConditionAsync(rows, check.Expression).ConfigureAwait(false));
        }

        foreach (var index in indexes)
        {
            Report($"The index {index.Name}", table, "`drop_index`, `create_index`", unknown.FirstOrDefault(c => index.Columns.Contains(c.Name)) is { } made
                ? $"the type {made.Type} is not there yet."
                : await FailureAsync(index, rows, change).ConfigureAwait(false));
        }

        return problems;
    }

    private void Report(string rule, string table, string words, string? failure)
    {
        if (failure is not null)
        {
            problems.Add(new Problem(
                ProblemCodes.UsedByConstraint, $"{rule} of {table} cannot be made again over the new version's columns: {failure}", Subject: table,
                Remedy: $"Drop it in an operation before this one, and add the new form after it ({words})."));
        }
    }

    /// <summary>The columns that get a type which the migration itself makes.</summary>
    private async Task<List<Column>> UnknownAsync(TableChange change)
    {
        var unknown = new List<Column>();
        foreach (var column in change.After!.Columns.Where(c => change.Carried.All(p => p.After!.Name != c.Name)))
        {
            if (await trial.LacksTypeAsync(column.Type).ConfigureAwait(false))
            {
                unknown.Add(column);
            }
        }

        return unknown;
    }

    private async Task<string?> FailureAsync(Schema.Index index, string rows, TableChange change)
    {
        foreach (var key in index.Keys)
        {
            var said = PostgresIndexKey.Parts(key.Options);
            var expression = key.Expression ?? PostgresText.Quote(key.Column!);
            if (await trial.CompileAsync(rows, expression + said.Collation).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            if (await PostgresIndexKey.LackAsync(
                reading, $"select _tandem_v.x from {rows} cross join lateral (values (({expression}\n))) _tandem_v (x)", index.Method ?? "btree", said, cancellationToken).ConfigureAwait(false) is { } lack)
            {
                return lack;
            }

            if (key.Expression is { } text && await VariesAsync(text, change).ConfigureAwait(false))
            {
                return $"{text} is not immutable there.";
            }
        }

        return index.Where is not { } where ? null
            : await trial.CompileConditionAsync(rows, where).ConfigureAwait(false)
                ?? (await VariesAsync(where, change).ConfigureAwait(false) ? $"{where} is not immutable there." : null);
    }

    // Asked of the old columns, too, whose index shows that there it is immutable.
    private async Task<bool> VariesAsync(string expression, TableChange change) =>
        await folding.IsComputedAheadAsync(expression, change.After!).ConfigureAwait(false) == false
        && await folding.IsComputedAheadAsync(expression, change.Before!).ConfigureAwait(false) != false;
}
