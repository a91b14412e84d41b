using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A value that is added to a type stands where it is meant to.</summary>
internal static class ValuePlaces
{
    public static IEnumerable<Problem> Check(LintSubject subject) => Typed(subject).Concat(
        from found in subject.Acts<ChangesEnum>()
        where found.Act is { Renames: false, Placed: false }
        select subject.Find(ProblemCodes.ValueWithoutPlace, found, $"adds {found.Act.Value} to the type {found.Act.Type} behind all others"));

    private static IEnumerable<Problem> Typed(LintSubject subject) =>
        from part in subject.Parts
        where part.Operation is AlterEnum && part.Value is NewValue { Before: null, After: null } && subject.Context.Runs("postgres")
        let type = (AlterEnum)part.Operation!
        select subject.Find(
            ProblemCodes.ValueWithoutPlace, $"{((NewValue)part.Value).Value} is added to the type {type.Name} behind all others.", part.Path, type.Name);
}
