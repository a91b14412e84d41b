namespace Tandem.Sqlite;

/// <summary>Small questions about SQL text and names.</summary>
internal static class SqliteText
{
    /// <summary>A name in double quotes.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Names in double quotes, with commas.</summary>
    public static string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>A text as a string literal.</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Whether two names are one to SQLite, which ignores the case of ASCII letters and of no others.</summary>
    public static bool SameName(string? one, string? other) => NameComparer.Instance.Equals(one, other);

    /// <summary>Whether the text begins with a statement that reads or writes rows.</summary>
    public static bool GoesOverRows(string text)
    {
        var first = SqliteTokenizer.First(text);
        return first.Kind == SqliteTokenKind.Word && first.Value.ToUpperInvariant()
            is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "REPLACE" or "WITH" or "VALUES";
    }

    /// <summary>Compares names as SQLite does.</summary>
    internal sealed class NameComparer : IEqualityComparer<string>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals(string? x, string? y) =>
            x is null || y is null
                ? ReferenceEquals(x, y)
                : x.Length == y.Length && string.Equals(Fold(x), Fold(y), StringComparison.Ordinal);

        public int GetHashCode(string obj) => Fold(obj).GetHashCode(StringComparison.Ordinal);

        public static string Fold(string name) =>
            string.Create(name.Length, name, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
                }
            });
    }
}
