using System.Collections.Frozen;
using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Inspection;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Lets the server compile bodies in SQL over the new version's tables, and asks whether what the last statement gives is what the function returns.</summary>
/// <param name="reading">Where the server is asked.</param>
/// <param name="made">What the migration makes.</param>
/// <param name="shapes">The tables and views that change, as queries.</param>
/// <param name="gone">The names of those that go.</param>
/// <param name="untried">Views that could not be tried: what reads them cannot be, either.</param>
/// <param name="cancellationToken">Stops.</param>
internal sealed class PostgresQueryBodyExaminer(
    PostgresReading reading, PostgresMade made, IReadOnlyList<(string Name, string Query)> shapes, IReadOnlyList<string> gone, IReadOnlyList<string> untried, CancellationToken cancellationToken)
{
    private const int MostNamed = 4;

    // An unknown table, column, function or type, and what is no SQL.
    private static readonly FrozenSet<string> NotFound = FrozenSet.Create(StringComparer.Ordinal, "42P01", "42703", "42883", "42704", "42601");
    private static readonly string[] Queries = ["select", "values", "with", "table"];
    private static readonly string[] Writes = ["insert", "update", "delete", "merge"];

    /// <summary>Whether a function finds its tables by a path of its own.</summary>
    public static bool SetsPath(RoutineText text) => text.Settings.Any(s => SqlLexer.Names(s, "search_path"));

    /// <summary>Whether a text names a table or view that changes.</summary>
    public bool Changes(string text) => shapes.Any(s => SqlLexer.Names(text, s.Name)) || gone.Any(n => SqlLexer.Names(text, n)) || untried.Any(n => SqlLexer.Names(text, n));

    /// <summary>What is wrong with a function, or null: what no table has a part in first.</summary>
    public async Task<string?> FaultAsync(Routine routine, RoutineText text) =>
        PostgresFunctionBody.Of(routine) is not { } body ? null
        : await SyntaxAsync(body).ConfigureAwait(false) ?? LastWord(body, text)
            ?? (untried.Any(n => SqlLexer.Names(body.Source, n)) ? null : await BodyAsync(routine, text, body).ConfigureAwait(false));

    /// <summary>The server says that a statement is no SQL before it looks for any table.</summary>
    private async Task<string?> SyntaxAsync(PostgresFunctionBody body)
    {
        foreach (var statement in PostgresText.Split(body.Source))
        {
            var (_, failure) = await reading.DescribeAsync(statement, cancellationToken).ConfigureAwait(false);
            if (failure is { SqlState: "42601", File: "scan.l" or "gram.y" })
            {
                return $"does not compile: {PostgresErrors.Describe(failure)}";
            }
        }

        return null;
    }

    private static string? LastWord(PostgresFunctionBody body, RoutineText text)
    {
        var last = PostgresText.Split(body.Source) is [.., var statement] ? statement : "";
        var word = PostgresText.FirstWord(last);
        return Returned(text).Count == 0 || Queries.Contains(word) || (Writes.Contains(word) && SqlLexer.Names(last, "returning")) ? null
            : $"returns {text.Returns ?? "what its parameters say"}, and its last statement gives nothing.";
    }

    /// <summary>
    /// What is wrong with the queries. Which parameters a column hides the server alone knows, so every choice is tried; only what it does not find is
    /// told, since places for values it takes for parameters of another kind.
    /// </summary>
    private async Task<string?> BodyAsync(Routine routine, RoutineText text, PostgresFunctionBody body)
    {
        if (body.IsPolymorphic || body.Named.Count() > MostNamed || body.TakesParametersApart(routine.Name) || made.IsUnclear(body.Source) || made.IsOf(routine.Arguments) || SetsPath(text))
        {
            return null;
        }

        if (gone.FirstOrDefault(n => SqlLexer.Reads(body.Source, n)) is { } name)
        {
            return $"reads {name}, which the new version does not have.";
        }

        PostgresException? first = null;
        foreach (var names in Subsets([.. body.Named]))
        {
            PostgresException? failure = null;
            ValueList<PostgresAnswerColumn>? given = null;
            foreach (var statement in body.Naming(names).Statements(null))
            {
                (var wrong, given) = Queries.Contains(PostgresText.FirstWord(statement))
                    ? await PostgresNewShape.DescribeAsync(reading, statement, shapes, cancellationToken).ConfigureAwait(false) : (null, null);
                failure ??= wrong;
            }

            if (failure is null)
            {
                return given is { Count: > 0 } ? await ResultAsync(text, given).ConfigureAwait(false) : null;
            }

            if (!NotFound.Contains(failure.SqlState))
            {
                return null;
            }

            first ??= failure;
        }

        return $"does not compile: {PostgresErrors.Describe(first!)}";
    }

    // All names first: that most are no column's is the rule.
    private static IEnumerable<IReadOnlyCollection<string>> Subsets(List<string> names) => Enumerable.Range(0, 1 << names.Count)
        .Select(left => names.Where((_, i) => (left & (1 << i)) == 0).ToList());

    /// <summary>The types of the columns that it returns; none where it returns nothing.</summary>
    private static List<string> Returned(RoutineText text)
    {
        var given = PostgresParameter.Of(text).Where(p => p.Gives).Select(p => p.Type).ToList();
        var single = (text.Returns ?? "").Trim();
        return given.Count > 0 ? given
            : SqlLexer.Tokenize(single) is [var first, var second, ..] && first.Is("setof") ? [single[second.Position..]]
            : single.Length == 0 || single.Equals("void", StringComparison.OrdinalIgnoreCase) ? [] : [single];
    }

    /// <summary>Whether the columns of the last statement are assigned to what the function returns. Rows as a whole are left alone, whose type is told by the parts of them.</summary>
    private async Task<string?> ResultAsync(RoutineText text, ValueList<PostgresAnswerColumn> given)
    {
        var wanted = Returned(text);
        if (wanted.Count == 0 || wanted.Exists(made.IsOf) || (wanted.Count > 1 && given.Count == 1))
        {
            return null;
        }

        for (var i = 0; i < wanted.Count; i++)
        {
            var (plain, _) = await reading.TryAsync(
                new SqlStatement(
                    "select t.oid::bigint as type, pg_catalog.format_type(@given::oid, null) as given from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@wanted) and t.typtype not in ('c', 'p')",
                    new SqlArgument("given", i < given.Count ? given[i].Type : 0), new SqlArgument("wanted", wanted[i])),
                cancellationToken).ConfigureAwait(false);
            if (plain?.Rows is not [[long target, string source]] || source == "record")
            {
                return null;
            }

            if (given.Count != wanted.Count)
            {
                return string.Create(CultureInfo.InvariantCulture, $"returns {Words(wanted)}, and its last statement gives {given.Count} columns.");
            }

            var (fits, _) = await reading.TryAsync(
                new SqlStatement(PostgresQueries.Read("assignable").Replace("/*expression*/", $"select null::{source}", StringComparison.Ordinal), new SqlArgument("target", target)), cancellationToken).ConfigureAwait(false);
            if (fits?.Rows is [[string, false]])
            {
                return $"returns {Words(wanted)}, and its last statement gives {source} for {(wanted.Count == 1 ? "it" : given[i].Name)}, which is not assigned to {wanted[i]} without a cast.";
            }
        }

        return null;
    }

    private static string Words(List<string> types) => string.Join(", ", types);
}
