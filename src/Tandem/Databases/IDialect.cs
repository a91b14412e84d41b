using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>A change of an earlier migration whose old storage is still kept in sync (it is retired), or whose new storage is (it is undone).</summary>
/// <param name="Ordinal">The number in names of the engine's objects.</param>
/// <param name="Migration">Its migration.</param>
/// <param name="Change">The change.</param>
/// <param name="Undone">Whether the change is undone (base has the old shape) rather than retired (base has the new shape).</param>
public sealed record RetainedChange(int Ordinal, string Migration, TableChange Change, bool Undone)
{
    /// <summary>Whether the side that is not the base is still served (<c>complete --keep</c>).</summary>
    public bool OtherSideServed { get; init; }
}

/// <summary>What a dialect must know besides the step.</summary>
/// <param name="Schema">The schema before the migration.</param>
/// <param name="Migration">The migration's id: names the new version.</param>
/// <param name="Ordinal">The number in names of the engine's objects; unique in the target.</param>
/// <param name="OldVersion">The name of the version that is served now.</param>
public sealed record RenderContext(DatabaseSchema Schema, string Migration, int Ordinal, string OldVersion)
{
    /// <summary>All changes of the migration, so that one table's step can find another's names (foreign keys).</summary>
    public ValueList<TableChange> Changes { get; init; } = [];

    /// <summary>SQL of the migration's own.</summary>
    public ValueList<RawScript> Scripts { get; init; } = [];

    /// <summary>All objects without rows that the migration changes.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];

    /// <summary>
    /// The other changes that are in sync, oldest first. At a plan these are earlier ones; a phase that is rendered
    /// again later (sunset, discard, revert) may find later ones too.
    /// </summary>
    public ValueList<RetainedChange> Retained { get; init; } = [];

    /// <summary>Versions served besides the old one, that a change of a table must not disturb.</summary>
    public ValueList<string> ServedVersions { get; init; } = [];

    /// <summary>Whether <c>complete</c> goes on serving the old version.</summary>
    public bool KeepOldVersion { get; init; }
}

/// <summary>Writes steps as the SQL of one database. Pure: the same step and context give the same text.</summary>
public interface IDialect
{
    /// <summary>What the server can do.</summary>
    Capabilities Capabilities { get; }

    /// <summary>The name by which a file selects an expression: <c>postgres</c> or <c>sqlite</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The step as this database will carry it out: none when there is nothing to do here, several where one thing
    /// takes several transactions (a constraint is added in one and validated in another).
    /// </summary>
    ValueList<RenderedStep> Render(Step step, RenderContext context);

    /// <summary>What the plan owes to say about a change here: what it would break, what it cannot carry, what is refused.</summary>
    ValueList<Problems.Problem> Judge(ValueList<TableChange> changes, RenderContext context);

    /// <summary>
    /// The statements that make what the engine owns besides the journal's tables (its schema, its functions); idempotent. They come
    /// first, and refuse a database in which somebody else has names that the engine needs.
    /// </summary>
    ValueList<SqlStatement> EngineDefinition { get; }

    /// <summary>The prefix of the journal's table names: <c>tandem.</c> or <c>tandem_</c>.</summary>
    string JournalPrefix { get; }

    /// <summary>How an application connects to a version (null: the base tables), as lines for people.</summary>
    ValueList<string> ConnectSql(string? version, ValueList<TableChange> changes);
}
