namespace Tandem.Schema;

/// <summary>Names in SQL text, in the form that every engine reads.</summary>
internal static class SqlName
{
    /// <summary>The name in double quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The name that a text stands for, quoted or not.</summary>
    public static string Unquote(string text) => text.Length > 1 && text[0] == '"'
        ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : text;
}
