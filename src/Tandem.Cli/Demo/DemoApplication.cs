namespace Tandem.Cli.Demo;

/// <summary>What an application does.</summary>
internal enum DemoWork
{
    /// <summary>Looks customers up and lists them.</summary>
    Reads,

    /// <summary>Adds, changes and removes customers and notes orders.</summary>
    Writes,
}

/// <summary>
/// One simulated application: its own connection, one request after the other at a steady pace. Every exception of a
/// request counts as failed; there is no second try.
/// </summary>
internal sealed class DemoApplication
{
    private static readonly TimeSpan ReaderPace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WriterPace = TimeSpan.FromMilliseconds(30);

    private readonly DemoWork work;
    private readonly DemoModel model;
    private readonly DemoMeter meter;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly DemoPeople people;

    /// <summary>Makes an application; it does nothing before <see cref="RunAsync"/>.</summary>
    public DemoApplication(DemoWork work, DemoModel model, DemoMeter meter, TimeProvider time, int seed)
    {
        this.work = work;
        this.model = model;
        this.meter = meter;
        this.time = time;
        random = new Random(seed);
        people = new DemoPeople(random);
    }

    /// <summary>Works until it is told to stop; the request that is under way is answered first.</summary>
    public async Task RunAsync(DemoAccess access, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(work == DemoWork.Reads ? ReaderPace : WriterPace, time);
        DemoClient? client = null;
        try
        {
            while (await NextAsync(pace, stop))
            {
                client = await RequestAsync(client, access);
            }
        }
        finally
        {
            await CloseAsync(client);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer pace, CancellationToken stop)
    {
        try
        {
            return await pace.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static ValueTask CloseAsync(DemoClient? client) => client?.DisposeAsync() ?? ValueTask.CompletedTask;

    // After a failure the connection is given up, as a pool would.
    private async Task<DemoClient?> RequestAsync(DemoClient? client, DemoAccess access)
    {
        var (name, request) = Choose();
        var start = time.GetTimestamp();
        try
        {
            client ??= await access.ConnectAsync(CancellationToken.None);
            if (!await request(client))
            {
                meter.IsWrong($"{access.Version}, {name}");
            }

            meter.Answered(time.GetElapsedTime(start));
            return client;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            meter.Fails($"{access.Version}, {name}", e);
            await CloseAsync(client);
            return null;
        }
    }

    private (string Name, Func<DemoClient, Task<bool>> Request) Choose() => (work, random.Next(20)) switch
    {
        (DemoWork.Reads, < 16) => ("look up a customer", LookUpAsync),
        (DemoWork.Reads, _) => ("list customers", ListAsync),
        (_, < 5) => ("add a customer", AddAsync),
        (_, < 10) => ("rename a customer", c => ChangeAsync(c, async (id, now) => await c.RenameAsync(id, now, people.Next()))),
        (_, < 14) => ("change a status", SetStatusAsync),
        (_, < 16) => ("remove a customer", c => ChangeAsync(c, (id, _) => RemoveAsync(c, id), forRemoval: true)),
        _ => ("note an order", OrderAsync),
    };

    // What somebody writes at the same time is not judged; everything else must be right at once.
    private async Task<bool> LookUpAsync(DemoClient client)
    {
        var customer = model.Any(random);
        var known = model.TryExpect(customer, out var expected, out var changes);
        var right = await client.IsAsync(customer.Id, expected);
        return right || !known || !model.TryExpect(customer, out _, out var changesNow) || changes != changesNow;
    }

    private async Task<bool> ListAsync(DemoClient client)
    {
        await client.ListAsync(DemoPeople.Cities[random.Next(DemoPeople.Cities.Count)]);
        return true;
    }

    private async Task<bool> AddAsync(DemoClient client)
    {
        var (id, facts) = await client.AddAsync(people.Next(), random.Next(DemoCustomer.StatusWords.Count));
        model.Added(id, facts);
        return true;
    }

    private async Task<bool> ChangeAsync(
        DemoClient client, Func<long, DemoCustomer, Task<DemoCustomer?>> change, bool forRemoval = false)
    {
        if (!model.TryHold(random, forRemoval, out var customer))
        {
            return await ListAsync(client);
        }

        try
        {
            model.Wrote(customer, await change(customer.Id, customer.Facts!));
            return true;
        }
        catch
        {
            model.Failed(customer);
            throw;
        }
    }

    private Task<bool> SetStatusAsync(DemoClient client) => ChangeAsync(
        client, async (id, now) => await client.SetStatusAsync(id, now, random.Next(DemoCustomer.StatusWords.Count)));

    private static async Task<DemoCustomer?> RemoveAsync(DemoClient client, long id)
    {
        await client.RemoveAsync(id);
        return null;
    }

    private async Task<bool> OrderAsync(DemoClient client)
    {
        if (!model.TryHold(random, forRemoval: false, out var customer))
        {
            return await ListAsync(client);
        }

        try
        {
            var (cents, minutes) = (random.Next(100, 100_000), random.Next(1, 60));
            var (order, activity) = await client.OrderAsync(customer.Id, cents, minutes);
            model.WroteChildren(customer, ("orders", order, cents), ("activities", activity, minutes));
            return true;
        }
        catch
        {
            model.Failed(customer);
            throw;
        }
    }
}
