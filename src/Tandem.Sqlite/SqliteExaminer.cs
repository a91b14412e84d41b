using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// Compiles and tries what a migration says, on a connection that cannot write to the file: expressions on sample rows
/// both ways, row updates and checks, and the views and triggers against the tables as they will be.
/// </summary>
internal sealed class SqliteExaminer
{
    private const long CountedRows = 1_000_000;

    private readonly SqliteReader reader;
    private readonly TimeProvider time;

    private SqliteExaminer(SqliteReader reader, TimeProvider time)
    {
        this.reader = reader;
        this.time = time;
    }

    /// <summary>All problems at once, and the sizes of the tables concerned.</summary>
    public static Examination Examine(SqliteReader reader, TimeProvider time, Inquiry inquiry)
    {
        var (changes, rows, checks) = inquiry;
        var examiner = new SqliteExaminer(reader, time);
        var sizes = changes.Select(c => c.Before?.Name)
            .Concat(rows.Select(r => r.Table.Name))
            .OfType<string>()
            .Distinct(SqliteText.NameComparer.Instance)
            .Order(StringComparer.Ordinal)
            .Select(examiner.Size)
            .ToValueList();
        var simulated = SqliteSimulation.Examine(reader, time, inquiry);

        // Applications may rely on the leniency; what a person writes in a migration today need not.
        reader.RefuseDoubleQuotedStrings();
        var problems = changes.SelectMany(c => SqliteLensExaminer.Examine(reader, c))
            .Concat(changes.SelectMany(c => SqliteLinkExaminer.Examine(reader, c)))
            .Concat(SqliteRowExaminer.Examine(reader, inquiry, sizes))
            .Concat(rows.SelectMany(examiner.Rows))
            .Concat(checks.SelectMany(examiner.Check))
            .Concat(simulated);
        return new Examination(problems.ToValueList(), sizes) { Varying = changes.SelectMany(SqliteLensExaminer.Varying).ToValueList() };
    }

    /// <summary>The size of a table.</summary>
    public static TableSize Measure(SqliteReader reader, TimeProvider time, string table) => new SqliteExaminer(reader, time).Size(table);

    private IEnumerable<Problem> Rows(RowChange change)
    {
        var table = $"main.{SqliteText.Quote(change.Table.Name)}";
        var parts = change.Set.Select(s => (What: $"The new value of {s.Column}", s.Sql, From: $"{table} AS {SqliteText.Quote(change.Table.Name)}"))
            .Concat(change.Where is null ? [] : [(What: "The condition", Sql: change.Where, From: $"{table} AS {SqliteText.Quote(change.Table.Name)}")])
            .Concat(change.Rows.SelectMany(r => r).Where(c => c.Kind == CellKind.Sql)
                .Select(c => (What: $"A value for {c.Column}", Sql: c.Text, From: "(SELECT 1)")));
        foreach (var (what, sql, from) in parts)
        {
            if (Compile(sql, from) is { } why)
            {
                yield return new Problem(
                    ProblemCodes.RowUpdateDoesNotCompile,
                    $"{what} in change {change.Number} of the rows of {change.Table.Name} does not compile: {why}.",
                    Subject: change.Table.Name);
            }
        }

        foreach (var set in change.Set.Where(s => change.Table.Columns.All(c => !SqliteText.SameName(c.Name, s.Column))))
        {
            yield return new Problem(
                ProblemCodes.RowUpdateDoesNotCompile,
                $"Change {change.Number} of the rows of {change.Table.Name} sets {set.Column}, which the table does not have.",
                Subject: $"{change.Table.Name}.{set.Column}");
        }
    }

    private string? Compile(string sql, string from) =>
        SqliteExpression.Objection(sql) ?? Reason(reader.Try($"SELECT 1 FROM {from} WHERE ({sql}\n) IS NOT NULL LIMIT 0"));

    private IEnumerable<Problem> Check(DataCheck check)
    {
        var sql = check.Sql.Trim().TrimEnd(';');
        var why = SqliteExpression.Objection(sql);
        if (why is null)
        {
            var failure = reader.Try($"SELECT * FROM ({sql}\n) LIMIT 0");
            why = Reason(failure) ?? (reader.Query($"SELECT * FROM ({sql}\n) LIMIT 0").Columns.Count is var width and not 1
                ? string.Create(CultureInfo.InvariantCulture, $"it has {width} columns instead of one")
                : null);
        }

        if (why is not null)
        {
            yield return new Problem(
                ProblemCodes.CheckDoesNotCompile, $"The check \"{check.Name}\" does not compile: {why}.", Subject: check.Name);
        }
    }

    /// <summary>What SQLite says against a statement, as part of a sentence.</summary>
    internal static string? Reason(DatabaseException? failure)
    {
        if (failure is null)
        {
            return null;
        }

        var text = failure.Message;
        text = text.StartsWith("SQLite: ", StringComparison.Ordinal) ? text["SQLite: ".Length..] : text;
        return text.LastIndexOf(" (code ", StringComparison.Ordinal) is > 0 and var cut ? text[..cut] : text;
    }

    private TableSize Size(string table)
    {
        var name = SqliteText.Quote(table);
        var there = reader.Number(
            "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(@name)", new SqlArgument("name", table));
        if (there == 0)
        {
            return new TableSize(table, 0, 0) { Counted = true };
        }

        var rows = reader.Number($"SELECT count(*) FROM (SELECT 1 FROM main.{name} LIMIT {CountedRows + 1})");
        var counted = rows <= CountedRows;
        rows = counted ? rows : Math.Max(rows, Estimate(table));
        return new TableSize(table, rows, (counted ? Pages(table) : null) ?? rows * RowBytes(table)) { Counted = counted };
    }

    // What ANALYZE once counted, or the highest row number: both may be far off, neither needs a scan.
    private long Estimate(string table)
    {
        var stat = reader.Try("SELECT 1 FROM main.sqlite_stat1 LIMIT 0") is null
            ? reader.Value("SELECT stat FROM main.sqlite_stat1 WHERE tbl = @name LIMIT 1", new SqlArgument("name", table)) as string
            : null;
        if (long.TryParse(stat?.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
        {
            return rows;
        }

        var highest = $"SELECT max(rowid) FROM main.{SqliteText.Quote(table)}";
        return reader.Try(highest) is null ? reader.Number(highest) : 0;
    }

    // Not every library has dbstat.
    private long? Pages(string table)
    {
        const string Query = "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM main.sqlite_schema WHERE tbl_name = @name)";
        var argument = new SqlArgument("name", table);
        return reader.Try(Query, argument) is null ? reader.Number(Query, argument) : null;
    }

    private long RowBytes(string table)
    {
        var columns = reader.Query("SELECT name FROM pragma_table_info(@name)", new SqlArgument("name", table)).Rows
            .Select(r => $"coalesce(length(CAST({SqliteText.Quote((string)r[0]!)} AS BLOB)), 0)");
        var sum = $"SELECT avg({string.Join(" + ", columns)}) FROM (SELECT * FROM main.{SqliteText.Quote(table)} LIMIT 1000)";

        // What a table with a function of an application's own holds cannot be read here.
        return reader.Try(sum) is not null ? 8 : 8 + (long)Convert.ToDouble(reader.Value(sum) ?? 0.0, CultureInfo.InvariantCulture);
    }
}
