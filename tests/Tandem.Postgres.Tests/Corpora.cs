using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>
/// Well-known sample databases, too large to live beside the code: in the folder that <c>TANDEM_CORPORA</c> names, else in
/// <c>shared/corpora</c> beside the repository.
/// </summary>
internal static class Corpora
{
    /// <summary>The folder, or null.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A script, with <c>/</c> in its path.</summary>
    public static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(
        Path.Combine(Folder ?? throw new InvalidOperationException("The sample databases are missing: set TANDEM_CORPORA."), path));

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_CORPORA") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
            {
                var beside = Path.Combine(folder.Parent?.FullName ?? folder.FullName, "shared", "corpora");
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}

/// <summary>A theory over sample databases: skipped where they are missing, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorporaTheoryAttribute : TheoryAttribute
{
    public CorporaTheoryAttribute() => Skip = PostgresVersions.ReasonToSkip
        ?? (Corpora.Folder is null && !PostgresVersions.IsCi
            ? "The sample databases are missing: set TANDEM_CORPORA"
            : null);
}
