using Xunit;

namespace Tandem.Tests;

/// <summary>Public sample databases that are not part of the repository.</summary>
internal static class Corpora
{
    /// <summary>The folder named by TANDEM_CORPORA, or <c>shared/corpora</c> beside the repository; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file of the corpora.</summary>
    public static string File(string name) => Path.Combine(Folder ?? throw new InvalidOperationException("No corpora."), name);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_CORPORA") is { Length: > 0 } named)
        {
            return named;
        }

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !System.IO.File.Exists(Path.Combine(root.FullName, "Tandem.slnx")))
        {
            root = root.Parent;
        }

        var folder = Path.Combine(root?.Parent?.FullName ?? "", "shared", "corpora");
        return Directory.Exists(folder) ? folder : null;
    }
}

/// <summary>A fact about the sample databases: skipped where they are not, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorporaFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if there is one.</summary>
    public CorporaFactAttribute()
    {
        if (Corpora.Folder is null && Environment.GetEnvironmentVariable("CI") is not "true")
        {
            Skip = "The sample databases are not here: name their folder in TANDEM_CORPORA.";
        }
    }
}
