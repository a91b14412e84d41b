using System.Text.RegularExpressions;
using Tandem.Problems;

namespace Tandem.Migrations.Imports;

/// <summary>
/// Sqitch: <c>sqitch.plan</c>, or a plan of another name, names the changes in their order, <c>deploy/name.sql</c> and
/// <c>revert/name.sql</c> hold them. The earlier form of a change that was reworked is kept under the name of a tag between the
/// two: <c>deploy/name@v1.sql</c>.
/// </summary>
internal static partial class SqitchHistory
{
    /// <summary>Whether this is a plan: its name is a setting, and tools that build on Sqitch have names of their own.</summary>
    public static bool IsPlan(MigrationFile file) =>
        file.Name.EndsWith(".plan", StringComparison.OrdinalIgnoreCase) && Syntax().IsMatch(file.Text);

    public static List<SqlPair> Read(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var plan = files.FirstOrDefault(IsPlan);
        if (plan is null)
        {
            return [];
        }

        var folder = plan.Name[..(plan.Name.LastIndexOf('/') + 1)];
        var byName = files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var lines = Lines(plan).ToList();
        var pairs = new List<SqlPair>();
        var used = new HashSet<string>(StringComparer.Ordinal) { plan.Name };
        foreach (var (name, number, at) in lines.Select((l, i) => (l.Name, l.Number, At: i)).Where(l => !l.Name.StartsWith('@')))
        {
            var stem = Stems(lines, name, at).FirstOrDefault(s => byName.ContainsKey($"{folder}deploy/{s}.sql"));
            if (stem is null)
            {
                problems.Add(new Problem(ProblemCodes.NotImported, $"There is no deploy/{name}.sql.", new SourceSpan(plan.Name, number, 1)));
                continue;
            }

            var up = byName[$"{folder}deploy/{stem}.sql"];
            var down = byName.GetValueOrDefault($"{folder}revert/{stem}.sql");
            used.UnionWith(new[] { up.Name, down?.Name, $"{folder}verify/{stem}.sql" }.OfType<string>());
            pairs.Add(new SqlPair(stem, name, up.Name, up.Text, down?.Text) { DownFile = down?.Name });
        }

        SqlHistory.Unread(files.Where(f => !used.Contains(f.Name)), problems);
        return pairs;
    }

    // The last form has the bare name. An earlier one has that of the last tag before the next time that it is named.
    private static IEnumerable<string> Stems(List<(string Name, int Number)> lines, string name, int at)
    {
        var next = lines.FindIndex(at + 1, l => l.Name == name);
        return next < 0 ? [name] : lines[at..next].Where(l => l.Name.StartsWith('@')).Select(l => name + l.Name).Reverse();
    }

    private static IEnumerable<(string Name, int Number)> Lines(MigrationFile plan) => plan.Text.ReplaceLineEndings("\n").Split('\n')
        .Select((line, i) => (Match: Change().Match(line), Number: i + 1))
        .Where(l => l.Match.Success)
        .Select(l => (l.Match.Groups["name"].Value, l.Number));

    [GeneratedRegex(@"^\s*%syntax-version=", RegexOptions.CultureInvariant)]
    private static partial Regex Syntax();

    [GeneratedRegex(@"^\s*[+-]?\s*(?<name>[^\s%#\[][^\s\[]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Change();
}
