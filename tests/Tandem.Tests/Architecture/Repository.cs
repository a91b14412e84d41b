namespace Tandem.Tests.Architecture;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "node_modules"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder by their ending, as paths from the root with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings)
    {
        var start = new DirectoryInfo(Path.Combine(Root, folder));
        return start.Exists
            ? [.. Below(start).Select(Relative).Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Folders below a folder, likewise.</summary>
    public static IReadOnlyList<string> Folders(string folder) =>
        [.. Files(folder, "").SelectMany(Parents).Distinct().Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => File.Exists(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(child => !Generated.Contains(child.Name)).SelectMany(Below));

    private static string Relative(FileInfo file) => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');

    private static IEnumerable<string> Parents(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: no Tandem.slnx above them");
    }
}
