using System.Globalization;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Examiners;

/// <summary>The rows of both versions of a changed table as queries, so that a lens can be tried before anything is built.</summary>
internal sealed class PostgresLensRows
{
    private const int SampleSize = 1000;

    /// <summary>Above this many rows the sample is spread over the table's pages.</summary>
    private const int SpreadFrom = 20_000;

    private readonly string schema;

    /// <summary>Over a change of a table with about so many rows.</summary>
    public PostgresLensRows(string schema, TableChange change, long rows)
    {
        this.schema = schema;
        Change = change;
        Old = Sample(schema, change.Before!, rows);
        NewWithoutValues = New(Old, withValues: false, keepOld: null);
        Places = $"select ctid, tableoid from {From(schema, change.Before!, rows)}";
    }

    /// <summary>The change.</summary>
    public TableChange Change { get; }

    /// <summary>Sampled rows of the old version, under the table's name.</summary>
    public string Old { get; }

    /// <summary>Rows of the new version's shape; what lenses would compute is NULL of the right type.</summary>
    public string NewWithoutValues { get; }

    /// <summary>Query for the places of the sampled rows.</summary>
    public string Places { get; }

    /// <summary>The one row of the old version at a place that two variables hold.</summary>
    public string OldAt(string ctid, string tableoid) => Named(
        $"select {Columns(Change.Before!)} from {PostgresText.Name(schema, Change.Before!.Name)} "
        + $"where ctid = {ctid} and tableoid = {tableoid}",
        Change.Before.Name);

    /// <summary>Sampled rows of a table, under its name.</summary>
    public static string Sample(string schema, Table table, long rows) =>
        Named($"select {Columns(table)} from {From(schema, table, rows)}", table.Name);

    /// <summary>Query: for each row, whether <c>down</c> gives other images than the row has.</summary>
    public string RoundTrip(string rows, Lens lens)
    {
        var before = Change.Before!;
        var down = string.Join(", ", lens.Down.Select(d => $"({d.Sql}\n)::{before.Column(d.Column)!.Type}"));
        var names = lens.Down.Select(d => d.Column).ToList();
        var old = string.Join(", ", names.Select((_, i) => $"{Quote(Change.After!.Name)}.{Kept(i)}"));
        var back = string.Join(", ", names.Select((_, i) => $"_tandem_v.x{i.ToString(CultureInfo.InvariantCulture)}"));
        return $"select row({old})::record *<> row({back})::record from {New(rows, withValues: true, names)} "
            + $"cross join lateral (values ({down})) _tandem_v ({back.Replace("_tandem_v.", "", StringComparison.Ordinal)})";
    }

    private static string Kept(int index) => $"_tandem_old_{index.ToString(CultureInfo.InvariantCulture)}";

    private static string Named(string query, string name) => $"({query}) as {Quote(name)}";

    private static string Columns(Table table) => string.Join(", ", table.Columns.Select(c => Quote(c.Name)));

    private static string From(string schema, Table table, long rows)
    {
        var name = PostgresText.Name(schema, table.Name);
        if (rows < SpreadFrom)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{name} limit {SampleSize}");
        }

        var percent = Math.Min(100, 100.0 * SampleSize / rows);
        return string.Create(
            CultureInfo.InvariantCulture, $"{name} tablesample system ({percent:0.#########}) repeatable (1) limit {SampleSize * 5}");
    }

    /// <summary>Rows of the new version made from rows of the old; with some columns of the old version beside them.</summary>
    private string New(string oldRows, bool withValues, IReadOnlyList<string>? keepOld)
    {
        var (before, after) = (Change.Before!, Change.After!);
        var ups = Change.Lenses.SelectMany(l => l.Up).ToList();
        var columns = after.Columns.Select(c => $"{Value(c)} as {Quote(c.Name)}")
            .Concat((keepOld ?? []).Select((c, i) => $"{Quote(before.Name)}.{Quote(c)} as {Kept(i)}"));
        var values = string.Join(", ", ups.Select(u => $"({u.Sql}\n)::{after.Column(u.Column)!.Type}"));
        var names = string.Join(", ", ups.Select((_, i) => Up(i)));
        var join = withValues && ups.Count > 0 ? $" cross join lateral (values ({values})) _tandem_up ({names})" : "";
        return Named($"select {string.Join(", ", columns)} from {oldRows}{join}", after.Name);

        string Value(Column column)
        {
            if (Change.Carried.FirstOrDefault(p => p.After!.Name == column.Name) is { } pair)
            {
                return $"{Quote(before.Name)}.{Quote(pair.Before!.Name)}";
            }

            var up = withValues ? ups.FindIndex(u => u.Column == column.Name) : -1;
            return up >= 0 ? $"_tandem_up.{Up(up)}" : $"({PlainDefault(column)})::{column.Type}";
        }
    }

    private static string Up(int index) => $"x{index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A default that can be computed without writing; the next value of a sequence cannot.</summary>
    private string PlainDefault(Column column) =>
        column.Default is { } text && Change.PlainAdded.Any(c => c.Name == column.Name) && !SqlLexer.Names(text, "nextval") ? text : "null";
}
