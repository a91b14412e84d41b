using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>A view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its query.</param>
/// <param name="Materialized">Whether its rows are stored.</param>
public sealed record View(string Name, string Definition, bool Materialized = false) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => Materialized ? "materialized view" : "view";

    /// <summary>Whether a materialized view has its rows; without them it cannot be read before REFRESH. REFRESH alone changes it, which is no other definition.</summary>
    [JsonIgnore]
    [Browsable(true)]
    public bool WithData { get; init; } = true;

    /// <summary>Options as SQL text (PostgreSQL <c>WITH (…)</c>), the check option among them, or null.</summary>
    public string? Options { get; init; }

    /// <summary>The access method of a materialized view when it is not the usual one.</summary>
    public string? Method { get; init; }

    /// <summary>Its columns as far as something was set on them: defaults, comments, settings; those with nothing are left out.</summary>
    public ValueList<Column> Columns { get; init; } = [];

    /// <summary>Indexes of a materialized view.</summary>
    public ValueList<Index> Indexes { get; init; } = [];

    /// <summary>Triggers in its stead.</summary>
    public ValueList<Trigger> Triggers { get; init; } = [];

    /// <summary>The index by which a materialized view was put in order last, or null.</summary>
    public string? ClusteredOn { get; init; }
}

/// <summary>A trigger of the users'.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record Trigger(string Name, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "trigger";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"{Name} on {Table}";

    /// <summary>The table or view that it is on.</summary>
    public string Table { get; init; } = "";

    /// <summary>Whether it fires before the row is stored (and so can change it).</summary>
    public bool Before { get; init; }

    /// <summary>Whether it fires for each row.</summary>
    public bool ForEachRow { get; init; } = true;

    /// <summary>Whether it fires on UPDATE, hence in a backfill.</summary>
    public bool OnUpdate { get; init; }

    /// <summary>Whether it fires on INSERT.</summary>
    public bool OnInsert { get; init; }

    /// <summary>Whether it fires on DELETE.</summary>
    public bool OnDelete { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>PostgreSQL: <c>REPLICA</c> or <c>ALWAYS</c> when it fires otherwise than in ordinary sessions, else null.</summary>
    public string? Firing { get; init; }
}

/// <summary>A rewrite rule of the users'.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table or view that it is on.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record Rule(string Name, string Table, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "rule";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"{Name} on {Table}";

    /// <summary>Whether it is switched on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>REPLICA</c> or <c>ALWAYS</c> when it works otherwise than in ordinary sessions, else null.</summary>
    public string? Firing { get; init; }
}

/// <summary>A row security policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table that it guards.</param>
public sealed record RowPolicy(string Name, string Table) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "policy";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"{Name} on {Table}";

    /// <summary>Whether it lets rows through (true) or only keeps rows back that others let through.</summary>
    public bool Permissive { get; init; } = true;

    /// <summary><c>ALL</c>, <c>SELECT</c>, <c>INSERT</c>, <c>UPDATE</c> or <c>DELETE</c>.</summary>
    public string Command { get; init; } = "ALL";

    /// <summary>The roles it is for; empty for everybody.</summary>
    public ValueList<string> Roles { get; init; } = [];

    /// <summary>The condition on rows that are read, or null.</summary>
    public string? Using { get; init; }

    /// <summary>The condition on rows that are written, or null.</summary>
    public string? Check { get; init; }
}
