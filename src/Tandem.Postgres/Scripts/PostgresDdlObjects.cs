using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>Writes objects that hold no rows as the statements that make them.</summary>
internal static class PostgresDdlObjects
{
    /// <summary>The statements that make an object, without comment, owner and rights.</summary>
    public static IEnumerable<string> Create(string schema, SchemaObject one, Func<string, bool>? deferred = null) => one switch
    {
        EnumType e => [$"CREATE TYPE {Name(schema, e.Name)} AS ENUM ({string.Join(", ", e.Values.Select(Literal))})"],
        Domain d => Domain(schema, d, deferred ?? (_ => false)),
        CompositeType c => [$"CREATE TYPE {Name(schema, c.Name)} AS ({string.Join(", ", c.Columns.Select(Attribute))})"],
        RangeType r => [$"CREATE TYPE {Name(schema, r.Name)} AS RANGE ({r.Definition})"],
        Collation c => [$"CREATE COLLATION {Name(schema, c.Name)} ({c.Definition})"],
        Sequence s => [CreateSequence(schema, s)],
        View v => View(schema, v),
        Routine r => [r.Definition],
        Trigger t => [t.Definition, .. State(schema, t.Table, "TRIGGER", t.Name, t.Enabled, t.Firing)],
        Rule r => [r.Definition, .. State(schema, r.Table, "RULE", r.Name, r.Enabled, r.Firing)],
        RowPolicy p => [Policy(schema, p)],
        Statistics s => [s.Definition, .. s.Target is { } t ? [$"ALTER STATISTICS {Name(schema, s.Name)} SET STATISTICS {t}"] : Array.Empty<string>()],
        Extension x => [$"CREATE EXTENSION IF NOT EXISTS {Quote(x.Name)} WITH SCHEMA {Quote(x.Schema)} VERSION {Literal(x.Version)}"],
        Publication p => [Publication(p)],
        EventTrigger e => EventTrigger(e),
        DefinedObject d => d.Statements,
        DefaultPrivileges d => PostgresDdlAccess.Defaults(schema, d),
        _ => throw new NotSupportedException($"No statement for a {one.Kind}."),
    };

    /// <summary>How statements name an object: its kind and its name, as <c>COMMENT ON</c> takes them.</summary>
    public static string Named(string schema, SchemaObject one) => one switch
    {
        EnumType or CompositeType or RangeType => $"TYPE {Name(schema, one.Name)}",
        Routine r => $"{r.Kind.ToUpperInvariant()} {Name(schema, r.Name)}({r.Arguments})",
        Trigger t => $"TRIGGER {Quote(t.Name)} ON {Name(schema, t.Table)}",
        Rule r => $"RULE {Quote(r.Name)} ON {Name(schema, r.Table)}",
        RowPolicy p => $"POLICY {Quote(p.Name)} ON {Name(schema, p.Table)}",
        DefinedObject d => d.Named,
        Extension or Schema.Publication or Schema.EventTrigger => $"{one.Kind.ToUpperInvariant()} {Quote(one.Name)}",
        _ => $"{one.Kind.ToUpperInvariant()} {Name(schema, one.Name)}",
    };

    private static IEnumerable<string> Domain(string schema, Domain domain, Func<string, bool> deferred)
    {
        var name = Name(schema, domain.Name);
        var checks = domain.Checks.ToLookup(c => c.Validated && !deferred($"constraint {c.Name}"));
        yield return $"CREATE DOMAIN {name} AS {domain.Type}"
            + (domain.Collation is { } collation ? $" COLLATE {collation}" : "")
            + (domain.Default is { } value ? $" DEFAULT {value}" : "")
            + (domain.Nullable ? "" : $" {PostgresDdl.Named(domain.NotNullName)}NOT NULL")
            + string.Concat(checks[true].Select(c => $" {CheckClause(c)}"));
        foreach (var check in checks[false].Where(c => !c.Validated))
        {
            yield return $"ALTER DOMAIN {name} ADD {CheckClause(check)} NOT VALID";
        }
    }

    private static string Attribute(Column column) =>
        $"{Quote(column.Name)} {column.Type}{(column.Collation is { } collation ? $" COLLATE {collation}" : "")}";

    private static IEnumerable<string> View(string schema, View view)
    {
        var method = view.Method is { } m ? $" USING {Quote(m)}" : "";
        yield return $"CREATE {view.Kind.ToUpperInvariant()} {Name(schema, view.Name)}{method}{With(view.Options)} AS\n{view.Definition}{Emptiness(view)}";
        foreach (var column in view.Columns)
        {
            var alter = $"ALTER {view.Kind.ToUpperInvariant()} {Name(schema, view.Name)} ALTER COLUMN {Quote(column.Name)} SET";
            foreach (var setting in column.Settings.Concat(column.Default is { } value ? [$"DEFAULT {value}"] : []))
            {
                yield return $"{alter} {setting}";
            }
        }
    }

    /// <summary>What stands behind the query of a materialized view that is made without rows.</summary>
    public static string Emptiness(View view) => view is { Materialized: true, WithData: false } ? "\nWITH NO DATA" : "";

    private static string Policy(string schema, RowPolicy policy) =>
        $"CREATE POLICY {Quote(policy.Name)} ON {Name(schema, policy.Table)} AS {(policy.Permissive ? "PERMISSIVE" : "RESTRICTIVE")} FOR {policy.Command}"
        + (policy.Roles.Count == 0 ? "" : $" TO {List(policy.Roles)}")
        + (policy.Using is { } read ? $" USING ({read})" : "")
        + (policy.Check is { } write ? $" WITH CHECK ({write})" : "");

    private static string Publication(Publication publication)
    {
        var objects = publication.AllTables ? " FOR ALL TABLES" : Published(publication) is { Length: > 0 } list ? $" FOR {list}" : "";
        return $"CREATE PUBLICATION {Quote(publication.Name)}{objects}{With(publication.Options)}";
    }

    /// <summary>The tables and schemas that a publication names; empty for none.</summary>
    public static string Published(Publication publication)
    {
        // 14 knows the word TABLE once.
        var parts = publication.Tables.Select((t, i) => $"{(i == 0 ? "TABLE " : "")}ONLY {Name(t.Schema, t.Table)}"
                + (t.Columns.Count == 0 ? "" : $" ({List(t.Columns)})") + (t.Where is { } where ? $" WHERE ({where})" : ""))
            .Concat(publication.Schemas.Select(s => $"TABLES IN SCHEMA {Quote(s)}"));
        return string.Join(", ", parts);
    }

    private static IEnumerable<string> EventTrigger(EventTrigger trigger)
    {
        var tags = trigger.Tags.Count == 0 ? "" : $" WHEN TAG IN ({string.Join(", ", trigger.Tags.Select(Literal))})";
        yield return $"CREATE EVENT TRIGGER {Quote(trigger.Name)} ON {trigger.Event}{tags} EXECUTE FUNCTION {trigger.Function}()";
        if (Switch(trigger.Enabled, trigger.Firing) is { } state)
        {
            yield return $"ALTER EVENT TRIGGER {Quote(trigger.Name)} {state}";
        }
    }

    private static IEnumerable<string> State(string schema, string table, string kind, string name, bool enabled, string? firing) =>
        Switch(enabled, firing) is { } state ? [$"ALTER TABLE {Name(schema, table)} {state} {kind} {Quote(name)}"] : [];

    private static string? Switch(bool enabled, string? firing) => enabled ? firing is null ? null : $"ENABLE {firing}" : "DISABLE";
}
