using System.Text.RegularExpressions;
using Tandem.Tests.Architecture;
using Xunit;

namespace Tandem.Tests.Docs;

/// <summary>Links between pages lead somewhere.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] RootPages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

    [Fact]
    public void Links_lead_to_a_file_and_its_heading() => Rules.Hold(
        from page in RootPages.Concat(Repository.Files("docs", ".md"))
        from Match link in Link().Matches(Code().Replace(Repository.Read(page), ""))
        let target = link.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal)
        let broken = Broken(page, target)
        where broken is not null
        select $"{page}: {target}: {broken}");

    private static string? Broken(string page, string target)
    {
        var (file, heading) = target.Split('#') is [var path, var anchor] ? (path, anchor) : (target, null);
        var folder = Path.GetDirectoryName(page) ?? "";
        var full = file.Length == 0 ? page : Path.GetRelativePath(".", Path.Combine(folder, file)).Replace('\\', '/');
        return !Repository.Has(full) ? "no such file"
            : heading is not null && !Heading().Matches(Repository.Read(full)).Any(h => Anchor(h.Groups[1].Value) == heading) ? "no such heading"
            : null;
    }

    // As GitHub does it: lower case, blanks as hyphens, everything else but letters, digits, _ and - left out.
    private static string Anchor(string heading) =>
        NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NotInAnchor();
}
