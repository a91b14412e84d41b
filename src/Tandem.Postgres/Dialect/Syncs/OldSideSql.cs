using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>
/// Whether applications of the old version are still at work. Their writes are noted by a trigger before the sync, at most
/// once a second for each session, in the value of a sequence: it is seen at once, belongs to no transaction, and makes
/// nobody wait or fail. Who reads, and who writes tables whose rows are the same in both versions, shows in the locks.
/// </summary>
internal static class OldSideSql
{
    private const string NoOrigin = "coalesce(pg_catalog.current_setting('tandem.origin', true), '') = ''";

    /// <summary>The step that looks.</summary>
    public static RenderedStep Watch(WatchOld step, RenderContext context)
    {
        var changes = step.Changes.Where(c => c is { Before: not null, ShapeDiffers: true }).OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        return new RenderedStep("watch old", $"See whether applications of {context.OldVersion} are still at work", StepMode.Watch)
        {
            OldSide = new OldSide(
                Marks(changes, context),
                Sessions(changes, context),
                "Who was idle while it was looked, and who reads between two looks, is not seen."),
        };
    }

    /// <summary>The statements that leave exactly the triggers that a layout asks for.</summary>
    public static IEnumerable<string> Install(Layout layout, IReadOnlyList<LensColumns> lenses)
    {
        foreach (var link in layout.Links.Append(layout.Current).Distinct().Where(l => l.Syncs).OrderBy(l => l.Ordinal))
        {
            var noted = lenses.Where(l => l.Link == link && l.TellsWriter).ToList();
            if (link.Base == Side.New || noted.Count == 0)
            {
                foreach (var on in new[] { "INSERT", "UPDATE" })
                {
                    yield return $"DROP TRIGGER IF EXISTS {Sql.Id(Names.SeenTrigger(link.Ordinal, on))} ON {layout.Target}";
                }

                continue;
            }

            var sequence = Names.Seen(link.Ordinal, layout.Schema, link.Change.Before!.Name);
            var setting = $"tandem.seen_{Names.Text(link.Ordinal)}";
            yield return $"CREATE SEQUENCE IF NOT EXISTS {Sql.Id(Names.EngineSchema, sequence)} AS bigint";
            foreach (var (on, wrote) in new[] { ("INSERT", Inserted(noted)), ("UPDATE", Updated(layout, noted)) })
            {
                yield return $"CREATE OR REPLACE TRIGGER {Sql.Id(Names.SeenTrigger(link.Ordinal, on))} BEFORE {on} ON {layout.Target} FOR EACH ROW "
                    + $"WHEN (({wrote}) AND pg_catalog.current_setting({Sql.Text(setting)}, true) IS DISTINCT FROM {EngineSql.ThisSecond} AND {NoOrigin}) "
                    + $"EXECUTE FUNCTION tandem.saw_old_side({Sql.Text(sequence)}, {Sql.Text(setting)})";
            }
        }
    }

    /// <summary>The statement that forgets when a change's old side was written to.</summary>
    public static string Forget(TableChange change, RenderContext context) =>
        $"DROP SEQUENCE IF EXISTS {Sql.Id(Names.EngineSchema, Names.Seen(context.Ordinal, context.Schema.Name, change.Before!.Name))}";

    // An application of the old version does not know the new columns; one of the new version fills some of them.
    private static string Inserted(List<LensColumns> lenses)
    {
        var far = lenses.SelectMany(l => l.Far).Distinct().ToList();
        return far.Count > 0
            ? PlpgsqlText.Empty("NEW", far)
            : string.Join(" OR ", lenses.Select(l => $"NOT ({l.NearIsUntouched("NEW")})").Prepend("false"));
    }

    private static string Updated(Layout layout, List<LensColumns> lenses) =>
        $"{layout.Changed([.. lenses.SelectMany(l => l.Near).Distinct()])} AND NOT {layout.Changed([.. lenses.SelectMany(l => l.Far).Distinct()])}";

    // Who writes the other table of a link through the new version locks this one, too, by the sync.
    private static IEnumerable<string> Linked(TableChange change, RenderContext context) =>
        from link in TableLinks.Of(context.Changes)
        where link.Whole == change || link.Part == change
        let served = (link.Whole == change ? link.Part : link.Whole).After
        where served is not null
        select served.Name;

    private static string Marks(List<TableChange> changes, RenderContext context)
    {
        var rows = changes.Where(c => c.After is not null && c.Lenses.Count > 0)
            .Select(c => $"SELECT {Sql.Text(c.Name)} AS what, pg_catalog.pg_sequence_last_value(pg_catalog.to_regclass("
                + $"{Sql.Text(Sql.Id(Names.EngineSchema, Names.Seen(context.Ordinal, context.Schema.Name, c.Before!.Name)))})) AS at")
            .DefaultIfEmpty("SELECT NULL::text AS what, NULL::bigint AS at");
        return $"SELECT s.what, greatest(0, {EngineSql.ThisSecond}::bigint - s.at) AS seconds FROM ({string.Join(" UNION ALL ", rows)}) s WHERE s.at IS NOT NULL";
    }

    // Who uses a version's view locks the view and the table; who locks the table alone is an application of the base.
    // Foreign keys' own questions (ROW SHARE) are no sign of either. All locks are read once, so that they belong together.
    private static string Sessions(List<TableChange> changes, RenderContext context)
    {
        var schema = context.Schema.Name;
        string View(string version, string table) => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Names.VersionSchema(schema, version), table))})::oid";
        var places = changes.Select(c =>
        {
            var others = context.ServedVersions.Where(v => v != context.OldVersion).Select(v => View(v, c.Before!.Name))
                .Concat(c.After is null ? [] : [View(context.Migration, c.After.Name)])
                .Concat(Linked(c, context).Select(name => View(context.Migration, name)));
            return $"({Sql.Text(c.Name)}, pg_catalog.to_regclass({Sql.Text(Layout.Of(c, context, Side.Old).Target)})::oid, "
                + $"{View(context.OldVersion, c.Before!.Name)}, ARRAY[{string.Join(", ", others)}]::oid[])";
        });
        return
            $"""
            WITH held AS MATERIALIZED (
              SELECT l.pid, l.relation, l.mode FROM pg_catalog.pg_locks l
              WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
                AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())),
            place (what, base, own, others) AS (VALUES {string.Join(", ", places.DefaultIfEmpty("(NULL::text, NULL::oid, NULL::oid, NULL::oid[])"))}),
            used AS (
              SELECT p.what, p.others, h.pid, bool_or(coalesce(h.relation = p.own, false)) AS served, bool_or(h.mode = 'RowExclusiveLock') AS writes
              FROM place p JOIN held h ON h.relation IN (p.base, p.own) AND h.mode IN ('AccessShareLock', 'RowExclusiveLock') GROUP BY 1, 2, 3)
            SELECT u.what, pg_catalog.concat_ws(' ', coalesce(nullif(a.application_name, ''), 'a session'), 'of ' || a.usename,
                CASE WHEN u.writes THEN '(writing,' ELSE '(reading,' END, 'pid ' || u.pid || CASE WHEN a.backend_type IS NULL THEN
                  '; what kind of session it is, only roles with pg_read_all_stats can see)' ELSE ')' END) AS who, u.served::int AS served
            FROM used u LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = u.pid
            WHERE coalesce(a.backend_type, 'client backend') = 'client backend'
              AND (u.served OR NOT EXISTS (SELECT FROM held h WHERE h.pid = u.pid AND h.relation = ANY (u.others)))
            """;
    }
}
