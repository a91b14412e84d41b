using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary>Migration files that a command makes.</summary>
internal static class NewMigrations
{
    /// <summary>The file with the next number, after a pattern; nothing is written.</summary>
    public static MigrationFile Next(Call call, string slug, string pattern)
    {
        var folder = call.MigrationsDirectory;
        var present = MigrationFile.List(Environment.CurrentDirectory, folder).Select(Path.GetFileNameWithoutExtension).OfType<string>();
        try
        {
            return MigrationTemplate.Create(slug, present, pattern, folder.Replace('\\', '/'));
        }
        catch (TandemException e)
        {
            // Both are words of the command line.
            throw new CommandException(ExitCodes.Usage, e.Problems, e);
        }
    }

    /// <summary>Writes all files, or none where one is there already: a history of which a part is there would be started from its middle.</summary>
    public static void Write(IReadOnlyList<MigrationFile> files)
    {
        if (files.FirstOrDefault(f => File.Exists(f.Name)) is { } present)
        {
            throw new TandemException(ProblemCodes.CannotWriteMigration, $"{present.Name} is there already; nothing was written.");
        }

        foreach (var file in files)
        {
            try
            {
                _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file.Name))!);
                using var writer = new StreamWriter(new FileStream(file.Name, FileMode.CreateNew, FileAccess.Write));
                writer.Write(file.Text);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new TandemException(ProblemCodes.CannotWriteMigration, $"{file.Name} cannot be written: {e.Message}", e);
            }
        }
    }

    /// <summary>Writes files among the migrations, and into the lock where there is one; a lock with a conflict in it stops before anything is written.</summary>
    public static void WriteLocked(Call call, IReadOnlyList<MigrationFile> files)
    {
        var locked = Locks.Read(call);
        Write(files);
        foreach (var file in locked is null ? [] : files)
        {
            locked = locked!.With(file.Id, call.ReadHistory().ParentsOf(file.Id));
            Locks.Write(call, locked);
        }
    }
}
