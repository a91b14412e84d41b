using Tandem.Postgres.Connections;
using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>The script that makes schemas: things in the order of their needs, then what hangs on them, then rights.</summary>
internal sealed class PostgresScript
{
    private readonly IReadOnlyList<DatabaseSchema> schemas;
    private readonly Dictionary<string, Contents> contents;
    private readonly List<string> statements = [];
    private string? path;

    /// <summary>A script.</summary>
    /// <param name="schemas">What it makes.</param>
    public PostgresScript(IReadOnlyList<DatabaseSchema> schemas)
    {
        var unread = schemas.SelectMany(s => s.Views).Where(v => !v.WithData).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        while (schemas.SelectMany(s => s.Views).Where(v => !unread.Contains(v.Name) && unread.Any(n => SqlLexer.Names(v.Definition, n))).ToList() is { Count: > 0 } over)
        {
            unread.UnionWith(over.Select(v => v.Name));
        }

        // What reads a materialized view without rows cannot be filled either.
        this.schemas = [.. schemas.Select(s => s with { Views = s.Views.Select(v => v with { WithData = !unread.Contains(v.Name) }).ToValueList() })];
        contents = this.schemas.ToDictionary(s => s.Name, s => new Contents(s), StringComparer.Ordinal);
    }

    /// <summary>The statements.</summary>
    public IReadOnlyList<string> Write()
    {
        // Bodies of functions may name what comes later.
        statements.Add("SELECT pg_catalog.set_config('check_function_bodies', 'off', true)");
        Each(s => [$"CREATE SCHEMA IF NOT EXISTS {Quote(s.Name)}"]);
        foreach (var extension in Shared<Extension>())
        {
            statements.Add($"CREATE SCHEMA IF NOT EXISTS {Quote(extension.Schema)}");
            statements.AddRange(PostgresDdlObjects.Create("", extension));
        }

        var order = PostgresScriptOrder.Of(schemas.SelectMany(Nodes).ToList(), schemas.SelectMany(Needs));
        foreach (var node in order.Nodes)
        {
            var schema = contents[node.Schema];
            Add(schema.Schema, Create(schema, node, p => order.IsDeferred(node, p)));
        }

        statements.AddRange(Shared<DefinedObject>().Where(d => d.OfDatabase).SelectMany(d => d.Statements));
        Each(OwnedSequences);
        Each(s => Deferred(s, order));
        Each(s => AllTables(s).SelectMany(t => PostgresScriptTables.Attach(s.Name, t)));
        Each(s => s.Partitions.SelectMany(t => PostgresScriptTables.Rename(s.Name, t, ParentOf(contents[s.Name], t))));
        Each(s => AllTables(s).Where(t => t.PartitionKey is not null).SelectMany(t => t.Indexes.Where(i => !i.Valid).SelectMany(i => Create(s.Name, t.Name, i))));
        Each(s => AllTables(s).SelectMany(t => PostgresScriptTables.Finish(s, t)));
        Each(s => AllTables(s).SelectMany(t => t.ForeignKeys.Select(f => $"ALTER TABLE {Name(s.Name, t.Name)} ADD {ForeignKeyClause(s.Name, f)}")));
        Each(s => s.AllObjects.Where(o => o is Trigger or Rule or RowPolicy or Statistics).SelectMany(o => PostgresDdlObjects.Create(s.Name, o)));
        Each(s => s.Views.Where(v => v.ClusteredOn is not null).Select(
            v => $"ALTER MATERIALIZED VIEW {Name(s.Name, v.Name)} CLUSTER ON {Quote(v.ClusteredOn!)}"));
        statements.AddRange(Shared<Publication>().SelectMany(p => PostgresDdlObjects.Create("", p)));
        Each(PostgresScriptComments.Of);
        Each(s => s.Access.Where(a => a.On.Kind != "event trigger" && IsMade(s, a.On)).SelectMany(a => PostgresDdlAccess.Statements(s.Name, a)));
        Each(s => s.Objects.OfType<DefaultPrivileges>().Where(d => d.Here).SelectMany(d => PostgresDdlAccess.Defaults(s.Name, d)));
        statements.AddRange(Shared<DefaultPrivileges>().Where(d => !d.Here).SelectMany(d => PostgresDdlAccess.Defaults("", d)));
        EventTriggers();
        return [.. statements.Select(StoredText.Again)];
    }

    private static IEnumerable<Table> AllTables(DatabaseSchema schema) => schema.Tables.Concat(schema.Partitions);

    private static IEnumerable<ScriptNode> Nodes(DatabaseSchema schema)
    {
        var sequences = AllTables(schema).SelectMany(t => t.Columns.Where(IsSerial).Select(c => SequenceOf(t, c).Reference));
        ObjectName[] all =
        [
            .. schema.Objects.OfType<Collation>().Select(c => c.Reference),
            .. schema.Enums.Select(e => e.Reference),
            .. schema.Objects.Where(o => o is Domain or CompositeType or RangeType).Select(o => o.Reference),
            .. schema.Sequences.Select(s => s.Reference),
            .. sequences,
            .. AllTables(schema).Select(t => new ObjectName("table", t.Name)),
            .. schema.Objects.OfType<Routine>().Select(r => r.Reference),
            .. schema.Views.OrderBy(v => v.Materialized).Select(v => v.Reference),
            .. schema.Objects.OfType<DefinedObject>().Where(d => !d.OfDatabase).Select(d => d.Reference),
            .. IndexesOf(schema).Select(i => new ObjectName("index", i.Index.Name)),
        ];
        return all.Select(n => new ScriptNode(schema.Name, n));
    }

    private static IEnumerable<(string Table, Schema.Index Index)> IndexesOf(DatabaseSchema schema) =>
        AllTables(schema).SelectMany(t => t.Indexes.Select(i => (t.Name, i)))
            .Concat(schema.Views.SelectMany(v => v.Indexes.Select(i => (v.Name, i))))
            .Where(p => p.i.Valid);

    // One of a partitioned table is not valid as long as a partition has none that belongs to it. To attach a partition would
    // make it one.
    private static IEnumerable<string> Create(string schema, string table, Schema.Index index) =>
        [CreateIndex(schema, table, index, only: !index.Valid), .. index.Settings.Select(s => $"ALTER INDEX {Name(schema, index.Name)} ALTER COLUMN {s}")];

    private static IEnumerable<(ScriptNode Node, ScriptNode Needed, string? Part)> Needs(DatabaseSchema schema)
    {
        ScriptNode Node(ObjectName name) => new(name.Schema ?? schema.Name, name with { Schema = null });
        ScriptNode TableNode(string name, string? other = null) => Node(new ObjectName("table", name, other));
        return schema.Needs.Select(n => (Node(n.Object), Node(n.Needs), n.Part))
            .Concat(AllTables(schema).SelectMany(t => t.Indexes.Select(i => (Node(new ObjectName("index", i.Name)), TableNode(t.Name), (string?)null))))
            .Concat(schema.Views.SelectMany(v => v.Indexes.Select(i => (Node(new ObjectName("index", i.Name)), Node(v.Reference), (string?)null))))
            .Concat(AllTables(schema).SelectMany(t => t.Inherits.Concat(t.PartitionOf is { } parent ? [parent] : [])
                .Select(p => (TableNode(t.Name), TableNode(p.Name, p.Schema), (string?)null))));
    }

    private Table? ParentOf(Contents schema, Table table) => table.PartitionOf is { } parent
        ? contents.GetValueOrDefault(parent.Schema ?? schema.Schema.Name)?.Tables.GetValueOrDefault(parent.Name)
        : null;

    private IEnumerable<string> Create(Contents schema, ScriptNode node, Func<string, bool> deferred)
    {
        var name = schema.Schema.Name;
        if (node.Name.Kind == "table")
        {
            var table = schema.Tables[node.Name.Identity];
            return [CreateTable(name, PostgresScriptTables.Detached(table, ParentOf(schema, table)), deferred)];
        }

        if (node.Name.Kind == "index")
        {
            var (of, index) = schema.Indexes[node.Name.Identity];
            return Create(name, of, index);
        }

        return schema.Objects.TryGetValue(node.Name, out var one)
            ? PostgresDdlObjects.Create(name, one, deferred)
            : [CreateSequence(name, schema.SerialSequences[node.Name.Identity])];
    }

    private static IEnumerable<string> OwnedSequences(DatabaseSchema schema) =>
        AllTables(schema).SelectMany(t => t.Columns.Where(IsSerial).Select(c => (SequenceOf(t, c).Name, Table: t.Name, Column: c.Name)))
            .Concat(schema.Sequences.Where(s => s.OwnerTable is not null).Select(s => (s.Name, Table: s.OwnerTable!, Column: s.OwnerColumn!)))
            .Select(o => $"ALTER SEQUENCE {Name(schema.Name, o.Name)} OWNED BY {Name(schema.Name, o.Table)}.{Quote(o.Column)}");

    private static IEnumerable<string> Deferred(DatabaseSchema schema, PostgresScriptOrder order) =>
        AllTables(schema).SelectMany(t =>
        {
            var node = new ScriptNode(schema.Name, new ObjectName("table", t.Name));
            return t.Columns.Where(c => order.IsDeferred(node, $"default {c.Name}")).Select(
                    c => $"ALTER TABLE ONLY {Name(schema.Name, t.Name)} ALTER COLUMN {Quote(c.Name)} SET DEFAULT {c.Default}")
                .Concat(t.Checks.Where(c => order.IsDeferred(node, $"constraint {c.Name}") && InTable(t, c)).Select(
                    c => $"ALTER TABLE {Name(schema.Name, t.Name)} ADD {CheckClause(c)}"));
        }).Concat(schema.Objects.OfType<Domain>().SelectMany(d => d.Checks
            .Where(c => c.Validated && order.IsDeferred(new ScriptNode(schema.Name, d.Reference), $"constraint {c.Name}"))
            .Select(c => $"ALTER DOMAIN {Name(schema.Name, d.Name)} ADD {CheckClause(c)}")));

    // What is listed and left alone has an owner as well, but is not made here.
    private static bool IsMade(DatabaseSchema schema, ObjectName name) =>
        name.Kind is "table" or "schema" or "sequence" || schema.Find(name.Kind, name.Identity) is not null;

    /// <summary>Objects of the database that every schema's inspection lists.</summary>
    private IEnumerable<T> Shared<T>()
        where T : SchemaObject => schemas.SelectMany(s => s.Objects.OfType<T>()).Distinct();

    private void Each(Func<DatabaseSchema, IEnumerable<string>> write)
    {
        foreach (var schema in schemas)
        {
            Add(schema, write(schema));
        }
    }

    private void Add(DatabaseSchema schema, IEnumerable<string> made)
    {
        var all = made.ToList();
        if (all.Count > 0 && path != schema.Name)
        {
            path = schema.Name;
            statements.Add($"SELECT pg_catalog.set_config('search_path', {Literal(PostgresSettings.SearchPath(path))}, true)");
        }

        statements.AddRange(all);
    }

    // Last, because they would fire on all that comes before.
    private void EventTriggers()
    {
        var access = schemas.SelectMany(s => s.Access).Where(a => a.On.Kind == "event trigger").Distinct().ToDictionary(a => a.On.Identity, StringComparer.Ordinal);
        foreach (var trigger in Shared<EventTrigger>())
        {
            var made = PostgresDdlObjects.Create("", trigger).ToList();
            statements.Add(made[0]);
            if (trigger.Comment is { } comment)
            {
                statements.Add($"COMMENT ON EVENT TRIGGER {Quote(trigger.Name)} IS {Literal(comment)}");
            }

            statements.AddRange(access.TryGetValue(trigger.Name, out var owner) ? PostgresDdlAccess.Statements("", owner) : []);
            statements.AddRange(made.Skip(1));
        }
    }

    // Large schemas have thousands of each: what is to be made is found by its name.
    private sealed class Contents(DatabaseSchema schema)
    {
        public DatabaseSchema Schema => schema;

        public Dictionary<string, Table> Tables { get; } = First(AllTables(schema), t => t.Name);

        public Dictionary<string, (string Table, Schema.Index Index)> Indexes { get; } = First(IndexesOf(schema), i => i.Index.Name);

        public Dictionary<string, Sequence> SerialSequences { get; } = First(AllTables(schema).SelectMany(t => t.Columns.Where(IsSerial).Select(c => SequenceOf(t, c))), s => s.Name);

        public Dictionary<ObjectName, SchemaObject> Objects { get; } = First(schema.AllObjects, o => o.Reference);

        private static Dictionary<TKey, T> First<TKey, T>(IEnumerable<T> all, Func<T, TKey> key)
            where TKey : notnull => all.GroupBy(key).ToDictionary(g => g.Key, g => g.First());
    }
}
