using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Reads up/down histories of plain SQL, each in the order in which its own tool carries it out.</summary>
public static partial class SqlHistory
{
    /// <summary>The layouts that are known.</summary>
    public static IReadOnlyList<string> Layouts { get; } = [.. MarkedFile.Forms.Select(f => f.Layout), "golang-migrate", "postgrator", "flyway", "diesel", "prisma", "sqitch", "liquibase", "plain"];

    /// <summary>Reads a history.</summary>
    /// <param name="files">The files, named relative to the history's directory.</param>
    /// <param name="layout">What it is; null to recognise it by its files.</param>
    public static ImportedHistory Read(IReadOnlyList<MigrationFile> files, string? layout = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        var problems = new List<Problem>();
        layout ??= Recognize(files);
        var found = layout switch
        {
            "golang-migrate" => UpDown(files, problems, UpDownName()),
            "postgrator" => UpDown(files, problems, DoUndoName()),
            "flyway" => FlywayHistory.Read(files, problems),
            "diesel" => Directories(files, problems, "up.sql"),
            "prisma" => Directories(files, problems, "migration.sql"),
            "sqitch" => SqitchHistory.Read(files, problems),
            "liquibase" => LiquibaseHistory.Read(files, problems),
            _ => MarkedFile.Forms.FirstOrDefault(f => f.Layout == layout) is { } form ? Marked(files, problems, form) : Plain(files, problems),
        };
        if (found.Count == 0)
        {
            problems.Add(new Problem(ProblemCodes.NoHistoryFound, $"No file has the form of {layout}."));
        }

        var ids = new ImportIds();
        var migrations = found.Select(f => Migration(f, ids, problems)).OfType<ImportedMigration>().ToValueList();
        return new ImportedHistory(layout, migrations, Together(problems));
    }

    private static string Recognize(IReadOnlyList<MigrationFile> files)
    {
        var names = files.Select(f => Path.GetFileName(f.Name)).ToList();
        return files.Any(SqitchHistory.IsPlan) ? "sqitch"
            : files.Any(f => LiquibaseHistory.Recognizes(f.Text)) ? "liquibase"
            : names.Any(n => FlywayHistory.IsVersioned(n)) ? "flyway"
            : files.Any(f => f.Name.EndsWith("/up.sql", StringComparison.Ordinal)) ? "diesel"
            : files.Any(f => f.Name.EndsWith("/migration.sql", StringComparison.Ordinal)) ? "prisma"
            : MarkedFile.Forms.FirstOrDefault(m => files.Any(f => IsSql(f) && !UpDownName().IsMatch(Path.GetFileName(f.Name)) && m.Recognizes(f.Text))) is { } form ? form.Layout
            : names.Any(n => UpDownName().Match(n) is { Success: true } match && IsUp(match)) ? "golang-migrate"
            : names.Any(n => DoUndoName().Match(n) is { Success: true } match && IsUp(match)) ? "postgrator"
            : "plain";
    }

    // What is said of many files in the same words is said once.
    private static ValueList<Problem> Together(List<Problem> problems) => problems
        .GroupBy(p => (p.Code, p.Message))
        .Select(g => g.Count() == 1 ? g.First() : g.First() with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"{g.Key.Message} So in {g.Count()} files: {Named(g.Select(p => p.Place?.File ?? "").Distinct(StringComparer.Ordinal).ToList())}."),
        }).ToValueList();

    private static string Named(List<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - 5} more") : "");

    private static ImportedMigration? Migration(SqlPair pair, ImportIds ids, List<Problem> problems)
    {
        // What is left when transactions and commands of psql are taken off may be comments alone.
        var said = new List<Problem>();
        var up = HistoryText.Read(pair.Up, pair.File, said);
        if (HistoryText.IsEmpty(up))
        {
            problems.Add(new Problem(
                ProblemCodes.ImportedDifferently, $"{pair.Name} holds no statement; there is no migration for it.", new SourceSpan(pair.File)));
            return null;
        }

        var down = pair.Down is { } back ? HistoryText.Read(back, pair.File, said) : "";
        problems.AddRange(said);
        return new ImportedMigration(ids.Of(pair.Name), pair.Origin, ImportIds.Title(pair.Description))
        {
            Up = up, Down = HistoryText.IsEmpty(down) ? null : down, Transaction = pair.Transaction ?? (HistoryText.SaysOutside(pair.Up) ? false : null),
        };
    }

    // NNN_name.up.sql and NNN_other.down.sql, or NNN.do.name.sql and NNN.undo.sql: by the number, and by the name where a number has several.
    private static List<SqlPair> UpDown(IReadOnlyList<MigrationFile> files, List<Problem> problems, Regex form)
    {
        var named = files.Select(f => (File: f, Match: form.Match(Path.GetFileName(f.Name)))).ToList();
        Unread(named.Where(n => !n.Match.Success).Select(n => n.File), problems);
        var known = named.Where(n => n.Match.Success).ToList();
        string Name(Match match) => match.Groups["name"].Value;
        var alone = known.GroupBy(n => Dotted(Name(n.Match)), StringComparer.Ordinal).Where(g => g.Count(n => IsUp(n.Match)) == 1 && g.Count() < 3).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        var pairs = known.GroupBy(n => alone.Contains(Dotted(Name(n.Match))) ? (Dotted(Name(n.Match)), "") : ("", Name(n.Match))).Select(g =>
        {
            var up = g.FirstOrDefault(n => IsUp(n.Match));
            var down = g.FirstOrDefault(n => !IsUp(n.Match));
            Unread(g.Where(n => n != up && n != down).Select(n => n.File), problems);
            return Pair(Name((up.Match ?? down.Match)!) + (up.Match is { } match ? match.Groups["more"].Value : ""), up.File, down.File, problems);
        }).OfType<SqlPair>();
        return InOrder(pairs, problems);
    }

    private static bool IsUp(Match match) => match.Groups["way"].Value.ToUpperInvariant() is "UP" or "DO";

    private static bool IsSql(MigrationFile file) => file.Name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase);

    // diesel: 2024-01-02-030405_name/up.sql; the version is what stands before the underscore, without dashes. Prisma: 20240102030405_name/migration.sql.
    private static List<SqlPair> Directories(IReadOnlyList<MigrationFile> files, List<Problem> problems, string forth)
    {
        var known = files.Where(f => f.Name.Contains('/', StringComparison.Ordinal) && (Path.GetFileName(f.Name) == forth || Path.GetFileName(f.Name) is "down.sql" or "metadata.toml")).ToList();
        var folders = known.GroupBy(f => Path.GetDirectoryName(f.Name)!.Replace('\\', '/'), StringComparer.Ordinal).ToLookup(g => g.Any(IsSql));
        Unread(files.Except(known).Concat(folders[false].SelectMany(g => g)), problems);
        return folders[true].Select(g =>
        {
            var pair = Pair(Path.GetFileName(g.Key), g.FirstOrDefault(f => Path.GetFileName(f.Name) == forth), g.FirstOrDefault(f => f.Name.EndsWith("/down.sql", StringComparison.Ordinal)), problems);
            var outside = g.Any(f => f.Name.EndsWith("metadata.toml", StringComparison.Ordinal) && Outside().IsMatch(f.Text));
            return pair is null ? null : pair with { Description = pair.Name[(pair.Name.IndexOf('_', StringComparison.Ordinal) + 1)..], Transaction = outside ? false : null };
        }).OfType<SqlPair>()
            .OrderBy(p => p.Name.Split('_')[0].Replace("-", "", StringComparison.Ordinal), StringComparer.Ordinal)
            .ThenBy(p => p.Name, StringComparer.Ordinal)
            .ToList();
    }

    private static List<SqlPair> Marked(IReadOnlyList<MigrationFile> files, List<Problem> problems, MarkedFile form)
    {
        var sql = files.Where(f => IsSql(f) && form.Takes(f.Text)).ToList();
        Unread(files.Except(sql), problems);
        return InOrder(sql.Select(f => form.Read(f, problems)), problems);
    }

    // name.sql, with name.down.sql, name_down.sql or name.rollback.sql for the way back; or up/name.sql and down/name.sql.
    private static List<SqlPair> Plain(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var sql = files.Where(f => IsSql(f) && !InFolder(f, VerifyFolder())).ToList();
        Unread(files.Except(sql), problems);
        var backs = sql.Where(IsBack).GroupBy(f => InFolder(f, BackFolder()) ? Forth().Replace(BackFolder().Replace(f.Name, "${before}"), "") : WayBack().Replace(f.Name, ""), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        Unread(backs.Values.SelectMany(b => b.Skip(1)), problems);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var pairs = sql.Where(f => !IsBack(f)).Select(f =>
        {
            var name = Forth().Replace(ForthFolder().Replace(f.Name, "${before}"), "");
            used.Add(name);
            return Pair(name, f, backs.GetValueOrDefault(name)?[0], problems);
        }).OfType<SqlPair>().ToList();
        Unread(backs.Where(b => !used.Contains(b.Key)).Select(b => b.Value[0]), problems);
        return InOrder(pairs, problems);
    }

    private static bool IsBack(MigrationFile file) => WayBack().IsMatch(file.Name) || InFolder(file, BackFolder());

    private static bool InFolder(MigrationFile file, Regex folder) => folder.IsMatch(file.Name);

    private static SqlPair? Pair(string name, MigrationFile? up, MigrationFile? down, List<Problem> problems)
    {
        if (up is null)
        {
            problems.Add(new Problem(ProblemCodes.NotImported, $"{name} has a way back and no way forth.", new SourceSpan(down!.Name)));
            return null;
        }

        return new SqlPair(name, DescriptionOf(name), up.Name, up.Text, down?.Text) { DownFile = down?.Name };
    }

    internal static string DescriptionOf(string name) => Number().Replace(Path.GetFileName(name), "");

    /// <summary>By the number in front, then by name; where not all have one, by name alone. Numbers in names count as numbers.</summary>
    private static List<SqlPair> InOrder(IEnumerable<SqlPair> pairs, List<Problem> problems)
    {
        var all = pairs.ToList();
        problems.AddRange(all.Where(p => Version(p.Name) is not null).GroupBy(p => Dotted(p.Name)).Where(g => g.Count() > 1).Select(g => new Problem(
            ProblemCodes.ImportedDifferently,
            $"{string.Join(" and ", g.Select(p => p.Name).Order(NaturalOrder.Instance))} have one number; they are taken in the order of their names.",
            new SourceSpan(g.First().File))));
        return all.TrueForAll(p => Version(p.Name) is not null)
            ? [.. all.OrderBy(p => Version(p.Name)).ThenBy(p => p.Name, NaturalOrder.Instance)]
            : [.. all.OrderBy(p => p.Name, NaturalOrder.Instance)];
    }

    // 1.9.0 and 1.10.0 begin with one number and are not one.
    private static string Dotted(string name) =>
        string.Join('.', MoreNumbers().Match(Path.GetFileName(name)).Groups["number"].Value.Split('.').Select(p => p.TrimStart('0')));

    private static decimal? Version(string name) =>
        Number().Match(Path.GetFileName(name)) is { Success: true } match
        && decimal.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    // A script that is left out is named for itself; whatever else lies in the directory is told once.
    internal static void Unread(IEnumerable<MigrationFile> files, List<Problem> problems)
    {
        var left = files.ToList();
        problems.AddRange(left.Where(f => Script().IsMatch(f.Name)).Select(f => new Problem(
            ProblemCodes.NotImported, $"{f.Name} is no part of the history's form.", new SourceSpan(f.Name))));
        var others = left.Where(f => !Script().IsMatch(f.Name)).Select(f => f.Name).ToList();
        if (others.Count > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.NotImported, $"{Named(others)} {(others.Count == 1 ? "is" : "are")} no part of the history's form.", new SourceSpan(others[0])));
        }
    }

    [GeneratedRegex(@"\.(sql|go|js|mjs|cjs|ts|py|rb|php|java|kt|scala|groovy|cs|fs|rs|ex|exs|pl|sh|edn|clj)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Script();

    [GeneratedRegex(@"^(?<name>[0-9]+.*)\.(?<way>up|down)\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UpDownName();

    [GeneratedRegex(@"^(?<name>[0-9]+)\.(?<way>do|undo)(?<more>\..+)?\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DoUndoName();

    [GeneratedRegex(@"^[^0-9]{0,2}(?<number>[0-9]{1,24})[_. -]*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[^0-9]{0,2}(?<number>[0-9]+([.][0-9]+)*)", RegexOptions.CultureInvariant)]
    private static partial Regex MoreNumbers();

    [GeneratedRegex(@"([._-](down|undo|rollback|revert))\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WayBack();

    [GeneratedRegex(@"([._-](up|do|deploy))?\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forth();

    [GeneratedRegex(@"(?<before>^|/)(up|do|deploy|forward)/(?=[^/]+\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForthFolder();

    [GeneratedRegex(@"(?<before>^|/)(down|undo|rollback|revert|backward)/(?=[^/]+\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BackFolder();

    [GeneratedRegex(@"(^|/)verify/[^/]+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VerifyFolder();

    [GeneratedRegex(@"^\s*run_in_transaction\s*=\s*false\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Outside();
}

/// <summary>A script and its way back, as they stand in a history.</summary>
/// <param name="Name">The name that becomes the id.</param>
/// <param name="Description">The name without its number.</param>
/// <param name="File">The file.</param>
/// <param name="Up">The text.</param>
/// <param name="Down">The way back, or null.</param>
internal sealed record SqlPair(string Name, string Description, string File, string Up, string? Down)
{
    /// <summary>The file of the way back when it has one of its own.</summary>
    public string? DownFile { get; init; }

    /// <summary>The files.</summary>
    public string Origin => DownFile is null ? File : $"{File}, {DownFile}";

    /// <summary>Whether it may run in a transaction, where the history says it.</summary>
    public bool? Transaction { get; init; }
}
