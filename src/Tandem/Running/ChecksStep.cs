using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Asks the migration's questions, and counts rows that must not be there, in one read-only transaction.</summary>
internal static class ChecksStep
{
    public static async Task RunAsync(StepRun run, CancellationToken cancellationToken)
    {
        IReadOnlyList<SqlStatement> statements =
        [
            .. run.Step.Statements.Select(text => new SqlStatement(text)),
            .. run.Step.Checks.Select(check => new SqlStatement(check.Sql)),
            .. StepRun.Gates(run.Step.Gates),
        ];
        var options = run.Options with { StatementTimeout = null };
        var results = await run.Scope.Session.ReadAsync(statements, options, cancellationToken).ConfigureAwait(false);
        var problems = run.Step.Checks.Zip(results.Skip(run.Step.Statements.Count), Compare).OfType<Problem>().ToList();
        if (problems.Count > 0)
        {
            throw new TandemException(problems);
        }

        await run.Scope.RecordAsync(run.Done(("checks", run.Step.Checks.Count + run.Step.Gates.Count)), cancellationToken).ConfigureAwait(false);
    }

    private static Problem? Compare(DataCheck check, SqlResult result)
    {
        if (result.Rows.Count != 1 || result.Columns.Count != 1)
        {
            return new Problem(ProblemCodes.CheckFailed, $"The check '{check.Name}' must give one row with one column.", Subject: check.Name);
        }

        var value = result.Rows[0][0];
        var found = value switch
        {
            null => "null",
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

        // A number is a count nearly always; any other value may be somebody's and stays out of the message.
        var shown = value is long or double or bool or null ? found : "another value";
        return found == check.Expect
            ? null
            : new Problem(ProblemCodes.CheckFailed, $"The check '{check.Name}' expects {check.Expect} and found {shown}.", Subject: check.Name);
    }
}
