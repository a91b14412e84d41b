using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>The engine's own names are left to it.</summary>
internal static class ReservedNames
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from name in subject.Names
        where IsReserved(name.Name)
        select subject.Find(
            ProblemCodes.ReservedName, $"`{name.Name}` is a name of Tandem's own objects.", name.Part);

    private static bool IsReserved(string name) =>
        name.Equals("tandem", StringComparison.OrdinalIgnoreCase)
        || OwnTables.All.ContainsKey(name)
        || name.StartsWith("_tandem_", StringComparison.OrdinalIgnoreCase);
}
