using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Inspection;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server whether it has the types that a migration names and does not make itself.</summary>
internal static class PostgresTypeExaminer
{
    /// <summary>A problem for each place that names a type which is not there.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, Inquiry inquiry, PostgresMade made, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var places in Columns(inquiry).Concat(Objects(inquiry)).Where(t => !made.IsOf(t.Type)).Distinct().GroupBy(t => t.Type, t => t.Place))
        {
            // What numbers a column is no type of its own.
            if (TypeNames.IsSerial(places.Key))
            {
                problems.AddRange(places.Where(p => !p.Contains('.', StringComparison.Ordinal)).Select(p => new Problem(ProblemCodes.TypeNotThere, $"{p} cannot have the type {places.Key}: only columns of tables can.", Subject: p)));
            }

            var (lack, rows) = await AskAsync(reading, places.Key, cancellationToken).ConfigureAwait(false);
            problems.AddRange(places.Select(p => (Place: p, Lack: lack ?? (rows.Length > 0 && p.StartsWith(rows + ".", StringComparison.Ordinal) ? "a table cannot hold rows of itself." : null)))
                .Where(p => p.Lack is not null).Select(p => new Problem(ProblemCodes.TypeNotThere, $"{p.Place} cannot have the type {places.Key}: {p.Lack}", Subject: p.Place)));
        }

        foreach (var (type, routine) in Routines(inquiry).Where(t => !made.IsOf(t.Type)).Distinct())
        {
            var lack = type.Contains('%', StringComparison.Ordinal) ? await OfColumnAsync(reading, inquiry, made, type, cancellationToken).ConfigureAwait(false)
                : await IsUnknownAsync(reading, type, cancellationToken).ConfigureAwait(false) ? "there is no type of that name."
                : null;
            if (lack is not null)
            {
                problems.Add(new Problem(ProblemCodes.TypeNotThere, $"The {routine.Kind} {routine.Identity} takes or gives {type}, and {lack}", Subject: routine.Identity));
            }
        }

        return problems;
    }

    /// <summary>Why no column can have the type, or null; and the table whose rows are of it, or nothing.</summary>
    private static async Task<(string? Lack, string RowsOf)> AskAsync(PostgresReading reading, string type, CancellationToken cancellationToken)
    {
        if (SqlLexer.Tokenize(type) is [var first, _, ..] && first.Is("setof"))
        {
            return ("a column holds one value.", "");
        }

        var (_, failure) = await reading.DescribeAsync($"select null::{TypeNames.WithoutSequence(type)}", cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            return (PostgresNewShape.IsAbout(failure) ? PostgresErrors.Describe(failure) : null, "");
        }

        var (answer, _) = await reading.TryAsync(
            new SqlStatement(
                """
                select t.typtype = 'p' as pseudo, coalesce(c.relname::text, '') as rows_of
                from pg_catalog.pg_type t left join pg_catalog.pg_class c on c.oid = t.typrelid where t.oid = pg_catalog.to_regtype(@type)
                """,
                new SqlArgument("type", type)),
            cancellationToken).ConfigureAwait(false);
        return answer?.Rows is [[bool pseudo, string rows]] ? (pseudo ? "only functions can take or give it." : null, rows) : (null, "");
    }

    // Types that only functions can have, such as void, are no types of a value.
    private static async Task<bool> IsUnknownAsync(PostgresReading reading, string type, CancellationToken cancellationToken)
    {
        var (answer, failure) = await reading.TryAsync(
            new SqlStatement("select pg_catalog.to_regtype(@type) is null as lacks", new SqlArgument("type", type)), cancellationToken).ConfigureAwait(false);
        return failure is not null ? PostgresNewShape.IsAbout(failure) : answer!.Rows[0][0] is true;
    }

    private static IEnumerable<(string Type, string Place)> Columns(Inquiry inquiry) =>
        from change in inquiry.Changes
        where change.After is not null
        from column in change.After!.Columns
        where change.Carried.All(p => p.After!.Name != column.Name || p.Before!.Type != column.Type)
        select (column.Type, $"{change.After!.Name}.{column.Name}");

    private static IEnumerable<(string Type, string Place)> Objects(Inquiry inquiry) =>
        (from change in inquiry.Objects
        where change.After is Domain domain && domain.Type != (change.Before as Domain)?.Type
        select (((Domain)change.After!).Type, $"The domain {change.After!.Name}"))
        .Concat(from type in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<CompositeType>()
            from part in type.Columns
            select (part.Type, $"{part.Name} of the type {type.Name}"))
        .Concat(from type in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<RangeType>()
            let over = PostgresRangeExaminer.Subtype(type)
            where over is not null
            select (over, $"The range type {type.Name}"));

    // What an aggregate takes stands in no header.
    private static IEnumerable<(string Type, Routine Routine)> Routines(Inquiry inquiry) =>
        from routine in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Routine>()
        from type in routine.Code == RoutineKind.Aggregate ? PostgresText.Elements(routine.Arguments) : Named(RoutineText.Of(routine))
        where type.Length > 0 && type is not "*" && !type.StartsWith("variadic ", StringComparison.OrdinalIgnoreCase)
        select (type, routine);

    private static IEnumerable<string> Named(RoutineText text) => PostgresParameter.Of(text).Select(p => p.Type).Append(Result(text.Returns?.Trim() ?? ""));

    private static string Result(string text) => SqlLexer.Tokenize(text) is [var first, var second, ..] && (first.Is("setof") || first.Is("table")) ? first.Is("setof") ? text[second.Position..] : "" : text;

    /// <summary>Why a type that is a column's, <c>people.name%TYPE</c>, is not there; null where it is, or may come.</summary>
    private static async Task<string?> OfColumnAsync(PostgresReading reading, Inquiry inquiry, PostgresMade made, string type, CancellationToken cancellationToken)
    {
        var tokens = SqlLexer.Tokenize(type);
        var end = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].IsSymbol("%"), tokens.Count);
        if (end + 1 >= tokens.Count || !tokens[end + 1].Is("type") || end < 3 || tokens[end - 2].Text != ".")
        {
            return "the server takes a column with its table there: orders.total%TYPE.";
        }

        var (table, column) = (type[..tokens[end - 2].Position].Trim(), tokens[end - 1].Name);
        if (made.Anything || inquiry.Changes.Any(c => SqlLexer.Names(table, c.Name) || (c.Before is { } before && SqlLexer.Names(table, before.Name))) || inquiry.Objects.Any(o => o.Before is View or null && SqlLexer.Names(table, o.Name)))
        {
            return inquiry.Changes.FirstOrDefault(c => c.After?.Name == table && c.Before?.Name == table)?.After is { } kept && kept.Column(column) is null ? $"{table} has no column {column}." : null;
        }

        var (answer, _) = await reading.TryAsync(
            new SqlStatement(
                "select pg_catalog.to_regclass(@table) is null as lacks, exists (select from pg_catalog.pg_attribute a where a.attrelid = pg_catalog.to_regclass(@table) and a.attname = @column and not a.attisdropped) as there",
                new SqlArgument("table", table), new SqlArgument("column", column)),
            cancellationToken).ConfigureAwait(false);
        return answer?.Rows switch { [[true, _]] => $"there is no table {table}.", [[_, false]] => $"{table} has no column {column}.", _ => null };
    }
}
