using Npgsql;
using Tandem.Consumers;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// Finds out what a statement needs of a table by letting the server analyse it: once with a query in the table's place that
/// has its columns, and once with one that has the column twice, which makes each name that means it ambiguous. (Without the
/// column, a name in a subquery could quietly mean one of the query around it.) Nothing is carried out; what the server cannot
/// be asked stays unknown.
/// </summary>
internal sealed class PostgresStatementUse(PostgresReading reading, string schema, CancellationToken cancellationToken)
{
    private static readonly HashSet<string> Analysable = new(StringComparer.Ordinal) { "select", "with", "values", "insert", "update", "delete", "merge" };

    private readonly Dictionary<string, (ValueList<PostgresAnswerColumn>? Columns, PostgresException? Failure)> asked = new(StringComparer.Ordinal);

    /// <summary>How a statement uses a table or a column of it; null when it does not name the table.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="table">The table.</param>
    /// <param name="column">The column, or null for the table.</param>
    public async Task<(UseKind How, UseEvidence Evidence, string? Note)?> OfAsync(PostgresStatement statement, Table table, string? column)
    {
        if (!statement.Names(table.Name))
        {
            return null;
        }

        var inserts = statement.Verb == "insert" && Target(statement, table.Name) is { } into && !Listed(statement, into);
        if (column is not null && !statement.Names(column) && !statement.MayTakeRows(table.Name) && !inserts)
        {
            return (UseKind.TableOnly, UseEvidence.Text, "names the table and never this column");
        }

        if (!Analysable.Contains(statement.Verb))
        {
            return Unknown("is no statement that the server analyses on its own");
        }

        if (statement.Defines(table.Name))
        {
            return Unknown("gives the table's name to a query of its own");
        }

        if ((await AskAsync(statement.Text).ConfigureAwait(false)).Failure is { } failure)
        {
            return Unknown($"the server cannot analyse it here ({failure.MessageText})");
        }

        if (column is null)
        {
            return statement.NamesRelation(table.Name) ? (UseKind.Reads, UseEvidence.Analysis, null) : Unknown(null);
        }

        if (inserts)
        {
            return Unknown("gives its values by position");
        }

        var verdicts = new List<(UseKind How, UseEvidence Evidence, string? Note)>();
        foreach (var part in Parts(statement, table.Name, column))
        {
            verdicts.Add(part.Query is { } query ? await CompareAsync(new PostgresStatement(query), table, column).ConfigureAwait(false) : part.Known);
        }

        return verdicts.Count == 0 ? (UseKind.TableOnly, UseEvidence.Analysis, null) : verdicts.MinBy(v => v.How switch
        {
            UseKind.Reads => 0,
            UseKind.Named => 1,
            UseKind.WholeRow => 2,
            _ => 3,
        });
    }

    private static (UseKind How, UseEvidence Evidence, string? Note) Unknown(string? note) => (UseKind.Named, UseEvidence.Text, note);

    private static (string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known) Certain => (null, (UseKind.Reads, UseEvidence.Analysis, null));

    /// <summary>The queries that together need what the statement needs; what it writes is told by its form, which the server has accepted.</summary>
    private static IEnumerable<(string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known)> Parts(PostgresStatement statement, string table, string column)
    {
        if (Target(statement, table) is not { } target)
        {
            return [(statement.Text, default)];
        }

        return statement.Verb switch
        {
            "update" => OfUpdate(statement, target, column),
            "delete" => OfDelete(statement, target),
            "insert" => OfInsert(statement, target, table, column),
            "merge" => OfMerge(statement, target, table, column),
            _ => [(null, Unknown("writes rows in a WITH clause"))],
        };
    }

    private static IEnumerable<(string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known)> OfUpdate(PostgresStatement statement, int target, string column)
    {
        var set = statement.Find(target, "set");
        var (from, where, returning) = (statement.Find(set, "from"), statement.Find(set, "where"), statement.Find(set, "returning"));
        var end = Math.Min(from, Math.Min(where, returning));
        var values = new List<string>();
        foreach (var (start, stop) in statement.Items(set + 1, end))
        {
            var equals = Enumerable.Range(start, stop - start).FirstOrDefault(i => statement.Tokens[i].IsSymbol("="), stop);
            if (equals + 1 >= stop)
            {
                yield return (null, Unknown("sets values in a form that is not understood here"));
                yield break;
            }

            if (Enumerable.Range(start, equals - start).Any(i => statement.IsName(i, column)))
            {
                yield return Certain;
            }

            values.Add(statement.Tokens[equals + 1].Is("default") ? "null" : $"({statement.Between(equals + 1, stop)})");
        }

        values.Add(Returned(statement, returning));
        yield return (
            $"select {string.Join(", ", values.Where(v => v.Length > 0))} from {statement.Between(target, set)}"
            + (from < statement.Tokens.Count ? $", {statement.Between(from + 1, Math.Min(where, returning))}" : "") + $" {statement.Between(where, returning)}", default);
    }

    private static IEnumerable<(string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known)> OfDelete(PostgresStatement statement, int target)
    {
        var (source, where, returning) = (statement.Find(target, "using"), statement.Find(target, "where"), statement.Find(target, "returning"));
        var returned = Returned(statement, returning);
        yield return (
            $"select {(returned.Length > 0 ? returned : "1")} from {statement.Between(target, Math.Min(source, Math.Min(where, returning)))}"
            + (source < statement.Tokens.Count ? $", {statement.Between(source + 1, Math.Min(where, returning))}" : "") + $" {statement.Between(where, returning)}", default);
    }

    private static IEnumerable<(string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known)> OfInsert(
        PostgresStatement statement, int target, string table, string column)
    {
        var open = Open(statement, target);
        var body = statement.Behind(open);
        var (conflict, returning) = (statement.Find(body, "on"), statement.Find(body, "returning"));
        if (Enumerable.Range(open, body - open).Any(i => statement.IsName(i, column)))
        {
            yield return Certain;
        }

        var end = Math.Min(conflict, returning);
        if (Enumerable.Range(body, Math.Max(0, end - body)).Any(i => statement.IsName(i, table)))
        {
            yield return (statement.Between(body, end), default);
        }

        if (Enumerable.Range(end, Math.Max(0, returning - end)).Any(i => statement.IsName(i, column)))
        {
            yield return (null, Unknown("names it behind ON CONFLICT"));
        }

        if (Returned(statement, returning) is { Length: > 0 } returned)
        {
            yield return ($"select {returned} from {statement.Between(target, open)}", default);
        }
    }

    private static IEnumerable<(string? Query, (UseKind How, UseEvidence Evidence, string? Note) Known)> OfMerge(
        PostgresStatement statement, int target, string table, string column)
    {
        var merge = new PostgresMergeParts(statement, target);
        if (merge.InsertsByPosition)
        {
            yield return (null, Unknown("gives its values by position"));
        }

        if (merge.Written.Any(w => Enumerable.Range(w.From, w.End - w.From).Any(i => statement.IsName(i, column))))
        {
            yield return Certain;
        }

        yield return (merge.Reads, default);
        foreach (var inserted in merge.Inserts.Where(q => new PostgresStatement(q).Names(table)))
        {
            yield return (inserted, default);
        }
    }

    // PostgreSQL 18 says WITH (OLD AS …) before what is given back.
    internal static string Returned(PostgresStatement statement, int returning) =>
        returning < statement.Tokens.Count ? statement.Between(returning + 1, statement.Tokens.Count).TrimEnd(';', ' ', '\n') : "";

    /// <summary>The place of the table's name, with its schema, where rows of this table are written; null where none are.</summary>
    private static int? Target(PostgresStatement statement, string table)
    {
        for (var i = 0; i + 1 < statement.Tokens.Count; i++)
        {
            var word = statement.Tokens[i];
            var writes = word.Is("update") || (word.Is("into") && i > 0 && (statement.Tokens[i - 1].Is("insert") || statement.Tokens[i - 1].Is("merge")))
                || (word.Is("from") && i > 0 && statement.Tokens[i - 1].Is("delete"));
            var first = statement.Tokens[i + 1].Is("only") ? i + 2 : i + 1;
            var name = first + 1 < statement.Tokens.Count && statement.Tokens[first + 1].IsSymbol(".") ? first + 2 : first;
            if (writes && statement.IsName(name, table))
            {
                return first;
            }
        }

        return null;
    }

    private static int Open(PostgresStatement statement, int target)
    {
        var at = target;
        while (at < statement.Tokens.Count && !statement.Tokens[at].IsSymbol("(") && !IsBody(statement.Tokens[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsBody(SqlLexer.Token token) =>
        token.Is("values") || token.Is("select") || token.Is("with") || token.Is("default") || token.Is("table") || token.Is("overriding");

    // A parenthesis may also begin a query: INSERT INTO t (SELECT …).
    private static bool Listed(PostgresStatement statement, int target)
    {
        var open = Open(statement, target);
        return open + 1 < statement.Tokens.Count && (statement.Tokens[open].Is("default") || (statement.Tokens[open].IsSymbol("(") && !IsBody(statement.Tokens[open + 1])));
    }

    private async Task<(UseKind How, UseEvidence Evidence, string? Note)> CompareAsync(PostgresStatement query, Table table, string column)
    {
        if (query.Verb is not ("select" or "with" or "values" or "insert" or "update" or "delete" or "merge"))
        {
            return Unknown("the server cannot be asked about this part of it alone");
        }

        var whole = await AskAsync(Over(query, table, table.Columns.Select(c => c.Name))).ConfigureAwait(false);
        var twice = await AskAsync(Over(query, table, table.Columns.Select(c => c.Name).Append(column))).ConfigureAwait(false);
        return (whole, twice) switch
        {
            ({ Failure: { } failure }, _) => Unknown($"the server analyses it only over the table itself ({failure.MessageText})"),
            (_, { Failure: not null }) => (UseKind.Reads, UseEvidence.Analysis, null),
            _ when whole.Columns != twice.Columns || query.PassesRows(table.Name) => (UseKind.WholeRow, UseEvidence.Analysis, null),
            _ => (UseKind.TableOnly, UseEvidence.Analysis, null),
        };
    }

    private string Over(PostgresStatement query, Table table, IEnumerable<string> columns)
    {
        var name = PostgresText.Quote(table.Name);
        var stands = $"{name} as (select {string.Join(", ", columns.Select(PostgresText.Quote))} from {PostgresText.Quote(schema)}.{name})";
        var text = query.Unqualified(schema, table.Name);
        var again = new PostgresStatement(text);
        if (again.Verb != "with" || again.Tokens[0].IsSymbol("("))
        {
            return $"with {stands} {text}";
        }

        var behind = again.Tokens[1].Is("recursive") ? 2 : 1;
        return $"{again.Between(0, behind)} {stands}, {again.Between(behind, again.Tokens.Count)}";
    }

    private async Task<(ValueList<PostgresAnswerColumn>? Columns, PostgresException? Failure)> AskAsync(string sql)
    {
        if (!asked.TryGetValue(sql, out var answer))
        {
            answer = await reading.DescribeAsync(sql, cancellationToken).ConfigureAwait(false);
            asked[sql] = answer;
        }

        return answer;
    }
}
