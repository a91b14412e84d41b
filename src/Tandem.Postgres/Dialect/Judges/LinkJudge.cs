using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

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

            foreach (var differing in Rights(link.Link, context))
            {
                yield return differing;
            }

            foreach (var widened in Widened(link.Link, context))
            {
                yield return widened;
            }

            var firing = link.Link.PartSide == Side.Old && link.Link.Rows is null ? link.Whole.Before!.Triggers.Where(t => t is { OnUpdate: true, Enabled: true }).Select(t => t.Name).ToList() : [];
            if (firing.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.TriggersFire, $"The engine fills rows of {whole.Name} by UPDATE: {string.Join(", ", firing)} will fire for each.", Subject: whole.Name);
            }

            yield return new Problem(
                ProblemCodes.PairsAreLocked,
                $"A write of {(link.Link.Rows is null ? string.Join(", ", link.Link.Columns.Select(c => c.Whole)) : "a row")} through one version also locks the row that holds them in the other ({link.Link.Whole}, {link.Link.Part}): "
                + "when two sessions update the same facts through both versions at the same moment, one may be broken off as a deadlock.",
                Subject: whole.Name);
        }
    }

    // Columns that come into a table come under the rights on that table.
    private static IEnumerable<Problem> Widened(TableLink link, RenderContext context)
    {
        if (link.Rows is not null || link.PartSide != Side.Old)
        {
            return [];
        }

        HashSet<(string Grantee, string Privilege)> Given(ObjectAccess? access) => (access?.Grants ?? [])
            .Where(g => g is { Column: null, Privilege: "SELECT" or "INSERT" or "UPDATE" }).Select(g => (g.Grantee, g.Privilege)).ToHashSet();
        var (whole, part) = (AccessTo(link.Whole, context), AccessTo(link.Part, context));
        var had = Given(part);
        return Given(whole).Where(g => !had.Contains(g) && g.Grantee != part?.Owner).OrderBy(g => g).Select(g => new Problem(
            ProblemCodes.AccessWidens,
            $"From live on {RoleRights.Called(g.Grantee)} may {g.Privilege} {string.Join(", ", link.Columns.Select(c => c.Whole))} of {link.Whole}, and has no such right on {link.Part}.",
            Subject: link.Whole));
    }

    // One table has one set of rights: whoever may read the rows of one part must be allowed to read those of all.
    private static IEnumerable<Problem> Rights(TableLink link, RenderContext context)
    {
        if (link.Rows is null || link.PartSide != Side.Old)
        {
            return [];
        }

        var first = TableLinks.Of(context.Changes).First(l => l.Link.Whole == link.Whole).Link.Part;
        var (one, other) = (AccessTo(first, context), AccessTo(link.Part, context));
        return one?.Owner == other?.Owner && (one?.Grants ?? []).ToHashSet().SetEquals(other?.Grants ?? [])
            ? []
            : [new Problem(ProblemCodes.TablesDiffer, $"{first} and {link.Part} have different owners or rights, and {link.Whole} can have but one.", Subject: link.Part)];
    }

    private static ObjectAccess? AccessTo(string table, RenderContext context) => context.Schema.Access.FirstOrDefault(a => a.On.Kind == "table" && a.On.Identity == table);
}
