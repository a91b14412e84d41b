using System.Data.Common;
using System.Globalization;

namespace Tandem.Cli.Demo;

/// <summary>How an application reaches the database.</summary>
/// <param name="Version">The version that it is written for.</param>
/// <param name="Customers">The name under which that version's customers stand, as it is written in SQL.</param>
/// <param name="Connection">Opens a connection that is set up for that version.</param>
internal sealed record DemoAccess(DemoVersion Version, string Customers, Func<CancellationToken, Task<DbConnection>> Connection)
{
    /// <summary>Connects.</summary>
    public async Task<DemoClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await Connection(cancellationToken);
        return Version == DemoVersion.Old ? new OldClient(connection, Customers) : new NewClient(connection, Customers);
    }
}

/// <summary>
/// A connection of one application with the statements that it is made of. They name their columns, as applications
/// should, and know nothing of Tandem.
/// </summary>
internal abstract class DemoClient(DbConnection connection, string customers) : IAsyncDisposable
{
    /// <summary>The name of the customers' table in this version.</summary>
    protected string Customers => customers;

    /// <summary>Reads a customer and says whether it is as expected; null: it must not be there.</summary>
    public abstract Task<bool> IsAsync(long id, DemoCustomer? expected);

    /// <summary>Adds a customer.</summary>
    public abstract Task<(long Id, DemoCustomer Facts)> AddAsync(DemoPerson person, long status);

    /// <summary>Gives a customer another name.</summary>
    public abstract Task<DemoCustomer> RenameAsync(long id, DemoCustomer now, DemoPerson person);

    /// <summary>Gives a customer another status.</summary>
    public abstract Task<DemoCustomer> SetStatusAsync(long id, DemoCustomer now, long status);

    /// <summary>Reads all customers, as this version shows them.</summary>
    /// <param name="check">Is given each id and a comparison of the row with what is expected.</param>
    public abstract Task ReadAllAsync(Action<long, Func<DemoCustomer, bool>> check);

    /// <summary>Lists customers of a city, as a dashboard does.</summary>
    public Task<int> ListAsync(string city) => ReadAsync(
        $"select id, email, city from {customers} where city = @city order by id limit 20", _ => { }, ("city", city));

    /// <summary>Removes a customer with all that hangs on it.</summary>
    public Task RemoveAsync(long id) => WriteOneAsync($"delete from {customers} where id = @id", ("id", id));

    /// <summary>Notes an order and the call in which it was made, in one transaction.</summary>
    public async Task<(long Order, long Activity)> OrderAsync(long customer, long cents, long minutes)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var order = await NewIdAsync(
            "insert into orders (customer_id, amount_cents) values (@customer, @cents) returning id",
            ("customer", customer),
            ("cents", cents));
        var activity = await NewIdAsync(
            "insert into activities (customer_id, kind, minutes) values (@customer, 'call', @minutes) returning id",
            ("customer", customer),
            ("minutes", minutes));
        await transaction.CommitAsync();
        return (order, activity);
    }

    /// <summary>Reads all orders or activities.</summary>
    public Task<int> ReadChildrenAsync(string table, Action<long, DemoChild> row) => ReadAsync(
        $"select id, customer_id, {(table == "orders" ? "amount_cents" : "minutes")} from {table}",
        r => row(Number(r, 0), new DemoChild(Number(r, 1), Number(r, 2))));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>A value that is text, or null for NULL.</summary>
    protected static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A value that is a whole number of any size.</summary>
    protected static long Number(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    /// <summary>Carries out a statement that must find exactly one row.</summary>
    protected async Task WriteOneAsync(string sql, params (string Name, object? Value)[] arguments)
    {
        await using var command = Command(sql, arguments);
        var affected = await command.ExecuteNonQueryAsync();
        if (affected != 1)
        {
            throw new InvalidOperationException($"{affected} rows were affected, not 1.");
        }
    }

    /// <summary>Carries out an insert and returns the new row's id.</summary>
    protected async Task<long> NewIdAsync(string sql, params (string Name, object? Value)[] arguments)
    {
        long? id = null;

        // To the end: only then is the statement done, and its failure known.
        await ReadAsync(sql, r => id = Number(r, 0), arguments);
        return id ?? throw new InvalidOperationException("The insert returned no id.");
    }

    /// <summary>Reads rows; returns how many.</summary>
    protected async Task<int> ReadAsync(string sql, Action<DbDataReader> row, params (string Name, object? Value)[] arguments)
    {
        await using var command = Command(sql, arguments);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            row(reader);
            rows++;
        }

        return rows;
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] arguments)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in arguments)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

/// <summary>An application that was written before the change.</summary>
internal sealed class OldClient(DbConnection connection, string customers) : DemoClient(connection, customers)
{
    /// <inheritdoc />
    public override async Task<bool> IsAsync(long id, DemoCustomer? expected)
    {
        var right = expected is null;
        var rows = await ReadAsync(
            $"select name, status from {Customers} where id = @id",
            r => right = expected is not null && Text(r, 0) == expected.Name && Number(r, 1) == expected.Status,
            ("id", id));
        return right && rows == (expected is null ? 0 : 1);
    }

    /// <inheritdoc />
    public override async Task<(long Id, DemoCustomer Facts)> AddAsync(DemoPerson person, long status)
    {
        var id = await NewIdAsync(
            $"insert into {Customers} (name, email, city, country, status) values (@name, @email, @city, @country, @status) returning id",
            ("name", person.Name),
            ("email", "new@example.org"),
            ("city", person.City),
            ("country", person.Country),
            ("status", status));
        return (id, DemoCustomer.WrittenByOld(person.Name, status, person.Country));
    }

    /// <inheritdoc />
    public override async Task<DemoCustomer> RenameAsync(long id, DemoCustomer now, DemoPerson person)
    {
        await WriteOneAsync($"update {Customers} set name = @name where id = @id", ("name", person.Name), ("id", id));
        return now.RenamedByOld(person.Name);
    }

    /// <inheritdoc />
    public override async Task<DemoCustomer> SetStatusAsync(long id, DemoCustomer now, long status)
    {
        await WriteOneAsync($"update {Customers} set status = @status where id = @id", ("status", status), ("id", id));
        return now.WithStatus(status);
    }

    /// <inheritdoc />
    public override Task ReadAllAsync(Action<long, Func<DemoCustomer, bool>> check) => ReadAsync(
        $"select id, name, status from {Customers}",
        r => check(Number(r, 0), e => Text(r, 1) == e.Name && Number(r, 2) == e.Status));
}

/// <summary>An application that was written for the change.</summary>
internal sealed class NewClient(DbConnection connection, string customers) : DemoClient(connection, customers)
{
    /// <inheritdoc />
    public override async Task<bool> IsAsync(long id, DemoCustomer? expected)
    {
        var right = expected is null;
        var rows = await ReadAsync(
            $"select first_name, last_name, status, language from {Customers} where id = @id",
            r => right = expected is not null && Equal(r, 0, expected),
            ("id", id));
        return right && rows == (expected is null ? 0 : 1);
    }

    /// <inheritdoc />
    public override async Task<(long Id, DemoCustomer Facts)> AddAsync(DemoPerson person, long status)
    {
        var language = person.Country.ToLowerInvariant();
        var id = await NewIdAsync(
            $"insert into {Customers} (first_name, last_name, email, city, country, status, language) "
            + "values (@first, @last, @email, @city, @country, @status, @language) returning id",
            ("first", person.First),
            ("last", person.Last),
            ("email", "new@example.org"),
            ("city", person.City),
            ("country", person.Country),
            ("status", DemoCustomer.StatusWords[(int)status]),
            ("language", language));
        return (id, DemoCustomer.WrittenByNew(person.First, person.Last, DemoCustomer.StatusWords[(int)status], language));
    }

    /// <inheritdoc />
    public override async Task<DemoCustomer> RenameAsync(long id, DemoCustomer now, DemoPerson person)
    {
        await WriteOneAsync(
            $"update {Customers} set first_name = @first, last_name = @last where id = @id",
            ("first", person.First),
            ("last", person.Last),
            ("id", id));
        return now.RenamedByNew(person.First, person.Last);
    }

    /// <inheritdoc />
    public override async Task<DemoCustomer> SetStatusAsync(long id, DemoCustomer now, long status)
    {
        await WriteOneAsync(
            $"update {Customers} set status = @status where id = @id",
            ("status", DemoCustomer.StatusWords[(int)status]),
            ("id", id));
        return now.WithStatus(status);
    }

    /// <inheritdoc />
    public override Task ReadAllAsync(Action<long, Func<DemoCustomer, bool>> check) => ReadAsync(
        $"select id, first_name, last_name, status, language from {Customers}",
        r => check(Number(r, 0), e => Equal(r, 1, e)));

    private static bool Equal(DbDataReader row, int first, DemoCustomer expected) =>
        Text(row, first) == expected.FirstName && Text(row, first + 1) == expected.LastName
        && Text(row, first + 2) == expected.StatusWord && Text(row, first + 3) == expected.Language;
}
