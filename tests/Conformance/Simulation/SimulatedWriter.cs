using System.Globalization;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Simulation;

/// <summary>What a customer is, whatever the version's words for it.</summary>
internal sealed record Customer(int Id, string First, string? Last, string Status, int? Score)
{
    /// <summary>As the old version's columns, joined like a test row.</summary>
    public string Old => string.Join('|', Id, Name, Status, Score?.ToString(CultureInfo.InvariantCulture) ?? "NULL");

    /// <summary>As the new version's columns, joined like a test row.</summary>
    public string New => string.Join('|', Id, First, Last ?? "NULL", Status, Score?.ToString(CultureInfo.InvariantCulture) ?? "NULL");

    public string Name => Last is null ? First : $"{First} {Last}";
}

/// <summary>An application that writes rows of its own through one version and remembers what it wrote.</summary>
internal sealed class SimulatedWriter(int number, int seed, bool isNew, Func<string> table)
{
    private readonly Random random = new(seed);
    private int inserted;

    /// <summary>The rows that must be there.</summary>
    public Dictionary<int, Customer> Rows { get; } = [];

    /// <summary>Statements that the database acknowledged.</summary>
    public int Writes { get; private set; }

    /// <summary>Writes until it is told to stop; every failure is a failure of the test.</summary>
    public async Task RunAsync(ITestConnection connection, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await WriteAsync(connection);
            await Task.Delay(random.Next(1, 4), CancellationToken.None);
        }
    }

    private async Task WriteAsync(ITestConnection connection)
    {
        var choice = random.Next(10);
        if (Rows.Count == 0 || choice < 4)
        {
            var row = Make((number * 100_000) + ++inserted);
            await connection.ExecuteAsync(isNew
                ? $"insert into {table()} (id, first_name, last_name, state, score) values ({row.Id}, '{row.First}', {Text(row.Last)}, '{row.Status}', {Number(row.Score)})"
                : $"insert into {table()} (id, name, status, score) values ({row.Id}, '{row.Name}', '{row.Status}', {Text(Score(row))})");
            Rows[row.Id] = row;
        }
        else if (choice < 9)
        {
            var row = Make(Rows.Keys.ElementAt(random.Next(Rows.Count)));
            await connection.ExecuteAsync(isNew
                ? $"update {table()} set first_name = '{row.First}', last_name = {Text(row.Last)}, state = '{row.Status}', score = {Number(row.Score)} where id = {row.Id}"
                : $"update {table()} set name = '{row.Name}', status = '{row.Status}', score = {Text(Score(row))} where id = {row.Id}");
            Rows[row.Id] = row;
        }
        else
        {
            var id = Rows.Keys.ElementAt(random.Next(Rows.Count));
            await connection.ExecuteAsync($"delete from {table()} where id = {id}");
            Rows.Remove(id);
        }

        Writes++;
    }

    private Customer Make(int id) => new(
        id, $"F{random.Next(1000)}", random.Next(4) == 0 ? null : $"L{random.Next(1000)}", $"s{random.Next(5)}", random.Next(5) == 0 ? null : random.Next(1000));

    private static string? Score(Customer row) => row.Score?.ToString(CultureInfo.InvariantCulture);

    private static string Text(string? value) => value is null ? "null" : $"'{value}'";

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
