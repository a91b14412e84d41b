using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Functions, procedures and aggregates. Each version has its own in its schema. At the switch the base's stays the same
/// object and gets the other text, since triggers, defaults and policies call it by it; where the server cannot do that, and
/// nothing hangs on it, the two exchange names.
/// </summary>
internal sealed class FunctionSql : ObjectSql
{
    private readonly List<Changed<Routine>> changes;

    /// <param name="context">The migration.</param>
    /// <param name="overViews">Those that name a view of the migration, hence come after it; else the others.</param>
    public FunctionSql(RenderContext context, bool overViews)
        : base(context)
    {
        var views = context.Objects.Where(o => o.Either is View).Select(o => o.Name).ToList();
        changes = All<Routine>()
            .Where(c => overViews == views.Exists(v => new[] { c.Before, c.After }.OfType<Routine>().Any(r => SqlLexer.Names(Text(r), v))))
            .ToList();
    }

    /// <summary>The way in which statements name a routine with its arguments.</summary>
    public static string Named(Routine routine, string schema, string name) => $"{routine.Kind.ToUpperInvariant()} {Sql.Id(schema, name)}({routine.Arguments})";

    public override IEnumerable<string> Publish(Side side, Side @base)
    {
        // The file drops what calls others before those.
        var called = (side == Side.New ? changes : Enumerable.Reverse(changes)).Where(c => c.Of(side) is { IsTrigger: false }).ToList();
        var fired = side == Side.New ? changes.Select(c => c.After).OfType<Routine>().Where(r => r.IsTrigger).ToList() : [];
        if (called.Count + fired.Count == 0)
        {
            return [];
        }

        var version = Names.VersionSchema(Schema, side == Side.New ? Context.Migration : Context.OldVersion);
        var others = side == Side.New ? [] : Context.ServedVersions.Where(v => v != Context.OldVersion).Select(v => Names.VersionSchema(Schema, v)).ToList();
        return
        [
            Path(version),

            // What was served before compiled then; on the way back what it names by its schema may not be there yet.
            $"SELECT pg_catalog.set_config('check_function_bodies', '{(side == Side.New ? "on" : "off")}', true)",
            .. called.SelectMany(c => Place(c, side, version, @base)),

            // A version has none of its own, since tables call them; but now nobody does yet, so a text that does not compile harms nobody.
            .. fired.SelectMany(r => new[] { In(r, version), $"DROP {Named(r, version, r.Name)}" }),
            .. others.SelectMany(v => called.Select(c => If(
                $"pg_catalog.to_regnamespace({Sql.Text(Sql.Id(v))}) IS NOT NULL AND pg_catalog.to_regprocedure({Sql.Text(Call(c.Of(side)!, v, c.Name))}) IS NULL",
                [Path(v), .. Place(c, side, v, @base)]))),
            Path(null),
        ];
    }

    public override IEnumerable<string> Leave(Side to) => changes.Where(c => Leaves(c, to)).Select(c => Rename(c.Of(to.Other())!, c.Name, Hidden(c, to.Other())));

    public override IEnumerable<string> Arrive(Side to)
    {
        var statements = changes.Where(c => c.Of(to) is not null).SelectMany(c => Arrive(c, to)).ToList();

        // Each text was compiled when its version was first served; here its like may come after it.
        return statements.Count == 0 ? [] : ["SELECT pg_catalog.set_config('check_function_bodies', 'off', true)", .. statements];
    }

    public override IEnumerable<string> Drop(Side side, bool last)
    {
        var going = (side == Side.New ? Enumerable.Reverse(changes) : changes).Where(c => c.Of(side) is not null && (c.Change.Beside || c.OnlyOn(side))).ToList();
        foreach (var statement in side == Side.Old && !last && changes.Exists(c => c.Before is not null) ? [$"SELECT tandem.drop_version({Sql.Text(Names.VersionSchema(Schema, Context.OldVersion))})"] : Array.Empty<string>())
        {
            yield return statement;
        }

        foreach (var change in going)
        {
            var routine = change.Of(side)!;
            var hidden = Hidden(change, side);
            var drop = $"DROP {routine.Kind.ToUpperInvariant()} IF EXISTS {Sql.Id(Schema, hidden)}({routine.Arguments})";

            // What is bound to columns goes before them, what stored columns are bound to goes after.
            yield return last ? drop : If(
                $"EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass WHERE {Is(hidden)} AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass) AND d.refobjid >= 16384)",
                [drop]);
        }
    }

    // What is hidden is bound to the function, not to its name, and goes on using it as long as both are there.
    public override IEnumerable<Gate> SwitchGates(Side to) => Unused(
        changes.Where(c => Leaves(c, to)).Select(c => (c.Name, c.Name, c.Of(to.Other())!)).ToList(), "would go on using what is put aside",
        $"""
        AND NOT (coalesce(a.attname, '') LIKE '{Like}' OR coalesce(x.relname, '') LIKE '{Like}' OR coalesce(u.proname, '') LIKE '{Like}' OR coalesce(k.conname, '') LIKE '{Like}'
                    OR coalesce(w.relname, '') LIKE '{Like}' OR coalesce(o.relname, '') LIKE '{Like}' OR coalesce(y.typname, '') LIKE '{Like}')
        """);

    public override IEnumerable<Gate> DropGates(Side side, bool last)
    {
        var going = changes.Where(c => c.Of(side) is not null && (c.Change.Beside || c.OnlyOn(side))).Select(c => (c.Name, Hidden(c, side), c.Of(side)!)).ToList();
        var version = Names.VersionSchema(Schema, Context.OldVersion);
        return last
            ? Unused(going, "use what is to be dropped")
            : side == Side.Old && changes.Exists(c => c.Before is not null) ? [VersionSql.Alone(version, Context.OldVersion)] : [];
    }

    // As the inspector spells the arguments of a routine: others of the name are others.
    private const string Types = "(SELECT coalesce(pg_catalog.string_agg(pg_catalog.format_type(t.type, NULL), ', ' ORDER BY t.place), '') FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY t (type, place))";

    private static readonly string Like = $"{Names.Prefix.Replace("_", @"\_", StringComparison.Ordinal)}%";

    // What a routine says in quotes is a text of its own.
    private static string Text(Routine routine) =>
        routine.Code == RoutineKind.Aggregate ? routine.Definition : RoutineText.Of(routine) is var text ? $"{text.Parameters} {text.Returns} {text.Source}" : "";

    /// <summary>Whether the base's function must give its name away when this side becomes the base.</summary>
    private static bool Leaves(Changed<Routine> change, Side to) => change.Change.Beside || change.OnlyOn(to.Other());

    /// <summary>The statement that makes it in a version's schema. Where it sets its own search path, the version's tables are found before the base's.</summary>
    private string In(Routine routine, string version)
    {
        // CREATE OR REPLACE FUNCTION schema.name(
        var tokens = SqlLexer.Tokenize(routine.Definition);
        var text = routine.Definition[..tokens[4].Position] + Sql.Id(version);
        var from = tokens[4].Position + tokens[4].Text.Length;
        var path = Enumerable.Range(0, tokens.Count - 3).FirstOrDefault(i => tokens[i].Is("set") && tokens[i + 1].Value == "search_path" && tokens[i + 2].Is("to"), tokens.Count);
        for (var i = path + 3; i < tokens.Count && !tokens[i].Is("set") && !tokens[i].Is("as") && !tokens[i].Is("begin") && !tokens[i].Is("return"); i++)
        {
            if (tokens[i].Value == Schema)
            {
                text += $"{routine.Definition[from..tokens[i].Position]}{Sql.Id(version)}, ";
                from = tokens[i].Position;
            }
        }

        return text + routine.Definition[from..];
    }

    private static string Call(Routine routine, string schema, string name) => $"{Sql.Id(schema, name)}({(routine.Arguments == "*" ? "" : routine.Arguments)})";

    private static string Procedure(Routine routine, string schema, string name) => $"{Sql.Text(Call(routine, schema, name))}::pg_catalog.regprocedure";

    private string Hidden(Changed<Routine> change, Side side) => Names.Hidden(Context.Ordinal, side, change.Name);

    private string Is(string name) => $"p.pronamespace = pg_catalog.to_regnamespace({Sql.Text(Sql.Id(Schema))}) AND p.proname = {Sql.Text(name)}";

    private string Rename(Routine routine, string from, string to) => $"ALTER {Named(routine, Schema, from)} RENAME TO {Sql.Id(to)}";

    private IEnumerable<string> Arrive(Changed<Routine> change, Side to)
    {
        var routine = change.Of(to)!;
        if (!change.Change.Beside && change.Altered)
        {
            yield return routine.Definition;
            if (change.Before!.Comment != change.After!.Comment)
            {
                yield return Comment(routine, Schema, routine.Comment);
            }

            yield break;
        }

        var waiting = Hidden(change, to);
        var rename = Rename(routine, waiting, change.Name);
        yield return to == Side.Old ? rename : If(
            $"EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE {Is(waiting)})",
            [rename],
            [
                routine.Definition,
                .. change.Before is null ? Array.Empty<string>()
                    : [$"SELECT tandem.copy_routine({Procedure(change.Before, Schema, Hidden(change, Side.Old))}, {Procedure(routine, Schema, change.Name)})"],
                .. routine.Comment is null ? Array.Empty<string>() : [Comment(routine, Schema, routine.Comment)],
            ]);
    }

    private static string Comment(Routine routine, string schema, string? comment) => $"COMMENT ON {Named(routine, schema, routine.Name)} IS {Sql.TextOrNull(comment)}";

    /// <summary>One side's definition in a version's schema, with the rights of the base's.</summary>
    private IEnumerable<string> Place(Changed<Routine> change, Side side, string version, Side @base)
    {
        var routine = change.Of(side)!;
        var source = change.Before is null ? null
            : @base == Side.Old || (!change.Change.Beside && change.Altered) ? Procedure(change.Before, Schema, change.Name)
            : Procedure(change.Before, Schema, Hidden(change, Side.Old));
        yield return In(routine, version);
        if (source is not null)
        {
            yield return $"SELECT tandem.copy_routine({source}, {Procedure(routine, version, change.Name)})";
        }

        yield return Comment(routine, version, $"{EngineSql.ViewMark} of {Schema}.{change.Name}");
    }

    /// <summary>Counts what of the users' hangs on these functions, besides what the migration itself changes and what the engine made.</summary>
    private IEnumerable<Gate> Unused(List<(string Name, string Physical, Routine Routine)> going, string what, string but = "")
    {
        if (going.Count == 0)
        {
            return [];
        }

        var tables = Context.Changes.SelectMany(c => new[] { c.Before?.Name, c.After?.Name }).OfType<string>();
        var gone = Context.Changes.Where(c => c.After is null).Select(c => c.Before!.Name);
        IEnumerable<string> Own<T>() => Context.Objects.Where(o => o.Either is T).SelectMany(o => new[] { o.Name, Names.Hidden(Context.Ordinal, Side.Old, o.Name), Names.Hidden(Context.Ordinal, Side.New, o.Name) });
        static string List(IEnumerable<string> own) => string.Join(", ", own.Append("").Distinct().Select(Sql.Text));
        return
        [
            new Gate(
                ProblemCodes.ObjectsDepend.Id,
                $"{{0}} objects (views, triggers, defaults, functions) {what}: {string.Join(", ", going.Select(g => g.Name).Distinct())}.",
                $"""
                SELECT count(DISTINCT (d.classid, d.objid)) FROM pg_catalog.pg_proc p
                JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = p.oid AND d.deptype IN ('n', 'a')
                LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
                LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
                LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
                LEFT JOIN pg_catalog.pg_index i ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = d.objid
                LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                LEFT JOIN pg_catalog.pg_trigger g ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
                LEFT JOIN pg_catalog.pg_proc u ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND u.oid = d.objid
                LEFT JOIN pg_catalog.pg_policy l ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND l.oid = d.objid
                LEFT JOIN pg_catalog.pg_type y ON y.oid = k.contypid
                LEFT JOIN pg_catalog.pg_class w ON w.oid = coalesce(r.ev_class, f.adrelid, k.conrelid, i.indrelid)
                LEFT JOIN pg_catalog.pg_class o ON o.oid = coalesce(g.tgrelid, l.polrelid)
                LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
                WHERE p.pronamespace = pg_catalog.to_regnamespace({Sql.Text(Sql.Id(Schema))}) AND ({string.Join(" OR ", going.Select(g => $"(p.proname = {Sql.Text(g.Physical)}{(g.Routine.Code == RoutineKind.Aggregate ? "" : $" AND {Types} = {Sql.Text(g.Routine.Arguments)}")})"))})
                  AND coalesce(g.tgname, '-') NOT IN ({List(Own<Trigger>())}) AND coalesce(l.polname, '-') NOT IN ({List(Own<RowPolicy>())}) AND coalesce(y.typname, '-') NOT IN ({List(Own<Domain>())})
                  AND coalesce(u.proname, '-') NOT IN ({string.Join(", ", changes.SelectMany(c => new[] { c.Name, Hidden(c, Side.Old), Hidden(c, Side.New) }).Distinct().Select(Sql.Text))})
                  AND NOT coalesce(pg_catalog.obj_description(u.oid, 'pg_proc') LIKE '{EngineSql.ViewMark}%', false)
                  AND NOT coalesce(w.relnamespace = p.pronamespace AND w.relname IN ({List(Own<View>().Concat(tables))})
                    OR pg_catalog.obj_description(w.oid, 'pg_class') LIKE '{EngineSql.ViewMark}%', false)
                  AND NOT coalesce(o.relnamespace = p.pronamespace AND o.relname IN ({List(gone)}), false) {but}
                """),
        ];
    }
}
