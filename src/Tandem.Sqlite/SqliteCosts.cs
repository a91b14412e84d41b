using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// What steps write on SQLite. A twin holds every row of its table once more, in the new shape and with the new version's indexes: as
/// many bytes as the table has now, and those of the new columns, measured on the first rows. An index on a table that both
/// versions share takes for each row its keys and twelve bytes: the row's number, the record's head and the cell's pointer in the page.
/// </summary>
internal sealed class SqliteCosts
{
    private const int Sample = 1000;
    private const int CountUpTo = 1_000_000;
    private const double EntryHead = 12;

    private static readonly SizeEstimate NoLog = new(null, "SQLite writes its log over again at each checkpoint: how long it gets says nothing about the step.");

    private readonly SqliteReader reader;
    private readonly CostQuestion question;
    private readonly long page;

    private SqliteCosts(SqliteReader reader, CostQuestion question)
    {
        (this.reader, this.question) = (reader, question);
        page = reader.Number("PRAGMA page_size");
    }

    /// <summary>Estimates.</summary>
    public static ValueList<StepCost> Estimate(SqliteReader reader, CostQuestion question)
    {
        var costs = new SqliteCosts(reader, question);
        return question.Steps.Select(costs.Of).ToValueList();
    }

    private StepCost Of(RenderedStep step)
    {
        if (StepCost.Plain(step) is { } plain)
        {
            return plain with { Wal = plain.Wal.Bytes is null ? plain.Wal : NoLog };
        }

        if (question.RowsOf(step) is { OnNewTable: false } rows && Changed(rows) is { } meant)
        {
            return new StepCost(step.Id, meant.Disk, NoLog);
        }

        var change = question.Change(step.Table);
        var cost = step.Kind switch
        {
            StepKind.Backfill when change is not null && Twin.Serves(change) && step.Id == $"backfill {change.Name}" => Fill(step, change),
            StepKind.BuildIndex or StepKind.Enforce when step.Id.StartsWith("index ", StringComparison.Ordinal) && change is not null => Index(step, change),
            StepKind.Expand when change is not null => new StepCost(
                step.Id, new SizeEstimate(page * (1 + change.After!.Indexes.Count), "An empty table: a page for it and one for each index."), NoLog),
            StepKind.Contract => StepCost.Nothing(step, "Pages become free inside the file; the file gets no smaller by it."),
            StepKind.Expand or StepKind.Enforce or StepKind.Relax or StepKind.Publish or StepKind.Unpublish or StepKind.Switch or StepKind.DropObjects =>
                StepCost.Nothing(step, "It changes the schema only."),
            _ => StepCost.Unknown(step, "There is no formula for what this kind of step writes."),
        };
        return cost with { Wal = NoLog };
    }

    private StepCost Fill(RenderedStep step, TableChange change)
    {
        var rows = question.Rows(change.Name);
        var added = change.Lenses.SelectMany(l => l.Up).Select(u => Width(change, u.Sql)).ToList();
        if (rows > 0 && added.Contains(null))
        {
            return StepCost.Unknown(step, "How wide the new columns' values will be could not be measured on rows that are there.");
        }

        var bytes = question.Sizes.FirstOrDefault(s => s.Table == change.Name)?.Bytes ?? 0;
        var disk = bytes + (long)(rows * added.Sum()!.Value);
        return new StepCost(step.Id, new SizeEstimate(disk, Text($"{rows:N0} rows are stored once more, in the new shape with its indexes, until sunset.")), NoLog);
    }

    // What a row is replaced by stands where it stood; what is kept of it has a table of its own.
    private RowCost? Changed(RowChange change)
    {
        var name = SqliteText.Quote(change.Table.Name);
        var from = $"main.{name} AS {name}{(change.Where is { } condition && change.Kind != RowChangeKind.Insert ? $" WHERE ({condition}\n)" : "")}";
        var counted = $"SELECT count(*) FROM (SELECT 1 FROM {from} LIMIT {CountUpTo})";
        if ((change.Where is { } where && SqliteExpression.Objection(where) is not null) || reader.Try(counted) is not null)
        {
            return null;
        }

        double Widths(IEnumerable<string> columns) => Convert.ToDouble(
            reader.Value($"SELECT avg({string.Join(" + ", columns.Select(c => $"coalesce(length(CAST({SqliteText.Quote(c)} AS BLOB)), 0)").DefaultIfEmpty("0"))}) FROM (SELECT * FROM {from} LIMIT {Sample})") ?? 0.0,
            CultureInfo.InvariantCulture);
        var many = reader.Number(counted);
        var whole = EntryHead + Widths(change.Stored.Select(c => c.Name));
        var key = EntryHead + Widths(change.Table.Key);
        return change.Kind switch
        {
            RowChangeKind.Insert => new RowCost(change.Rows.Count, true, whole, key),
            RowChangeKind.Update => new RowCost(many, many < CountUpTo, 0, key + (2 * Widths(change.Set.Select(s => s.Column)))),
            RowChangeKind.Delete => new RowCost(many, many < CountUpTo, 0, key + whole),
            _ => new RowCost(many, many < CountUpTo, whole, key),
        };
    }

    private StepCost Index(RenderedStep step, TableChange change)
    {
        var index = change.Indexes.Select(i => i.After).OfType<Schema.Index>().FirstOrDefault(i => step.Id == $"index {i.Name}");
        var widths = (index?.Keys ?? []).Select(k => k.Column is { } c && change.Carried.FirstOrDefault(p => p.After!.Name == c) is { } pair ? Width(change, SqliteText.Quote(pair.Before!.Name)) : null).ToList();
        if (widths.Count == 0 || widths.Contains(null))
        {
            return StepCost.Unknown(step, "How wide its keys are could not be measured on rows that are there.");
        }

        var rows = question.Rows(change.Name);
        var entry = widths.Sum()!.Value + EntryHead;
        return new StepCost(step.Id, new SizeEstimate(page + (long)(rows * entry), Text($"{rows:N0} entries of {entry:N0} bytes.")), NoLog);
    }

    // What needs a function of an application's own cannot be computed here.
    private double? Width(TableChange change, string expression)
    {
        var name = SqliteText.Quote(change.Before!.Name);
        var query = $"SELECT avg(coalesce(length(CAST(({expression}\n) AS BLOB)), 0)) FROM (SELECT * FROM main.{name} LIMIT {Sample}) AS {name}";
        return SqliteExpression.Objection(expression) is not null || reader.Try(query) is not null ? null : Convert.ToDouble(reader.Value(query) ?? 0.0, CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
