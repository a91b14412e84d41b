using Shouldly;
using Tandem.Tests.Architecture;

namespace Tandem.Tests.Docs;

/// <summary>
/// Files in the repository that are made from the code. A test fails when one is stale; with TANDEM_UPDATE_GENERATED=1
/// in the environment the tests write them anew instead.
/// </summary>
internal static class GeneratedFile
{
    private const string Begin = "<!-- generated from the code; write below the end mark -->";
    private const string End = "<!-- end of the generated part -->";

    private static bool Update => Environment.GetEnvironmentVariable("TANDEM_UPDATE_GENERATED") == "1";

    /// <summary>A file that is generated as a whole.</summary>
    public static string? WholeDifference(string path, string content) => Difference(path, content);

    /// <summary>A page of which the upper part is generated; what people wrote below the end mark stays.</summary>
    public static string? PageDifference(string path, string generated)
    {
        var written = Read(path);
        var end = written.IndexOf(End, StringComparison.Ordinal);
        var kept = end < 0 ? written : written[(end + End.Length)..];
        return Difference(path, $"{Begin}\n{generated.Trim('\n')}\n{End}\n{(kept.Trim('\n') is { Length: > 0 } text ? $"\n{text}\n" : "")}");
    }

    /// <summary>Fails with all that is stale.</summary>
    public static void Hold(IEnumerable<string?> differences) =>
        string.Join("\n", differences.OfType<string>()).ShouldBe("", "run the tests with TANDEM_UPDATE_GENERATED=1 and commit what they write");

    private static string? Difference(string path, string content)
    {
        if (Read(path) == content)
        {
            return null;
        }

        if (!Update)
        {
            return $"{path}: stale";
        }

        var full = Path.Combine(Repository.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return null;
    }

    private static string Read(string path) =>
        Repository.Has(path) ? Repository.Read(path).Replace("\r\n", "\n", StringComparison.Ordinal) : "";
}
