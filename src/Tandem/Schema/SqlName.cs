namespace Tandem.Schema;

/// <summary>Names in SQL text, in the form that every engine reads.</summary>
internal static class SqlName
{
    /// <summary>The name in double quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
