using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The triggers that keep both tables of a twin in agreement. Each reads the rows as they are now rather than as the
/// firing statement left them, so it does not matter in which order SQLite fires them among the users' own, and each
/// writes only where the rows do not agree, so the answer of the other side's trigger finds nothing to do.
/// </summary>
internal static class SyncTriggers
{
    private static readonly string[] Events = ["insert", "echo", "update", "rekey", "delete"];

    private const string Refused = "the other version of this table does not take the row";

    /// <summary>The statements that make the triggers of both directions. The twin's names must be marked.</summary>
    public static IEnumerable<string> Create(Twin twin) => Create(twin, Side.Old).Concat(Create(twin, Side.New));

    /// <summary>The statements that drop them, wherever they are.</summary>
    public static IEnumerable<string> Drop(TableChange change, TwinNames names)
    {
        var triggers =
            from side in new[] { Side.Old, Side.New }
            from what in Events
            select $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(change, names, side, what))}";
        return triggers.Concat(ReplacedRows.Drop(change, names));
    }

    private static IEnumerable<string> Create(Twin twin, Side from)
    {
        var flow = twin.From(from);
        var pair = new RowPair(flow);
        var replaced = new ReplacedRows(twin, flow);
        foreach (var statement in replaced.Create())
        {
            yield return statement;
        }

        var here = Exists(flow.From, flow.From, "NEW");
        var there = Exists(flow.To, flow.From, "NEW");
        var gone = Exists(flow.To, flow.From, "OLD");
        var (moved, left) = (OldWrites.Updated(flow.From.Table), OldWrites.Deleted(flow.From.Table));
        yield return Trigger(twin, flow, "insert", "INSERT", $"NOT {there} AND {here}", Noted(twin, from, Served(twin, from, Insert(pair, twin.Change))));
        yield return Trigger(twin, flow, "echo", "INSERT", Disagree(pair, previous: false), Noted(twin, from, Served(twin, from, Echo(pair, twin.Change))));
        yield return Trigger(
            twin, flow, "update", "UPDATE", $"{SameIdentity(flow)} AND {Disagree(pair, previous: true)}", Noted(twin, from, Update(pair, twin.Change), moved));
        yield return Trigger(
            twin, flow, "rekey", $"UPDATE OF {IdentityNames(flow.From)}", $"NOT ({SameIdentity(flow)})", Noted(twin, from, Rekey(pair, here, twin.Change), $"{moved} AND {gone}"));
        yield return Trigger(twin, flow, "delete", "DELETE", $"NOT {Exists(flow.From, flow.From, "OLD")}", Noted(twin, from, Delete(flow), $"{left} AND {gone}"));
    }

    // These run only where the other side does not have the write yet, or with the condition that says so: the side of the
    // trigger is the one that an application wrote to.
    private static IEnumerable<string> Noted(Twin twin, Side from, IEnumerable<string> body, string condition = "1") =>
        from == Side.Old ? body.Prepend(OldWrites.Note(twin.Change, twin.Names, condition)) : body;

    // The new version's table is there before it is served and holds a part of the rows: a number that is free in it may be
    // that of another row of the old one, which would get the values of this. What the engine adds agrees and does not come here.
    private static IEnumerable<string> Served(Twin twin, Side from, IEnumerable<string> body) => from == Side.Old
        ? body
        : body.Prepend(
            $"SELECT RAISE(ABORT, {SqliteText.Literal($"{twin.Names.Migration} is not served yet")}) WHERE EXISTS (SELECT 1 FROM tandem_runs"
            + $" WHERE target = 'main' AND migration = {SqliteText.Literal(twin.Names.Migration)} AND was_live = 0)");

    private static string Name(TableChange change, TwinNames names, Side from, string what) =>
        names.Trigger($"{(from == Side.Old ? "old" : "new")}_{what}", change.Name);

    private static string Trigger(Twin twin, TwinFlow flow, string what, string on, string? when, IEnumerable<string> body) =>
        $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(twin.Change, twin.Names, flow.From.Side, what))}\n"
        + $"AFTER {on} ON {flow.From.Storage} FOR EACH ROW{(when is null ? "" : $" WHEN {when}")}\n"
        + $"BEGIN\n{string.Concat(body.Select(b => $"  {b};\n"))}END";

    // Single values rather than INSERT … SELECT, for which SQLite would make a temporary table at each write.
    private static IEnumerable<string> Insert(RowPair pair, TableChange change)
    {
        var at = At(pair.Flow.From, "NEW", pair.Flow.From);
        var values = pair.Flow.To.Table.WithoutRowId
            ? pair.Singles(at)
            : pair.Singles(at).Prepend((Column: pair.Flow.To.Identity.Terms[0], Value: $"NEW.{pair.Flow.From.Identity.Terms[0]}"));
        var list = values.ToList();
        yield return $"INSERT INTO {pair.Flow.To.Storage} ({string.Join(", ", list.Select(v => v.Column))}) VALUES ({string.Join(", ", list.Select(v => v.Value))})";
        if (MayRefuse(change, pair.Flow.To.Side))
        {
            yield return RefuseUnlessThere(pair);
        }
    }

    // The row was there when the source's row came: it is the target's own insert that echoes, and agrees; or the
    // source's row was replaced without a word.
    private static IEnumerable<string> Echo(RowPair pair, TableChange change)
    {
        yield return UpdateTarget(pair, previous: false, "NEW", pair.Values((l, k) => l.From.Count == 0 ? null : RowPair.Agrees(l, k)));
        if (MayRefuse(change, pair.Flow.To.Side))
        {
            yield return RefuseUnlessAgreed(pair);
        }
    }

    // A row that is not there yet is left to the backfill, which comes to it wherever it is.
    private static IEnumerable<string> Update(RowPair pair, TableChange change)
    {
        var identity = pair.Flow.To.Identity.Terms;
        yield return UpdateTarget(
            pair, Alone(pair.Flow).Any(), "NEW", pair.Values((l, k) => Keep(pair, l, k)).Where(v => !identity.Contains(v.Column)));
        if (MayRefuse(change, pair.Flow.To.Side))
        {
            yield return RefuseUnlessAgreed(pair);
        }
    }

    private static IEnumerable<string> Rekey(RowPair pair, string here, TableChange change)
    {
        var values = pair.IdentityValues.Concat(pair.Values((l, k) => Keep(pair, l, k))).DistinctBy(v => v.Column);
        yield return $"{UpdateTarget(pair, Alone(pair.Flow).Any(), "OLD", values)} AND {here}";
        yield return InsertWhereMissing(pair, pair.SourceRows(At(pair.Flow.From, "NEW", pair.Flow.From)));
        if (MayRefuse(change, pair.Flow.To.Side))
        {
            yield return RefuseUnlessThere(pair);
        }
    }

    private static IEnumerable<string> Delete(TwinFlow flow)
    {
        yield return $"DELETE FROM {flow.To.Storage} WHERE {RowIdentity.Same(flow.To.Identity.Of(flow.To.Storage), flow.From.Identity.Of("OLD"))}";
    }

    private static string Exists(TwinSide side, TwinSide rowSide, string row) =>
        $"EXISTS (SELECT 1 FROM {side.Storage} AS x WHERE {RowIdentity.Same(side.Identity.Of("x"), rowSide.Identity.Of(row))})";

    private static string Disagree(RowPair pair, bool previous)
    {
        var flow = pair.Flow;
        var stale = previous ? Alone(flow).Select(p => RowPair.FollowsSource(p.Lens, p.K)).Concat(Untold(flow)).ToList() : [];
        return $"EXISTS (SELECT 1 FROM ({pair.SourceRows(At(flow.From, "NEW", flow.From), stale.Count > 0)}) AS s, ({pair.TargetRows(At(flow.To, "NEW", flow.From))}) AS t"
            + $" WHERE {string.Join(" OR ", stale.Prepend($"NOT {RowPair.All([pair.CarriedAgree, pair.LensesAgree])}"))})";
    }

    // What the target wrote by itself into a column that only it has stays; what followed the source goes on following.
    private static string Keep(RowPair pair, LensView lens, int k)
    {
        if (lens.From.Count == 0)
        {
            return $"NOT {RowPair.FollowsSource(lens, k)}";
        }

        var own = OwnChanged(pair.Flow, lens);
        return own is null ? RowPair.Agrees(lens, k) : $"CASE WHEN {own} THEN {RowPair.FirstLaw(lens, k)} ELSE {RowPair.Agrees(lens, k)} END";
    }

    /// <summary>
    /// Whether a column changed that the lens reads and that nothing gives but the source's application (<see cref="TwinFlow.Own"/>): no answer to the
    /// other side writes it, so the source wrote, and its own law alone counts. Null where the lens reads no such column.
    /// </summary>
    private static string? OwnChanged(TwinFlow flow, LensView lens)
    {
        var own = flow.Own.Where(c => lens.Forth.Any(e => SqlLexer.Names(e, c))).Select(SqliteText.Quote).ToList();
        return own.Count == 0 ? null : $"({string.Join(" OR ", own.Select(c => $"NOT {Images.Same($"OLD.{c}", $"NEW.{c}")}"))})";
    }

    private static IEnumerable<string> Untold(TwinFlow flow) =>
        from p in flow.Lenses.Select((l, k) => (Lens: l, K: k))
        where p.Lens.From.Count > 0
        let own = OwnChanged(flow, p.Lens)
        where own is not null
        select $"({own} AND NOT {RowPair.FirstLaw(p.Lens, p.K)})";

    private static IEnumerable<(LensView Lens, int K)> Alone(TwinFlow flow) =>
        flow.Lenses.Select((l, k) => (l, k)).Where(p => p.l.From.Count == 0);

    // Both rows are there; one value for all columns is computed in one go.
    private static string UpdateTarget(RowPair pair, bool previous, string targetRow, IEnumerable<(string Column, string Value)> values)
    {
        var flow = pair.Flow;
        var set = values.ToList();
        if (set.Count == 0)
        {
            // Nothing but the identity is shared, and that is the same here.
            return "SELECT 1 WHERE 1";
        }

        var rows = $"SELECT {string.Join(", ", set.Select(v => v.Value))}"
            + $" FROM ({pair.SourceRows(At(flow.From, "NEW", flow.From), previous)}) AS s, ({pair.TargetRows(At(flow.To, targetRow, flow.From))}) AS t";
        return $"UPDATE {flow.To.Storage} SET {KeyWalk.Tuple(set.Select(v => v.Column))} = ({rows})"
            + $" WHERE {RowIdentity.Same(flow.To.Identity.Of(flow.To.Storage), flow.From.Identity.Of(targetRow))}";
    }

    /// <summary>The statement that copies rows of the source into the target, but for those that are there.</summary>
    /// <param name="pair">The rows.</param>
    /// <param name="rows">The query for the source's rows.</param>
    public static string InsertWhereMissing(RowPair pair, string rows)
    {
        var to = pair.Flow.To;
        var values = pair.IdentityValues.Concat(pair.Values((_, _) => null)).Concat(pair.FetchedValues).DistinctBy(v => v.Column).ToList();
        return $"INSERT INTO {to.Storage} ({string.Join(", ", values.Select(v => v.Column))})"
            + $" SELECT {string.Join(", ", values.Select(v => v.Value))} FROM ({rows}) AS s"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {to.Storage} AS x WHERE {RowIdentity.Same(to.Identity.Of("x"), pair.Ids(RowPair.Source))})";
    }

    // INSERT OR IGNORE and UPDATE OR IGNORE of an application hold for what its triggers write, too: a row that breaks a
    // rule of the other side alone would be left out there without a word.
    private static bool MayRefuse(TableChange change, Side other) =>
        Guards.RulesOf(change, other).Any(r => r.Kind != ConstraintKind.ForeignKey);

    private static string RefuseUnlessThere(RowPair pair)
    {
        var flow = pair.Flow;
        return $"SELECT RAISE(ABORT, '{Refused}') WHERE EXISTS (SELECT 1 FROM {flow.From.Storage} AS s WHERE {RowIdentity.Same(flow.From.Identity.Of("s"), flow.From.Identity.Of("NEW"))})"
            + $" AND NOT EXISTS (SELECT 1 FROM {flow.To.Storage} AS t WHERE {RowIdentity.Same(flow.To.Identity.Of("t"), flow.From.Identity.Of("NEW"))})";
    }

    private static string RefuseUnlessAgreed(RowPair pair)
    {
        var flow = pair.Flow;
        return $"SELECT RAISE(ABORT, '{Refused}') FROM ({pair.SourceRows(At(flow.From, "NEW", flow.From))}) AS s"
            + $", ({pair.TargetRows(At(flow.To, "NEW", flow.From))}) AS t"
            + $" WHERE NOT {RowPair.All([pair.CarriedAgree, pair.LensesAgree])}";
    }

    // A statement that sets none of these changes no identity; SQLite then does not even look at the trigger.
    private static string IdentityNames(TwinSide side) => side.Table.WithoutRowId
        ? string.Join(", ", side.Identity.Terms)
        : string.Join(", ", side.Identity.Terms.Concat(RowIdentity.RowNumberNames).Distinct(StringComparer.OrdinalIgnoreCase));

    private static string At(TwinSide side, string row, TwinSide rowSide) =>
        RowIdentity.Same(side.Identity.Of(side.Alias), rowSide.Identity.Of(row));

    // Row numbers are whole numbers and never NULL; a key's columns hold what their types let them.
    private static string SameIdentity(TwinFlow flow) => flow.From.Table.WithoutRowId
        ? string.Join(" AND ", flow.From.Identity.Of("OLD").Zip(flow.From.Identity.Of("NEW"), Images.Same))
        : RowIdentity.Same(flow.From.Identity.Of("OLD"), flow.From.Identity.Of("NEW"));
}
