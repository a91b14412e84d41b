namespace Tandem.Cli.Demo;

/// <summary>What is in the database against what the log of acknowledged writes says, through one version.</summary>
/// <param name="Rows">Rows that must be there.</param>
/// <param name="Lost">Of these, rows that are not there.</param>
/// <param name="Different">Of these, rows that are there in a wrong form.</param>
/// <param name="Unexpected">Rows that are there and must not be.</param>
internal sealed record DemoComparison(long Rows, long Lost, long Different, long Unexpected)
{
    /// <summary>Nothing compared yet.</summary>
    public static DemoComparison None { get; } = new(0, 0, 0, 0);

    /// <summary>Whether everything is as it must be.</summary>
    public bool IsRight => Lost == 0 && Different == 0 && Unexpected == 0;

    public static DemoComparison operator +(DemoComparison a, DemoComparison b) =>
        new(a.Rows + b.Rows, a.Lost + b.Lost, a.Different + b.Different, a.Unexpected + b.Unexpected);

    /// <summary>Compares every row of the CRM. The applications must be drained.</summary>
    public static async Task<DemoComparison> MakeAsync(DemoModel model, DemoAccess access, CancellationToken cancellationToken)
    {
        await using var client = await access.ConnectAsync(cancellationToken);
        var sum = await CustomersAsync(model, client);
        foreach (var table in new[] { "orders", "activities" })
        {
            cancellationToken.ThrowIfCancellationRequested();
            sum += await ChildrenAsync(model, client, table);
        }

        return sum;
    }

    private static async Task<DemoComparison> CustomersAsync(DemoModel model, DemoClient client)
    {
        var expected = model.Expected();
        var unknown = model.Unknown();
        long found = 0, different = 0, unexpected = 0;
        await client.ReadAllAsync((id, equals) =>
        {
            if (expected.TryGetValue(id, out var facts))
            {
                found++;
                different += equals(facts) ? 0 : 1;
            }
            else
            {
                unexpected += unknown.Contains(id) ? 0 : 1;
            }
        });
        return new DemoComparison(expected.Count, expected.Count - found, different, unexpected);
    }

    private static async Task<DemoComparison> ChildrenAsync(DemoModel model, DemoClient client, string table)
    {
        var expected = model.Expected(table);
        var unknown = model.Unknown();
        long found = 0, different = 0, unexpected = 0;
        await client.ReadChildrenAsync(table, (id, child) =>
        {
            if (expected.TryGetValue(id, out var right))
            {
                found++;
                different += right == child ? 0 : 1;
            }
            else
            {
                unexpected += unknown.Contains(child.Customer) ? 0 : 1;
            }
        });
        return new DemoComparison(expected.Count, expected.Count - found, different, unexpected);
    }
}
