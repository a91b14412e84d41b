using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>How tables and columns are stored and looked after. None of it writes a row anew.</summary>
internal static class StorageSql
{
    /// <summary>What leads from some parameters to others.</summary>
    /// <param name="from">The parameters as they are.</param>
    /// <param name="to">As they are to be.</param>
    /// <param name="alter">What stands before SET and RESET.</param>
    public static IEnumerable<string> Of(string? from, string? to, string alter)
    {
        var (present, wanted) = (StorageText.Read(from) ?? [], StorageText.Read(to) ?? []);
        if (present.Where(p => wanted.All(w => w.Name != p.Name)).Select(p => p.Name).ToList() is { Count: > 0 } gone)
        {
            yield return $"{alter}RESET ({string.Join(", ", gone)})";
        }

        if (StorageText.Write(wanted.Where(w => !present.Contains(w))) is { } set)
        {
            yield return $"{alter}SET ({set})";
        }
    }

    /// <summary>What leads from a column's settings to others.</summary>
    public static IEnumerable<string> OfColumn(Column from, Column to, string target)
    {
        var (present, wanted) = (ColumnSettings.Of(from), ColumnSettings.Of(to));
        var alter = $"ALTER TABLE {target} ALTER COLUMN {Sql.Id(to.Name)} ";
        if (present.Statistics != wanted.Statistics)
        {
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{alter}SET STATISTICS {wanted.Statistics ?? -1}");
        }

        foreach (var statement in Of(present.Options, wanted.Options, alter))
        {
            yield return statement;
        }

        if (present.Storage != wanted.Storage)
        {
            yield return wanted.Storage is { } storage ? $"{alter}SET STORAGE {storage}" : Usual(target, to.Name, alter);
        }

        if (present.Compression != wanted.Compression)
        {
            yield return $"{alter}SET COMPRESSION {wanted.Compression ?? "default"}";
        }
    }

    // Before 16 the server has no word for the type's own way.
    private static string Usual(string target, string column, string alter) => Sql.Do(
        $"""
        BEGIN
          EXECUTE {Sql.Text($"{alter}SET STORAGE ")} || (
            SELECT CASE y.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
            WHERE a.attrelid = {Sql.Text(target)}::pg_catalog.regclass AND a.attname = {Sql.Text(column)});
        END
        """);
}
