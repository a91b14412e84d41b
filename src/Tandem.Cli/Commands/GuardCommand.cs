using System.CommandLine;
using System.CommandLine.Parsing;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running.Guards;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem guard</c>.</summary>
internal static class GuardCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one that is live, else the last that was completed." };
        var once = new Option<bool>("--once") { Description = "Look once and end; for a scheduler that calls again." };
        var span = Time("--for", "Mind it for this long and end; without it, until it is neither live nor retired any more.");
        var every = Time("--every", "How often to look: 10s without this. A look that takes long is followed by a longer rest.");
        var sample = new Option<int>("--sample")
        {
            Description = "How many rows of each table to compare at each look, at least, where mismatches count.", HelpName = "N", DefaultValueFactory = _ => new GuardOptions().Sample,
        };
        return new Command("guard", "Mind a migration's conditions for pausing and going back while it is live or retired, and act by them.") { id, once, span, every, sample }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), new GuardOptions
            {
                Every = parse.GetValue(every) ?? new GuardOptions().Every,
                For = parse.GetValue(once) ? TimeSpan.Zero : parse.GetValue(span),
                Sample = parse.GetValue(sample),
            }));
    }

    private static Option<TimeSpan?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Parse(name, result),
    };

    private static TimeSpan? Parse(string name, ArgumentResult result)
    {
        if (Durations.TryParse(result.Tokens[0].Value, out var time))
        {
            return time;
        }

        result.AddError($"{name} takes a time such as 30s, 10m or 2h.");
        return null;
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, GuardOptions how)
    {
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Runs.OrderBy(r => r.State == RunState.Live).Where(r => r.State is RunState.Live or RunState.Retired || r.UnderWay),
            "Nothing is live or retired on this target, so there is nothing to mind.");
        var plan = await call.Workspace.Runner.PlanAsync(run.Migration, call.Cancellation);
        var conditions = plan.RollbackWhen.Count > 0 ? $"minding {string.Join(", ", plan.RollbackWhen.Select(t => t.Name))}" : "no conditions to mind; watching how its columns look";
        call.Announce($"{run.Migration}: {conditions}");
        var report = await call.Workspace.Runner.GuardAsync(run.Migration, how, call.Cancellation);
        var held = report.Migration is { Held: true } or { Guard: not null };
        return new GuardView
        {
            Database = call.Database.DisplayName,
            ExitCode = held ? ExitCodes.Stopped : ExitCodes.Done,
            Migration = RunView.Of(report.Migration),
            Looks = report.Looks,
            Quality = report.Quality,
            Readings = report.Readings.Select(ReadingView.Of).ToList(),
        };
    }
}
