using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Tandem.Problems;

namespace Tandem.Migrations.Imports;

/// <summary>
/// Flyway: <c>V1.2__name.sql</c> with <c>U1.2__name.sql</c> as its way back, by the parts of the version as numbers; then
/// <c>R__name.sql</c> by name.
/// </summary>
internal static partial class FlywayHistory
{
    /// <summary>Whether a file's name is one of Flyway's.</summary>
    public static bool IsVersioned(string name) => FileName().IsMatch(name);

    public static List<SqlPair> Read(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var settings = files.Where(f => f.Name.EndsWith(".sql.conf", StringComparison.Ordinal)).ToDictionary(f => f.Name[..^5], StringComparer.Ordinal);
        var named = files.Where(f => !f.Name.EndsWith(".sql.conf", StringComparison.Ordinal))
            .Select(f => (File: f, Match: FileName().Match(Path.GetFileName(f.Name)))).ToList();
        SqlHistory.Unread(named.Where(n => !n.Match.Success).Select(n => n.File), problems);
        var known = named.Where(n => n.Match.Success).ToList();
        problems.AddRange(known.Where(n => Kind(n.Match) == "B").Select(n => new Problem(
            ProblemCodes.NotImported, $"{n.File.Name} is a baseline; the versions that it stands for are taken over instead.", new SourceSpan(n.File.Name))));
        var undos = known.Where(n => Kind(n.Match) == "U").GroupBy(n => VersionKey(n.Match), StringComparer.Ordinal).ToList();
        SqlHistory.Unread(undos.SelectMany(g => g.Skip(1)).Select(n => n.File), problems);
        var undo = undos.ToDictionary(g => g.Key, g => g.First().File, StringComparer.Ordinal);
        var versioned = known.Where(n => Kind(n.Match) == "V").OrderBy(n => Version(n.Match), VersionOrder.Instance)
            .Select(n => Pair(n.File, n.Match, undo.GetValueOrDefault(VersionKey(n.Match)), settings, problems)).ToList();
        var versions = known.Where(n => Kind(n.Match) == "V").Select(n => VersionKey(n.Match)).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(known.Where(n => Kind(n.Match) == "V").GroupBy(n => VersionKey(n.Match), StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => new Problem(
            ProblemCodes.ImportedDifferently,
            $"{string.Join(" and ", g.Select(n => n.File.Name))} are one version; they are taken in this order.",
            new SourceSpan(g.First().File.Name))));
        problems.AddRange(undo.Where(u => !versions.Contains(u.Key)).Select(u => new Problem(
            ProblemCodes.NotImported, $"{u.Value.Name} has no version that it takes back.", new SourceSpan(u.Value.Name))));
        return [.. versioned, .. known.Where(n => Kind(n.Match) == "R").OrderBy(n => n.Match.Groups["name"].Value, StringComparer.Ordinal).Select(n => Repeatable(n.File, n.Match, settings, problems))];
    }

    private static SqlPair Repeatable(MigrationFile file, Match match, Dictionary<string, MigrationFile> settings, List<Problem> problems)
    {
        problems.Add(new Problem(
            ProblemCodes.ImportedDifferently, $"{file.Name} is carried out once, behind the versions; a change of it later is a new migration.", new SourceSpan(file.Name)));
        return Pair(file, match, null, settings, problems);
    }

    private static SqlPair Pair(MigrationFile file, Match match, MigrationFile? undo, Dictionary<string, MigrationFile> settings, List<Problem> problems)
    {
        foreach (var part in new[] { file, undo }.OfType<MigrationFile>())
        {
            HistoryText.ReportPlaceholders(part, problems);
        }

        return new SqlPair(
            Path.GetFileNameWithoutExtension(file.Name),
            match.Groups["name"].Value,
            file.Name,
            file.Text,
            undo?.Text)
        {
            DownFile = undo?.Name,
            Transaction = settings.TryGetValue(file.Name, out var conf) && Outside().IsMatch(conf.Text) ? false : null,
        };
    }

    private static string Kind(Match match) => match.Groups["kind"].Value;

    private static BigInteger[] Version(Match match) =>
        [.. match.Groups["version"].Value.Split('.', '_').Where(p => p.Length > 0).Select(p => BigInteger.Parse(p, CultureInfo.InvariantCulture))];

    private static string VersionKey(Match match) =>
        string.Join('.', match.Groups["version"].Value.Split('.', '_').Where(p => p.Length > 0).Select(p => p.TrimStart('0'))).TrimEnd('.');

    [GeneratedRegex(@"^(?<kind>[VUB])(?<version>[0-9]+(?:[._][0-9]+)*)__(?<name>.+)\.sql\z|^(?<kind>R)__(?<name>.+)\.sql\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\s*executeInTransaction\s*=\s*false\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Outside();

    /// <summary>Part by part; a version that goes on is the later one, and .0 at the end means nothing.</summary>
    private sealed class VersionOrder : IComparer<BigInteger[]>
    {
        public static readonly VersionOrder Instance = new();

        public int Compare(BigInteger[]? x, BigInteger[]? y)
        {
            for (var i = 0; i < Math.Max(x!.Length, y!.Length); i++)
            {
                var order = (i < x.Length ? x[i] : 0).CompareTo(i < y.Length ? y[i] : 0);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}
