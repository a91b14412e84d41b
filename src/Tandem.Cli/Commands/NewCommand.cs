using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;

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
        var file = NewMigrations.Next(call, slug, pattern);
        NewMigrations.WriteLocked(call, [file]);
        return new NewView { Migration = file.Id, File = file.Name, Pattern = pattern };
    }
}
