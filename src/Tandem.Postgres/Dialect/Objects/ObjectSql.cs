using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>A change of an object whose kind is known.</summary>
internal sealed record Changed<T>(ObjectChange Change, T? Before, T? After)
    where T : SchemaObject
{
    public string Name => Change.Name;

    public string Words => Change.Words;

    public bool Added => Before is null;

    public bool Dropped => After is null;

    /// <summary>In both versions, not alike.</summary>
    public bool Altered => Before is not null && After is not null;

    public T? Of(Side side) => side == Side.Old ? Before : After;

    /// <summary>Whether only this side has it.</summary>
    public bool OnlyOn(Side side) => Of(side) is not null && Of(side.Other()) is null;
}

/// <summary>
/// The statements of one kind of object without rows, for all objects of this kind in a migration. What a kind does not
/// need it leaves out. The base schema's session path leads to the target's schema.
/// </summary>
internal abstract class ObjectSql(RenderContext context)
{
    protected RenderContext Context => context;

    protected string Schema => context.Schema.Name;

    /// <summary>The migration's objects of a kind.</summary>
    protected List<Changed<T>> All<T>()
        where T : SchemaObject =>
        Context.Objects.Where(o => o.Either is T && !o.CommentOnly).Select(o => new Changed<T>(o, o.Before as T, o.After as T)).ToList();

    /// <summary>Everything of the migration, in the order in which things need each other.</summary>
    public static IReadOnlyList<ObjectSql> All(RenderContext context) =>
    [
        new EnumSql(context),
        new ExtensionSql(context),
        .. Types(context),
        new FreeSequenceSql(context),
        new FunctionSql(context, overViews: false),
        new ViewSql(context),
        new FunctionSql(context, overViews: true),
        new TriggerSql(context),
        new PolicySql(context),
        new StatisticsSql(context),
        new RightsSql(context),
        new CommentSql(context),
    ];

    // Types are made of domains and domains over types: those that are made stand as the file has them, those that go the other way round.
    private static IEnumerable<ObjectSql> Types(RenderContext context)
    {
        var types = context.Objects.Where(o => o is { CommentOnly: false, Either: Domain or CompositeType or RangeType }).ToList();
        return types.Where(o => o.Added).Concat(types.Where(o => o.Dropped).Reverse())
            .Select(o => o.Either is Domain ? (ObjectSql)new DomainSql(context, c => c == o) : new TypeSql(context, o))
            .Prepend(new DomainSql(context, o => !o.Added && !o.Dropped));
    }

    /// <summary>At the start and at every start again: what is there stays.</summary>
    public virtual IEnumerable<string> Make() => [];

    /// <summary>Right before the new version is served, while the tables have the old one's shape: who may use what it brings.</summary>
    public virtual IEnumerable<string> Permit() => [];

    /// <summary>When the new version is served no more, and the tables have the old one's shape.</summary>
    public virtual IEnumerable<string> Forbid() => [];

    /// <summary>When a version is served: in the version's schema, with the version's search path.</summary>
    public virtual IEnumerable<string> Publish(Side side, Side @base) => [];

    /// <summary>At the switch, while the tables still have the other side's shape.</summary>
    public virtual IEnumerable<string> Leave(Side to) => [];

    /// <summary>At the switch, when the tables have the shape of this side.</summary>
    public virtual IEnumerable<string> Arrive(Side to) => [];

    /// <summary>Writes what a side has alone, goes and holds something into the backup.</summary>
    public virtual IEnumerable<RenderedStep> Backup(Side side, bool last) => [];

    /// <summary>What a side has alone and goes.</summary>
    public virtual IEnumerable<string> Drop(Side side, bool last) => [];

    /// <summary>Tables that are locked at a switch, by the names of the side that leaves.</summary>
    public virtual IEnumerable<string> Locked(Side from) => [];

    /// <summary>What must hold before a switch.</summary>
    public virtual IEnumerable<Gate> SwitchGates(Side to) => [];

    /// <summary>What must hold before something is dropped.</summary>
    public virtual IEnumerable<Gate> DropGates(Side side, bool last) => [];

    /// <summary>The steps that make what the new version's storage may need.</summary>
    public static IEnumerable<RenderedStep> Render(MakeObjects step, RenderContext context)
    {
        var statements = All(context).SelectMany(o => o.Make()).ToList();
        if (statements.Count > 0)
        {
            yield return new RenderedStep("make objects", $"Make {Names(step.Objects.Where(o => !o.Dropped))}", StepMode.Transaction)
            {
                Statements = statements.ToValueList(),
                Inverse = "Discard drops what was made; values that were added to a type stay.",
            };
        }
    }

    /// <summary>The steps that back up and drop what only one side has.</summary>
    public static IEnumerable<RenderedStep> Render(DropObjects step, RenderContext context)
    {
        foreach (var backup in All(context).SelectMany(o => o.Backup(step.Side, step.Last)))
        {
            yield return backup;
        }

        var statements = All(context).Reverse().SelectMany(o => o.Drop(step.Side, step.Last)).ToList();
        if (statements.Count > 0)
        {
            var word = step.Side == Side.Old ? "old" : "new";
            yield return new RenderedStep(
                step.Last ? "drop types" : "drop objects", $"Drop the {(step.Last ? "types and sequences" : "views, functions and the like")} that only the {word} version has", StepMode.Transaction)
            {
                Statements = statements.ToValueList(),
                Gates = All(context).SelectMany(o => o.DropGates(step.Side, step.Last)).ToValueList(),
                Inverse = "The definitions are in the plan, which the journal keeps.",
            };
        }
    }

    /// <summary>Sets the search path for the statements behind it, within the transaction.</summary>
    protected string Path(string? version) =>
        $"SELECT pg_catalog.set_config('search_path', {Sql.Text((version is null ? "" : $"{Sql.Id(version)}, ") + PostgresSettings.SearchPath(Schema))}, true)";

    /// <summary>The name of a table on one side, of which perhaps only the other side's name is known.</summary>
    protected string TableOn(Side side, string name, bool isOfOther)
    {
        var change = isOfOther ? Context.Changes.FirstOrDefault(c => c.Of(side.Other())?.Name == name) : null;
        return change?.Of(side)?.Name ?? name;
    }

    /// <summary>A statement that is carried out only when something is the case.</summary>
    protected static string If(string condition, IEnumerable<string> then, IEnumerable<string>? otherwise = null) => Sql.Do(
        $"BEGIN\n  IF {condition} THEN\n{Lines(then)}{(otherwise is null ? "" : $"  ELSE\n{Lines(otherwise)}")}  END IF;\nEND");

    private static string Lines(IEnumerable<string> statements) => string.Concat(statements.Select(s =>
        s.StartsWith("SELECT ", StringComparison.Ordinal) ? $"    PERFORM {s["SELECT ".Length..]};\n" : $"    {s};\n"));

    private static string Names(IEnumerable<ObjectChange> objects) => string.Join(", ", objects.Select(o => o.Words));
}
