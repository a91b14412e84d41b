using System.Data.Common;
using System.Diagnostics;

namespace Tandem.Bench;

/// <summary>A statement for one row, by its key <c>@id</c>.</summary>
internal sealed class PreparedRow : IAsyncDisposable
{
    private readonly DbCommand command;
    private readonly DbParameter id;

    private PreparedRow(DbCommand command, DbParameter id) => (this.command, this.id) = (command, id);

    public static async Task<PreparedRow> OfAsync(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        var id = command.CreateParameter();
        (command.CommandText, id.ParameterName, id.Value) = (sql, "@id", 1);
        command.Parameters.Add(id);
        await command.PrepareAsync();
        return new PreparedRow(command, id);
    }

    public async Task RunAsync(int key)
    {
        id.Value = key;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
    }

    /// <summary>The seconds that it takes for some keys, one after the other.</summary>
    public async Task<double> TimeAsync(IEnumerable<int> keys)
    {
        var watch = Stopwatch.StartNew();
        foreach (var key in keys)
        {
            await RunAsync(key);
        }

        return watch.Elapsed.TotalSeconds;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => command.DisposeAsync();
}
