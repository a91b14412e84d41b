using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>A plain conversion loses nothing, as far as the types tell; asked against a database, which says what type the column has.</summary>
internal static class LossyTypes
{
    public static IEnumerable<Problem> Check(LintSubject subject) => !subject.Context.Runs("postgres") || subject.Context.Schema is not { } schema ? [] :
        from part in subject.Parts
        let change = part.Value switch
        {
            ChangeType o => o,
            AlterColumn { Type: { } type } o => new ChangeType { Table = o.Table, Column = o.Column, Type = type, Up = o.Up, Down = o.Down },
            _ => null,
        }
        where change?.Type.For("postgres") is not null
        let old = schema.Table(change.Table)?.Column(change.Column)?.Type
        where old is not null
        from said in Said(change, old, change.Type.For("postgres")!)
        select subject.Find(ProblemCodes.LossyType, said.Text, part) with { Severity = said.Severity };

    private static IEnumerable<(string Text, Severity Severity)> Said(ChangeType change, string from, string to)
    {
        var name = $"{change.Table}.{change.Column}";
        if (change.Up is null && Conversions.Loss(from, to) is { } loss)
        {
            yield return ($"{name} becomes {to} from {from}: {loss}.", Severity.Warning);
        }

        if (change.Down is null && Conversions.Loss(to, from) is { } back)
        {
            yield return ($"The old version sees {name} as {from}, and new applications write {to}: {back}.", Severity.Note);
        }
    }
}
