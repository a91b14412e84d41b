using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>What a plan owes to say about facts that two versions keep in different tables.</summary>
internal static class LinkJudge
{
    public static IEnumerable<Problem> Of(TableChange whole, ValueList<TableChange> changes, RenderContext context)
    {
        foreach (var link in TableLinks.Of(changes).Where(l => l.Whole == whole))
        {
            var tables = new[] { link.Whole.Before?.Name, link.Part.Before?.Name }.OfType<string>().ToList();
            foreach (var policy in context.Schema.Dependents.Where(d => d.Kind == DependentKind.Policy && tables.Contains(d.Table)).DistinctBy(d => (d.Table, d.Name)))
            {
                yield return new Problem(ProblemCodes.LinkedRowSecurity, $"The policy {policy.Name} of {policy.Table} would not hold for {link.Link.Part}.", Subject: policy.Table);
            }

            foreach (var secured in new[] { link.Whole.Before, link.Part.Before }.OfType<Table>().Where(t => t.RowSecurity))
            {
                yield return new Problem(ProblemCodes.LinkedRowSecurity, $"{secured.Name} has row security, which would not hold for {link.Link.Part}.", Subject: secured.Name);
            }

            var firing = link.Link.PartSide == Side.Old ? link.Whole.Before!.Triggers.Where(t => t is { OnUpdate: true, Enabled: true }).Select(t => t.Name).ToList() : [];
            if (firing.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.TriggersFire, $"The engine fills rows of {whole.Name} by UPDATE: {string.Join(", ", firing)} will fire for each.", Subject: whole.Name);
            }

            yield return new Problem(
                ProblemCodes.PairsAreLocked,
                $"A write of {string.Join(", ", link.Link.Columns.Select(c => c.Whole))} through one version also locks the row that holds them in the other ({link.Link.Whole}, {link.Link.Part}): "
                + "when two sessions update the same facts through both versions at the same moment, one may be broken off as a deadlock.",
                Subject: whole.Name);
        }
    }
}
