using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem new</c>.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "What it is about, in a few words: split_name." };
        var pattern = new Option<string>("--pattern", "-p")
        {
            Description = $"What the file begins with: {string.Join(", ", MigrationTemplate.Patterns)}.",
            HelpName = "name",
            DefaultValueFactory = _ => "blank",
        };
        return new Command("new", "Write a commented migration file with the next number.") { slug, pattern }
            .Does((call, parse) => Task.FromResult<CommandView>(Run(call, parse.GetRequiredValue(slug), parse.GetRequiredValue(pattern))));
    }

    private static NewView Run(Call call, string slug, string pattern)
    {
        var folder = call.MigrationsDirectory;

        // Read before anything is written: a lock with a conflict in it stops here.
        var locked = Locks.Read(call);
        var present = MigrationFile.List(Environment.CurrentDirectory, folder).Select(Path.GetFileNameWithoutExtension).OfType<string>();
        var file = Create(slug, present, pattern, folder.Replace('\\', '/'));
        try
        {
            _ = Directory.CreateDirectory(folder);
            using var writer = new StreamWriter(new FileStream(file.Name, FileMode.CreateNew, FileAccess.Write));
            writer.Write(file.Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TandemException(ProblemCodes.CannotWriteMigration, $"{file.Name} cannot be written: {e.Message}", e);
        }

        if (locked is not null)
        {
            Locks.Write(call, locked.With(file.Id, call.ReadHistory().ParentsOf(file.Id)));
        }

        return new NewView { Migration = file.Id, File = file.Name, Pattern = pattern };
    }

    private static MigrationFile Create(string slug, IEnumerable<string> present, string pattern, string folder)
    {
        try
        {
            return MigrationTemplate.Create(slug, present, pattern, folder);
        }
        catch (TandemException e)
        {
            // Both are words of the command line.
            throw new CommandException(ExitCodes.Usage, e.Problems, e);
        }
    }
}
