using Tandem.Schema;

namespace Tandem.Databases;

/// <summary>A named argument of a statement, written <c>@name</c> in its text.</summary>
/// <param name="Name">The name without the at sign.</param>
/// <param name="Value">Text, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or null.</param>
public sealed record SqlArgument(string Name, object? Value)
{
    /// <summary>The number of rows that the statement before this one in the same transaction affected.</summary>
    public static SqlArgument RowsOfPrevious(string name) => new(name, PreviousRows.Instance);

    /// <summary>Whether the value is known only after the statement before.</summary>
    public bool IsRowsOfPrevious => Value is PreviousRows;

    private sealed class PreviousRows
    {
        public static readonly PreviousRows Instance = new();
    }
}

/// <summary>A statement with its arguments.</summary>
/// <param name="Text">SQL text; arguments are written <c>@name</c>.</param>
/// <param name="Arguments">Values for the arguments that the text names; others are ignored.</param>
public sealed record SqlStatement(string Text, params IReadOnlyList<SqlArgument> Arguments)
{
    /// <summary>
    /// When set, the statement must affect (or return) exactly this many rows, else the whole transaction is rolled
    /// back and <see cref="DatabaseException"/> with <see cref="FailureKind.Expectation"/> is thrown with <see cref="Otherwise"/>.
    /// </summary>
    public long? ExpectRows { get; init; }

    /// <summary>When set, the single value returned must be zero, else as with <see cref="ExpectRows"/>; the count goes into <c>{0}</c>.</summary>
    public bool ExpectZero { get; init; }

    /// <summary>
    /// Whether it is known to give back texts, whole numbers and truth values at most: a provider may send it in one round trip
    /// with others.
    /// </summary>
    public bool IsPlain { get; init; }

    /// <summary>The problem code and message of a failed expectation.</summary>
    public (string Code, string Message)? Otherwise { get; init; }
}

/// <summary>What a statement gave back.</summary>
/// <param name="Affected">Rows affected; -1 for a query.</param>
/// <param name="Columns">Column names of a query.</param>
/// <param name="Rows">Rows of a query: text, long, double, bool, byte[] or null.</param>
public sealed record SqlResult(long Affected, ValueList<string> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <summary>How long the round trip took in which the statement was carried out, or, where there are none, the statement itself; not how long the transaction waited for its turn.</summary>
    public TimeSpan Trip { get; init; }

    /// <summary>The value of a column of the first row as text, or null.</summary>
    public string? Text(string column) => Value(column) switch
    {
        null => null,
        IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var v => v.ToString(),
    };

    /// <summary>The value of a column of the first row as a number; 0 when NULL.</summary>
    public long Number(string column) =>
        Value(column) is { } v ? Convert.ToInt64(v, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private object? Value(string column)
    {
        var index = Columns.ToList().IndexOf(column);
        return Rows.Count == 0 || index < 0 ? null : Rows[0][index];
    }
}

/// <summary>How a transaction runs.</summary>
public sealed record ApplyOptions
{
    /// <summary>The usual options.</summary>
    public static ApplyOptions Default { get; } = new();

    /// <summary>How long one statement may wait for a lock.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one statement may run; null for no limit.</summary>
    public TimeSpan? StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the transaction only reads; the database enforces it and no write lock is taken.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether a server that goes down may forget the transaction, with all that were committed after it: the journal's line for it is gone, then,
    /// as well, and it is done again. The server need not wait for its disk.
    /// </summary>
    public bool CanBeRedone { get; init; }

    /// <summary>Statements on the same connection before the transaction begins.</summary>
    public ValueList<string> Prologue { get; init; } = [];

    /// <summary>Statements on the same connection after the transaction, whether it succeeded or not.</summary>
    public ValueList<string> Epilogue { get; init; } = [];
}
