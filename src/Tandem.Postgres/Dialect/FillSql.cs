using Tandem.Databases;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Postgres.Dialect.Walks;
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
                Before = [filling.StandAside(capabilities), SyncSql.AsBegun(filling.Layout)],
                Finish = filling.Draw(),
                Left = filling.Undrawn(),
                Isolate = filling.Layout.Current.HasMarker ? $"{StepIn}; {filling.Touch("true")}" : null,
                RowLines = filling.Lines(context),
                Dead = DeadRowsSql.Of(filling.Layout),
            },
            Locks = [new LockFact(filling.Layout.Table, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
            Scans = true,
            Inverse = "Nothing to take back: only hidden columns were written.",
        };
    }

    /// <summary>The step of <see cref="Keys"/>.</summary>
    public static string KeysId(TableChange change) => $"backfill {change.Name}: keys";

    /// <summary>Fills the key alone that rows of the table itself look up.</summary>
    public static IEnumerable<RenderedStep> Keys(TableChange change, RenderContext context, Capabilities capabilities) => Backfill(change.WithoutLenses(), context, capabilities)
        .Select(s => s with { Id = KeysId(change), Title = $"Draw the new keys of {change.Name}" });

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
                    : [SyncSql.StandAside, SyncSql.AsBegun(filling.Layout), filling.Fill()],
                RepairLines = filling.RepairLines(context, step.Live),
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

        // An explicit cast may shorten a value, an assignment never does: rows are compared by the first, written by the second.
        private string Wrong => Differ(targets.Select(t => (t.Column, t.Physical, Computed(t))));

        private string NotDrawn => string.Join(" OR ", drawn.Select(v => $"{v.Physical} IS NULL"));

        private static string Drawn((string Physical, string Sql) v) => $"{v.Physical} = CASE WHEN {v.Physical} IS NULL THEN {Sql.Closed(v.Sql)} ELSE {v.Physical} END";

        // What gives another value each time proves nothing by being computed again.
        private IEnumerable<(Column Column, string Physical, string Value)> Provable =>
            targets.Select(t => (t.Column, t.Physical, varying.Contains(t.Column.Name) ? t.Physical : Computed(t)));

        private IEnumerable<(string Physical, Column Column, string Sql)> Required => targets.Where(t => !t.Column.Nullable);

        public string Agrees() =>
            $"{Sql.Id(Names.EngineSchema, Names.AgreeFunction(Layout.Current.Ordinal, Layout.Schema, Layout.Table))}({Alias})";

        /// <summary>How rows are written when each gets a line in the ledger.</summary>
        public RowLines? Lines(RenderContext context) => Layout.Base.Table is not { Key.Count: > 0 } ? null : new RowLines(Entered(context, Update, null))
        {
            Before = LedgerSql.ByHash,
            Isolate = Layout.Current.HasMarker ? $"{StepIn}; {Entered(context, from => Touch("true", from), Alias)}" : null,
        };

        /// <summary>How rows are repaired when each gets a line in the ledger.</summary>
        public ValueList<string>? RepairLines(RenderContext context, bool live) => Values.Count == 0 || Layout.Base.Table is not { Key.Count: > 0 } ? null
            : live ? [LedgerSql.ByHash, StepIn, Entered(context, from => Touch($"NOT {Agrees()}", from), Alias)]
            : [LedgerSql.ByHash, SyncSql.StandAside, SyncSql.AsBegun(Layout), Entered(context, Update, null)];

        private List<(string Name, string Type)> Values =>
        [
            .. change.Lenses.SelectMany(l => l.Old.Select(o => (Layout.Column(Side.Old, o), change.Before!.Column(o)!.Type))
                .Concat(l.New.Select(n => (Layout.Column(Side.New, n), type(change.After!.Column(n)!))))),
            .. change.PlainAdded.Where(c => ExpandSql.Drawn(c, Layout, Layout.Current.Ordinal) is not null).Select(c => (Layout.Column(Side.New, c.Name), type(c))),
        ];

        private string Entered(RenderContext context, Func<string, string> update, string? alias) =>
            new LedgerSql(context).Update(update, alias, Layout.Table, Walk, Layout.Base.Table!.Key, Values);

        /// <summary>Writes what disagrees with the strict law. The base is the old shape, so its names are the table's own.</summary>
        public string Fill() => Update(null);

        private string Update(string? from)
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
                needs.Insert(0, Wrong);
            }

            var unfilled = $"{(targets.Count > 0 ? $"{marker} IS NULL AND " : "")}({string.Join(" OR ", needs)})";
            return $"UPDATE {Walk.Source} SET {string.Join(", ", sets)}{from}\nWHERE {Walk.Where(unfilled)}";
        }

        /// <summary>What is drawn for each row is so for those in quarantine, too, which the fill passes by.</summary>
        public ValueList<string> Draw() => targets.Count == 0 || drawn.Count == 0
            ? []
            : [$"UPDATE {Walk.Source} SET {string.Join(", ", drawn.Select(Drawn))}\nWHERE {Walk.Where($"{marker} IS NOT NULL AND ({NotDrawn})")}"];

        public string? Undrawn() => drawn.Count == 0 ? null : $"SELECT count(*) AS rows FROM {Walk.Source} WHERE {NotDrawn}";

        /// <summary>Hands rows to the sync, which computes each by itself and quarantines what fails.</summary>
        /// <param name="condition">Which rows of the chunk.</param>
        /// <param name="from">The clause that names other rows beside them, or null.</param>
        public string Touch(string condition, string? from = null)
        {
            var sets = drawn.Select(Drawn)
                .Prepend($"{marker} = 'pending'");
            return $"UPDATE {Walk.Source} AS {Alias} SET {string.Join(", ", sets)}{from}\n"
                + $"WHERE {Walk.Where($"{Alias}.{marker} IS NULL AND {condition}", Alias)}";
        }

        /// <summary>What goes before the statement that fills. A partitioned table's triggers are those of its partitions, too.</summary>
        public string StandAside(Capabilities capabilities) => Layout.Base.Table is { PartitionKey: not null }
            ? SyncSql.StandAside
            : SyncSql.StandFarAside(
                Layout,
                change.Lenses.SelectMany(l => l.New).Concat(change.PlainAdded.Select(c => c.Name)).Select(n => Layout.Column(Side.New, n)).Append(Names.Marker(Layout.Current.Ordinal)),
                capabilities.GrantableSettings);

        /// <summary>Both sums are those of the rows outside of quarantine: of what the lenses say, and of what is stored.</summary>
        public string CompareStrictly()
        {
            var pairs = Provable.Select((p, i) => (p.Column, Said: $"_tandem_s{Names.Text(i)}", Stored: $"_tandem_t{Names.Text(i)}", p.Physical, p.Value)).ToList();
            return Compare(
                string.Join(", ", pairs.Select(p => $"CASE WHEN {marker} IS NULL THEN {p.Value} END AS {p.Said}, {p.Physical} AS {p.Stored}")),
                null,
                // A CASE over a domain is of the type below it.
                Differ(pairs.Select(p => (p.Column, p.Stored, HasExactEquality(p.Column) ? p.Said : $"CAST({p.Said} AS {type(p.Column)})"))),
                RowSum.Of(pairs.Select(p => (p.Said, type(p.Column)))),
                RowSum.Of(pairs.Select(p => (p.Stored, type(p.Column)))));
        }

        /// <summary>Either law is enough; the sums count the rows that agree against all rows.</summary>
        public string CompareLive()
        {
            var sum = RowSum.Of(change.Lenses.SelectMany(l => l.Old.Select(o => (Layout.Id(Side.Old, o), change.Before!.Column(o)!.Type))
                .Concat(l.New.Select(n => (Layout.Id(Side.New, n), change.After!.Column(n)!.Type)))).Select(c => ($"{Alias}.{c.Item1}", c.Type)));
            return Compare(
                $"{sum} AS sum, CASE WHEN {Alias}.{marker} IS NULL THEN NOT {Agrees()} END AS differs", Alias, "_tandem_q.differs", "_tandem_q.sum", "CASE WHEN NOT _tandem_q.differs THEN _tandem_q.sum END");
        }

        public string Quarantined() => $"SELECT count(*) AS rows FROM {Walk.Source} WHERE {marker} IS NOT NULL";

        /// <summary>How the values look that the lenses give; of a big table in some hundred thousand rows.</summary>
        public Profile? Profile()
        {
            if (targets.Count == 0)
            {
                return null;
            }

            var values = string.Join(", ", targets.Select(t => $"({Sql.Text($"{change.After!.Name}.{t.Column.Name}")}, _tandem_s.{t.Physical}::text COLLATE \"C\")"));
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
                ? $"{Alias}.ctid::text || ' ' || pg_catalog.md5(pg_catalog.row_to_json({Alias})::text)"
                : $"pg_catalog.json_build_array({string.Join(", ", table.Key.Select(k => $"{Alias}.{Sql.Id(k)}::text"))})::text";
            return $"INSERT INTO {RowImages.Images} (target, ordinal, number, row_key, before_image)\n"
                + $"SELECT {Sql.Text(context.Schema.Name)}, {Names.Text(context.Ordinal)}, @number::bigint, {key}, pg_catalog.row_to_json({Alias})::text FROM {Walk.Source} AS {Alias}\n"
                + $"WHERE {Walk.Window(Alias)} AND {Alias}.{marker} IS NULL AND NOT {Agrees()}";
        }

        public string Examples(bool live)
        {
            var row = live ? Alias : Sql.Id(Layout.Base.Name);
            var disagrees = live ? $"NOT {Agrees()}" : $"CASE WHEN {marker} IS NULL THEN {Differ(Provable)} END";
            return $"SELECT {KeyText(Layout.Base.Table!, c => c, row)} AS key FROM {Walk.Source}{(live ? $" AS {Alias}" : "")}\n"
                + $"WHERE {Walk.Window(row)} AND {row}.{marker} IS NULL AND {disagrees} LIMIT 10";
        }

        private string Computed((string Physical, Column Column, string Sql) target) => $"CAST({Sql.Closed(target.Sql)} AS {type(target.Column)})";

        private bool HasExactEquality(Column column) => column.Collation is null && TypeNames.HasExactEquality(type(column));

        /// <summary>Whether values of columns differ: by equality where that says as much as their images.</summary>
        private string Differ(IEnumerable<(Column Column, string One, string Other)> values)
        {
            var all = values.ToList();
            var exact = all.Where(v => HasExactEquality(v.Column)).ToList();
            var others = all.Except(exact).ToList();
            var images = $"{Sql.Image(others.Select(v => v.One))} {Sql.Differs} {Sql.Image(others.Select(v => v.Other))}";
            return $"({string.Join(" OR ", exact.Select(v => $"{v.One} IS DISTINCT FROM {v.Other}").Concat(others.Count == 0 ? [] : [images]))})";
        }

        // What is computed is computed once: without OFFSET the server would put it wherever it is named.
        private string Compare(string values, string? alias, string differs, string source, string target) =>
            $"""
            SELECT count(*) AS rows_seen,
              count(*) FILTER (WHERE NOT _tandem_q.marked AND {differs}) AS mismatched,
              count(*) FILTER (WHERE _tandem_q.marked) AS quarantined,
              coalesce(sum({source}) FILTER (WHERE NOT _tandem_q.marked), 0)::text AS source_sum,
              coalesce(sum({target}) FILTER (WHERE NOT _tandem_q.marked), 0)::text AS target_sum
            FROM (SELECT {(alias is null ? "" : $"{alias}.")}{marker} IS NOT NULL AS marked, {values}
              FROM {Walk.Source}{(alias is null ? "" : $" AS {alias}")}
              WHERE {Walk.Window(alias)} OFFSET 0) _tandem_q
            """;
    }
}
