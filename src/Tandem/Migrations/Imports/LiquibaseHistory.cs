using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tandem.Problems;

namespace Tandem.Migrations.Imports;

/// <summary>
/// Liquibase's histories of SQL: files that begin with <c>--liquibase formatted sql</c>, in the order of their names. Each changeset is a migration; what
/// comments call its rollback is its way back.
/// </summary>
internal static partial class LiquibaseHistory
{
    private static readonly string[] Engines = ["postgresql", "sqlite"];

    /// <summary>Whether a file is one of them.</summary>
    public static bool Recognizes(string text) => Head().IsMatch(text);

    public static List<SqlPair> Read(IReadOnlyList<MigrationFile> files, List<Problem> problems)
    {
        var sql = files.Where(f => Recognizes(f.Text)).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        SqlHistory.Unread(files.Except(sql), problems);
        var cut = sql.Select(f => (File: f, Sets: Cut(f, problems))).ToList();
        OneEngine(cut, problems);
        return [.. cut.SelectMany(c => Changesets(c.File, c.Sets, problems))];
    }

    private static IEnumerable<SqlPair> Changesets(MigrationFile file, List<Changeset> sets, List<Problem> problems)
    {
        HistoryText.ReportPlaceholders(file, problems);
        foreach (var set in sets.Where(s => IsOurs(s, file, problems)))
        {
            Report(set, file, problems);
            var stem = Path.GetFileNameWithoutExtension(file.Name);
            var name = sets.Count == 1 ? stem : $"{stem}_{set.Id}";
            yield return new SqlPair(name, SqlHistory.DescriptionOf(name), file.Name, set.Up.ToString(), set.Down.Length == 0 ? null : set.Down.ToString())
            {
                Transaction = Has(set, "runInTransaction", "false") ? false : null,
            };
        }
    }

    private static List<Changeset> Cut(MigrationFile file, List<Problem> problems)
    {
        var sets = new List<Changeset>();
        var (number, back, ignored) = (0, false, 0);
        foreach (var line in file.Text.Split('\n'))
        {
            number++;
            if (IgnoreMark().Match(line) is { Success: true } mark)
            {
                ignored = mark.Groups["lines"].Value.ToLowerInvariant() switch { "start" => int.MaxValue, "end" => 0, var n => int.Parse(n, CultureInfo.InvariantCulture) };
            }
            else if (ignored > 0)
            {
                ignored--;
            }
            else if (Begin().Match(line) is { Success: true } begin)
            {
                sets.Add(new Changeset(begin.Groups["id"].Value.Trim('"'), begin.Groups["more"].Value, number));
                back = false;
            }
            else if (sets.Count == 0)
            {
                if (line.Trim().Length > 0 && !line.TrimStart().StartsWith("--", StringComparison.Ordinal))
                {
                    problems.Add(new Problem(ProblemCodes.NotImported, "Text before the first changeset.", new SourceSpan(file.Name, number, 1)));
                }
            }
            else if (back || BackBlock().IsMatch(line))
            {
                var text = back ? line : BackBlock().Replace(line, "");
                var end = text.IndexOf("*/", StringComparison.Ordinal);
                back = end < 0;
                text = back ? text : text[..end];
                sets[^1].Down.Append(text.Trim().Length == 0 ? "" : text.TrimEnd() + '\n');
            }
            else if (BackLine().Match(line) is { Success: true } rollback)
            {
                sets[^1].Down.Append(Nothing().IsMatch(rollback.Groups["sql"].Value) ? "" : rollback.Groups["sql"].Value + '\n');
            }
            else if (Condition().IsMatch(line))
            {
                problems.Add(new Problem(ProblemCodes.NotImported, $"The line {line.Trim()}.", new SourceSpan(file.Name, number, 1)));
            }
            else
            {
                sets[^1].Up.Append(line).Append('\n');
            }
        }

        return sets;
    }

    private static bool IsOurs(Changeset set, MigrationFile file, List<Problem> problems)
    {
        var reason = Has(set, "ignore", "true") ? "is ignored there" : Ours(set).Any() ? null : $"is for {Value(set, "dbms")}";
        if (reason is not null)
        {
            problems.Add(new Problem(ProblemCodes.NotImported, $"The changeset {set.Id} {reason}.", new SourceSpan(file.Name, set.Line, 1)));
        }

        return reason is null;
    }

    // Those that it is for; `!oracle` is all but one.
    private static IEnumerable<string> Ours(Changeset set)
    {
        var named = Value(set, "dbms")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var wanted = named.Where(d => d[0] != '!').ToList();
        bool Has(string database) => named.Contains(database, StringComparer.OrdinalIgnoreCase);
        return Engines.Where(e => !Has($"!{e}") && (wanted.Count == 0 || Has("all") || Has(e)));
    }

    // A history for several databases says the same once for each.
    private static void OneEngine(List<(MigrationFile File, List<Changeset> Sets)> cut, List<Problem> problems)
    {
        var single = cut.SelectMany(c => c.Sets.Select(s => (c.File, Set: s, Engines: Ours(s).ToList()))).Where(s => s.Engines.Count == 1).ToList();
        if (single.Select(s => s.Engines[0]).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            problems.AddRange(single.Select(s => new Problem(
                ProblemCodes.NotImported, $"That the changeset {s.Set.Id} is for {s.Engines[0]} alone: its migration runs on any database.", new SourceSpan(s.File.Name, s.Set.Line, 1))));
        }
    }

    private static void Report(Changeset set, MigrationFile file, List<Problem> problems)
    {
        var place = new SourceSpan(file.Name, set.Line, 1);
        if (Value(set, "endDelimiter") is { } delimiter and not ";")
        {
            problems.Add(new Problem(ProblemCodes.NotImported, $"The statements of the changeset {set.Id} end with {delimiter}.", place));
        }

        if (Has(set, "runAlways", "true") || Has(set, "runOnChange", "true"))
        {
            problems.Add(new Problem(ProblemCodes.ImportedDifferently, $"The changeset {set.Id} is carried out once; a change of it later is a new migration.", place));
        }

        if (Has(set, "failOnError", "false"))
        {
            problems.Add(new Problem(ProblemCodes.ImportedDifferently, $"The changeset {set.Id} stops the run where it fails.", place));
        }

        if ((Value(set, "context") ?? Value(set, "contextFilter")) is { } context)
        {
            problems.Add(new Problem(ProblemCodes.ImportedDifferently, $"The changeset {set.Id} is carried out everywhere, not in the context {context} alone.", place));
        }
    }

    private static bool Has(Changeset set, string attribute, string value) => string.Equals(Value(set, attribute), value, StringComparison.OrdinalIgnoreCase);

    private static string? Value(Changeset set, string attribute) => Attribute().Matches(set.Attributes)
        .FirstOrDefault(m => string.Equals(m.Groups["name"].Value, attribute, StringComparison.OrdinalIgnoreCase))?.Groups["value"].Value.Trim('"');

    [GeneratedRegex(@"\A\uFEFF?\s*--\s*liquibase\s+formatted\s+sql\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"^\s*--\s*changeset\s+(""[^""]*""|[^:]+?):(?<id>""[^""]*""|\S+)(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Begin();

    [GeneratedRegex(@"(?<name>[a-z]+):(?<value>""[^""]*""|\S+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\s*--\s*ignoreLines:\s*(?<lines>start|end|[0-9]{1,6})\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IgnoreMark();

    [GeneratedRegex(@"^\s*--\s*rollback\b[ \t]*(?<sql>.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BackLine();

    [GeneratedRegex(@"^\s*/\*\s*liquibase\s+rollback\b\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BackBlock();

    [GeneratedRegex(@"^\s*(empty|not required)\s*;?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Nothing();

    [GeneratedRegex(@"^\s*--\s*(preconditions?\b|precondition-|property\s)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Condition();

    private sealed record Changeset(string Id, string Attributes, int Line)
    {
        public StringBuilder Up { get; } = new();

        public StringBuilder Down { get; } = new();
    }
}
