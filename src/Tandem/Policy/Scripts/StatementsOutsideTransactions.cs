using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>What the server takes in no transaction is not sent in one.</summary>
internal static class StatementsOutsideTransactions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<NeedsNoTransaction>()
        where found.Text.Script.Transaction != false
        select subject.Find(
            ProblemCodes.ScriptNeedsNoTransaction, found,
            $"has {found.Act.What}, which the server refuses in a transaction, and {(found.Text.Script.Transaction == true ? "`transaction` is true" : "`transaction: false` is missing")}");
}
