using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A new field begins with a value where nobody expects NULL.</summary>
internal static class MissingDefaults
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from part in subject.Parts
        where part.Operation is AddColumn or CreateTable
        let field = part.Value switch
        {
            AddColumn { Nullable: true, Default: null, Up: null, Generated: null } o => ($"{o.Table}.{o.Name}", o.Type),
            NewColumn { Nullable: true, Default: null } c when part.Operation is CreateTable t => ($"{t.Name}.{c.Name}", c.Type),
            _ => ((string Name, SqlText Type)?)null,
        }
        where field is not null
        let type = field.Value.Item2.For("postgres") ?? field.Value.Item2.For("sqlite")
        where type is not null && SafeDefaults.Expected(type)
        select subject.Find(
            ProblemCodes.MissingDefault, $"{field.Value.Item1} is {type} and can be NULL; `default: \"{SafeDefaults.Of(type)}\"` and `nullable: false` leave only what is meant.", part.Path, field.Value.Item1);
}
