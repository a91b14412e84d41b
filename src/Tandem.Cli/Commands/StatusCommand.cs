using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create() =>
        new Command("status", "Show where each migration stands: steps, batches, rate, time left.")
            .Does(async (call, _) => await ReadAsync(call));

    /// <summary>The status now.</summary>
    public static async Task<StatusView> ReadAsync(Call call)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var history = Directory.Exists(call.MigrationsDirectory) ? call.ReadHistory() : null;
        return StatusView.Of(call.Database.DisplayName, journal, history, call.Time.GetUtcNow());
    }
}
