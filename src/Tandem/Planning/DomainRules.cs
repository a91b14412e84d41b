using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Planning;

/// <summary>What cannot change of a domain together with tables that have columns of it.</summary>
internal static class DomainRules
{
    /// <summary>A problem for each table that changes with the default of a domain: both versions would take one of the two.</summary>
    public static IEnumerable<Problem> Check(ChangeDraft draft) =>
        from change in draft.Objects.All
        where change is { Before: Domain before, After: Domain after } && before.Default != after.Default
        from table in draft.Changes.Select(c => c.Name).Where(change.On.Contains)
        select new Problem(
            ProblemCodes.ObjectInUse, $"The default of the domain {change.Name} changes together with {table}, which has columns of it.", Subject: change.Name,
            Remedy: "Change the domain's default in a migration of its own.");
}
