using System.Runtime.CompilerServices;
using Tandem.Databases;
using Tandem.Sqlite;

namespace Tandem.Tests.Sqlite;

/// <summary>A database file of a test's own, gone with its directory afterwards.</summary>
internal sealed class SqliteTestFile : IDisposable
{
    private static readonly SqliteLimits Limits = new(TimeSpan.FromSeconds(5));
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tandem-");

    public SqliteTestFile(params IEnumerable<string> statements)
    {
        File = SqliteFile.Create(Path, TimeProvider.System);
        foreach (var statement in statements)
        {
            Run(statement);
        }
    }

    // Before any other test binds a library by way of an ADO.NET driver.
    [ModuleInitializer]
    public static void ChooseLibrary() => SqliteLibrary.Load();

    /// <summary>The application's connection.</summary>
    public SqliteFile File { get; }

    public string Path => System.IO.Path.Combine(directory.FullName, "test file.db");

    public string Folder => directory.FullName;

    public SqlResult Run(string sql) => File.Run(sql, Limits);

    public object? Value(string sql) => Run(sql).Rows[0][0];

    public SqliteDatabase Database() => SqliteDatabase.At("sqlite:" + Path);

    public void Dispose()
    {
        File.Dispose();
        directory.Delete(recursive: true);
    }
}
