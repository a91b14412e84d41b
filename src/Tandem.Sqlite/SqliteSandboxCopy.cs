using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>A copy in a file of its own, with rows that are made up by the columns' types; how rows are found is planned by the target's <c>sqlite_stat1</c>.</summary>
/// <param name="target">The target; it is only read.</param>
/// <param name="copy">The copy.</param>
internal sealed class SqliteSandboxCopy(SqliteDatabase target, SqliteDatabase copy) : ISandboxCopy
{
    /// <summary>The most rows that a table gets: each batch waits for the disk, and as long behind it.</summary>
    public const int MostRows = 3_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private ValueList<TableChange> changed = [];

    /// <inheritdoc />
    public IDatabase Database => copy;

    /// <inheritdoc />
    public async Task<ValueList<FilledTable>> FillAsync(ValueList<string> tables, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        changed = changes;
        var rows = await target.ReadAsync(reader => tables.ToDictionary(t => t, t => SqliteExaminer.Measure(reader, target.Time, t).Rows, StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        var schema = await copy.InspectAsync(cancellationToken).ConfigureAwait(false);
        var filled = await WriteAsync(writer => tables.Select(t => Fill(writer, schema, t, rows[t])).ToValueList(), cancellationToken).ConfigureAwait(false);
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return filled;
    }

    /// <inheritdoc />
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // Without statistics SQLite plans by rules of thumb, in the target as in the copy.
        const string all = "SELECT tbl, idx, stat FROM main.sqlite_stat1";
        var known = await target.ReadAsync(reader => reader.Try(all) is null ? reader.Query(all).Rows : [], cancellationToken).ConfigureAwait(false);
        if (known.Count == 0)
        {
            return;
        }

        await WriteAsync(
            writer =>
            {
                _ = writer.Query("ANALYZE main");
                foreach (var row in known)
                {
                    var table = (string)row[0]!;
                    var now = changed.FirstOrDefault(c => c.Before?.Name == table)?.After?.Name ?? table;
                    _ = writer.Query(
                        "UPDATE main.sqlite_stat1 SET stat = @stat WHERE tbl = @table AND idx IS @index",
                        new SqlArgument("stat", row[2]), new SqlArgument("table", now), new SqlArgument("index", row[1]));
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public long Weigh()
    {
        using var file = SqliteFile.Open(copy.FilePath, readOnly: true, target.Time);
        var reader = new SqliteReader(file, new SqliteLimits(Patience, Patience, CancellationToken.None));
        return (reader.Number("PRAGMA page_count") - reader.Number("PRAGMA freelist_count")) * reader.Number("PRAGMA page_size");
    }

    /// <inheritdoc />
    public Task EmptyAsync(CancellationToken cancellationToken) => WriteAsync(
        writer =>
        {
            foreach (var table in SqliteCatalog.Read(writer).Users.Where(o => o.Type == "table"))
            {
                _ = writer.Try($"DELETE FROM main.{SqliteText.Quote(table.Name)}");
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<ValueList<QueryPlan>> PlanAsync(
        ValueList<WatchedStatement> statements, string? version, ValueList<TableChange> changes, CancellationToken cancellationToken) =>
        version is not null ? [] : await copy.ReadAsync(reader => statements.Select(s => SqlitePlans.Of(reader, s.Text)).ToValueList(), cancellationToken).ConfigureAwait(false);

    private FilledTable Fill(SqliteReader writer, DatabaseSchema schema, string table, long rows)
    {
        var name = changed.FirstOrDefault(c => c.Before?.Name == table) is { } change ? change.After?.Name : table;
        if (rows == 0 || name is null || schema.Table(name) is not { } shape)
        {
            return new FilledTable(table, rows, 0, rows == 0 ? "It is empty." : "The new version has no such table.");
        }

        var columns = shape.Columns.Where(c => c.Generated is null).ToList();
        var wanted = Math.Min(rows, MostRows).ToString(CultureInfo.InvariantCulture);
        var insert = $"INSERT OR IGNORE INTO main.{SqliteText.Quote(name)} ({SqliteText.QuoteAll(columns.Select(c => c.Name))}) "
            + $"WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < {wanted}) SELECT {string.Join(", ", columns.Select(Value))} FROM g";
        if (writer.Try(insert) is { } failure)
        {
            return new FilledTable(table, rows, 0, $"No rows that it takes could be made up: {failure.Message}");
        }

        return new FilledTable(table, rows, writer.Number($"SELECT count(*) FROM main.{SqliteText.Quote(name)}"), "Made up by the columns' types.");
    }

    private static string Value(Column column)
    {
        var type = column.Type.ToUpperInvariant();
        return type switch
        {
            _ when type.Contains("BOOL", StringComparison.Ordinal) => "i % 2",
            _ when type.Contains("INT", StringComparison.Ordinal) => "i",
            _ when type.Contains("DATE", StringComparison.Ordinal) || type.Contains("TIME", StringComparison.Ordinal) => "datetime(946684800 + i * 60, 'unixepoch')",
            _ when type.Contains("JSON", StringComparison.Ordinal) => "'{\"n\": ' || i || '}'",
            _ when type.Contains("BLOB", StringComparison.Ordinal) => "CAST('value ' || i AS BLOB)",
            _ when type.Contains("REAL", StringComparison.Ordinal) || type.Contains("FLOA", StringComparison.Ordinal) || type.Contains("DOUB", StringComparison.Ordinal) => "i * 1.0",
            _ when type.Contains("NUM", StringComparison.Ordinal) || type.Contains("DEC", StringComparison.Ordinal) => "i",
            _ => "'value ' || i",
        };
    }

    // Rows that are measured need not be right.
    private Task<T> WriteAsync<T>(Func<SqliteReader, T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var file = SqliteFile.Open(copy.FilePath, readOnly: false, target.Time);
            var writer = new SqliteReader(file, new SqliteLimits(Patience, Patience, cancellationToken));
            _ = writer.Query("PRAGMA foreign_keys = OFF");
            _ = writer.Query("PRAGMA ignore_check_constraints = ON");
            return work(writer);
        },
        cancellationToken);
}
