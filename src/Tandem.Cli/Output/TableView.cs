using System.ComponentModel;
using System.Text.Json.Serialization;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>A table as <c>inspect</c> shows it.</summary>
internal sealed record TableView
{
    [Description("The table's name, exactly as stored.")]
    public required string Name { get; init; }

    [Description("Rows as the database estimates them, or null.")]
    public long? Rows { get; init; }

    [Description("Bytes with indexes as the database estimates them, or null.")]
    public long? Bytes { get; init; }

    [Description("Rows that it gains a day, since the server's counters were set back; negative when it loses some, null when that is not known.")]
    public long? RowsPerDay { get; init; }

    [Description("The columns in order: name, type, nullable, default, identity, generated, collation, comment.")]
    public required IReadOnlyList<Column> Columns { get; init; }

    [Description("The columns of the primary key; empty without one.")]
    public required IReadOnlyList<string> PrimaryKey { get; init; }

    [Description("Unique constraints: name and columns.")]
    public required IReadOnlyList<UniqueConstraint> Uniques { get; init; }

    [Description("Check constraints: name and expression.")]
    public required IReadOnlyList<CheckConstraint> Checks { get; init; }

    [Description("Foreign keys that start here: name, columns, referencedTable, referencedColumns, actions.")]
    public required IReadOnlyList<ForeignKey> ForeignKeys { get; init; }

    [Description("Indexes that are not the implementation of a constraint.")]
    public required IReadOnlyList<Tandem.Schema.Index> Indexes { get; init; }

    [Description("The users' triggers.")]
    public required IReadOnlyList<Trigger> Triggers { get; init; }

    [JsonIgnore]
    public bool Detailed { get; init; }

    public static TableView Of(Table table, TableSize? size, bool detailed) => new()
    {
        Name = table.Name,
        Rows = size?.Rows,
        Bytes = size?.Bytes,
        Columns = table.Columns,
        PrimaryKey = table.PrimaryKey?.Columns ?? [],
        Uniques = table.Uniques,
        Checks = table.Checks,
        ForeignKeys = table.ForeignKeys,
        Indexes = table.Indexes,
        Triggers = table.Triggers,
        Detailed = detailed,
    };

    public void Write(Screen screen)
    {
        var size = string.Join(", ", new[] { Rows is { } r ? Figures.Count(r, "row") : "", Bytes is { } b ? Figures.Bytes(b) : "" }.Where(t => t.Length > 0));
        screen.Line(new Piece(Name, Tone.Strong), new Piece(size.Length > 0 ? $"  {size}" : "", Tone.Faint));
        var columns = new Grid("column", "type", "null", "more");
        foreach (var column in Columns)
        {
            columns.Row(new Piece(column.Name, Tone.Strong), column.Type, column.Nullable ? "null" : "not null", new Piece(More(column), Tone.Faint));
        }

        columns.Write(screen);
        var rest = new Grid("", "");
        Add(rest, "primary key", PrimaryKey.Count == 0 ? [] : [string.Join(", ", PrimaryKey)]);
        Add(rest, "unique", Uniques.Select(u => Named(u.Name, string.Join(", ", u.Columns))));
        Add(rest, "check", Checks.Select(c => Named(c.Name, c.Expression)));
        Add(rest, "foreign key", ForeignKeys.Select(f => Named(f.Name, $"{string.Join(", ", f.Columns)} → {f.ReferencedTable} ({string.Join(", ", f.ReferencedColumns)})")));
        Add(rest, "index", Indexes.Select(i => Named(i.Name, Words(i))));
        Add(rest, "trigger", Triggers.Select(t => t.Name));
        if (!rest.IsEmpty)
        {
            screen.Gap();
            rest.Write(screen);
        }
    }

    private static string More(Column column) => string.Join(", ", new[]
    {
        column.Default is { } value ? $"default {value}" : "",
        column.Identity == IdentityKind.None ? "" : column.Identity.ToString().ToLowerInvariant(),
        column.Generated is { } expression ? $"generated as {expression}" : "",
        column.Collation is { } collation ? $"collate {collation}" : "",
        column.Comment ?? "",
    }.Where(t => t.Length > 0));

    private static string Words(Tandem.Schema.Index index) => string.Join(", ", new[]
    {
        string.Join(", ", index.Keys.Select(k => $"{k.Column ?? k.Expression}{(k.Descending ? " desc" : "")}")),
        index.Unique ? "unique" : "",
        index.Method ?? "",
        index.Include.Count > 0 ? $"include ({string.Join(", ", index.Include)})" : "",
        index.Where is { } where ? $"where {where}" : "",
        index.Valid ? "" : "invalid",
    }.Where(t => t.Length > 0));

    private static string Named(string? name, string text) => name is null ? text : $"{name}: {text}";

    private static void Add(Grid grid, string kind, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            grid.Row(new Piece(kind, Tone.Faint), text);
        }
    }
}
