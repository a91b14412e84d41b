using System.Collections.Frozen;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Lets the server compile the queries of views, and the functions, that a migration makes, or makes again, over the new version's tables: those that change stand
/// before the query in WITH, as rows that are not there. So they have no key there by which a query could
/// group, as little as in the version's schema, where they are views.
/// </summary>
internal sealed class PostgresViewExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private const string GroupingError = "42803";
    private const string Early = "Correct the query. A materialized view is made at the start, over the tables as they are: what the migration itself makes or renames, one in a migration behind it can read.";

    // An unknown table, column, function or type, and what is no SQL.
    private static readonly FrozenSet<string> NotFound = FrozenSet.Create(StringComparer.Ordinal, "42P01", "42703", "42883", "42704", "42601");

    // record, record[], void and cstring.
    private static readonly FrozenSet<long> NoColumn = new long[] { 2249, 2287, 2278, 2275 }.ToFrozenSet();

    /// <summary>What is wrong with the views and functions of a migration.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        var problems = new List<Problem>();
        var served = inquiry.Objects.Select(o => o.After).OfType<View>().Where(v => !v.Materialized).ToValueList();
        var shapes = inquiry.Changes.Where(c => c.After is not null && (c.ShapeDiffers || c.PrimaryKeys.Any(k => !k.Kept))).Select(c => (c.After!.Name, Query: PostgresNewShape.Query(c.After, made))).ToList();
        var gone = Gone(inquiry).Except(shapes.Select(s => s.Name)).ToList();

        // What reads a view that cannot be tried, or a materialized one that comes, cannot be tried itself.
        var stored = inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<View>().Where(v => v.Materialized).ToValueList();
        var untried = stored.Select(v => v.Name).ToList();
        foreach (var view in PostgresDdl.InOrder(served))
        {
            if (untried.Exists(n => SqlLexer.Names(view.Definition, n)))
            {
                untried.Add(view.Name);
                continue;
            }

            var (failure, columns) = await TryAsync(view, shapes).ConfigureAwait(false);
            problems.AddRange(Judge(view, failure, columns));
            foreach (var name in failure is null ? gone.Where(n => SqlLexer.Names(view.Definition, n)) : [])
            {
                if (SqlLexer.Reads(view.Definition, name) || (await TryAsync(view, [.. shapes, (name, "select")]).ConfigureAwait(false)).Failure is not null)
                {
                    problems.Add(new Problem(ProblemCodes.ViewDoesNotCompile, $"The view {view.Name} reads {name}, which the new version does not have.", Subject: view.Name));
                }
            }

            if (failure is null)
            {
                shapes.Add((view.Name, view.Definition));
            }
            else
            {
                untried.Add(view.Name);
            }
        }

        var routines = new PostgresRoutineExaminer(reading, made, new PostgresQueryBodyExaminer(reading, made, shapes, gone, untried, cancellationToken), cancellationToken);
        foreach (var routine in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Routine>().Where(r => r.Code != RoutineKind.Aggregate))
        {
            problems.AddRange(await routines.ExamineAsync(routine).ConfigureAwait(false));
        }

        // These are made over the base tables, at the start.
        var keyless = inquiry.Changes.Where(c => c.Before is not null && c.PrimaryKeys.Any(k => k.Dropped)).Select(c => (c.Before!.Name, Query: PostgresNewShape.Query(c.Before, made))).ToList();
        foreach (var view in PostgresDdl.InOrder(stored))
        {
            var (failure, columns) = await TryAsync(view, keyless).ConfigureAwait(false);
            problems.AddRange(Judge(view, failure, columns).Select(p => failure is not null && NotFound.Contains(failure.SqlState) && p.Remedy is null ? p with { Remedy = Early } : p));
            keyless.Add((view.Name, view.Definition));
        }

        return problems;
    }

    /// <summary>The tables and views of the old version whose names nothing of the new version has.</summary>
    private static IEnumerable<string> Gone(Inquiry inquiry) => inquiry.Changes.Where(c => c.Before is not null && c.After?.Name != c.Before.Name).Select(c => c.Before!.Name)
        .Concat(inquiry.Objects.Where(o => o is { Dropped: true, Before: View }).Select(o => o.Name))
        .Except(inquiry.Objects.Select(o => o.After).OfType<View>().Select(v => v.Name));

    private Task<(PostgresException? Failure, ValueList<PostgresAnswerColumn> Columns)> TryAsync(View view, IReadOnlyList<(string Name, string Query)> shapes) =>
        PostgresNewShape.DescribeAsync(reading, view.Definition, shapes.Where(s => s.Name != view.Name).ToList(), cancellationToken);

    private IEnumerable<Problem> Judge(View view, PostgresException? failure, ValueList<PostgresAnswerColumn> columns)
    {
        if (failure?.SqlState == GroupingError)
        {
            yield return new Problem(
                ProblemCodes.ViewDoesNotCompile, $"The view {view.Name} groups by less than it shows: {PostgresErrors.Describe(failure)}", Subject: view.Name,
                Remedy: "Group by every column that the view shows: where a table is served as a view, or gets or loses its primary key in this migration, the key alone is not enough. Or change the view in a migration of its own.");
        }
        else if (failure is not null && !made.IsUnclear(view.Definition))
        {
            yield return new Problem(ProblemCodes.ViewDoesNotCompile, $"The view {view.Name} does not compile: {PostgresErrors.Describe(failure)}", Subject: view.Name);
        }

        if (SqlLexer.Tokenize(view.Definition).FirstOrDefault(t => t.Kind == SqlLexer.TokenKind.Parameter && t.Text.StartsWith('$')) is { Text: { } place })
        {
            yield return new Problem(ProblemCodes.ViewDoesNotCompile, $"The view {view.Name} has a place for a value, {place}, which nobody gives.", Subject: view.Name);
        }

        if (columns.FirstOrDefault(c => NoColumn.Contains(c.Type)) is { } row)
        {
            yield return new Problem(
                ProblemCodes.ViewDoesNotCompile, $"The column {row.Name} of the view {view.Name} has a type that only functions give: rows of no type, or nothing.", Subject: view.Name, Remedy: "Cast it to a type with a name.");
        }

        if (columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            yield return new Problem(ProblemCodes.ViewDoesNotCompile, $"The view {view.Name} has several columns {twice.Key}.", Subject: view.Name);
        }
    }
}
