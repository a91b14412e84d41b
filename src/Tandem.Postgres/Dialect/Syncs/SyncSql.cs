using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>Installs, renews and removes the sync of a table. Every statement fits a transaction that holds the table.</summary>
internal static class SyncSql
{
    private static readonly string[] Events = ["INSERT", "UPDATE", "DELETE"];

    /// <summary>The engine's own batches are exact by themselves and set this, so that the sync stands aside.</summary>
    public const string StandAside = "SELECT pg_catalog.set_config('tandem.origin', 'backfill', true)";

    /// <summary>Whether a write is not one of the engine's own batches.</summary>
    public const string Mine = "pg_catalog.current_setting('tandem.origin', true) IS DISTINCT FROM 'backfill'";

    /// <summary>
    /// As <see cref="StandAside"/>, for a statement that writes most rows of a table. A trigger before an update costs a lock of each
    /// row, logged, even if its condition does not hold: a role that may (superusers, and who was granted the setting) does not even have
    /// them asked. Not where that would pass by a trigger or rule of the users', or a constraint on what is written.
    /// </summary>
    public static string StandFarAside(Layout layout, IEnumerable<string> written, bool grantable)
    {
        var own = layout.Syncing.Append(layout.Current).SelectMany(l => Events.SelectMany(e => new[] { Names.SeenTrigger(l.Ordinal, e), Names.LateTrigger(l.Ordinal, e), Names.MovedTrigger(l.Ordinal, e) }).Append(Names.KeyTrigger(l.Ordinal)))
            .Concat([Names.FirstInsertTrigger, Names.FirstUpdateTrigger, Names.InsertTrigger, Names.UpdateTrigger]).Distinct();
        var table = Sql.Class(layout.Schema, layout.Table);
        var may = "pg_catalog.current_setting('is_superuser')::boolean"
            + (grantable ? " OR pg_catalog.has_parameter_privilege('session_replication_role', 'SET')" : "");
        return $"""
            {StandAside}, CASE WHEN ({may}) AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = {table})
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_constraint c ON c.oid = t.tgconstraint
                WHERE t.tgrelid = {table} AND t.tgenabled IN ('O', 'R') AND t.tgname NOT IN ({string.Join(", ", own.Select(Sql.Text))})
                  AND (NOT t.tgisinternal OR c.oid IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = t.tgrelid AND a.attname IN ({string.Join(", ", written.Select(Sql.Text))})
                      AND a.attnum = ANY (CASE WHEN c.conrelid = t.tgrelid THEN c.conkey ELSE c.confkey END))))
            THEN pg_catalog.set_config('session_replication_role', 'replica', true) END
            """;
    }

    /// <summary>
    /// Gives a transaction the settings under which the table's sync computes. Who goes on with a migration may have others than who began it, and the same
    /// expressions would give other values: a moment is another time of day in each zone.
    /// </summary>
    public static string AsBegun(Layout layout) =>
        $"""
        SELECT pg_catalog.set_config(pg_catalog.split_part(s.setting, '=', 1), pg_catalog.substr(s.setting, pg_catalog.strpos(s.setting, '=') + 1), true)
        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid, pg_catalog.unnest(p.proconfig) AS s (setting)
        WHERE t.tgrelid = pg_catalog.to_regclass({Sql.Text(layout.Target)}) AND t.tgname = {Sql.Text(Names.UpdateTrigger)}
          AND pg_catalog.split_part(s.setting, '=', 1) IN ('DateStyle', 'IntervalStyle', 'TimeZone')
        """;

    /// <summary>The statements that leave exactly the sync this layout asks for.</summary>
    public static IEnumerable<string> Install(Layout layout, RenderContext context)
    {
        if (layout.Syncing.Count == 0)
        {
            return [.. OldSideSql.Install(layout, []), .. Remove(layout.Schema, layout.Table)];
        }

        // With triggers of the users' between them, there are two passes.
        var twice = (layout.Current.Change.Before ?? layout.Current.Change.After)!.Triggers.Any(t => t is { Before: true, ForEachRow: true, Enabled: true });
        var function = new SyncFunction(layout, context.Schema, twice);
        var name = Sql.Id(Names.EngineSchema, Names.SyncFunction(layout.Schema, layout.Table));
        var statements = new List<string>
        {
            AsBegun(layout),
            function.Definition(),
            $"COMMENT ON FUNCTION {name}() IS {Sql.Text(SyncFunction.Comment(layout.Syncing))}",
        };
        statements.AddRange(layout.Syncing.Where(l => l.HasMarker).SelectMany(l => Agreement(layout, l)));
        statements.AddRange(Triggers(layout, function, name, twice, context));
        statements.AddRange(OldSideSql.Install(layout, function.Lenses));
        return statements;
    }

    /// <summary>The statements that end the sync of a table.</summary>
    public static IEnumerable<string> Remove(string schema, string table) =>
    [
        .. new[] { Names.FirstInsertTrigger, Names.FirstUpdateTrigger, Names.InsertTrigger, Names.UpdateTrigger }
            .Select(t => $"DROP TRIGGER IF EXISTS {Sql.Id(t)} ON {Sql.Id(schema, table)}"),
        $"DROP FUNCTION IF EXISTS {Sql.Id(Names.EngineSchema, Names.SyncFunction(schema, table))}()",
    ];

    /// <summary>Whether rows of the table come by a subscription, for which triggers fire only if they always do.</summary>
    public static bool IsSubscribed(Layout layout, RenderContext context) => context.Schema.Dependents.Any(d => d.Kind == DependentKind.Subscription
        && (d.Table == layout.Table || d.Table == layout.Current.Change.Name));

    /// <summary>Removes the functions that go by a table's former name.</summary>
    public static IEnumerable<string> Forget(Layout former) =>
    [
        $"DROP FUNCTION IF EXISTS {Sql.Id(Names.EngineSchema, Names.SyncFunction(former.Schema, former.Table))}()",
        .. former.Syncing.Select(l => ForgetAgreement(l.Ordinal, former.Schema, former.Table)),
    ];

    /// <summary>Removes the function that tells whether a row agrees with a change.</summary>
    public static string ForgetAgreement(int ordinal, string schema, string table) =>
        $"DROP FUNCTION IF EXISTS {Sql.Id(Names.EngineSchema, Names.AgreeFunction(ordinal, schema, table))}";

    /// <summary>
    /// Refuses to go on when the table has other changes in sync than the plan knew of: the text of the function would
    /// take them out.
    /// </summary>
    public static Gate Unchanged(Layout layout)
    {
        var with = layout.Syncing.Append(layout.Current).Where(l => l.Syncs).Distinct().ToList();
        var without = with.Where(l => l != layout.Current).ToList();
        var known = new[] { with, without }.Select(l => l.Count == 0 ? "" : SyncFunction.Comment(l)).Distinct();
        var function = $"pg_catalog.to_regprocedure({Sql.Text(Sql.Id(Names.EngineSchema, Names.SyncFunction(layout.Schema, layout.Table)) + "()")})";
        return new Gate(
            Problems.ProblemCodes.SyncChangedSincePlan.Id,
            $"Other migrations of {layout.Table} were started or ended since this was planned; plan it again.",
            $"SELECT CASE WHEN coalesce(pg_catalog.obj_description({function}, 'pg_proc'), '') IN ({string.Join(", ", known.Select(Sql.Text))}) THEN 0 ELSE 1 END");
    }

    private static IEnumerable<string> Triggers(Layout layout, SyncFunction function, string name, bool twice, RenderContext context)
    {
        var always = IsSubscribed(layout, context);
        var touched = Touched(function, layout);
        foreach (var (trigger, when, condition, argument) in new[]
        {
            (Names.FirstInsertTrigger, "INSERT", Mine, "'first'"), (Names.FirstUpdateTrigger, "UPDATE", $"({touched}) AND {Mine}", "'first'"),
            (Names.InsertTrigger, "INSERT", Mine, ""), (Names.UpdateTrigger, "UPDATE", $"({touched}) AND {Mine}", ""),
        })
        {
            yield return argument.Length > 0 && !twice
                ? $"DROP TRIGGER IF EXISTS {Sql.Id(trigger)} ON {layout.Target}"
                : $"CREATE OR REPLACE TRIGGER {Sql.Id(trigger)} BEFORE {when} ON {layout.Target} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}({argument})";
            if (always && (argument.Length == 0 || twice))
            {
                yield return $"ALTER TABLE {layout.Target} ENABLE ALWAYS TRIGGER {Sql.Id(trigger)}";
            }
        }
    }

    /// <summary>Whether an update can matter to the sync; seen after the users' triggers, as each trigger sees the row of those before it.</summary>
    private static string Touched(SyncFunction function, Layout layout)
    {
        var columns = function.Lenses.SelectMany(l => l.All).Distinct().Order(StringComparer.Ordinal).ToList();
        var markers = function.Lenses.Where(l => l.Link.HasMarker).Select(l => Names.Marker(l.Link.Ordinal)).Distinct().ToList();
        var reasons = new List<string> { layout.Changed([.. columns.Union(function.PartitionColumns)]) };
        reasons.AddRange(markers.Select(m => $"OLD.{Sql.Id(m)} IS NOT NULL OR NEW.{Sql.Id(m)} IS NOT NULL"));
        reasons.AddRange(function.Lenses.SelectMany(l => l.Required).Select(r => $"NEW.{Sql.Id(r)} IS NULL"));

        // The update may carry a row that is not filled yet behind the walk that would have filled it.
        reasons.AddRange(function.Lenses.Where(l => l.MayBeUnfilled).Select(l => PlpgsqlText.Empty("NEW", l.Far)));
        return string.Join(" OR ", reasons.Distinct());
    }

    /// <summary>
    /// A function that tells whether a row agrees by either law, as far as that can be told. An expression that fails makes its law fail, not the
    /// caller: a verification must come to its end.
    /// </summary>
    private static IEnumerable<string> Agreement(Layout layout, Link link)
    {
        var text = new PlpgsqlText(layout);
        var lenses = link.Change.Lenses.Where(l => !l.Varies).Select((l, i) => new LensColumns(layout, link, l, i + 1))
            .Where(l => l.Far.Count > 0 && l.Near.Count > 0).ToList();
        foreach (var lens in lenses)
        {
            text.Try(lens, link.FarSide);
            text.Open($"IF _tandem_error IS NOT NULL OR {PlpgsqlText.RowOf(PlpgsqlText.Row, lens.Far)} {Sql.Differs} {PlpgsqlText.Results(lens, link.FarSide)} THEN");
            text.Try(lens, link.Base);
            text.Open($"IF _tandem_error IS NOT NULL OR {PlpgsqlText.RowOf(PlpgsqlText.Row, lens.Near)} {Sql.Differs} {PlpgsqlText.Results(lens, link.Base)} THEN");
            text.Line("RETURN false;").Close().Close();
        }

        text.Line("RETURN true;");
        var variables = string.Concat(lenses.SelectMany(l => text.Declarations(l)).Select(d => $"  {d}\n"));
        var body = $"#variable_conflict use_column\nDECLARE\n  _tandem_at text;\n  _tandem_error text;\n{variables}BEGIN\n{text}END";
        var name = Names.AgreeFunction(link.Ordinal, layout.Schema, layout.Table);
        yield return $"CREATE OR REPLACE FUNCTION {Sql.Id(Names.EngineSchema, name)}({PlpgsqlText.Row} {layout.Target}) RETURNS boolean "
            + $"LANGUAGE plpgsql STABLE {FunctionSettings.For(layout.Schema, body, lenses.TrueForAll(l => l.IsOrdinary))} AS {Sql.Dollar(body)}";
    }
}
