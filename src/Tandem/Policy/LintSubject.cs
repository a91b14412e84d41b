using System.Collections;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Policy.Scripts;
using Tandem.Policy.Statements;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Policy;

/// <summary>A value of a migration.</summary>
/// <param name="Operation">The operation it belongs to; null for what stands beside the operations.</param>
/// <param name="Path">Its path in the file: <c>operations[0].into[1].up</c>.</param>
/// <param name="Key">Its key, for entries of a list the list's key: <c>up</c>.</param>
/// <param name="Value">The value: a text, an <see cref="SqlText"/>, a record or a list.</param>
internal sealed record Part(Operation? Operation, string Path, string Key, object Value);

/// <summary>A migration taken apart, as the rules see it. Parts are found by reflection, so a new operation needs no rule's help.</summary>
internal sealed class LintSubject
{
    private static readonly string[] NameKeys = ["table", "column", "columns", "name", "from", "to", "primary_key"];
    private readonly SourceMap places;
    private IReadOnlyList<ScriptAct<Act>>? acts;

    public LintSubject(Migration migration, SourceMap places, LintContext context)
    {
        Migration = migration;
        Context = context;
        this.places = places;
        Parts = [.. Walk(null, migration, "", "")];
    }

    public Migration Migration { get; }

    public LintContext Context { get; }

    /// <summary>Every value, the outer before the inner.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <summary>SQL texts that stand for a value or a condition, hence neither types nor statements.</summary>
    public IEnumerable<Part> Expressions => Parts.Where(p => p.Value is SqlText && p.Key != "type" && p.Operation is not Sql);

    /// <summary>Names of tables, columns, constraints and indexes in operations.</summary>
    public IEnumerable<(Part Part, string Name)> Names =>
        from part in Parts
        where part.Operation is not null && part.Value is string && NameKeys.Contains(part.Key, StringComparer.Ordinal)
        select (part, (string)part.Value);

    /// <summary>The operations with their paths.</summary>
    public IEnumerable<(T Operation, string Path)> Operations<T>() =>
        from part in Parts where part.Value is T && part.Value is Operation select ((T)part.Value, part.Path);

    /// <summary>The texts of SQL of the migration's own, every way forward before every way back.</summary>
    public IReadOnlyList<ScriptText> Scripts => field ??= ScriptActs.Texts(this);

    /// <summary>What that SQL does of one kind, on PostgreSQL or on any engine.</summary>
    public IEnumerable<ScriptAct<T>> Acts<T>(bool onPostgres = true)
        where T : Act =>
        from found in acts ??= [.. ScriptActs.Of(Scripts)]
        where found.Act is T && (!onPostgres || found.Text.Engines.Contains("postgres"))
        select new ScriptAct<T>(found.Text, found.Statement, (T)found.Act, found.IsNew);

    /// <summary>What the text did in a sandbox; null where it was not tried or failed.</summary>
    public ScriptEffect? Measured(ScriptText text) =>
        Context.Effects?.ElementAtOrDefault(text.Number - 1) is { Failure: null } effect && (!text.IsDown || effect is { DownFailure: null, NotRestored: not null }) ? effect : null;

    /// <summary>Whether a relation was written anew in a sandbox; null where that is not known.</summary>
    public bool? IsRewritten<T>(ScriptAct<T> found)
        where T : Act =>
        found.Text.IsDown ? null : Measured(found.Text)?.Rewritten.Any(r => r == found.Act.On.Split('.')[^1] || found.Act.On.Length == 0);

    /// <summary>A finding about SQL of the migration's own.</summary>
    /// <param name="code">The code.</param>
    /// <param name="found">What it does.</param>
    /// <param name="says">The end of the sentence: "builds an index on orders while writers wait".</param>
    public Problem Find<T>(ProblemCode code, ScriptAct<T> found, string says)
        where T : Act =>
        new(code, $"{found.Where} {says}.", places.Find(found.Text.Part.Path) ?? Migration.Place, found.Subject);

    /// <summary>A finding about a part.</summary>
    public Problem Find(ProblemCode code, string message, Part part) =>
        Find(code, message, part.Path, part.Operation?.Tables.FirstOrDefault());

    /// <summary>A finding about what stands at a path.</summary>
    public Problem Find(ProblemCode code, string message, string path, string? subject = null) =>
        new(code, message, places.Find(path) ?? Migration.Place, subject);

    /// <summary>The texts of an SQL text with the engines each is for.</summary>
    public static IEnumerable<(string Text, string[] Engines)> Texts(SqlText sql)
    {
        string[] both = ["postgres", "sqlite"];
        if (sql.Any is { } any)
        {
            yield return (any, [.. both.Where(e => sql.For(e) == any)]);
        }

        foreach (var engine in both.Where(e => sql.For(e) is { } text && text != sql.Any))
        {
            yield return (sql.For(engine)!, [engine]);
        }
    }

    private static IEnumerable<Part> Walk(Operation? operation, object value, string path, string key)
    {
        if (value is IEnumerable items and not string)
        {
            var index = 0;
            return items.Cast<object>().SelectMany(item => Walk(operation, item, $"{path}[{index++}]", key))
                .Prepend(new Part(operation, path, key, value));
        }

        operation = value as Operation ?? operation;
        var own = new Part(operation, path, key, value);
        if (value is SqlText || ScalarBinder.CanBind(value.GetType()))
        {
            return [own];
        }

        return FileForm.Of(value.GetType()).Keys
            .Select(k => (k.Name, Value: k.Property.GetValue(value)))
            .Where(k => k.Value is not null)
            .SelectMany(k => Walk(operation, k.Value!, path.Length == 0 ? k.Name : $"{path}.{k.Name}", k.Name))
            .Prepend(own);
    }
}
