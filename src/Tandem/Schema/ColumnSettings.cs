using System.Globalization;

namespace Tandem.Schema;

/// <summary>What is set on a column, part by part: <see cref="Column.Settings"/> as they are written behind SET.</summary>
/// <param name="Statistics">How much the planner gathers; null for the usual.</param>
/// <param name="Options">The planner's options as SQL text; null for none.</param>
/// <param name="Storage">How long values are stored: <c>EXTERNAL</c>; null for the type's own way.</param>
/// <param name="Compression">The method by which long values are compressed; null for the usual.</param>
public sealed record ColumnSettings(int? Statistics, string? Options, string? Storage, string? Compression)
{
    private const string StatisticsWord = "STATISTICS ";
    private const string StorageWord = "STORAGE ";
    private const string CompressionWord = "COMPRESSION ";

    /// <summary>What is set on a column.</summary>
    public static ColumnSettings Of(Column column)
    {
        ArgumentNullException.ThrowIfNull(column);
        string? Behind(string word) => column.Settings.FirstOrDefault(s => s.StartsWith(word, StringComparison.Ordinal))?[word.Length..];
        return new ColumnSettings(
            Behind(StatisticsWord) is { } target ? int.Parse(target, CultureInfo.InvariantCulture) : null,
            Behind("(")?.TrimEnd(')'), Behind(StorageWord), Behind(CompressionWord));
    }

    /// <summary>The settings as a column holds them.</summary>
    public ValueList<string> Texts => new[]
    {
        Statistics is { } target ? string.Create(CultureInfo.InvariantCulture, $"{StatisticsWord}{target}") : null,
        Options is null ? null : $"({Options})",
        Storage is null ? null : StorageWord + Storage,
        Compression is null ? null : CompressionWord + Compression,
    }.OfType<string>().ToValueList();
}
