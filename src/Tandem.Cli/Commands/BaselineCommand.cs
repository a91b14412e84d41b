using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem baseline</c>.</summary>
internal static class BaselineCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "The name of that version.", HelpName = "name", DefaultValueFactory = _ => Workspace.BaselineName };
        return new Command("baseline", "Record an existing database as the first version; changes nothing but Tandem's own objects.") { name }
            .Does((call, parse) => RunAsync(call, parse.GetRequiredValue(name)));
    }

    private static async Task<CommandView> RunAsync(Call call, string name)
    {
        await call.Workspace.Runner.BaselineAsync(name, call.Cancellation);
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        return new OutcomeView
        {
            Database = call.Database.DisplayName,
            Migration = journal.Baseline is { } run ? RunView.Of(run) : null,
            Message = $"{call.Database.DisplayName} is recorded as the version {name}.",
        };
    }
}
