using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>
/// Sends statements and reads answers as the contract wants them: numbers and truth values typed, all else as the
/// server's text.
/// </summary>
internal static class PostgresCommand
{
    private const uint Bool = 16, Bytea = 17, Int8 = 20, Int2 = 21, Int4 = 23, Oid = 26, Float4 = 700, Float8 = 701;

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
        var types = new uint[reader.FieldCount];
        var names = new string[reader.FieldCount];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = reader.GetDataTypeOID(i);
            names[i] = reader.GetName(i);
        }

        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = new object?[types.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Value(types[i], reader.GetString(i));
            }

            rows.Add(row);
        }

        // Errors of the statement's end, for example of a deferred trigger, come only now.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return new SqlResult(reader.RecordsAffected, names.ToValueList(), rows);
    }

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
