using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create() =>
        new Command("status", "Show where each migration stands: steps, batches, rate, time left, rows in quarantine.")
            .Does(async (call, _) => await CountAsync(call, await ReadAsync(call)));

    /// <summary>The same with the rows in quarantine, which are counted in the tables, and their dead rows.</summary>
    public static async Task<StatusView> CountAsync(Call call, StatusView status) =>
        status with
        {
            Quarantine = await call.Workspace.Runner.QuarantineAsync(call.Cancellation),
            DeadRows = await call.Workspace.Runner.DeadRowsAsync(call.Cancellation),
        };

    /// <summary>The status now.</summary>
    public static async Task<StatusView> ReadAsync(Call call)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var history = Directory.Exists(call.MigrationsDirectory) ? call.ReadHistory() : null;
        return StatusView.Of(call.Database.DisplayName, journal, history, call.Time.GetUtcNow());
    }
}
