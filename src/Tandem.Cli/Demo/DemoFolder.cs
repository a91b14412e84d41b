using System.Security.Cryptography;

namespace Tandem.Cli.Demo;

/// <summary>The folder of one demo, with its migration file and, for SQLite, its database.</summary>
internal sealed class DemoFolder
{
    private const string Resource = "Tandem.Cli.Demo.migration.yaml";

    private DemoFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The SQLite file in it.</summary>
    public string DatabaseFile => System.IO.Path.Combine(Path, "crm.db");

    /// <summary>The migration's file, relative to the folder.</summary>
    public static string MigrationFile => $"migrations/{DemoDatabase.Migration}.yaml";

    /// <summary>Makes a new folder among the temporary ones.</summary>
    public static DemoFolder Make()
    {
        var path = System.IO.Path.Combine(
            System.IO.Path.GetTempPath(), "tandem-demo-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        Directory.CreateDirectory(System.IO.Path.Combine(path, "migrations"));
        return new DemoFolder(path);
    }

    /// <summary>Writes the demo's migration with expressions of the database's engine, and returns its text.</summary>
    public async Task<string> WriteMigrationAsync(DemoDatabase database, CancellationToken cancellationToken)
    {
        await using var stream = typeof(DemoFolder).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this build.");
        using var reader = new StreamReader(stream);
        var text = (await reader.ReadToEndAsync(cancellationToken))
            .Replace("{before the blank}", database.BeforeBlank, StringComparison.Ordinal)
            .Replace("{behind the blank}", database.BehindBlank, StringComparison.Ordinal);
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, MigrationFile), text, cancellationToken);
        return text;
    }

    /// <summary>Removes it with all that is in it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
