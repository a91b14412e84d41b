using Tandem.Tests.Architecture;

namespace Tandem.Tests.Conformance.History;

/// <summary>Finds the databases of other people that the tests try themselves on.</summary>
internal static class Corpora
{
    private static readonly string? Folder = Find();

    /// <summary>Why tests on them cannot run here, or null; in CI that is never a reason.</summary>
    public static string? ReasonToSkip => Folder is not null || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))
        ? null
        : "The example databases are not here: set TANDEM_CORPORA to their folder";

    /// <summary>The text of a file, for example <c>chinook/Chinook_Sqlite.sql</c>.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(
        Folder ?? throw new InvalidOperationException("Set TANDEM_CORPORA to the folder of the example databases."), file));

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_CORPORA") is { Length: > 0 } named)
        {
            return named;
        }

        var beside = Path.Combine(Repository.Root, "..", "shared", "corpora");
        return Directory.Exists(beside) ? beside : null;
    }
}
