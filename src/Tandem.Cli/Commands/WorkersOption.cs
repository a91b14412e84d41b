using System.CommandLine;
using System.Globalization;
using Tandem.Planning;

namespace Tandem.Cli.Commands;

/// <summary><c>--workers</c>: how many sessions fill or compare a table at once.</summary>
internal static class WorkersOption
{
    public static Option<int?> Create()
    {
        var workers = new Option<int?>("--workers")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"How many sessions fill or compare a table at once on PostgreSQL, 1 to {WorkerChoice.Most}, instead of what the target, the file or the plan says."),
            HelpName = "number",
        };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > WorkerChoice.Most)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--workers takes 1 to {WorkerChoice.Most}."));
            }
        });
        return workers;
    }
}
