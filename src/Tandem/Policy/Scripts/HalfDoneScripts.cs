using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>What runs in no transaction can be carried out again.</summary>
internal static class HalfDoneScripts
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from text in subject.Scripts
        where text.Engines.Contains("postgres") && !text.InTransaction
        let reason = text.Statements.Count > 1 ? $"has {text.Statements.Count} statements, and each stands alone"
            : text.IsDown || text.Script.Done is not null || text.Statements.All(s => s.Acts.All(CanRepeat)) ? null
            : "runs in no transaction, and no `done` tells whether it was carried out"
        where reason is not null
        select subject.Find(ProblemCodes.ScriptHalfDone, $"`{text.Part.Key}` {reason}.", text.Part);

    private static bool CanRepeat(Act act) => act is Harmless or NeedsNoTransaction or RebuildsIndex or StoresAnew or Refreshes or Drops { IfThere: true };
}
