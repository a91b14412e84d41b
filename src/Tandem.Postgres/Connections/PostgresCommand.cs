using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Postgres.Connections;

/// <summary>
/// Sends statements and reads answers as the contract wants them: numbers and truth values typed, all else as the
/// server's text.
/// </summary>
internal static class PostgresCommand
{
    private const uint Bool = 16, Bytea = 17, Int8 = 20, Int2 = 21, Int4 = 23, Text = 25, Oid = 26, Float4 = 700, Float8 = 701, Name = 19, Varchar = 1043;

    /// <summary>Carries one statement out.</summary>
    public static async Task<SqlResult> ExecuteAsync(
        NpgsqlConnection connection,
        PostgresText.Prepared statement,
        long previousRows,
        int timeout,
        CancellationToken cancellationToken)
    {
        if (statement.Arguments.Count == 0 && HasOpenSemicolon(statement.Text))
        {
            return await ExecuteWholeAsync(connection, statement.Text, timeout, cancellationToken).ConfigureAwait(false);
        }

        var command = new NpgsqlCommand(statement.Text, connection)
        {
            AllResultTypesAreUnknown = true,
            CommandTimeout = timeout,
        };
        await using (command.ConfigureAwait(false))
        {
            foreach (var argument in statement.Arguments)
            {
                command.Parameters.Add(Parameter(argument, previousRows));
            }

            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await ReadAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The columns that a statement would answer with. It is parsed and never carried out; the server takes no second
    /// statement in the same text.
    /// </summary>
    public static async Task<ValueList<PostgresAnswerColumn>> DescribeAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A batch's text goes to the server as it is; that of a command without arguments is taken apart at semicolons.
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
            var reader = await batch.ExecuteReaderAsync(System.Data.CommandBehavior.SchemaOnly, cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return Enumerable.Range(0, reader.FieldCount).Select(i => new PostgresAnswerColumn(reader.GetName(i), reader.GetDataTypeOID(i))).ToValueList();
            }
        }
    }

    /// <summary>Whether a statement may be sent in one round trip with others: it gives back nothing, or is known to give back plain values.</summary>
    public static bool CanShare(PostgresText.Prepared statement, bool isPlain) => PostgresText.FirstWord(statement.Text) switch
    {
        "insert" or "update" or "delete" => !statement.Text.Contains("returning", StringComparison.OrdinalIgnoreCase),
        "begin" => true,
        "select" => isPlain,
        _ => false,
    };

    /// <summary>Carries statements out in one round trip, each of which <see cref="CanShare"/>; the first that fails is the last.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="previousRows">For arguments that take the rows of the statement before.</param>
    /// <param name="timeout">Seconds for each of them, by the client's own clock; 0 for no limit.</param>
    /// <param name="cancellationToken">Ends the statement at work.</param>
    /// <exception cref="PostgresException">Its batch command has the text that failed.</exception>
    public static async Task<IReadOnlyList<SqlResult>> ExecuteAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PostgresText.Prepared> statements,
        long previousRows,
        int timeout,
        CancellationToken cancellationToken)
    {
        // The server sends its answers when the last statement is done.
        var batch = new NpgsqlBatch(connection) { Timeout = timeout * statements.Count };
        await using (batch.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                var command = new NpgsqlBatchCommand(statement.Text);
                foreach (var argument in statement.Arguments)
                {
                    command.Parameters.Add(Parameter(argument, previousRows));
                }

                batch.BatchCommands.Add(command);
            }

            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var answers = new Queue<SqlResult>();
                do
                {
                    answers.Enqueue(await ReadRowsAsync(reader, Plain, cancellationToken).ConfigureAwait(false));
                }
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

                return batch.BatchCommands.Cast<NpgsqlBatchCommand>()
                    .Select(c => PostgresText.FirstWord(c.CommandText) == "select" ? answers.Dequeue() : new SqlResult(c.RecordsAffected, [], [])).ToList();
            }
        }
    }

    /// <summary>Carries out a statement of the engine's that gives nothing back.</summary>
    public static Task<SqlResult> ExecuteAsync(
        NpgsqlConnection connection, string sql, int timeout, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, new PostgresText.Prepared(sql, []), 0, timeout, cancellationToken);

    /// <summary>
    /// Whether a definition may hold BEGIN ATOMIC with statements in it. Npgsql takes a text without arguments apart at
    /// its semicolons; the commands of a batch it sends as they are.
    /// </summary>
    private static bool HasOpenSemicolon(string text) =>
        text.Contains(';', StringComparison.Ordinal) && text.Contains("atomic", StringComparison.OrdinalIgnoreCase)
        && PostgresText.FirstWord(text) == "create";

    private static async Task<SqlResult> ExecuteWholeAsync(
        NpgsqlConnection connection, string text, int timeout, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = timeout, BatchCommands = { new NpgsqlBatchCommand(text) } };
        await using (batch.ConfigureAwait(false))
        {
            return new SqlResult(await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false), [], []);
        }
    }

    private static async Task<SqlResult> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var result = await ReadRowsAsync(reader, (r, i) => Value(r.GetDataTypeOID(i), r.GetString(i)), cancellationToken).ConfigureAwait(false);

        // Errors of the statement's end, for example of a deferred trigger, come only now.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return result with { Affected = reader.RecordsAffected };
    }

    private static async Task<SqlResult> ReadRowsAsync(NpgsqlDataReader reader, Func<NpgsqlDataReader, int, object> value, CancellationToken cancellationToken)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToValueList();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = new object?[names.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : value(reader, i);
            }

            rows.Add(row);
        }

        return new SqlResult(-1, names, rows);
    }

    // In a round trip of several statements values come in the server's binary form.
    private static object Plain(NpgsqlDataReader reader, int column) => reader.GetDataTypeOID(column) switch
    {
        Bool => reader.GetBoolean(column),
        Int8 => reader.GetInt64(column),
        Int4 => (long)reader.GetInt32(column),
        Text or Varchar or Name => reader.GetString(column),
        var other => throw new InvalidOperationException($"A statement that shares a round trip gives back a value of the type {other}."),
    };

    private static object Value(uint type, string text) => type switch
    {
        Bool => text == "t",
        Int2 or Int4 or Int8 or Oid => long.Parse(text, CultureInfo.InvariantCulture),
        Float4 or Float8 => double.Parse(text, CultureInfo.InvariantCulture),
        Bytea => Convert.FromHexString(text.AsSpan(2)),
        _ => text,
    };

    private static NpgsqlParameter Parameter(SqlArgument argument, long previousRows) =>
        argument.IsRowsOfPrevious ? new NpgsqlParameter<long> { TypedValue = previousRows } : argument.Value switch
        {
            null => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = DBNull.Value },
            string s => new NpgsqlParameter<string> { TypedValue = s, NpgsqlDbType = NpgsqlDbType.Text },
            long n => new NpgsqlParameter<long> { TypedValue = n },
            int n => new NpgsqlParameter<long> { TypedValue = n },
            double d => new NpgsqlParameter<double> { TypedValue = d },
            bool b => new NpgsqlParameter<bool> { TypedValue = b },
            var other => throw new ArgumentException(
                $"The argument {argument.Name} is a {other.GetType().Name}; text, long, double, bool and null can be sent."),
        };
}
