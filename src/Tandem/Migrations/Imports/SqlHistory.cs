using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Reads up/down histories of plain SQL, each in the order in which its own tool carries it out.</summary>
public static partial class SqlHistory
{
    /// <summary>The layouts that are known.</summary>
    public static IReadOnlyList<string> Layouts { get; } = ["golang-migrate", "flyway", "diesel", "dbmate", "goose", "plain"];

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
            "golang-migrate" => UpDown(files, problems),
            "flyway" => FlywayHistory.Read(files, problems),
            "diesel" => Directories(files, problems),
            "dbmate" => Marked(files, problems, MarkedFile.Dbmate),
            "goose" => Marked(files, problems, MarkedFile.Goose),
            _ => Plain(files, problems),
        };
        if (found.Count == 0)
        {
            problems.Add(new Problem(ProblemCodes.NoHistoryFound, $"No file has the form of {layout}."));
        }

        var ids = new ImportIds();
        var migrations = found.Select(f => Migration(f, ids, problems)).ToValueList();
        return new ImportedHistory(layout, migrations, problems.ToValueList());
    }

    private static string Recognize(IReadOnlyList<MigrationFile> files)
    {
        var names = files.Select(f => Path.GetFileName(f.Name)).ToList();
        return names.Any(n => FlywayHistory.IsVersioned(n)) ? "flyway"
            : files.Any(f => f.Name.Contains('/', StringComparison.Ordinal) && Path.GetFileName(f.Name) == "up.sql") ? "diesel"
            : files.Any(f => MarkedFile.Goose.Recognizes(f.Text)) ? "goose"
            : files.Any(f => MarkedFile.Dbmate.Recognizes(f.Text)) ? "dbmate"
            : names.Any(n => n.EndsWith(".up.sql", StringComparison.OrdinalIgnoreCase)) ? "golang-migrate"
            : "plain";
    }

    private static ImportedMigration Migration(SqlPair pair, ImportIds ids, List<Problem> problems)
    {
        var id = ids.Of(pair.Name);
        var up = Unwrapped(pair.Up, pair.Origin, problems);
        return new ImportedMigration(id, pair.Origin, ImportIds.Title(pair.Description))
        {
            Up = up, Down = pair.Down is { } down && !IsEmpty(down) ? Unwrapped(down, pair.Origin, problems) : null, Transaction = pair.Transaction,
        };
    }

    private static bool IsEmpty(string sql) => SqlLexer.Tokenize(sql).All(t => t.IsSymbol(";"));

    // The engine begins and ends the transaction, so a script's own around all of it goes.
    private static string Unwrapped(string sql, string origin, List<Problem> problems)
    {
        var text = Trimmed(sql);
        var tokens = SqlLexer.Tokenize(text);
        var first = tokens.TakeWhile(t => !t.IsSymbol(";")).ToList();
        var last = tokens.Reverse().SkipWhile(t => t.IsSymbol(";")).TakeWhile(t => !t.IsSymbol(";")).Reverse().ToList();
        if (first.Count is 0 or > 2 || last.Count is 0 or > 2 || first.Count >= tokens.Count
            || !(first[0].Is("begin") || (first[0].Is("start") && first[^1].Is("transaction"))) || !(last[0].Is("commit") || last[0].Is("end"))
            || (first[0].Is("begin") && first.Count == 2 && !IsKindOfTransaction(first[1])) || (last.Count == 2 && !IsKindOfTransaction(last[1])))
        {
            return text;
        }

        problems.Add(new Problem(
            ProblemCodes.ImportedDifferently, "Its own BEGIN and COMMIT were left out: every script is one transaction.", new SourceSpan(origin.Split(',')[0])));
        return Trimmed(text[(tokens[first.Count].Position + 1)..last[0].Position]).TrimStart(' ');
    }

    private static bool IsKindOfTransaction(SqlLexer.Token token) =>
        token.Is("transaction") || token.Is("work") || token.Is("immediate") || token.Is("exclusive") || token.Is("deferred");

    private static string Trimmed(string sql) =>
        string.Join('\n', sql.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n');

    // NNN_name.up.sql and NNN_name.down.sql, by the number.
    private static List<SqlPair> UpDown(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var named = files.Select(f => (File: f, Match: UpDownName().Match(Path.GetFileName(f.Name)))).ToList();
        Unread(named.Where(n => !n.Match.Success).Select(n => n.File), problems);
        var pairs = named.Where(n => n.Match.Success).GroupBy(n => n.Match.Groups["name"].Value, StringComparer.Ordinal).Select(g =>
        {
            var up = g.FirstOrDefault(n => n.Match.Groups["way"].Value.Equals("up", StringComparison.OrdinalIgnoreCase)).File;
            var down = g.FirstOrDefault(n => n.Match.Groups["way"].Value.Equals("down", StringComparison.OrdinalIgnoreCase)).File;
            return Pair(g.Key, up, down, problems);
        }).OfType<SqlPair>();
        return InOrder(pairs);
    }

    // diesel: 2024-01-02-030405_name/up.sql; the version is what stands before the underscore, without dashes.
    private static List<SqlPair> Directories(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var known = files.Where(f => Path.GetFileName(f.Name) is "up.sql" or "down.sql" or "metadata.toml" && f.Name.Contains('/', StringComparison.Ordinal)).ToList();
        Unread(files.Except(known), problems);
        return known.GroupBy(f => Path.GetDirectoryName(f.Name)!.Replace('\\', '/'), StringComparer.Ordinal).Select(g =>
        {
            var pair = Pair(Path.GetFileName(g.Key), g.FirstOrDefault(f => f.Name.EndsWith("/up.sql", StringComparison.Ordinal)), g.FirstOrDefault(f => f.Name.EndsWith("/down.sql", StringComparison.Ordinal)), problems);
            var outside = g.Any(f => f.Name.EndsWith("metadata.toml", StringComparison.Ordinal) && Outside().IsMatch(f.Text));
            return pair is null || !outside ? pair : pair with { Transaction = false };
        }).OfType<SqlPair>()
            .OrderBy(p => p.Name.Split('_')[0].Replace("-", "", StringComparison.Ordinal), StringComparer.Ordinal)
            .ThenBy(p => p.Name, StringComparer.Ordinal)
            .ToList();
    }

    private static List<SqlPair> Marked(IReadOnlyList<MigrationFile> files, List<Problem> problems, MarkedFile form)
    {
        var sql = files.Where(f => f.Name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) && form.Recognizes(f.Text)).ToList();
        Unread(files.Except(sql), problems);
        return InOrder(sql.Select(f => form.Read(f, problems)));
    }

    // name.sql, with name.down.sql, name_down.sql or name.rollback.sql for the way back.
    private static List<SqlPair> Plain(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var sql = files.Where(f => f.Name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).ToList();
        Unread(files.Except(sql), problems);
        var backs = sql.Where(f => WayBack().IsMatch(f.Name)).ToDictionary(f => WayBack().Replace(f.Name, ""), StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var pairs = sql.Where(f => !WayBack().IsMatch(f.Name)).Select(f =>
        {
            var name = Forth().Replace(f.Name, "");
            var back = backs.GetValueOrDefault(name);
            used.Add(name);
            return Pair(name, f, back, problems);
        }).OfType<SqlPair>().ToList();
        Unread(backs.Where(b => !used.Contains(b.Key)).Select(b => b.Value), problems);
        return InOrder(pairs);
    }

    private static SqlPair? Pair(string name, MigrationFile? up, MigrationFile? down, List<Problem> problems)
    {
        if (up is null)
        {
            problems.Add(new Problem(ProblemCodes.NotImported, $"{name} has a way back and no way forth.", new SourceSpan(down!.Name)));
            return null;
        }

        return new SqlPair(name, DescriptionOf(name), string.Join(", ", new[] { up.Name, down?.Name }.OfType<string>()), up.Text, down?.Text);
    }

    internal static string DescriptionOf(string name) => Number().Replace(Path.GetFileName(name), "");

    /// <summary>By the number in front, then by name; where not all have one, by name alone.</summary>
    private static List<SqlPair> InOrder(IEnumerable<SqlPair> pairs)
    {
        var all = pairs.ToList();
        return all.TrueForAll(p => Version(p.Name) is not null)
            ? [.. all.OrderBy(p => Version(p.Name)).ThenBy(p => p.Name, StringComparer.Ordinal)]
            : [.. all.OrderBy(p => p.Name, StringComparer.Ordinal)];
    }

    private static decimal? Version(string name) =>
        Number().Match(Path.GetFileName(name)) is { Success: true } match
        && decimal.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    internal static void Unread(IEnumerable<MigrationFile> files, List<Problem> problems) => problems.AddRange(files.Select(f => new Problem(
        ProblemCodes.NotImported, $"{f.Name} is no part of the history's form.", new SourceSpan(f.Name))));

    [GeneratedRegex(@"^(?<name>[0-9]+.*)\.(?<way>up|down)\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UpDownName();

    [GeneratedRegex(@"^[^0-9]{0,2}(?<number>[0-9]{1,24})[_. -]*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"([._-](down|undo|rollback|revert))\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WayBack();

    [GeneratedRegex(@"([._-](up|do|deploy))?\.sql\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forth();

    [GeneratedRegex(@"^\s*run_in_transaction\s*=\s*false\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Outside();
}

/// <summary>A script and its way back, as they stand in a history.</summary>
/// <param name="Name">The name that becomes the id.</param>
/// <param name="Description">The name without its number.</param>
/// <param name="Origin">The files.</param>
/// <param name="Up">The text.</param>
/// <param name="Down">The way back, or null.</param>
internal sealed record SqlPair(string Name, string Description, string Origin, string Up, string? Down)
{
    /// <summary>Whether it may run in a transaction, where the history says it.</summary>
    public bool? Transaction { get; init; }
}
