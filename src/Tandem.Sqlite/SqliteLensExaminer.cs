using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// Tries the lenses of one table on sample rows. The samples go into temporary tables with the two versions' own column
/// types, so that what a column makes of a value (its affinity, STRICT) is SQLite's doing here too:
/// rows as they are → <c>up</c> → the new version's rows → <c>down</c> → rows as they come back.
/// </summary>
internal sealed class SqliteLensExaminer
{
    private const int Half = 500;
    private static readonly string[] RowIds = ["rowid", "_rowid_"];
    private static readonly string[] NumberTypes = ["INT", "REAL", "FLOA", "DOUB", "DEC", "NUM"];

    private readonly SqliteReader reader;
    private readonly TableChange change;
    private readonly List<Problem> problems = [];

    // The name of the row number that no column takes away.
    private readonly string rowId;
    private long samples;

    private SqliteLensExaminer(SqliteReader reader, TableChange change)
    {
        this.reader = reader;
        this.change = change;
        var taken = new[] { change.Before, change.After }.SelectMany(t => t?.Columns ?? []).Select(c => c.Name)
            .ToHashSet(SqliteText.NameComparer.Instance);
        rowId = Array.Find(RowIds, n => !taken.Contains(n)) ?? "oid";
    }

    private Table Before => change.Before!;

    private Table After => change.After!;

    /// <summary>The ways of lenses of which an expression may give another value each time.</summary>
    public static IEnumerable<VaryingWay> Varying(TableChange change) => change.Lenses
        .SelectMany(l => new[] { (Way: new VaryingWay(l, Side.New), Expressions: l.Up), (Way: new VaryingWay(l, Side.Old), Expressions: l.Down) })
        .Where(w => w.Expressions.Any(e => SqliteExpression.Variable(e.Sql) is { } variable && variable != SqliteExpression.OtherRows)).Select(w => w.Way);

    /// <summary>What is wrong with the lenses of a change.</summary>
    public static IReadOnlyList<Problem> Examine(SqliteReader reader, TableChange change)
    {
        var examiner = new SqliteLensExaminer(reader, change);
        if (change is { Before: not null, After: not null } && change.Lenses.Count > 0)
        {
            examiner.Run();
        }

        return examiner.problems;
    }

    private void Run()
    {
        foreach (var (lens, sql, subject) in Expressions())
        {
            if (SqliteExpression.Variable(sql) is { } variable)
            {
                problems.Add(Varies(lens, variable, subject));
            }
        }

        Try();
    }

    // The triggers of both tables compare what the other side says: where that is another value each time, a row is written over
    // at every write.
    private static Problem Varies(Lens lens, string variable, string subject)
    {
        var problem = new Problem(
            ProblemCodes.ExpressionNotDeterministic,
            $"The expression for {subject} uses {variable}, so computing it again may give something else.",
            Subject: subject);
        return variable == SqliteExpression.OtherRows || lens.Old.Count == 0 || lens.New.Count == 0 ? problem : problem with
        {
            Severity = Severity.Error,
            Remedy = "Compute the value from the row alone: SQLite keeps both tables in sync by comparing it. A column that is only added may have another value each time.",
        };
    }

    private IEnumerable<(Lens Lens, string Sql, string Subject)> Expressions() => change.Lenses.SelectMany(l =>
        l.Up.Select(e => (l, e.Sql, $"{After.Name}.{e.Column}")).Concat(l.Down.Select(e => (l, e.Sql, $"{Before.Name}.{e.Column}"))));

    private void Try()
    {
        MakeTables();
        var ups = Compiled(change.Lenses.SelectMany(l => l.Up), "up", "temp.tandem_old", Before.Name, After.Name);
        var downs = Compiled(change.Lenses.SelectMany(l => l.Down), "down", "temp.tandem_new", After.Name, Before.Name);
        if (!TakeSamples() || ups.Count < change.Lenses.Sum(l => l.Up.Count))
        {
            return;
        }

        Evaluate(ups, "up", "tandem_old", Before, After);
        if (!FillNew(ups))
        {
            return;
        }

        Evaluate(downs, "down", "tandem_new", After, Before);
        var whole = change.Lenses.Where(l => l.Old.Count > 0 && l.Down.All(downs.Contains)).ToList();
        if (whole.Count > 0)
        {
            Return(whole);
        }
    }

    // Without constraints and keys: those have steps of their own, and samples must not fail for them here. Columns that
    // are generated in the file hold in the samples what they held there; only new ones are generated here too.
    private void MakeTables()
    {
        bool IsComputed(Column column) => change.Columns.Any(p => p.Added && p.After == column) && column.Generated is not null;
        string Definition(Column c, bool computed) =>
            SqliteText.Quote(c.Name)
            + (c.Type.Length > 0 ? " " + c.Type : "")
            + (c.Collation is null ? "" : " COLLATE " + SqliteText.Quote(c.Collation))
            + (c.Default is null ? "" : " DEFAULT " + SqliteDdl.Default(c.Default))
            + (computed ? $" AS ({c.Generated})" : "");
        var old = string.Join(", ", Before.Columns.Select(c => Definition(c, computed: false)));
        var young = string.Join(", ", After.Columns.Select(c => Definition(c, IsComputed(c))));
        _ = reader.Query("PRAGMA temp_store=MEMORY");
        foreach (var (name, columns, table) in new[] { ("tandem_old", old, Before), ("tandem_new", young, After), ("tandem_back", old, Before) })
        {
            _ = reader.Query($"DROP TABLE IF EXISTS temp.{name}");
            _ = reader.Query($"CREATE TEMP TABLE {name} ({columns}){Strict(table)}");
        }
    }

    private static string Strict(Table table) => table.Strict ? " STRICT" : "";

    private List<LensExpression> Compiled(
        IEnumerable<LensExpression> expressions, string direction, string storage, string source, string target)
    {
        var good = new List<LensExpression>();
        foreach (var expression in expressions)
        {
            // A condition takes neither aggregates nor row values, just as the column will not.
            var why = SqliteExpression.Objection(expression.Sql) ?? SqliteExaminer.Reason(reader.Try(
                $"SELECT 1 FROM {storage} AS {SqliteText.Quote(source)} WHERE ({expression.Sql}\n) IS NOT NULL LIMIT 0"));
            if (why is null)
            {
                good.Add(expression);
            }
            else
            {
                Add(ProblemCodes.ExpressionDoesNotCompile, $"`{direction}` for {target}.{expression.Column} does not compile: {why}.", target, expression.Column);
            }
        }

        return good;
    }

    // The oldest and the newest rows: what an application wrote years ago often looks otherwise than what it writes now.
    private bool TakeSamples()
    {
        var names = SqliteText.QuoteAll(Before.Columns.Select(c => c.Name));
        var from = $"{names} FROM main.{SqliteText.Quote(Before.Name)}";
        var failure = Before.WithoutRowId
            ? reader.Try($"INSERT INTO temp.tandem_old ({names}) SELECT {from} LIMIT {2 * Half}")
            : reader.Try($"INSERT INTO temp.tandem_old ({rowId}, {names}) SELECT {rowId}, {from} ORDER BY {rowId} LIMIT {Half}")
                ?? reader.Try(
                    $"INSERT INTO temp.tandem_old ({rowId}, {names}) SELECT {rowId}, {from} "
                    + $"WHERE {rowId} > (SELECT max({rowId}) FROM temp.tandem_old) ORDER BY {rowId} DESC LIMIT {Half}");
        if (failure is not null)
        {
            // A generated column or an index may use a function that only the application's connections have.
            problems.Add(new Problem(
                ProblemCodes.ExpressionDoesNotCompile,
                $"The rows of {Before.Name} cannot be read here: {SqliteExaminer.Reason(failure)}.",
                Subject: Before.Name));
        }

        samples = reader.Number("SELECT count(*) FROM temp.tandem_old");
        return failure is null && samples > 0;
    }

    private void Evaluate(List<LensExpression> expressions, string direction, string storage, Table source, Table target)
    {
        var failing = new HashSet<long>();
        foreach (var expression in expressions)
        {
            var value = $"({expression.Sql}\n)";
            var from = $"FROM temp.{storage} AS {SqliteText.Quote(source.Name)}";
            var nulls = 0L;
            if (reader.Try($"SELECT sum({value} IS NULL) {from}") is null)
            {
                nulls = reader.Number($"SELECT sum({value} IS NULL) {from}");
            }
            else
            {
                failing.UnionWith(Failing(expression, direction, value, from, target, ref nulls));
            }

            if (nulls > 0 && target.Column(expression.Column) is { Nullable: false })
            {
                Add(
                    ProblemCodes.ExpressionGivesNull,
                    $"`{direction}` for {target.Name}.{expression.Column} gives NULL for {Of(nulls)}; the column must not be NULL.",
                    target.Name,
                    expression.Column);
            }
        }

        foreach (var row in failing)
        {
            _ = reader.Query($"DELETE FROM temp.{storage} WHERE {rowId} = @row", new SqlArgument("row", row));
        }
    }

    private List<long> Failing(LensExpression expression, string direction, string value, string from, Table target, ref long nulls)
    {
        var failing = new List<long>();
        DatabaseException? first = null;
        foreach (var row in reader.Query($"SELECT {rowId} {from}").Rows.Select(r => (long)r[0]!))
        {
            var argument = new SqlArgument("tandem_row", row);
            var one = $"SELECT {value} IS NULL {from} WHERE {rowId} = @tandem_row";
            if (reader.Try(one, argument) is { } failure)
            {
                first ??= failure;
                failing.Add(row);
            }
            else
            {
                nulls += reader.Number(one, argument);
            }
        }

        // PostgreSQL can put such a row aside; a trigger of SQLite's cannot catch an error.
        var whose = direction == "up" ? "old" : "new";
        problems.Add(new Problem(
            ProblemCodes.ExpressionFailsForRows,
            $"`{direction}` for {target.Name}.{expression.Column} fails for {Of(failing.Count)} ({SqliteExaminer.Reason(first)}). "
            + $"On SQLite such a row makes the {whose} application's own statement fail.",
            Subject: $"{target.Name}.{expression.Column}",
            Remedy: "Make the expression total over all values that the column can hold: SQLite's triggers cannot catch an error.")
        {
            Severity = Severity.Error,
        });
        return failing;
    }

    private bool FillNew(List<LensExpression> ups)
    {
        var carried = change.Carried.ToList();
        var names = string.Join(", ", carried.Select(c => c.After!.Name).Concat(ups.Select(u => u.Column)).Select(SqliteText.Quote).Prepend(rowId));
        string Fill(LensExpression? only) =>
            $"INSERT INTO temp.tandem_new ({names}) SELECT "
            + string.Join(", ", carried
                .Select(c => SqliteText.Quote(c.Before!.Name))
                .Prepend(rowId)
                .Concat(ups.Select(u => only is null || u == only ? $"({u.Sql}\n)" : "NULL")))
            + $" FROM temp.tandem_old AS {SqliteText.Quote(Before.Name)}";
        if (reader.Try(Fill(null)) is { } failure)
        {
            // Only STRICT refuses a value for its type; its message names the column.
            Add(ProblemCodes.ExpressionTypeDoesNotFit,
                $"`up` for {After.Name} gives a value that its column does not take: {SqliteExaminer.Reason(failure)}.",
                After.Name,
                ups.Find(u => reader.Try(Fill(u)) is not null)?.Column ?? ups[0].Column);
            return false;
        }

        foreach (var up in ups.Where(u => HoldsNumbers(After.Column(u.Column)?.Type ?? "")))
        {
            TypeShouldFit(up);
        }

        return true;
    }

    // Without STRICT a column takes everything, but who declares numbers does not want text. Dates are declared with
    // types of the numeric kind and are text all the same.
    private static bool HoldsNumbers(string type) => Array.Exists(NumberTypes, p => type.Contains(p, StringComparison.OrdinalIgnoreCase));

    private void TypeShouldFit(LensExpression up)
    {
        var texts = reader.Number($"SELECT count(*) FROM temp.tandem_new WHERE typeof({SqliteText.Quote(up.Column)}) IN ('text', 'blob')");
        if (texts > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.ExpressionTypeDoesNotFit,
                $"`up` for {After.Name}.{up.Column} gives text for {Of(texts)}, and the column is declared {After.Column(up.Column)!.Type}; SQLite stores it as it is.",
                Subject: $"{After.Name}.{up.Column}")
            {
                Severity = Severity.Warning,
            });
        }
    }

    private void Return(List<Lens> lenses)
    {
        var downs = lenses.SelectMany(l => l.Down).ToList();
        var names = string.Join(", ", downs.Select(d => SqliteText.Quote(d.Column)).Prepend(rowId));
        var values = string.Join(", ", downs.Select(d => $"({d.Sql}\n)").Prepend(rowId));
        if (reader.Try($"INSERT INTO temp.tandem_back ({names}) SELECT {values} FROM temp.tandem_new AS {SqliteText.Quote(After.Name)}") is { } failure)
        {
            var columns = string.Join(", ", downs.Select(d => d.Column));
            Add(ProblemCodes.ExpressionTypeDoesNotFit, $"`down` for {Before.Name} ({columns}) gives values that a column does not take: {SqliteExaminer.Reason(failure)}.",
                Before.Name, downs[0].Column);
            return;
        }

        foreach (var lens in lenses)
        {
            var differs = string.Join(" OR ", lens.Old.Select(c => SqliteText.Quote(c)).Select(c =>
                $"o.{c} IS NOT b.{c} COLLATE BINARY OR typeof(o.{c}) <> typeof(b.{c})"));
            var lost = reader.Number($"SELECT count(*) FROM temp.tandem_old AS o JOIN temp.tandem_back AS b ON o.{rowId} = b.{rowId} WHERE {differs}");
            if (lost > 0)
            {
                Add(ProblemCodes.LossyRoundTrip,
                    $"For {Of(lost)}, `down` does not give back what `up` read from {Before.Name} ({string.Join(", ", lens.Old)}).", Before.Name, lens.Old[0]);
            }
        }
    }

    private string Of(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} of {samples} sample rows");

    private void Add(ProblemCode code, string message, string table, string column) =>
        problems.Add(new Problem(code, message, Subject: $"{table}.{column}"));
}
