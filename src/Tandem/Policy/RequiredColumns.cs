using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A column that is added and required has a value for the rows that are there.</summary>
internal static class RequiredColumns
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from add in subject.Operations<AddColumn>()
        where add.Operation is { Nullable: false, Default: null, Up: null }
        let name = $"{add.Operation.Table}.{add.Operation.Name}"
        let value = (add.Operation.Type.For("postgres") ?? add.Operation.Type.For("sqlite")) is { } type ? SafeDefaults.Of(type) : null
        select subject.Find(
            ProblemCodes.RequiredWithoutValue, $"{name} is required, but has neither `default` nor `up`.", add.Path, name) with
            {
                Remedy = value is null ? null : $"Give `default: \"{value}\"` if that is what rows have that are there, or `up`.",
            };
}
