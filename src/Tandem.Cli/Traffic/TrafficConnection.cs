using System.Data;
using System.Data.Common;

namespace Tandem.Cli.Traffic;

/// <summary>One connection of an application: takes the next request whenever it is free, and waits until that is due.</summary>
internal sealed class TrafficConnection(TrafficVersion version, TrafficDatabase database, TrafficScript script) : IAsyncDisposable
{
    private DbConnection? connection;

    /// <summary>
    /// Connects and reads a row of each table, so that neither that nor the first use of the driver's code is measured. What
    /// fails here fails again when it counts.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            connection = await database.OpenAsync(version, cancellationToken);
            foreach (var table in version.Tables)
            {
                _ = await AskAsync(connection, new TrafficRequest(TimeSpan.Zero, TrafficKind.Read, table.Read, table.Keys[0]));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await CloseAsync();
        }
    }

    /// <summary>Makes requests until none is left; the one that is under way is answered first.</summary>
    public async Task RunAsync(TrafficPace pace, IReadOnlyDictionary<TrafficKind, TrafficMeter> meters, CancellationToken stop)
    {
        while (true)
        {
            var request = script.Next();
            if (await pace.WaitAsync(request.Due, stop) is not { } from)
            {
                return;
            }

            try
            {
                connection ??= await database.OpenAsync(version, CancellationToken.None);
                var found = await AskAsync(connection, request);
                meters[request.Kind].Answered(pace.Now - from, found);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                meters[request.Kind].Failed(e);
                await CloseIfBrokenAsync();
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<bool> AskAsync(DbConnection open, TrafficRequest request)
    {
        await using var command = database.Command(open, request.Sql, request.Key);
        // To the end: only then is the statement done, and its failure known.
        await using var reader = await command.ExecuteReaderAsync();
        var found = false;
        while (await reader.ReadAsync())
        {
            found = true;
        }

        return found;
    }

    private Task CloseIfBrokenAsync() => connection?.State == ConnectionState.Open ? Task.CompletedTask : CloseAsync();

    private async Task CloseAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        connection = null;
    }
}
