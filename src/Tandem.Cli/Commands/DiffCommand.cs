using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Postgres.Differences;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem diff</c>.</summary>
internal sealed class DiffCommand
{
    private readonly Argument<string> from = new("from") { Description = "The schema as it is: a URL or a target, a directory of migrations, a file of SQL or a schema file in YAML, or a recorded version of the database of --db." };
    private readonly Argument<string> to = new("to") { Description = "The schema as it is to be, in the same words." };
    private readonly DifferenceWishes wishes = new("TO");
    private readonly Option<bool> ignoreOrder = new("--ignore-column-order") { Description = "The order of columns is no difference." };
    private readonly Option<bool> ignoreAccess = new("--ignore-access") { Description = "Owners, rights, policies and row security are no difference." };
    private readonly Option<string?> into = new("--out") { Description = "Write the migration to this file.", HelpName = "file" };
    private readonly Option<string?> slug = new("--new") { Description = "Write the migration to the directory of migrations, with the next number and this name.", HelpName = "slug" };
    private readonly Option<string?> sandbox = new("--sandbox")
    {
        Description = "Where a database is made for a side that is none, and dropped again: here, on the server of the other side, or on the server of a URL. SQLite needs no option but where nothing else says which database is meant.",
        HelpName = "here|sqlite|URL",
    };

    public static Command Create()
    {
        var diff = new DiffCommand();
        return new Command("diff", "Write the operations that lead from one schema to another as a migration; reads only.")
        {
            diff.from, diff.to, diff.wishes.Rename, diff.wishes.NoRename, diff.wishes.Up, diff.wishes.Down, diff.wishes.AllowDrop, diff.ignoreOrder, diff.ignoreAccess, diff.into, diff.slug, diff.sandbox,
        }.Does(diff.RunAsync);
    }

    private async Task<CommandView> RunAsync(Call call, ParseResult parse)
    {
        var (file, name) = (parse.GetValue(into), parse.GetValue(slug));
        if (file is not null && name is not null)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "--out and --new both name the file: give one of them.");
        }

        var sides = await new DiffSides(call, parse.GetValue(sandbox)).ReadAsync(parse.GetRequiredValue(from), parse.GetRequiredValue(to));
        var options = wishes.Of(parse) with { IgnoreColumnOrder = parse.GetValue(ignoreOrder), IgnoreAccess = parse.GetValue(ignoreAccess) };
        PlainWriter? plain = sides.Engine == "postgres" ? PostgresPlainChanges.Between : null;
        var difference = await DifferenceWishes.AnsweredAsync(call, (sides.From.Schema, sides.To.Schema, sides.Engine), options, plain);
        var place = name is not null ? NewMigrations.Next(call, name, MigrationTemplate.Blank).Name : file?.Replace('\\', '/');
        var title = name is null ? "Bring the schema to another" : MigrationTemplate.TitleOf(name);
        var files = DifferenceFile.Of(difference, place ?? "difference.yaml", title, $"Leads from {sides.From.Name} to {sides.To.Name}").ToList();
        if (name is not null)
        {
            NewMigrations.WriteLocked(call, files);
        }
        else if (file is not null)
        {
            NewMigrations.Write(files);
        }

        return DiffView.Of(sides.From.Name, sides.To.Name, difference, files, place is not null);
    }
}
