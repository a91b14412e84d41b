using System.Diagnostics.CodeAnalysis;

namespace Tandem.Cli.Demo;

/// <summary>A row that hangs on a customer: an order or an activity.</summary>
/// <param name="Customer">The customer's id.</param>
/// <param name="Number">An order's cents, an activity's minutes.</param>
internal sealed record DemoChild(long Customer, long Number);

/// <summary>
/// The log of what was written and acknowledged: what must be in the database. Each customer is written by one
/// application at a time, so that the log knows the order of writes; applications share customers all the same.
/// </summary>
internal sealed class DemoModel
{
    private readonly Lock gate = new();
    private readonly List<Customer> customers = [];
    private readonly Dictionary<string, Dictionary<long, DemoChild>> children = new(StringComparer.Ordinal)
    {
        ["orders"] = [],
        ["activities"] = [],
    };

    private long greatestId;

    /// <summary>Writes of applications that the database acknowledged.</summary>
    public long Writes { get; private set; }

    /// <summary>Customers that are there.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return customers.Count(c => c.Facts is not null);
            }
        }
    }

    /// <summary>Notes a customer that is there from the beginning.</summary>
    public void Seed(long id, DemoCustomer facts)
    {
        customers.Add(new Customer(id) { Facts = facts });
        greatestId = Math.Max(greatestId, id);
    }

    /// <summary>Notes a row of <c>orders</c> or <c>activities</c> that is there from the beginning.</summary>
    public void Seed(string table, long id, DemoChild child) => children[table][id] = child;

    /// <summary>Any customer, for a reader.</summary>
    public Customer Any(Random random)
    {
        lock (gate)
        {
            return customers[random.Next(customers.Count)];
        }
    }

    /// <summary>What must be read of a customer now; false while somebody writes it.</summary>
    public bool TryExpect(Customer customer, out DemoCustomer? facts, out int changes)
    {
        lock (gate)
        {
            (facts, changes) = (customer.Facts, customer.Changes);
            return !customer.Held && !customer.Unknown;
        }
    }

    /// <summary>Takes a customer for writing; nobody else gets it until it is given back.</summary>
    /// <param name="random">Chooses.</param>
    /// <param name="forRemoval">
    /// Whether it is going to be removed. The newest customer is not: SQLite would give its id away again, and two
    /// customers of one id could not be told apart in this log.
    /// </param>
    /// <param name="customer">The customer.</param>
    public bool TryHold(Random random, bool forRemoval, [NotNullWhen(true)] out Customer? customer)
    {
        lock (gate)
        {
            for (var attempt = 0; attempt < 50; attempt++)
            {
                customer = customers[random.Next(customers.Count)];
                if (customer is { Held: false, Unknown: false, Facts: not null } && !(forRemoval && customer.Id == greatestId))
                {
                    customer.Held = true;
                    return true;
                }
            }

            customer = null;
            return false;
        }
    }

    /// <summary>Gives a customer back after a write that was acknowledged; null: it was removed, with all that hangs on it.</summary>
    public void Wrote(Customer customer, DemoCustomer? facts)
    {
        lock (gate)
        {
            customer.Facts = facts;
            customer.Changes++;
            customer.Held = false;
            Writes++;
        }
    }

    /// <summary>Gives a customer back after rows were added to it.</summary>
    public void WroteChildren(Customer customer, params ReadOnlySpan<(string Table, long Id, long Number)> rows)
    {
        lock (gate)
        {
            foreach (var (table, id, number) in rows)
            {
                children[table][id] = new DemoChild(customer.Id, number);
                Writes++;
            }

            customer.Held = false;
        }
    }

    /// <summary>Notes a customer that an application added.</summary>
    public void Added(long id, DemoCustomer facts)
    {
        lock (gate)
        {
            customers.Add(new Customer(id) { Facts = facts });
            greatestId = Math.Max(greatestId, id);
            Writes++;
        }
    }

    /// <summary>Gives a customer back after a write whose outcome is not known: nothing is said about it any more.</summary>
    public void Failed(Customer customer)
    {
        lock (gate)
        {
            customer.Held = false;
            customer.Unknown = true;
        }
    }

    /// <summary>All customers of whom something is known, by id: what must be read of them.</summary>
    public Dictionary<long, DemoCustomer> Expected() =>
        customers.Where(c => c is { Facts: not null, Unknown: false }).ToDictionary(c => c.Id, c => c.Facts!);

    /// <summary>Ids of whose rows nothing is known, because a write of them failed.</summary>
    public HashSet<long> Unknown() => [.. customers.Where(c => c.Unknown).Select(c => c.Id)];

    /// <summary>All rows of <c>orders</c> or <c>activities</c> that must be there: those of customers that are there.</summary>
    public Dictionary<long, DemoChild> Expected(string table)
    {
        var there = customers.Where(c => c.Facts is not null).Select(c => c.Id).ToHashSet();
        return children[table].Where(c => there.Contains(c.Value.Customer)).ToDictionary(c => c.Key, c => c.Value);
    }

    /// <summary>A customer in the log.</summary>
    internal sealed class Customer(long id)
    {
        /// <summary>The id in the database.</summary>
        public long Id => id;

        /// <summary>What must be read; null when it was removed.</summary>
        public DemoCustomer? Facts { get; set; }

        /// <summary>Counts the acknowledged writes.</summary>
        public int Changes { get; set; }

        /// <summary>Whether an application is writing it.</summary>
        public bool Held { get; set; }

        /// <summary>Whether a write failed, so that nobody knows what is there.</summary>
        public bool Unknown { get; set; }
    }
}
