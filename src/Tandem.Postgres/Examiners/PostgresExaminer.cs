using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Inspection;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Lets the server compile every expression and check and try them on real rows, in a read-only transaction. Each try
/// has a savepoint, so that all problems are found at once; of the rows only counts are told.
/// </summary>
internal sealed class PostgresExaminer
{
    private readonly PostgresReading reading;
    private readonly string schema;
    private readonly List<Problem> problems = [];
    private readonly List<VaryingWay> varying = [];
    private readonly CancellationToken cancellationToken;

    private PostgresExaminer(PostgresReading reading, string schema, CancellationToken cancellationToken)
    {
        this.reading = reading;
        this.schema = schema;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Examines; the checks are asked in the names of the schema as it is now.</summary>
    public static async Task<Examination> ExamineAsync(
        PostgresReading reading,
        string schema,
        Inquiry inquiry,
        CancellationToken cancellationToken)
    {
        var (changes, rowChanges, checks) = inquiry;
        var examiner = new PostgresExaminer(reading, schema, cancellationToken);
        var tables = changes.Select(c => c.Before?.Name).Concat(rowChanges.Where(r => !r.OnNewTable).Select(r => r.Table.Name)).OfType<string>().Distinct().ToList();
        var sizes = await PostgresSize.MeasureAsync(reading, schema, tables, cancellationToken).ConfigureAwait(false);
        var made = await PostgresMade.OfAsync(reading, inquiry, cancellationToken).ConfigureAwait(false);
        examiner.problems.AddRange(await BroughtAsync(reading, schema, inquiry, made, cancellationToken).ConfigureAwait(false));
        var rows = sizes.ToDictionary(s => s.Table, s => s.Rows, StringComparer.Ordinal);
        foreach (var change in changes.Where(c => c is { Before: not null, After: not null } && c.Lenses.Count > 0))
        {
            await examiner.ExamineAsync(change, rows[change.Name]).ConfigureAwait(false);
            examiner.problems.AddRange(await new PostgresRuleExaminer(reading, schema, cancellationToken).ExamineAsync(change).ConfigureAwait(false));
        }

        examiner.problems.AddRange(await new PostgresRowExaminer(reading, schema, cancellationToken).ExamineAsync(inquiry, rows).ConfigureAwait(false));
        examiner.problems.AddRange(await new PostgresIndexExaminer(reading, made, cancellationToken).ExamineAsync(changes).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresLinkExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await new PostgresPartitioningExaminer(reading, schema, made, cancellationToken).ExamineAsync(changes).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresPathExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresLockExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresPartitionExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresSequenceUseExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await PostgresReferenceExaminer.ExamineAsync(reading, schema, changes, cancellationToken).ConfigureAwait(false));
        examiner.problems.AddRange(await new PostgresGivenRowExaminer(reading, made, cancellationToken).ExamineAsync(rowChanges).ConfigureAwait(false));
        foreach (var change in rowChanges.Where(r => !r.OnNewTable))
        {
            await examiner.ExamineAsync(change, rows[change.Table.Name]).ConfigureAwait(false);
        }

        foreach (var check in checks)
        {
            await examiner.ExamineAsync(check).ConfigureAwait(false);
        }

        return new Examination(
            examiner.problems.ToValueList(), sizes.Select(s => new TableSize(s.Table, s.Rows, s.Bytes) { Counted = s.Counted }).ToValueList())
        {
            Varying = examiner.varying.ToValueList(),
            Room = await PostgresRoom.MeasureAsync(reading, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>What is wrong with what the migration brings; where a type is not there, nothing that may have it is tried.</summary>
    private static async Task<IReadOnlyList<Problem>> BroughtAsync(
        PostgresReading reading, string schema, Inquiry inquiry, PostgresMade made, CancellationToken cancellationToken)
    {
        // Some tables are named for their size alone.
        inquiry = inquiry with { Changes = inquiry.Changes.Where(c => !ReferenceEquals(c.Before, c.After)).ToValueList() };
        var lacking = await PostgresTypeExaminer.ExamineAsync(reading, inquiry, made, cancellationToken).ConfigureAwait(false);
        List<Problem> objects =
        [
            .. await PostgresObjectExaminer.ExamineAsync(reading, inquiry, made, cancellationToken).ConfigureAwait(false),
            .. await PostgresSequenceLimitExaminer.ExamineAsync(reading, schema, inquiry, cancellationToken).ConfigureAwait(false),
        ];
        return lacking.Count > 0 ? [.. lacking, .. objects] :
        [
            .. objects,
            .. await new PostgresTriggerExaminer(reading, schema, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresValueExaminer(reading, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresNewRuleExaminer(reading, made, cancellationToken).ExamineAsync(inquiry.Changes).ConfigureAwait(false),
            .. await new PostgresExclusionExaminer(reading, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresViewExaminer(reading, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresAggregateExaminer(reading, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresStatisticsExaminer(reading, schema, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await new PostgresRangeExaminer(reading, made, cancellationToken).ExamineAsync(inquiry).ConfigureAwait(false),
            .. await PostgresStorageExaminer.ExamineAsync(reading, [.. inquiry.Changes, .. inquiry.Settings], made, cancellationToken).ConfigureAwait(false),
        ];
    }

    /// <summary>
    /// The change with text in the place of types that the migration itself makes, in columns that no lens gives: the new version's
    /// rows have these columns, and lenses beside them are tried all the same.
    /// </summary>
    private static async Task<TableChange> InKnownTypesAsync(TableChange change, PostgresTrial trial)
    {
        var columns = new List<Column>();
        foreach (var column in change.After!.Columns)
        {
            var made = change.PlainAdded.Any(c => c.Name == column.Name) && await trial.LacksTypeAsync(column.Type).ConfigureAwait(false);
            columns.Add(made ? column with { Type = "text", Default = null } : column);
        }

        return change with { After = change.After with { Columns = columns.ToValueList() } };
    }

    private async Task ExamineAsync(TableChange change, long rows)
    {
        var trial = new PostgresTrial(reading, cancellationToken);
        change = await InKnownTypesAsync(change, trial).ConfigureAwait(false);
        var source = new PostgresLensRows(schema, change with { Lenses = change.Lenses.Where(l => l.CanBeTried).ToValueList() }, rows);
        // A type that changes with the column and what looks values up are not there yet: nothing can be tried with them.
        foreach (var lens in change.Lenses.Where(l => l.CanBeTried))
        {
            var sound = true;
            var failing = 0L;
            foreach (var up in lens.Up)
            {
                var column = change.After!.Column(up.Column)!;
                var what = new Expression("`up`", $"{change.After.Name}.{up.Column}");
                sound &= await CompilesAsync(
                    trial, source.Old, up, column.Type, what, ProblemCodes.ExpressionDoesNotCompile).ConfigureAwait(false);
                await CheckDeterminismAsync(new(lens, Side.New), up, what).ConfigureAwait(false);
                failing = sound ? Math.Max(failing, await TryUpAsync(trial, source, up, column, what).ConfigureAwait(false)) : failing;
            }

            foreach (var down in lens.Down)
            {
                var what = new Expression("`down`", $"{change.Before!.Name}.{down.Column}");
                sound &= await CompilesAsync(
                    trial,
                    source.NewWithoutValues,
                    down,
                    change.Before.Column(down.Column)!.Type,
                    what,
                    ProblemCodes.ExpressionDoesNotCompile).ConfigureAwait(false);
                await CheckDeterminismAsync(new(lens, Side.Old), down, what).ConfigureAwait(false);
            }

            if (sound && lens.Old.Count > 0 && lens.New.Count > 0)
            {
                await TryRoundTripAsync(trial, source, lens, failing).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether the server accepts an expression over these rows for a column of this type.</summary>
    private async Task<bool> CompilesAsync(
        PostgresTrial trial, string rows, LensExpression expression, string type, Expression what, ProblemCode code)
    {
        if (await trial.CompileAsync(rows, expression.Sql).ConfigureAwait(false) is { } failure)
        {
            problems.Add(new Problem(code, $"The expression {what} does not compile: {failure}", Subject: what.Subject));
            return false;
        }

        if (await trial.FitsAsync(rows, expression.Sql, type).ConfigureAwait(false) is { } misfit)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionTypeDoesNotFit,
                $"The expression {what} does not fit the type {type}: {misfit}",
                Subject: what.Subject));
            return false;
        }

        return true;
    }

    private async Task CheckDeterminismAsync(VaryingWay way, LensExpression expression, Expression what)
    {
        var reasons = await PostgresDeterminism.ReasonsAsync(reading, expression.Sql, cancellationToken).ConfigureAwait(false);
        if (reasons.Any(r => r != PostgresDeterminism.OtherRows))
        {
            varying.Add(way);
        }

        if (reasons.Count > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionNotDeterministic,
                $"The expression {what} may give another result when it is computed again: {string.Join(", ", reasons)}.",
                Subject: what.Subject));
        }
    }

    /// <summary>Tries an expression on the sample and tells on how many rows it fails.</summary>
    private async Task<long> TryUpAsync(PostgresTrial trial, PostgresLensRows source, LensExpression up, Column column, Expression what)
    {
        var outcome = await trial.CountAsync(
            rows => $"select _tandem_v.x is null from {rows} cross join lateral (values (({up.Sql}\n)::{column.Type})) _tandem_v (x)",
            source).ConfigureAwait(false);
        if (outcome.Untried is { } reason)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionFailsForRows, $"The expression {what} could not be tried: {reason}", Subject: what.Subject));
            return 0;
        }

        if (outcome.Failed > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionFailsForRows,
                $"The expression {what} fails for {outcome.Failed} of {outcome.Seen} sampled rows: {outcome.FirstFailure} "
                + "They would be quarantined.",
                Subject: what.Subject));
        }

        if (outcome.Hits > 0 && !column.Nullable)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionGivesNull,
                $"The expression {what} gives NULL for {outcome.Hits} of {outcome.Seen} sampled rows, but the column must not be NULL.",
                Subject: what.Subject));
        }

        return outcome.Failed;
    }

    private async Task TryRoundTripAsync(PostgresTrial trial, PostgresLensRows source, Lens lens, long failing)
    {
        var outcome = await trial.CountAsync(rows => source.RoundTrip(rows, lens), source).ConfigureAwait(false);
        var columns = string.Join(", ", lens.Old.Select(c => $"{source.Change.Before!.Name}.{c}"));
        if (outcome.Untried is { } reason)
        {
            problems.Add(new Problem(
                ProblemCodes.LossyRoundTrip, $"The way back to {columns} could not be tried: {reason}", Subject: columns));
            return;
        }

        if (outcome.Failed > failing)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionFailsForRows,
                $"`down` of {columns} fails for {outcome.Failed - failing} of {outcome.Seen} sampled rows: {outcome.FirstFailure}",
                Subject: columns));
        }

        if (outcome.Hits > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.LossyRoundTrip,
                $"For {outcome.Hits} of {outcome.Seen} sampled rows, `down` does not restore {columns} from what `up` makes of it.",
                Subject: columns));
        }
    }

    private async Task ExamineAsync(RowChange change, long rows)
    {
        var trial = new PostgresTrial(reading, cancellationToken);
        var source = PostgresLensRows.Sample(schema, change.Table, rows);
        foreach (var set in change.Set)
        {
            var subject = $"{change.Table.Name}.{set.Column}";
            if (change.Table.Column(set.Column) is not { } column)
            {
                problems.Add(new Problem(ProblemCodes.RowUpdateDoesNotCompile, $"There is no column {subject}.", Subject: subject));
            }
            else
            {
                var what = new Expression("`set`", subject);
                await CompilesAsync(trial, source, set, column.Type, what, ProblemCodes.RowUpdateDoesNotCompile).ConfigureAwait(false);
            }
        }

        if (change.Where is { } where && await trial.CompileConditionAsync(source, where).ConfigureAwait(false) is { } failure)
        {
            problems.Add(new Problem(
                ProblemCodes.RowUpdateDoesNotCompile,
                $"The condition for the rows of {change.Table.Name} does not compile: {failure}",
                Subject: change.Table.Name));
        }

        foreach (var row in change.Rows)
        {
            await ExamineAsync(change, row).ConfigureAwait(false);
        }
    }

    // The server itself says whether it takes a row, literals and all: EXPLAIN carries nothing out.
    private async Task ExamineAsync(RowChange change, ValueList<RowCell> row)
    {
        var insert = InsertSql.Plain(change, PostgresText.Quote(schema) + "." + PostgresText.Quote(change.Table.Name), row, "true");
        var (_, failure) = await reading.TryAsync(new SqlStatement($"EXPLAIN {insert}"), cancellationToken).ConfigureAwait(false);
        if (failure is not null && PostgresErrors.KindOf(failure.SqlState) != FailureKind.Permission)
        {
            problems.Add(new Problem(
                ProblemCodes.RowUpdateDoesNotCompile,
                $"A row for {change.Table.Name} does not fit: {PostgresErrors.Describe(failure)}",
                Subject: change.Table.Name));
        }
    }

    private async Task ExamineAsync(DataCheck check)
    {
        var trial = new PostgresTrial(reading, cancellationToken);
        if (await trial.CompileQueryAsync(check.Sql).ConfigureAwait(false) is { } failure)
        {
            problems.Add(new Problem(
                ProblemCodes.CheckDoesNotCompile, $"The check \"{check.Name}\" does not compile: {failure}", Subject: check.Name));
        }
    }

    /// <summary>An expression in words.</summary>
    private sealed record Expression(string Role, string Subject)
    {
        public override string ToString() => $"{Role} of {Subject}";
    }
}
