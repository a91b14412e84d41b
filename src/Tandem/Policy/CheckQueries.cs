using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>A check asks and does nothing else.</summary>
internal static class CheckQueries
{
    private static readonly string[] Asks = ["select", "with", "values", "table"];

    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is CheckText check && LintSubject.Texts(check.Sql).Any(t => !IsQuery(t.Text)))
            {
                yield return subject.Find(
                    ProblemCodes.CheckIsNoQuery, $"The check \"{check.Name}\" does not begin like a query.", $"{part.Path}.sql");
            }
        }
    }

    private static bool IsQuery(string text)
    {
        var first = SqlLexer.Tokenize(text).FirstOrDefault(t => !t.IsSymbol("("));
        return Asks.Any(first.Is);
    }
}
