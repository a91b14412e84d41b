using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>An SQL text serves every engine that the migration runs on.</summary>
internal static class EngineTexts
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is SqlText sql)
            {
                foreach (var engine in (string[])["postgres", "sqlite"])
                {
                    if (sql.For(engine) is null && subject.Context.Runs(engine))
                    {
                        var problem = subject.Find(
                            ProblemCodes.OneEngineOnly, $"`{part.Key}` has no text for {engine}.", part);

                        // Where it is known that the text will be wanted, it is more than worth knowing.
                        yield return subject.Context.Engines is null ? problem : problem with { Severity = Severity.Warning };
                    }
                }
            }
        }
    }
}
