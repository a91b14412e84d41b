using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Triggers that keep rows in step and rules in force go on firing.</summary>
internal static class SilentTriggers
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        subject.Acts<SilencesTriggers>().Select(f => subject.Find(ProblemCodes.ScriptSilencesTriggers, f, $"switches {f.Act.What} off"))
            .Concat(subject.Acts<Sets>().Where(f => f.Act.Setting == "session_replication_role")
                .Select(f => subject.Find(ProblemCodes.ScriptSilencesTriggers, f, "sets session_replication_role, which lets triggers and foreign keys not act")));
}
