using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Fills the new storage and compares it with what the lenses say.</summary>
internal static class FillSql
{
    private const string Alias = "_tandem_t";

    /// <summary>Above so many rows their values are looked at in a sample.</summary>
    private const int ProfiledRows = 200_000;

    private const string StepIn = "SELECT pg_catalog.set_config('tandem.origin', '', true)";

    public static IEnumerable<RenderedStep> Backfill(TableChange change, RenderContext context, Capabilities capabilities)
    {
        var filling = new Filling(change, context, Side.Old, striped: true);
        if (!filling.HasWork)
        {
            yield break;
        }

        yield return new RenderedStep($"backfill {change.Name}", $"Fill the new columns of {change.Name}", StepMode.Batches)
        {
            Table = change.Name,
            Walk = filling.Walk.Over(filling.Fill()) with
            {
                Parts = filling.Walk.Parts,
                Before = [filling.StandAside(capabilities)],
                Finish = filling.Draw(),
                Left = filling.Undrawn(),
                Isolate = filling.Layout.Current.HasMarker ? $"{StepIn}; {filling.Touch("true")}" : null,
            },
            Locks = [new LockFact(filling.Layout.Table, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
            Scans = true,
            Inverse = "Nothing to take back: only hidden columns were written.",
        };
    }

    public static IEnumerable<RenderedStep> Verify(Verify step, RenderContext context)
    {
        var change = step.Change;
        var filling = new Filling(change, context, step.Base);
        if (change.Before is null || change.After is null || !filling.Layout.Current.HasMarker)
        {
            yield break;
        }

        yield return new RenderedStep($"verify {change.Name}", $"Compare every row of {change.Name} with what the lenses say", StepMode.Verification)
        {
            Table = change.Name,
            Walk = filling.Walk.Over(step.Live ? filling.CompareLive() : filling.CompareStrictly()) with
            {
                Repair = step.Live
                    ? [StepIn, filling.Touch($"NOT {filling.Agrees()}")]
                    : [SyncSql.StandAside, filling.Fill()],
                Parts = filling.Walk.Parts,
                RepairsFrom = step.Base,
                Keep = step.Live ? filling.Keep(context) : null,
                Examples = filling.Examples(step.Live),
                Quarantined = filling.Quarantined(),
                Profile = filling.Profile(),
                Laws = LawSql.Of(change, context, filling.Layout, filling.Walk, step.Base),
            },
            Locks = [new LockFact(filling.Layout.Table, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    /// <summary>The key of a row as one text, or its place in the table.</summary>
    public static string KeyText(Table table, Func<string, string> physical, string alias) => table.Key.Count == 0
        ? $"{alias}.ctid::text"
        : $"pg_catalog.concat_ws(', ', {string.Join(", ", table.Key.Select(k => $"{alias}.{Sql.Id(physical(k))}"))})";

    /// <summary>The statements about one table's rows.</summary>
    private sealed class Filling
    {
        private readonly TableChange change;
        private readonly List<(string Physical, Column Column, string Sql)> targets;
        private readonly List<(string Physical, string Sql)> drawn;
        private readonly HashSet<string> varying;
        private readonly string marker;
        private readonly Func<Column, string> type;

        public Filling(TableChange change, RenderContext context, Side @base, bool striped = false)
        {
            this.change = change;
            Layout = Layout.Of(change, context, @base);
            Walk = new TableWalk(Layout, striped: striped);
            marker = Sql.Id(Names.Marker(context.Ordinal));
            type = c => EnumSql.TypeOf(c, Side.New, @base, context);
            targets = !Layout.Current.Carries ? [] : change.Lenses
                .SelectMany(l => l.New.Select(n => (Layout.Id(Side.New, n), change.After!.Column(n)!, Typed(l, n)))).ToList();

            varying = change.Lenses.Where(l => l.Varies).SelectMany(l => l.New).ToHashSet(StringComparer.Ordinal);

            // A type that is exchanged takes texts only by a cast, and goes by another name while the base is the old one.
            string Typed(Lens lens, string name) => lens.MakesType
                ? $"CAST({Sql.Closed(lens.Expression(Side.New, name))} AS {EnumSql.TypeOf(change.After!.Column(name)!, Side.New, @base, context)})"
                : lens.Expression(Side.New, name);
            drawn = !Layout.Current.Carries ? [] : change.PlainAdded
                .Select(c => (Layout.Id(Side.New, c.Name), Sql: ExpandSql.Drawn(c, Layout, context.Ordinal)))
                .Where(c => c.Sql is not null).Select(c => (c.Item1, c.Sql!)).ToList();
        }

        public Layout Layout { get; }

        public TableWalk Walk { get; }

        public bool HasWork => targets.Count + drawn.Count > 0;

        private string Stored => Sql.Image(targets.Select(t => t.Physical));

        // An explicit cast may shorten a value, an assignment never does: rows are compared by the first, written by the second.
        private string Computed => Sql.Image(targets.Select(t => $"CAST({Sql.Closed(t.Sql)} AS {type(t.Column)})"));

        private string NotDrawn => string.Join(" OR ", drawn.Select(v => $"{v.Physical} IS NULL"));

        private static string Drawn((string Physical, string Sql) v) => $"{v.Physical} = CASE WHEN {v.Physical} IS NULL THEN {Sql.Closed(v.Sql)} ELSE {v.Physical} END";

        // What gives another value each time proves nothing by being computed again.
        private string Provable => Sql.Image(targets.Select(t => varying.Contains(t.Column.Name) ? t.Physical : $"CAST({Sql.Closed(t.Sql)} AS {type(t.Column)})"));

        private IEnumerable<(string Physical, Column Column, string Sql)> Required => targets.Where(t => !t.Column.Nullable);

        public string Agrees() =>
            $"{Sql.Id(Names.EngineSchema, Names.AgreeFunction(Layout.Current.Ordinal, Layout.Schema, Layout.Table))}({Alias})";

        /// <summary>Writes what disagrees with the strict law. The base is the old shape, so its names are the table's own.</summary>
        public string Fill()
        {
            var sets = targets.Select(t => $"{t.Physical} = {Sql.Closed(t.Sql)}")
                .Concat(drawn.Select(Drawn))
                .ToList();
            var needs = drawn.Select(v => $"{v.Physical} IS NULL").ToList();
            if (Required.Any())
            {
                var missing = Required.Select(r => $"WHEN {Sql.Closed(r.Sql)} IS NULL THEN {Sql.Text($"23502 {r.Column.Name}")}");
                sets.Add($"{marker} = CASE {string.Join(" ", missing)} END");
                needs.AddRange(Required.Select(r => $"{Sql.Closed(r.Sql)} IS NULL"));
            }

            if (targets.Count > 0)
            {
                needs.Insert(0, $"{Stored} {Sql.Differs} {Computed}");
            }

            var unfilled = $"{(targets.Count > 0 ? $"{marker} IS NULL AND " : "")}({string.Join(" OR ", needs)})";
            return $"UPDATE {Walk.Source} SET {string.Join(", ", sets)}\nWHERE {Walk.Where(unfilled)}";
        }

        /// <summary>What is drawn for each row is so for those in quarantine, too, which the fill passes by.</summary>
        public ValueList<string> Draw() => targets.Count == 0 || drawn.Count == 0
            ? []
            : [$"UPDATE {Walk.Source} SET {string.Join(", ", drawn.Select(Drawn))}\nWHERE {Walk.Where($"{marker} IS NOT NULL AND ({NotDrawn})")}"];

        public string? Undrawn() => drawn.Count == 0 ? null : $"SELECT count(*) AS rows FROM {Walk.Source} WHERE {NotDrawn}";

        /// <summary>Hands rows to the sync, which computes each by itself and quarantines what fails.</summary>
        public string Touch(string condition)
        {
            var sets = drawn.Select(Drawn)
                .Prepend($"{marker} = 'pending'");
            return $"UPDATE {Walk.Source} AS {Alias} SET {string.Join(", ", sets)}\n"
                + $"WHERE {Walk.Where($"{Alias}.{marker} IS NULL AND {condition}", Alias)}";
        }

        /// <summary>What goes before the statement that fills. A partitioned table's triggers are those of its partitions, too.</summary>
        public string StandAside(Capabilities capabilities) => Layout.Base.Table is { PartitionKey: not null }
            ? SyncSql.StandAside
            : SyncSql.StandFarAside(
                Layout,
                change.Lenses.SelectMany(l => l.New).Concat(change.PlainAdded.Select(c => c.Name)).Select(n => Layout.Column(Side.New, n)).Append(Names.Marker(Layout.Current.Ordinal)),
                capabilities.GrantableSettings);

        public string CompareStrictly() => Compare(
            $"CASE WHEN {marker} IS NULL THEN {Provable} END AS source, CASE WHEN {marker} IS NULL THEN {Stored} END AS target", null,
            $"_tandem_q.source {Sql.Differs} _tandem_q.target");

        /// <summary>Either law is enough; the sums count the rows that agree against all rows.</summary>
        public string CompareLive()
        {
            var columns = change.Lenses.SelectMany(l => l.Old.Select(o => Layout.Id(Side.Old, o)).Concat(l.New.Select(n => Layout.Id(Side.New, n))));
            var image = $"{Sql.Image(columns.Select(c => $"{Alias}.{c}"))}::text";
            return Compare(
                $"CASE WHEN {Alias}.{marker} IS NULL THEN {image} END AS source, "
                + $"CASE WHEN {Alias}.{marker} IS NULL AND {Agrees()} THEN {image} END AS target",
                Alias,
                "_tandem_q.target IS NULL");
        }

        public string Quarantined() => $"SELECT count(*) AS rows FROM {Walk.Source} WHERE {marker} IS NOT NULL";

        /// <summary>How the values look that the lenses give; of a big table in some hundred thousand rows.</summary>
        public Profile? Profile()
        {
            if (targets.Count == 0)
            {
                return null;
            }

            var values = string.Join(", ", targets.Select(t => $"({Sql.Text($"{change.After!.Name}.{t.Column.Name}")}, _tandem_s.{t.Physical}::text)"));
            var sample = $"""
                FROM {Walk.Source} AS _tandem_s TABLESAMPLE SYSTEM ((SELECT least(100, 100.0 * {ProfiledRows} / greatest(1, c.reltuples))
                  FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass({Sql.Text(Layout.Target)}))) REPEATABLE (1)
                CROSS JOIN LATERAL (VALUES {values}) _tandem_v (name, value)
                """;
            return new Profile(
                targets.Select(t => $"{change.After!.Name}.{t.Column.Name}").ToValueList(),
                $"""
                SELECT _tandem_v.name AS column_name, count(*) AS rows, count(*) FILTER (WHERE _tandem_v.value IS NULL) AS nulls,
                  count(DISTINCT _tandem_v.value) AS distinct_values
                {sample} GROUP BY 1
                """)
            {
                Buckets =
                    $"""
                    WITH _tandem_b AS MATERIALIZED (SELECT _tandem_v.name, pg_catalog.hashtextextended(_tandem_v.value, 0)::text AS value, {ValueClasses.LengthClass("pg_catalog.length(_tandem_v.value)")} AS length, count(*) AS rows
                      {sample} WHERE _tandem_v.value IS NOT NULL GROUP BY 1, 2, 3)
                    SELECT name AS column_name, 'length' AS kind, length::text AS bucket, sum(rows)::bigint AS rows FROM _tandem_b GROUP BY name, length
                    UNION ALL SELECT name, 'value', value, rows
                    FROM (SELECT name, value, sum(rows)::bigint AS rows, row_number() OVER (PARTITION BY name ORDER BY sum(rows) DESC, value) AS place FROM _tandem_b GROUP BY name, value) q
                    WHERE place <= {Names.Text(ValueClasses.MostValues)}
                    """,
            };
        }

        // A place in the table is a row's only as long as nobody writes it; with what the row held it names one.
        public string Keep(RenderContext context)
        {
            var table = Layout.Base.Table!;
            var key = table.Key.Count == 0
                ? $"{Alias}.ctid::text || ' ' || pg_catalog.md5(pg_catalog.to_jsonb({Alias})::text)"
                : $"pg_catalog.json_build_array({string.Join(", ", table.Key.Select(k => $"{Alias}.{Sql.Id(k)}::text"))})::text";
            return $"INSERT INTO {RowImages.Images} (target, ordinal, number, row_key, before_image)\n"
                + $"SELECT {Sql.Text(context.Schema.Name)}, {Names.Text(context.Ordinal)}, @number::bigint, {key}, pg_catalog.to_jsonb({Alias})::text FROM {Walk.Source} AS {Alias}\n"
                + $"WHERE {Walk.Window(Alias)} AND {Alias}.{marker} IS NULL AND NOT {Agrees()}";
        }

        public string Examples(bool live)
        {
            var row = live ? Alias : Sql.Id(Layout.Base.Name);
            var disagrees = live ? $"NOT {Agrees()}" : $"CASE WHEN {marker} IS NULL THEN {Stored} {Sql.Differs} {Provable} END";
            return $"SELECT {KeyText(Layout.Base.Table!, c => c, row)} AS key FROM {Walk.Source}{(live ? $" AS {Alias}" : "")}\n"
                + $"WHERE {Walk.Window(row)} AND {row}.{marker} IS NULL AND {disagrees} LIMIT 10";
        }

        // Images that are the same have the same text, which is the costly part: it is written once.
        private string Compare(string images, string? alias, string differs) =>
            $"""
            SELECT count(*) AS rows_seen,
              count(*) FILTER (WHERE NOT _tandem_h.marked AND _tandem_h.differs) AS mismatched,
              count(*) FILTER (WHERE _tandem_h.marked) AS quarantined,
              coalesce(sum(_tandem_h.hash), 0)::text AS source_sum,
              coalesce(sum(CASE WHEN _tandem_h.differs THEN pg_catalog.hashtextextended(_tandem_h.target::text, 0) ELSE _tandem_h.hash END), 0)::text AS target_sum
            FROM (SELECT _tandem_q.marked, _tandem_q.target, {differs} AS differs, pg_catalog.hashtextextended(_tandem_q.source::text, 0) AS hash
              FROM (SELECT {(alias is null ? "" : $"{alias}.")}{marker} IS NOT NULL AS marked, {images}
                FROM {Walk.Source}{(alias is null ? "" : $" AS {alias}")}
                WHERE {Walk.Window(alias)} OFFSET 0) _tandem_q OFFSET 0) _tandem_h
            """;
    }
}
