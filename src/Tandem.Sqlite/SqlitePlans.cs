using System.Text.RegularExpressions;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Asks SQLite how it would find the rows of a statement. It tells no cost.</summary>
internal static partial class SqlitePlans
{
    private static readonly string[] Rows = ["select", "with", "values", "insert", "update", "delete", "replace"];

    /// <summary>The plan, or why there is none.</summary>
    public static QueryPlan Of(SqliteReader reader, string statement)
    {
        var tokens = SqlLexer.Tokenize(statement);
        if (SqliteScript.Split(statement).Count != 1 || !Rows.Any(tokens[0].Is))
        {
            return QueryPlan.Failed("It is no single statement that reads or writes rows.");
        }

        var (query, values) = WithoutValues(statement);
        return reader.Try(query, values) is { } failure
            ? QueryPlan.Failed(failure.Message)
            : new QueryPlan(null, reader.Query(query, values).Rows.Select(r => Access((string)r[3]!, tokens)).OfType<TableAccess>().Distinct().ToValueList());
    }

    // What stands for a value is bound, as NULL: SQLite plans before it looks at it.
    private static (string Query, SqlArgument[] Values) WithoutValues(string statement)
    {
        var places = SqliteTokenizer.Tokenize(statement).Where(t => t.Kind == SqliteTokenKind.Parameter).ToList();
        for (var i = places.Count - 1; i >= 0; i--)
        {
            statement = statement.Remove(places[i].Start, places[i].End - places[i].Start).Insert(places[i].Start, FormattableString.Invariant($"@v{i}"));
        }

        return ($"EXPLAIN QUERY PLAN {statement}", [.. places.Select((_, i) => new SqlArgument(FormattableString.Invariant($"v{i}"), null))]);
    }

    // SCAN t, SCAN t USING COVERING INDEX i, SEARCH t USING INDEX i (a=?), SEARCH t USING INTEGER PRIMARY KEY (rowid=?). An index
    // that is made for the one statement is a reading of the whole table.
    private static TableAccess? Access(string detail, IReadOnlyList<SqlLexer.Token> tokens)
    {
        var match = Step().Match(detail);
        return !match.Success ? null
            : new TableAccess(
                TableOf(match.Groups["table"].Value, tokens),
                match.Groups["how"].Value == "SCAN" || match.Groups["index"].Value.StartsWith("AUTOMATIC", StringComparison.Ordinal) ? null
                    : match.Groups["index"] is { Success: true } index ? index.Value : "its key");
    }

    // SQLite tells the alias where the statement gives one.
    private static string TableOf(string name, IReadOnlyList<SqlLexer.Token> tokens)
    {
        for (var i = 2; i < tokens.Count; i++)
        {
            var before = tokens[i - 1].Is("as") ? i - 2 : i - 1;
            if (string.Equals(tokens[i].Value, name, StringComparison.OrdinalIgnoreCase) && before > 0
                && (tokens[before - 1].Is("from") || tokens[before - 1].Is("join") || tokens[before - 1].IsSymbol(",") || tokens[before - 1].IsSymbol("."))
                && tokens[before].IsName)
            {
                return tokens[before].Value;
            }
        }

        return name;
    }

    [GeneratedRegex(@"^(?<how>SCAN|SEARCH) (?<table>\S+)(?: USING (?:(?:COVERING |PARTIAL )*INDEX (?<index>\S+)|(?<index>AUTOMATIC)|INTEGER PRIMARY KEY|PRIMARY KEY))?", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
