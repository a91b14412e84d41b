using System.Text.Json;
using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Schema;

namespace Tandem.Postgres.Connections;

/// <summary>The rows of a catalogue query, by the names of its columns.</summary>
internal sealed class PostgresRows
{
    private readonly Dictionary<string, int> places;
    private readonly SqlResult result;

    /// <summary>Over an answer.</summary>
    public PostgresRows(SqlResult result)
    {
        this.result = result;
        places = result.Columns.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>The rows.</summary>
    public IEnumerable<Row> Rows => result.Rows.Select(values => new Row(this, values));

    /// <summary>The rows by the table they belong to.</summary>
    public ILookup<string, Row> ByTable() => Rows.ToLookup(r => r.Text("table_name"), StringComparer.Ordinal);

    /// <summary>One row.</summary>
    public readonly struct Row(PostgresRows rows, object?[] values)
    {
        /// <summary>A text that is never NULL.</summary>
        public string Text(string column) =>
            Optional(column) ?? throw new InvalidOperationException($"The catalogue gave NULL for {column}.");

        /// <summary>A text or null.</summary>
        public string? Optional(string column) => (string?)this[column];

        /// <summary>A truth value; false for NULL.</summary>
        public bool Is(string column) => this[column] is true;

        /// <summary>A number that is never NULL.</summary>
        public long Number(string column) => (long)this[column]!;

        /// <summary>A number or null.</summary>
        public long? OptionalNumber(string column) => (long?)this[column];

        /// <summary>A JSON array of names; empty for NULL.</summary>
        public ValueList<string> Names(string column) =>
            Optional(column) is { } json ? JsonSerializer.Deserialize<string[]>(json)!.ToValueList() : [];

        private object? this[string column] => values[rows.places[column]];
    }
}
