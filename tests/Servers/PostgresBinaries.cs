namespace Tandem.Tests.Servers;

/// <summary>Where eng/postgres.sh has put the servers.</summary>
internal static class PostgresBinaries
{
    /// <summary>The account servers run as when the tests run as root, which PostgreSQL refuses.</summary>
    public const string TestUser = "tandem-test";

    /// <summary>Whether this major can be started here.</summary>
    public static bool AreInstalled(int major) =>
        !OperatingSystem.IsWindows() && File.Exists(Path.Combine(Folder(major), "bin", "postgres"));

    /// <summary>
    /// The real folder of a major's bin, lib and share. Links are resolved here because the account that runs
    /// the server may not be able to walk through the checkout.
    /// </summary>
    public static string Home(int major)
    {
        var folder = Folder(major);
        return Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
    }

    private static string Folder(int major) => Path.Combine(RepositoryRoot(), ".cache", "postgres", $"{major}");

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: no Tandem.slnx above them");
    }
}
