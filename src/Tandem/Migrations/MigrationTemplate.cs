using System.Globalization;
using System.Text;
using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>New migration files to begin with.</summary>
public static class MigrationTemplate
{
    /// <summary>The pattern that is none: an example to replace.</summary>
    public const string Blank = "blank";

    private const int UsualWidth = 4;

    /// <summary>The patterns that there are, <c>blank</c> among them.</summary>
    public static IReadOnlyList<string> Patterns { get; } = [.. MigrationPatterns.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a pattern is for, in a few words; null for one that is not known.</summary>
    public static string? Purpose(string pattern) => MigrationPatterns.Purposes.GetValueOrDefault(pattern);

    /// <summary>A file that parses as it stands, with its number and comments that say what to change.</summary>
    /// <param name="slug">What it is about; becomes a part of the name: <c>Split name</c> gives <c>split_name</c>.</param>
    /// <param name="existingIds">The ids that are there, from which the next number follows.</param>
    /// <param name="pattern">One of <see cref="Patterns"/>.</param>
    /// <param name="folder">The folder of migrations, relative to the workspace, with forward slashes.</param>
    public static MigrationFile Create(
        string slug, IEnumerable<string> existingIds, string pattern = "blank", string folder = "")
    {
        ArgumentNullException.ThrowIfNull(slug);
        if (!MigrationPatterns.All.TryGetValue(pattern, out var text))
        {
            var meant = NearestName.Find(pattern, Patterns);
            throw new TandemException(new Problem(
                ProblemCodes.UnknownPattern,
                $"There is no pattern `{pattern}`.",
                Remedy: meant is null ? $"The patterns are {string.Join(", ", Patterns)}." : $"Did you mean `{meant}`?"));
        }

        var words = Words(slug);
        var id = $"{NextNumber(existingIds)}_{words}";
        if (words.Length == 0 || !MigrationParser.IsUsableId(id))
        {
            throw new TandemException(ProblemCodes.BadFileName, $"`{slug}` cannot become a part of a migration's id.");
        }

        var title = TitleOf(slug);
        var name = folder.Length == 0 ? id : $"{folder.TrimEnd('/')}/{id}";

        // A title such as "true" or "12" reads as a text only in quotes; quotes never hurt.
        var named = pattern == Blank ? "" : $"pattern: {pattern}\n";
        return new MigrationFile($"{name}.yaml", $"title: \"{title}\"\n{named}{text.Replace("\r\n", "\n", StringComparison.Ordinal)}\n");
    }

    /// <summary>A title from what a migration is about: <c>split_name</c> gives <c>Split name</c>.</summary>
    public static string TitleOf(string slug)
    {
        ArgumentNullException.ThrowIfNull(slug);
        return Words(slug) is { Length: > 0 } words ? char.ToUpperInvariant(words[0]) + words[1..].Replace('_', ' ') : slug;
    }

    /// <summary>The number after the highest one in use, as wide as the widest in use and at least four digits.</summary>
    public static string NextNumber(IEnumerable<string> existingIds)
    {
        ArgumentNullException.ThrowIfNull(existingIds);
        var highest = 0L;
        var width = UsualWidth;
        foreach (var id in existingIds)
        {
            var digits = id.Length - id.AsSpan().TrimStart("0123456789").Length;
            if (digits is > 0 and <= 18)
            {
                highest = Math.Max(highest, long.Parse(id.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture));
                width = Math.Max(width, digits);
            }
        }

        return (highest + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
    }

    private static string Words(string slug)
    {
        var words = new StringBuilder();
        foreach (var c in slug)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                words.Append(char.ToLowerInvariant(c));
            }
            else if (words.Length > 0 && words[^1] != '_')
            {
                words.Append('_');
            }
        }

        return words.ToString().TrimEnd('_');
    }
}
