using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>SQL for what pgroll does in one operation and we say in SQL.</summary>
internal static class PgrollSql
{
    /// <summary>A quoted name.</summary>
    public static string Id(string name) => SqlName.Quote(name);

    /// <summary>Quoted names.</summary>
    public static string Ids(IEnumerable<string> names) => string.Join(", ", names.Select(Id));

    /// <summary>A literal, or NULL.</summary>
    public static string Literal(string? text) => text switch
    {
        null => "NULL",
        _ when text.Contains('\\', StringComparison.Ordinal) => $"E'{Escaped(text).Replace("\\", "\\\\", StringComparison.Ordinal)}'",
        _ => $"'{Escaped(text)}'",
    };

    /// <summary>An expression as a value: pgroll also takes a query without parentheses.</summary>
    public static string Expression(string text) => SqlLexer.Tokenize(text) is [var first, ..] && first.Is("select") ? $"({text})" : text;

    /// <summary>Whether an expression only names the column.</summary>
    public static bool IsColumn(string? text, string column) => text is null || SqlLexer.Tokenize(text) is []
        || (SqlLexer.Tokenize(text) is [var only] && only.Kind is SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier && only.Value == column);

    private static string Escaped(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
