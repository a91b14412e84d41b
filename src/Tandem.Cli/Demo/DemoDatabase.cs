using System.Data.Common;
using System.Globalization;

namespace Tandem.Cli.Demo;

/// <summary>A customer as it is at the beginning.</summary>
internal sealed record DemoSeed(long Id, DemoPerson Person, long Status, string CreatedAt);

/// <summary>
/// The CRM of the demo on one engine: makes it, fills it, opens applications' connections, takes it away again. What
/// is different between the engines stands in the two classes below it and nowhere else in the demo.
/// </summary>
internal abstract class DemoDatabase : IAsyncDisposable
{
    /// <summary>The migration of the demo.</summary>
    public const string Migration = "0001_names";

    private const int BaseSeed = 20260301;

    /// <summary>The address for Tandem.</summary>
    public abstract string Url { get; }

    /// <summary>What and where it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Whether applications of the new version must be restarted when the base tables take its shape.</summary>
    public abstract bool NewVersionMovesAtComplete { get; }

    /// <summary>The part of <c>name</c> before its first blank, as SQL of this engine.</summary>
    public abstract string BeforeBlank { get; }

    /// <summary>The part of <c>name</c> behind its first blank, NULL where there is none.</summary>
    public abstract string BehindBlank { get; }

    /// <summary>Makes the database and its empty tables.</summary>
    public abstract Task MakeAsync(CancellationToken cancellationToken);

    /// <summary>How applications of a version reach it, while the base tables have the shape of <paramref name="shape"/>.</summary>
    public abstract DemoAccess Access(DemoVersion version, DemoVersion shape);

    /// <summary>Takes the database away.</summary>
    public abstract Task RemoveAsync();

    /// <summary>Closes what is open.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Fills the tables with made-up rows, the same every time, and notes them in the model.</summary>
    public async Task FillAsync(int rows, DemoModel model, CancellationToken cancellationToken)
    {
        var random = new Random(BaseSeed);
        var people = new DemoPeople(random);
        await using var connection = await OpenAsync(cancellationToken);
        await CopyAsync(connection, "customers", ["id", "name", "email", "phone", "city", "country", "status", "created_at"], Customers(), cancellationToken);
        await CopyAsync(connection, "orders", ["id", "customer_id", "amount_cents"], Children("orders", rows * 6 / 10, 100_000), cancellationToken);
        await CopyAsync(connection, "activities", ["id", "customer_id", "kind", "minutes"], WithKind(Children("activities", rows * 8 / 10, 60)), cancellationToken);
        await FinishAsync(connection, cancellationToken);

        IEnumerable<object?[]> Customers()
        {
            for (long id = 1; id <= rows; id++)
            {
                var person = people.Next();
                var status = random.Next(DemoCustomer.StatusWords.Count);
                model.Seed(id, DemoCustomer.WrittenByOld(person.Name, status, person.Country));
                yield return
                [
                    id, person.Name, string.Create(CultureInfo.InvariantCulture, $"customer{id}@example.org"),
                    random.Next(3) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"+1 555 {id:0000000}"),
                    person.City, person.Country, (long)status, Moment(id),
                ];
            }
        }

        IEnumerable<object?[]> Children(string table, int count, int limit)
        {
            for (long id = 1; id <= count; id++)
            {
                var child = new DemoChild(random.Next(1, rows + 1), random.Next(1, limit));
                model.Seed(table, id, child);
                yield return [id, child.Customer, child.Number];
            }
        }

        static IEnumerable<object?[]> WithKind(IEnumerable<object?[]> children) =>
            children.Select(c => new[] { c[0], c[1], ((long)c[0]! % 3) switch { 0 => "call", 1 => "mail", _ => "visit" }, c[2] });

        static string Moment(long id) => string.Create(
            CultureInfo.InvariantCulture, $"2025-{(id % 12) + 1:00}-{(id % 28) + 1:00} {id % 24:00}:{id % 60:00}:00");
    }

    /// <summary>Opens a connection that is set up as an application's is.</summary>
    protected abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Writes many rows quickly.</summary>
    protected abstract Task CopyAsync(
        DbConnection connection, string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Makes indexes and statistics after the rows are in.</summary>
    protected abstract Task FinishAsync(DbConnection connection, CancellationToken cancellationToken);
}
