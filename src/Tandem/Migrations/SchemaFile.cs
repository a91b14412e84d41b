using System.ComponentModel;
using System.Text.Json.Nodes;
using Tandem.Migrations.Imports;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>For which database a schema is written.</summary>
public enum SchemaEngine
{
    /// <summary>PostgreSQL.</summary>
    Postgres,

    /// <summary>SQLite.</summary>
    Sqlite,
}

/// <summary>
/// A schema as a file that people read and write: every part of the model under its own name, in the form of migration
/// files. What is written and read again is the same schema.
/// </summary>
public sealed record SchemaFile
{
    /// <summary>The most bytes that are read of a file: 16 MiB.</summary>
    public const int MaximumBytes = 16 * 1024 * 1024;

    /// <summary>For which database it is written.</summary>
    [Description("For which database it is written: types and expressions are that database's own.")]
    public required SchemaEngine Engine { get; init; }

    /// <summary>The schema.</summary>
    [Description("The schema.")]
    public required DatabaseSchema Schema { get; init; }

    /// <summary>The engine's name elsewhere.</summary>
    [Browsable(false)]
    public string EngineName => FileForm.Snake(Engine.ToString());

    /// <summary>The JSON Schema of such files, as text.</summary>
    /// <param name="meaning">What a key of the model says.</param>
    internal static string JsonSchema(Func<FileKey, string> meaning) =>
        MigrationSchema.Text(typeof(SchemaFile), "Tandem schema", "The schema of a database: every object that Tandem manages, and the names of those that it does not.", meaning);

    /// <summary>A schema as the text of a file.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="engine">The engine's name: <c>postgres</c> or <c>sqlite</c>.</param>
    public static string Write(DatabaseSchema schema, string engine)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return YamlText.Write(new JsonObject
        {
            ["engine"] = engine,
            ["schema"] = RecordForm.Mapping(OnTables(schema, (trigger, on) => trigger.Table == on ? trigger with { Table = "" } : trigger)),
        });
    }

    /// <summary>Reads a file; throws with every problem it has.</summary>
    public static SchemaFile Parse(MigrationFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var problems = new List<Problem>();
        var places = new SourceMap();
        var root = string.IsNullOrWhiteSpace(file.Text) ? null
            : file.IsJson ? JsonNodes.Read(file.Name, file.Text, problems)
            : YamlNodes.Read(file.Name, file.Text, problems);
        if (root is MapNode map)
        {
            root = map with { Entries = [.. map.Entries.Where(e => e.Key != MigrationSchema.Key)] };
        }

        if (problems.Count == 0 && root is null or ScalarNode { IsEmpty: true })
        {
            problems.Add(new Problem(
                ProblemCodes.FileEmpty, "The file says nothing.", new SourceSpan(file.Name, 1, 1), Remedy: "Write `engine:` and `schema:`; `tandem schema --format yaml` writes a file to begin with."));
        }

        var read = problems.Count > 0 ? null
            : (SchemaFile?)new Binder(problems, places, "a schema file").BindRecord(typeof(SchemaFile), root!, root!.Place, new Spot("", ""));
        if (read is not null && problems.Count == 0)
        {
            read = read with { Schema = OnTables(read.Schema, (trigger, on) => trigger.Table.Length == 0 ? trigger with { Table = on } : trigger) };
            problems.AddRange(new SchemaFileRules(read, places).Check());
        }

        return read is null || problems.Count > 0 ? throw new TandemException(problems) : read;
    }

    // Under its table a trigger need not say which one it is on.
    private static DatabaseSchema OnTables(DatabaseSchema schema, Func<Trigger, string, Trigger> placed)
    {
        ValueList<Trigger> Each(ValueList<Trigger> triggers, string on) => triggers.Select(t => placed(t, on)).ToValueList();
        return schema with
        {
            Tables = schema.Tables.Select(t => t with { Triggers = Each(t.Triggers, t.Name) }).ToValueList(),
            Partitions = schema.Partitions.Select(t => t with { Triggers = Each(t.Triggers, t.Name) }).ToValueList(),
            Views = schema.Views.Select(v => v with { Triggers = Each(v.Triggers, v.Name) }).ToValueList(),
        };
    }
}
