using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>What older versions have no place for, by the number of the column, and the rows of other tables in the older version's words.</summary>
internal interface IMemory
{
    bool Recall(int column, out string? value);

    void Remember(int column, string? value);

    /// <summary>The memory of another row.</summary>
    IMemory Of(int table, string key);

    /// <summary>The row of another table that refers to this one, or null.</summary>
    Row? Referring(int table, string column);

    /// <summary>Writes it.</summary>
    void Refer(int table, Row row);
}

/// <summary>One operation: its text, and what it means for a row of one table in both directions.</summary>
/// <param name="Table">The table's number.</param>
/// <param name="Operation">As it stands in the file; empty where another change's says it.</param>
internal sealed record ModelChange(int Table, JsonObject Operation)
{
    /// <summary>From the older version's words to the newer's.</summary>
    public Func<Row, IMemory, Row> Up { get; init; } = (row, _) => row;

    /// <summary>From the newer version's words to the older's; the row as the older version had it before, if it was there.</summary>
    public Func<Row, Row?, IMemory, Row> Down { get; init; } = (row, _, _) => row;

    /// <summary>What a row leaves to others when it goes.</summary>
    public Action<Row, IMemory> Leave { get; init; } = (_, _) => { };
}

/// <summary>A migration of a few random operations, with its two versions.</summary>
internal sealed record RandomMigration(string Id, ValueList<ModelTable> Before, ValueList<ModelTable> After, IReadOnlyList<ModelChange> Changes)
{
    /// <summary>The rows that it changes.</summary>
    public IReadOnlyList<ModelRowChange> Rows { get; init; } = [];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text.</summary>
    public string File(IEnumerable<string> accepted) => new JsonObject
    {
        ["title"] = Id,
        ["depends_on"] = new JsonArray(),
        ["accept"] = new JsonArray([.. accepted.Select(c => (JsonNode)new JsonObject { ["code"] = c, ["reason"] = "A test." })]),
        ["operations"] = new JsonArray([.. Changes.Where(c => c.Operation.Count > 0).Select(c => c.Operation.DeepClone())]),
    }.ToJsonString(Readable);

    public Row Up(int table, Row row, IMemory memory) =>
        Changes.Where(c => c.Table == table).Aggregate(row, (r, c) => c.Up(r, memory));

    public void Leave(int table, Row row, IMemory memory)
    {
        foreach (var change in Changes.Where(c => c.Table == table))
        {
            change.Leave(row, memory);
            row = change.Up(row, memory);
        }
    }

    public Row Down(int table, Row row, Row? older, IMemory memory)
    {
        var stages = new List<(ModelChange Change, Row? Older)>();
        foreach (var change in Changes.Where(c => c.Table == table))
        {
            stages.Add((change, older));
            older = older is null ? null : change.Up(older, memory);
        }

        stages.Reverse();
        return stages.Aggregate(row, (r, s) => s.Change.Down(r, s.Older, memory));
    }

    /// <summary>Makes one that follows a version.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tables">The version.</param>
    /// <param name="rows">The rows that are there; null where no migration is to change any, or to keep them in two tables.</param>
    /// <param name="topics">What it is to be about, besides the usual.</param>
    /// <param name="values">Names and values.</param>
    public static RandomMigration Make(string id, ValueList<ModelTable> tables, ModelRows? rows, Topics topics, Values values)
    {
        var draft = new RandomOperations(tables, rows, values);
        draft.Begin(topics);
        var wanted = Math.Max(values.Random.Next(1, 5), draft.Changes.Count);
        for (var tries = 0; draft.Changes.Count < wanted && tries < 100; tries++)
        {
            draft.Try();
        }

        foreach (var row in draft.Rows)
        {
            rows!.Hold(row);
        }

        return new RandomMigration(id, tables, draft.Tables, draft.Changes) { Rows = draft.Rows };
    }
}
