using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A lock for which others wait is held for an instant only.</summary>
internal static class HeldLocks
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        var all = subject.Acts<Act>().Where(a => a.Act is not NotUnderstood && !a.IsNew).ToList();
        foreach (var text in subject.Scripts.Where(t => t.InTransaction))
        {
            var acts = all.Where(a => ReferenceEquals(a.Text, text)).ToList();
            var first = acts.FindIndex(a => a.Act.BlocksWriters);
            var work = first < 0 ? null : acts.Skip(first + 1).FirstOrDefault(a => a.Act.TakesTime);
            if (work is not null)
            {
                var (on, behind) = (acts[first].Subject ?? "a table", work.Subject ?? "rows");
                yield return subject.Find(
                    ProblemCodes.ScriptHoldsLock, acts[first],
                    work.Statement == acts[first].Statement
                        ? $"locks {on} and works on {behind} before it lets go"
                        : FormattableString.Invariant($"locks {on}, and statement {work.Statement} works on {behind} before it lets go"));
            }
        }
    }
}
