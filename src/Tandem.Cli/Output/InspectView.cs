using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>What is in a database.</summary>
internal sealed record InspectView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The product and version of the server.")]
    public required string Server { get; init; }

    [Description("The schema's name.")]
    public required string Schema { get; init; }

    [Description("The tables in ordinal order of their names.")]
    public required IReadOnlyList<TableView> Tables { get; init; }

    [Description("Views: name, definition, whether materialized.")]
    public required IReadOnlyList<View> Views { get; init; }

    [Description("Enumerated types: name and values in order.")]
    public required IReadOnlyList<EnumType> Enums { get; init; }

    [Description("Sequences that no column owns.")]
    public required IReadOnlyList<Sequence> Sequences { get; init; }

    [Description("Partitions of the tables, at every level: name, the table they are of, and their bounds.")]
    public required IReadOnlyList<PartitionView> Partitions { get; init; }

    [Description("All other objects of the schema, and those of the database that concern it, by kind and name.")]
    public required IReadOnlyList<ObjectView> Objects { get; init; }

    [Description("Objects that Tandem does not understand and leaves alone: kind and name.")]
    public required IReadOnlyList<UnmanagedObject> Unmanaged { get; init; }

    [Description("What is worth knowing before one changes something: subject and text.")]
    public required IReadOnlyList<SchemaRisk> Risks { get; init; }

    [Description("The platform whose tables are here: Directus, NocoDB, Baserow, PocketBase, Strapi, Supabase, Hasura, several of them, or plain.")]
    public required string Platform { get; init; }

    [Description("The file that the report was written to, or null.")]
    public string? Html { get; init; }

    [Description("Whether Tandem has objects of its own in this target.")]
    public required bool Installed { get; init; }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Database, Tone.Strong), new Piece($"  {Server}, schema {Schema}{(Platform == Tandem.Schema.Platform.Plain ? "" : $", {Platform}")}", Tone.Faint));
        screen.Gap();
        if (Tables is [var only] && only.Detailed)
        {
            only.Write(screen);
        }
        else
        {
            WriteTables(screen);
            WriteOthers(screen);
        }

        WriteRisks(screen);
        if (Html is not null)
        {
            screen.Gap();
            screen.Line($"The report is in {Html}.");
        }
    }

    private void WriteTables(Screen screen)
    {
        if (Tables.Count == 0)
        {
            screen.Line("There are no tables.");
            return;
        }

        var grid = new Grid("table", ">rows", ">size", "columns");
        foreach (var table in Tables)
        {
            var extra = string.Join(", ", new[]
            {
                Figures.Count(table.Columns.Count, "column"),
                table.Indexes.Count == 0 ? "" : Figures.Count(table.Indexes.Count, "index").Replace("indexs", "indexes", StringComparison.Ordinal),
                table.ForeignKeys.Count == 0 ? "" : Figures.Count(table.ForeignKeys.Count, "foreign key"),
                table.Triggers.Count == 0 ? "" : Figures.Count(table.Triggers.Count, "trigger"),
                table.RowsPerDay is { } daily && daily != 0 ? $"{(daily > 0 ? "+" : "-")}{Figures.Of(Math.Abs(daily))} rows a day" : "",
            }.Where(t => t.Length > 0));
            grid.Row(
                new Piece(table.Name, Tone.Strong),
                table.Rows is { } rows ? Figures.Of(rows) : "?",
                table.Bytes is { } bytes ? Figures.Bytes(bytes) : "?",
                new Piece(extra, Tone.Faint));
        }

        grid.Write(screen);
    }

    private void WriteOthers(Screen screen)
    {
        var grid = new Grid("", "");
        Add(grid, "views", Views.Select(v => v.Name));
        Add(grid, "enums", Enums.Select(e => e.Name));
        Add(grid, "sequences", Sequences.Select(s => s.Name));
        Add(grid, "partitions", Partitions.Select(p => p.Name));
        foreach (var kind in Objects.GroupBy(o => o.Kind))
        {
            Add(grid, kind.Key, kind.Select(o => o.Name));
        }

        Add(grid, "left alone", Unmanaged.Select(u => $"{u.Kind} {u.Name}"));
        if (!grid.IsEmpty)
        {
            screen.Gap();
            grid.Write(screen);
        }
    }

    private void WriteRisks(Screen screen)
    {
        if (Risks.Count == 0)
        {
            return;
        }

        screen.Gap();
        screen.Heading("Worth knowing before a change");
        foreach (var risk in Risks)
        {
            screen.Paragraph($"{risk.Subject}: {risk.Text}", 4, Tone.Plain, "- ");
        }
    }

    private static void Add(Grid grid, string heading, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count > 0)
        {
            grid.Row(new Piece(heading, Tone.Faint), string.Join(", ", all));
        }
    }
}

/// <summary>An object that holds no rows.</summary>
internal sealed record ObjectView
{
    [Description("What it is: domain, function, policy, extension, …")]
    public required string Kind { get; init; }

    [Description("Its name; a function's with its arguments, a policy's or trigger's with its table.")]
    public required string Name { get; init; }

    [Description("The role that owns it, or null.")]
    public string? Owner { get; init; }

    [Description("The comment, or null.")]
    public string? Comment { get; init; }

    [Description("The statement that makes it as the server writes it, or null where the server has none.")]
    public string? Definition { get; init; }

    public static ObjectView Of(DatabaseSchema schema, SchemaObject one) => new()
    {
        Kind = one.Kind,
        Name = one.Identity,
        Owner = schema.AccessTo(one.Kind, one.Identity)?.Owner,
        Comment = one.Comment,
        Definition = one switch
        {
            Routine routine => routine.Definition,
            Rule rule => rule.Definition,
            Statistics statistics => statistics.Definition,
            _ => null,
        },
    };
}

/// <summary>A partition of a table.</summary>
internal sealed record PartitionView
{
    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("The table or partition that it is a part of.")]
    public required string Of { get; init; }

    [Description("Which rows it holds.")]
    public required string Bound { get; init; }
}
