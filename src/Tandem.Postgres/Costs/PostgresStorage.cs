using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Examiners;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Costs;

/// <summary>How a changed table lies on disk, and how wide its columns are: measured, the widths on a sample of the rows that are there.</summary>
internal sealed class PostgresStorage
{
    private readonly Dictionary<string, double?> before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double?> after = new(StringComparer.Ordinal);
    private readonly TableChange change;

    private PostgresStorage(TableChange change) => this.change = change;

    /// <summary>Rows, estimated or counted.</summary>
    public required long Rows { get; init; }

    /// <summary>Bytes of the rows themselves.</summary>
    public required long Heap { get; init; }

    /// <summary>Bytes of the indexes.</summary>
    public required long IndexBytes { get; init; }

    /// <summary>How many indexes there are.</summary>
    public required long Indexes { get; init; }

    /// <summary>Whether a page goes whole into the log when it is first changed behind a checkpoint.</summary>
    public required bool FullPages { get; init; }

    /// <summary>Whether the pages of an index that is built go into the log.</summary>
    public required bool LogsBuilds { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required long Page { get; init; }

    /// <summary>Up to how many hundredths pages are filled by rows that come.</summary>
    public required long Fillfactor { get; init; }

    /// <summary>Rows of a page.</summary>
    public double RowsOfPage => Heap == 0 ? 0 : (double)Rows * Page / Heap;

    /// <summary>Measures.</summary>
    public static async Task<PostgresStorage> MeasureAsync(
        PostgresReading reading, string schema, TableChange change, long rows, CancellationToken cancellationToken)
    {
        var found = new PostgresRows(await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read("storage"), new SqlArgument("table", PostgresText.Name(schema, change.Before!.Name))), cancellationToken).ConfigureAwait(false)).Rows.Single();
        var storage = new PostgresStorage(change)
        {
            Rows = rows, Heap = found.Number("heap"), IndexBytes = found.Number("indexes"), Indexes = found.Number("index_count"),
            FullPages = found.Is("full_pages"), LogsBuilds = found.Is("logs_builds"), Page = found.Number("page"),
            Fillfactor = found.Number("fillfactor"),
        };
        var sample = PostgresLensRows.Sample(schema, change.Before, rows);
        foreach (var column in change.Before.Columns)
        {
            storage.before[column.Name] = await WidthAsync($"{PostgresText.Quote(change.Before.Name)}.{PostgresText.Quote(column.Name)}").ConfigureAwait(false);
        }

        foreach (var up in change.Lenses.Where(l => l.CanBeTried).SelectMany(l => l.Up))
        {
            storage.after[up.Column] = await WidthAsync($"({up.Sql}\n)::{change.After!.Column(up.Column)!.Type}").ConfigureAwait(false);
        }

        foreach (var column in change.PlainAdded)
        {
            storage.after[column.Name] = await FixedWidthAsync(reading, column.Type, cancellationToken).ConfigureAwait(false);
        }

        return storage;

        // NULL takes no room. An expression that fails on a row is told by the examination; here its width is unknown.
        async Task<double?> WidthAsync(string expression)
        {
            var (result, _) = await reading.TryAsync(
                new SqlStatement($"select avg(coalesce(pg_catalog.pg_column_size({expression}), 0))::double precision as width from {sample}"), cancellationToken).ConfigureAwait(false);
            return result is null ? null : Convert.ToDouble(result.Rows[0][0] ?? 0d, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The width of a column of the new version; null where nobody knows.</summary>
    public double? Width(string column) => change.Carried.FirstOrDefault(c => c.After!.Name == column) is { } pair
        ? before.GetValueOrDefault(pair.Before!.Name)
        : after.GetValueOrDefault(column);

    private static async Task<double?> FixedWidthAsync(PostgresReading reading, string type, CancellationToken cancellationToken)
    {
        var (result, _) = await reading.TryAsync(
            new SqlStatement("select t.typlen::bigint as width from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@type)", new SqlArgument("type", type)), cancellationToken).ConfigureAwait(false);
        return result is { Rows.Count: > 0 } && result.Number("width") is > 0 and var width ? width : null;
    }
}
