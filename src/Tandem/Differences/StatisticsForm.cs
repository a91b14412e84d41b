using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Statistics over several columns as the operation that makes them.</summary>
internal static class StatisticsForm
{
    /// <summary>The operation.</summary>
    public static CreateStatistics Of(Statistics statistics) => new()
    {
        Table = statistics.Table,
        Name = statistics.Name,
        On = new SqlText(statistics.Over),
        Kinds = Kinds(statistics) is { Count: > 0 } kinds ? kinds : null,
        Target = (int?)statistics.Target,
        Comment = statistics.Comment,
    };

    /// <summary>Whether both tell the planner the same; in which schema they lie is no part of it.</summary>
    public static bool Same(Statistics one, Statistics other) =>
        one with { Definition = other.Definition } == other && Kinds(one) == Kinds(other) && SameText.Sql(one.Over, other.Over);

    /// <summary>The same of a table and of columns that have other names.</summary>
    public static Statistics Renamed(Statistics statistics, string table, Func<string, string?> column) => statistics with
    {
        Table = table,
        Definition = statistics.Definition[..statistics.Definition.LastIndexOf(statistics.Over, StringComparison.Ordinal)]
            + $"{ExpressionNames.Replace(statistics.Over, column)} FROM {SqlName.Quote(table)}",
    };

    // CREATE STATISTICS schema.name (kinds) ON what FROM table
    private static ValueList<StatisticsKind> Kinds(Statistics statistics) =>
        SqlLexer.Tokenize(statistics.Definition).TakeWhile(t => !t.Is("on")).SkipWhile(t => !t.IsSymbol("("))
            .Where(t => t.Kind == SqlLexer.TokenKind.Identifier).Select(t => Enum.Parse<StatisticsKind>(t.Value, ignoreCase: true)).ToValueList();
}
