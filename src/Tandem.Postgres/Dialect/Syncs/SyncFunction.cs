using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>
/// Writes the one function that keeps all versions of a table in agreement. First inwards, from the shape farthest
/// from the base: where only a far side was written, the near side follows. Then outwards, from the base: what does
/// not agree follows its near side. So a write through any version reaches all others, and when two versions are
/// written at once the base wins. The users' BEFORE triggers see the near side already in step: the pass before them
/// goes inwards only. They have the last word over the base: the pass behind them goes outwards only.
/// </summary>
internal sealed class SyncFunction
{
    private readonly Layout layout;
    private readonly List<LensColumns> lenses;
    private readonly PlpgsqlText text;
    private readonly MovedRow moved;
    private readonly bool twice;

    /// <param name="layout">Where the columns are.</param>
    /// <param name="schema">The target.</param>
    /// <param name="twice">Whether the function runs before the users' triggers, too; then with an argument.</param>
    public SyncFunction(Layout layout, DatabaseSchema schema, bool twice)
    {
        this.layout = layout;
        this.twice = twice;
        lenses = [];
        foreach (var link in layout.Syncing)
        {
            foreach (var lens in link.Change.Lenses)
            {
                lenses.Add(new LensColumns(layout, link, lens, lenses.Count + 1));
            }
        }

        // They keep their names through every change.
        PartitionColumns = layout.Current.Change.Before is { PartitionKey: not null } table ? Partitions.KeyColumns(table, schema) : [];
        text = new PlpgsqlText(layout, IsPlain);
        moved = new MovedRow(layout, text, PartitionColumns);
    }

    /// <summary>
    /// Whether nothing in the function hangs on a session's settings, so that it needs none of its own, which cost each row more than the function
    /// itself. What it says of its own is named with its schema; the partitions' part is not.
    /// </summary>
    private bool IsPlain => PartitionColumns.Count == 0 && lenses.TrueForAll(l => l.IsPlain);

    /// <summary>All lenses of the table, the nearest to the base first.</summary>
    public IReadOnlyList<LensColumns> Lenses => lenses;

    /// <summary>The numbers of the changes that the function keeps in agreement; in its comment.</summary>
    public static string Comment(IEnumerable<Link> links) =>
        $"tandem sync {string.Join(',', links.Select(l => l.Ordinal).Order().Select(Names.Text))}";

    /// <summary>The statement that makes the function.</summary>
    public string Definition()
    {
        moved.Arrives();
        foreach (var link in Marked())
        {
            text.Line($"{Redo(link)} := NEW.{Marker(link)} IS NOT NULL;");
        }

        var links = layout.Syncing.Reverse().Select(link => lenses.Where(l => l.Link == link).ToList()).ToList();
        if (twice)
        {
            text.Open("IF TG_NARGS OPERATOR(pg_catalog.>) 0 THEN");
            links.ForEach(Inwards);
            text.Line("RETURN NEW;").Close();
            links.ForEach(Carried);
        }
        else
        {
            links.ForEach(Inwards);
        }

        foreach (var link in Marked())
        {
            text.Line($"NEW.{Marker(link)} := NULL;");
        }

        foreach (var lens in lenses.Where(l => l.NeverNull.Count > 0))
        {
            GiveNull(lens);
        }

        foreach (var lens in lenses.Where(l => l.Far.Count > 0))
        {
            Outwards(lens);
        }

        moved.Leaves();
        text.Line("RETURN NEW;");
        var declarations = lenses.SelectMany(l => text.Declarations(l))
            .Concat(lenses.SelectMany(l => new[] { $"{Inward(l)} boolean := false;", $"{Written(l)} boolean := false;" }))
            .Concat(Marked().Select(l => $"{Redo(l)} boolean;"))
            .Select(d => $"  {d}\n");
        var body = "#variable_conflict use_column\nDECLARE\n"
            + $"  {PlpgsqlText.Row} pg_catalog.record;\n  _tandem_at pg_catalog.text;\n  _tandem_error pg_catalog.text;\n"
            + "  _tandem_go boolean;\n  _tandem_strict boolean;\n  _tandem_given boolean;\n"
            + string.Concat(declarations) + $"BEGIN\n{text}END";
        return $"CREATE OR REPLACE FUNCTION {Sql.Id(Names.EngineSchema, Names.SyncFunction(layout.Schema, layout.Table))}() "
            + $"RETURNS trigger LANGUAGE plpgsql {(IsPlain ? "" : FunctionSettings.For(layout.Schema, body, lenses.TrueForAll(l => l.IsOrdinary)))} AS {Sql.Dollar(body)}";
    }

    /// <summary>The columns that decide in which partition a row lies.</summary>
    public IReadOnlyList<string> PartitionColumns { get; }

    private static string Inward(LensColumns lens) => $"_tandem_{Names.Text(lens.Number)}_inwards";

    private static string Written(LensColumns lens) => $"_tandem_{Names.Text(lens.Number)}_written";

    private static string Redo(Link link) => $"_tandem_redo_{Names.Text(link.Ordinal)}";

    private static string Marker(Link link) => Sql.Id(Names.Marker(link.Ordinal));

    private static string Not(string condition) => $"NOT ({condition})";

    private IEnumerable<Link> Marked() => layout.Syncing.Where(l => l.HasMarker);

    /// <summary>All is asked before anything of the change is carried, as a lens may read the columns of another.</summary>
    private void Inwards(List<LensColumns> ofLink)
    {
        text.Open($"IF TG_OP {Sql.Equal} 'UPDATE' THEN");
        ofLink.ForEach(Wrote);
        text.Close();
        ofLink.ForEach(Inwards);
    }

    /// <summary>
    /// Whether an update wrote the near side of a lens. What the far side gives was not written there: somebody has already carried it.
    /// </summary>
    private void Wrote(LensColumns lens)
    {
        if (lens.Near.Count == 0)
        {
            return;
        }

        text.Line($"{Written(lens)} := {PlpgsqlText.Changed(lens.Near)};");
        if (GoesInwards(lens) && lens.IsSteady && lens.Carries.Count > 0)
        {
            text.Open($"IF {Written(lens)} AND {PlpgsqlText.Changed(lens.Carries)} THEN");
            Differs(lens);
            text.Close();
        }
    }

    /// <summary>
    /// Behind the users' triggers: whether the near side holds what the pass before them carried there. Where it holds something else, be it what was
    /// there before, it is the triggers' last word and counts as written. What each look gives anew cannot be recognized, and counts as theirs, too.
    /// </summary>
    private void Carried(List<LensColumns> ofLink)
    {
        var carried = ofLink.Where(l => GoesInwards(l) && l.Far.Count > 0).ToList();
        text.Open($"IF TG_OP {Sql.Equal} 'UPDATE' THEN");
        ofLink.Except(carried).ToList().ForEach(Wrote);
        foreach (var lens in carried)
        {
            text.Line($"{Written(lens)} := {PlpgsqlText.Changed(lens.Near)};");
            text.Open($"IF {PlpgsqlText.Changed(lens.Carries)} THEN");
            Differs(lens);
            text.Close();
        }

        foreach (var lens in carried)
        {
            text.Line($"{Inward(lens)} := {PlpgsqlText.Changed(lens.FarInputs)} AND NOT {NearWritten(lens, Written)};");
        }

        text.Else("ELSE");
        foreach (var (lens, alone) in carried.Select(l => (l, l.FarAloneIsGiven("NEW"))).Where(l => l.Item2 is not null))
        {
            text.Open($"IF {alone} THEN");
            Differs(lens);
            text.Line($"{Inward(lens)} := NOT {Written(lens)};").Close();
        }

        text.Close();
    }

    private void Differs(LensColumns lens)
    {
        if (!lens.IsSteady)
        {
            text.Line($"{Written(lens)} := true;");
            return;
        }

        text.Line($"{PlpgsqlText.Row} := NEW;");
        text.Try(lens, lens.Link.Base);
        text.Line($"{Written(lens)} := _tandem_error IS NOT NULL OR {PlpgsqlText.RowOf("NEW", lens.Near)} {Sql.Differs} {PlpgsqlText.Results(lens, lens.Link.Base)};");
    }

    private static bool GoesInwards(LensColumns lens) => lens.Near.Count > 0 && (lens.Far.Count > 0 || lens.Link.FarServed);

    /// <summary>Whether what the way outwards reads of the near side was written, given how that is asked of a lens that has some of it.</summary>
    private string NearWritten(LensColumns lens, Func<LensColumns, string> written)
    {
        var others = lenses.Where(l => l.Link == lens.Link && l.Near.Intersect(lens.NearInputs).Any()).ToList();
        var alone = lens.NearInputs.Except(others.SelectMany(l => l.Near)).ToList();
        return $"({string.Join(" OR ", others.Select(written).Append(PlpgsqlText.Changed(alone)))})";
    }

    private void Inwards(LensColumns lens)
    {
        var near = lens.Link.Base;
        if (!GoesInwards(lens))
        {
            return;
        }

        text.Line($"-- change {Names.Text(lens.Link.Ordinal)}, lens {Names.Text(lens.Number)}: inwards");
        text.Open($"IF TG_OP {Sql.Equal} 'INSERT' THEN");
        if (lens.Far.Count == 0)
        {
            text.Line($"{Inward(lens)} := {PlpgsqlText.Empty("NEW", lens.Near)};");
        }
        else
        {
            var alone = lens.FarAloneIsGiven("NEW");
            if (alone is not null)
            {
                text.Line($"{Inward(lens)} := {alone} AND {lens.NearIsUntouched("NEW")};");
            }

            // A row that is copied whole agrees already, even if the way back would give another value.
            text.Open($"IF {(alone is null ? "" : $"NOT {Inward(lens)} AND ")}{Not(PlpgsqlText.Empty("NEW", lens.Far))} AND {lens.NearIsUntouched("NEW")} THEN").Line($"{PlpgsqlText.Row} := NEW;");
            text.Try(lens, lens.Link.FarSide);
            text.Line($"{Inward(lens)} := _tandem_error IS NOT NULL OR {PlpgsqlText.RowOf("NEW", lens.Far)} {Sql.Differs} {PlpgsqlText.Results(lens, lens.Link.FarSide)};");
            text.Close();
        }

        text.Else("ELSE");
        if (lens.Far.Count == 0)
        {
            Follow(lens, near, lens.Near, Inward(lens));
            text.Line($"{Inward(lens)} := {Inward(lens)} OR ({PlpgsqlText.Changed(lens.Near)} AND NOT {Written(lens)});");
        }
        else
        {
            text.Line($"{Inward(lens)} := {PlpgsqlText.Changed(lens.FarInputs)} AND NOT {NearWritten(lens, Written)};");
        }

        text.Close();
        text.Open($"IF {Inward(lens)} THEN").Line($"{PlpgsqlText.Row} := NEW;");
        text.Compute(lens, near);
        Assign(lens, near);
        text.Close();
    }

    /// <summary>
    /// A far side that was given nothing but NULL looks like one that was not given, until nothing else is left: the near side
    /// cannot hold the NULL that stands there. Only now, as a trigger of the users' may fill a column of the near side, too.
    /// </summary>
    private void GiveNull(LensColumns lens)
    {
        var missing = string.Join(" OR ", lens.NeverNull.Select(c => $"NEW.{Sql.Id(c)} IS NULL"));
        text.Open($"IF TG_OP {Sql.Equal} 'INSERT' AND ({missing}) AND {PlpgsqlText.Empty("NEW", lens.Far.Concat(lens.Near).ToList())} THEN");
        text.Line($"{Inward(lens)} := true;").Line($"{PlpgsqlText.Row} := NEW;");
        text.Compute(lens, lens.Link.Base);
        Assign(lens, lens.Link.Base);
        text.Close();
    }

    /// <summary>A lens with one side only follows its inputs as long as nobody has set it to something else.</summary>
    private void Follow(LensColumns lens, Side gives, IReadOnlyList<string> columns, string go)
    {
        text.Line($"{go} := {PlpgsqlText.Changed(lens.Reads(gives))} AND {Not(PlpgsqlText.Changed(columns))};");
        text.Open($"IF {go} THEN").Line($"{PlpgsqlText.Row} := OLD;");
        text.Try(lens, gives);
        text.Line($"{go} := _tandem_error IS NULL AND {PlpgsqlText.RowOf("OLD", columns)} {Sql.Same} {PlpgsqlText.Results(lens, gives)};");
        text.Close();
    }

    private void Outwards(LensColumns lens)
    {
        text.Line($"-- change {Names.Text(lens.Link.Ordinal)}, lens {Names.Text(lens.Number)}: outwards");
        text.Line($"{Inward(lens)} := {Settled(lens)};");
        text.Open($"IF NOT {Inward(lens)} THEN");
        text.Open($"IF TG_OP {Sql.Equal} 'INSERT' THEN");
        text.Line($"_tandem_given := {Not(PlpgsqlText.Empty("NEW", lens.Far))};");
        text.Line("_tandem_strict := NOT _tandem_given;");
        text.Line(lens.Near.Count == 0 ? "_tandem_go := NOT _tandem_given;" : "_tandem_go := true;");
        text.Else("ELSE");
        text.Line($"_tandem_given := {PlpgsqlText.Changed(lens.Far)};");
        var waits = $"{PlpgsqlText.Empty("NEW", lens.Far)} AND ({(lens.Link.Filling ? "true" : Unfilled(lens))})";
        if (lens.Near.Count == 0)
        {
            text.Line($"_tandem_strict := NOT _tandem_given AND {waits};").Line("_tandem_go := _tandem_strict;");
            text.Open("IF NOT _tandem_go THEN");
            Follow(lens, lens.Link.FarSide, lens.Far, "_tandem_go");
            text.Line("_tandem_strict := _tandem_go;").Close();
        }
        else
        {
            var written = NearWritten(lens, l => $"({PlpgsqlText.Changed(l.Near)} AND NOT ({Settled(l)}))");
            text.Line($"_tandem_strict := NOT _tandem_given AND ({written} OR ({waits}));");
            text.Line($"_tandem_go := _tandem_strict OR {PlpgsqlText.Changed(lens.All)} OR {Unfilled(lens)}{(lens.MayBeUnfilled ? $" OR {PlpgsqlText.Empty("NEW", lens.Far)}" : "")};");
        }

        text.Close();
        text.Open("IF _tandem_go THEN");
        if (lens.HidesRow)
        {
            text.Line($"{PlpgsqlText.Row} := NEW;");
        }

        Follow(lens, lens.HidesRow ? PlpgsqlText.Row : "NEW");
        text.Close();
        text.Close();
    }

    /// <summary>Gives the far side the value that its near side asks for, unless the row agrees.</summary>
    private void Follow(LensColumns lens, string row)
    {
        var far = lens.Link.FarSide;
        var quarantines = (far == Side.New || lens.MayOutgrow) && !lens.CannotFail(far);
        if (quarantines)
        {
            text.Try(lens, far, row);
        }
        else
        {
            text.Compute(lens, far, row);
        }

        var failed = quarantines ? "_tandem_error IS NOT NULL OR " : "";
        text.Line($"_tandem_go := _tandem_strict OR {failed}{PlpgsqlText.RowOf("NEW", lens.Far)} {Sql.Differs} {PlpgsqlText.Results(lens, far)};");
        if (lens.Near.Count > 0)
        {
            text.Open("IF _tandem_go AND NOT _tandem_strict THEN");
            text.Line("DECLARE _tandem_kept pg_catalog.text := _tandem_error;");
            text.Open("BEGIN");
            text.Try(lens, lens.Link.Base, row);
            text.Line($"_tandem_go := _tandem_error IS NOT NULL OR {PlpgsqlText.RowOf("NEW", lens.Near)} {Sql.Differs} {PlpgsqlText.Results(lens, lens.Link.Base)};");
            text.Line("_tandem_error := _tandem_kept;");
            text.Close("END;");
            text.Close();
        }

        text.Open("IF _tandem_go THEN");
        Assign(lens, far);
        if (quarantines)
        {
            text.Open("IF _tandem_error IS NOT NULL THEN").Line(Mark(lens, "_tandem_error")).Close();
        }

        text.Close();
        foreach (var (physical, name, _) in lens.Giving(Side.New).Where(g => lens.Required.Contains(g.Physical)))
        {
            text.Open($"IF (_tandem_go OR NOT _tandem_given){(quarantines ? " AND _tandem_error IS NULL" : "")} AND NEW.{Sql.Id(physical)} IS NULL THEN");
            text.Line(Mark(lens, Sql.Text($"23502 {name}"))).Close();
        }
    }

    private static string Mark(LensColumns lens, string reason) =>
        $"NEW.{Marker(lens.Link)} := pg_catalog.concat_ws('; ', NEW.{Marker(lens.Link)}, {reason});";

    /// <summary>Whether the row waits to be filled: it is marked, or the backfill has not come by.</summary>
    private static string Unfilled(LensColumns lens)
    {
        var reasons = lens.Required.Select(r => $"NEW.{Sql.Id(r)} IS NULL").ToList();
        if (lens.Link.HasMarker)
        {
            reasons.Insert(0, Redo(lens.Link));
        }

        return reasons.Count == 0 ? "false" : string.Join(" OR ", reasons);
    }

    /// <summary>Whether the near side holds what the far side just gave it, and no nearer version has overruled it since.</summary>
    private static string Settled(LensColumns lens) => lens.Near.Count == 0
        ? "false"
        : $"{Inward(lens)} AND {PlpgsqlText.RowOf("NEW", lens.Near)} {Sql.Same} {PlpgsqlText.Results(lens, lens.Link.Base)}";

    private void Assign(LensColumns lens, Side side)
    {
        foreach (var (physical, _, _) in lens.Giving(side))
        {
            text.Line($"NEW.{Sql.Id(physical)} := {PlpgsqlText.Result(lens, side, physical)};");
        }
    }
}
