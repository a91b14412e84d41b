using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Asks the data the file's questions.</summary>
internal static class CheckSteps
{
    /// <summary>
    /// The step. While the new version has no plain names, its tables are named by common table expressions around the
    /// question, so it may be asked on any connection and makes nothing.
    /// </summary>
    public static RenderedStep Ask(CheckData step, RenderContext context)
    {
        var side = step.Side == Side.Old ? "old" : "new";
        return new RenderedStep($"check {side}", $"Ask the {side} version's data {(step.Checks.Count == 1 ? "1 question" : $"{step.Checks.Count} questions")}", StepMode.Checks)
        {
            Checks = step.Checks.Select(c => step.Side == Side.Old ? c : c with { Sql = InNewNames(c.Sql, context) }).ToValueList(),
            Scans = true,
        };
    }

    private static string InNewNames(string sql, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var tables = context.Changes.Where(Swap.Arrives).Select(c =>
            $"{SqliteText.Quote(c.After!.Name)} AS (SELECT {SqliteText.QuoteAll(c.After.Columns.Select(x => x.Name))} FROM {SqliteText.Quote(names.Twin(c.After.Name))})").ToList();
        return tables.Count == 0 ? sql : $"WITH {string.Join(", ", tables)} SELECT ({Unended(sql)}\n)";
    }

    private static string Unended(string sql)
    {
        var tokens = SqliteTokenizer.Tokenize(sql);
        return tokens.Count > 0 && tokens[^1].IsSymbol(";") ? sql[..tokens[^1].Start] : sql;
    }
}
