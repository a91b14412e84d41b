using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>What kind of code a routine is.</summary>
public enum RoutineKind
{
    /// <summary>A function.</summary>
    Function,

    /// <summary>A procedure.</summary>
    Procedure,

    /// <summary>An aggregate.</summary>
    Aggregate,

    /// <summary>A window function.</summary>
    Window,
}

/// <summary>A function, procedure or aggregate.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">The types that tell it from others of its name, as <c>DROP FUNCTION</c> takes them.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record Routine(string Name, string Arguments, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => Code switch
    {
        RoutineKind.Procedure => "procedure",
        RoutineKind.Aggregate => "aggregate",
        _ => "function",
    };

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"{Name}({Arguments})";

    /// <summary>What kind of code it is.</summary>
    public RoutineKind Code { get; init; }

    /// <summary>The language, or null for an aggregate.</summary>
    public string? Language { get; init; }

    /// <summary>What it returns, in the database's spelling; null for a procedure.</summary>
    public string? Returns { get; init; }

    /// <summary>Whether nobody can call it but a trigger.</summary>
    [JsonIgnore]
    public bool IsTrigger => Returns is { } type
        && (type.Equals("trigger", StringComparison.OrdinalIgnoreCase) || type.Equals("event_trigger", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A statistics object over several columns or expressions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record Statistics(string Name, string Table, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "statistics";

    /// <summary>What they are over, as SQL writes it.</summary>
    [JsonIgnore]
    public string Over
    {
        get
        {
            var tokens = SqlLexer.Tokenize(Definition).ToList();
            return Definition[tokens[tokens.FindIndex(t => t.Is("on")) + 1].Position..tokens[tokens.FindLastIndex(t => t.Is("from"))].Position].Trim();
        }
    }

    /// <summary>Its target when it is not the usual one, else null.</summary>
    public long? Target { get; init; }
}

/// <summary>An extension; what belongs to it is not in the model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record Extension(string Name, string Version) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "extension";

    /// <summary>The schema that its objects lie in.</summary>
    public string Schema { get; init; } = "";
}

/// <summary>A publication for logical replication.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">The <c>WITH (…)</c> options as SQL text.</param>
public sealed record Publication(string Name, string Options) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "publication";

    /// <summary>Whether it publishes every table of the database.</summary>
    public bool AllTables { get; init; }

    /// <summary>The schemas it publishes as a whole.</summary>
    public ValueList<string> Schemas { get; init; } = [];

    /// <summary>The tables it names.</summary>
    public ValueList<PublishedTable> Tables { get; init; } = [];
}

/// <summary>A table that a publication names.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Table">Its name.</param>
public sealed record PublishedTable(string Schema, string Table)
{
    /// <summary>The columns that are published; empty for all.</summary>
    public ValueList<string> Columns { get; init; } = [];

    /// <summary>The condition on published rows, or null.</summary>
    public string? Where { get; init; }
}

/// <summary>
/// An object that is known by the statements that make it, owner included: an operator, operator class or family, a cast, a
/// conversion, a text search dictionary or configuration.
/// </summary>
/// <param name="Name">What tells it from all others of its kind.</param>
/// <param name="What">What it is: <c>operator class</c>.</param>
/// <param name="Named">How statements name it: <c>OPERATOR CLASS public.codes USING btree</c>.</param>
/// <param name="Statements">The statements.</param>
public sealed record DefinedObject(string Name, string What, string Named, ValueList<string> Statements) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => What;

    /// <summary>The statements without the one that says whom it belongs to.</summary>
    [JsonIgnore]
    public ValueList<string> Unowned => Statements.Where(s => !s.StartsWith($"ALTER {Named} OWNER TO ", StringComparison.Ordinal)).ToValueList();

    /// <summary>Whether it lies in no schema; then every schema's inspection lists it.</summary>
    public bool OfDatabase { get; init; }
}

/// <summary>A trigger on events of the database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Event">The event: <c>ddl_command_start</c>.</param>
/// <param name="Function">The function, qualified.</param>
public sealed record EventTrigger(string Name, string Event, string Function) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "event trigger";

    /// <summary>The commands it is for; empty for all.</summary>
    public ValueList<string> Tags { get; init; } = [];

    /// <summary>Whether it is switched on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>REPLICA</c> or <c>ALWAYS</c> when it fires otherwise than in ordinary sessions, else null.</summary>
    public string? Firing { get; init; }
}
