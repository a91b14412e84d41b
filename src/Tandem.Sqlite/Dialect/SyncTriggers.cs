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
    private static readonly string[] Events = ["insert", "update", "rekey", "delete"];

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

        yield return Trigger(twin, flow, "insert", "INSERT", null, replaced.TakeOut().Concat(Insert(pair)));
        yield return Trigger(twin, flow, "update", "UPDATE", SameIdentity(flow), replaced.TakeOut().Concat(Update(pair)));
        yield return Trigger(twin, flow, "rekey", "UPDATE", $"NOT ({SameIdentity(flow)})", replaced.TakeOut().Concat(Rekey(pair)));
        yield return Trigger(twin, flow, "delete", "DELETE", null, Delete(flow));
    }

    private static string Name(TableChange change, TwinNames names, Side from, string what) =>
        names.Trigger($"{(from == Side.Old ? "old" : "new")}_{what}", change.Name);

    private static string Trigger(Twin twin, TwinFlow flow, string what, string on, string? when, IEnumerable<string> body) =>
        $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(twin.Change, twin.Names, flow.From.Side, what))}\n"
        + $"AFTER {on} ON {flow.From.Storage} FOR EACH ROW{(when is null ? "" : $" WHEN {when}")}\n"
        + $"BEGIN\n{string.Concat(body.Select(b => $"  {b};\n"))}END";

    // A row that is there already is the echo of the target's own insert, or was replaced without a word.
    private static IEnumerable<string> Insert(RowPair pair)
    {
        var flow = pair.Flow;
        var unchanged = RowPair.All([pair.CarriedAgree, pair.LensesAgree]);
        yield return UpdateTarget(
            pair, previous: false, At(flow.To, "NEW", flow.From), $"NOT {unchanged}",
            pair.Values((l, k) => l.From.Count == 0 ? null : RowPair.Agrees(l, k)), "NEW");
        yield return InsertMissing(pair);
        yield return RefuseUnlessCarried(pair);
    }

    private static IEnumerable<string> Update(RowPair pair)
    {
        var flow = pair.Flow;
        var stale = Alone(flow).Select(p => RowPair.FollowsSource(p.Lens, p.K)).ToList();
        var agree = $"NOT {RowPair.All([pair.CarriedAgree, pair.LensesAgree])}";
        yield return UpdateTarget(
            pair, stale.Count > 0, At(flow.To, "NEW", flow.From), string.Join(" OR ", stale.Prepend(agree)),
            pair.Values((l, k) => Keep(pair, l, k)), "NEW");
        yield return InsertMissing(pair);
        yield return RefuseUnlessCarried(pair);
    }

    private static IEnumerable<string> Rekey(RowPair pair)
    {
        var flow = pair.Flow;
        yield return UpdateTarget(
            pair, Alone(flow).Any(), At(flow.To, "OLD", flow.From), "1",
            pair.IdentityValues.Concat(pair.Values((l, k) => Keep(pair, l, k))).DistinctBy(v => v.Column), "OLD");
        yield return InsertMissing(pair);
        yield return RefuseUnlessCarried(pair);
    }

    private static IEnumerable<string> Delete(TwinFlow flow)
    {
        var source = flow.From.Identity.Of("OLD").ToList();
        yield return $"DELETE FROM {flow.To.Storage} WHERE {RowIdentity.Same(flow.To.Identity.Of(flow.To.Storage), source)}"
            + $" AND NOT EXISTS (SELECT 1 FROM {flow.From.Storage} AS s WHERE {RowIdentity.Same(flow.From.Identity.Of("s"), source)})";
    }

    // What the target wrote by itself into a column that only it has stays; what followed the source goes on following.
    private static string Keep(RowPair pair, LensView lens, int k) =>
        lens.From.Count == 0 ? $"NOT {RowPair.FollowsSource(lens, k)}" : RowPair.Agrees(lens, k);

    private static IEnumerable<(LensView Lens, int K)> Alone(TwinFlow flow) =>
        flow.Lenses.Select((l, k) => (l, k)).Where(p => p.l.From.Count == 0);

    private static string UpdateTarget(
        RowPair pair, bool previous, string target, string where, IEnumerable<(string Column, string Value)> values, string targetRow)
    {
        var flow = pair.Flow;
        var set = values.ToList();
        if (set.Count == 0)
        {
            // Nothing but the identity is shared, and that is the same here.
            return "SELECT 1";
        }

        var rows = $"SELECT {string.Join(", ", set.Select((v, i) => $"{v.Value} AS v{i}"))}"
            + $" FROM ({pair.SourceRows(At(flow.From, "NEW", flow.From), previous)}) AS s, ({pair.TargetRows(target)}) AS t WHERE {where}";
        return $"UPDATE {flow.To.Storage} SET {string.Join(", ", set.Select((v, i) => $"{v.Column} = v.v{i}"))}"
            + $" FROM ({rows}) AS v WHERE {RowIdentity.Same(flow.To.Identity.Of(flow.To.Storage), flow.From.Identity.Of(targetRow))}";
    }

    /// <summary>The statement that copies rows of the source into the target, but for those that are there.</summary>
    /// <param name="pair">The rows.</param>
    /// <param name="rows">The query for the source's rows.</param>
    public static string InsertWhereMissing(RowPair pair, string rows)
    {
        var to = pair.Flow.To;
        var values = pair.IdentityValues.Concat(pair.Values((_, _) => null)).DistinctBy(v => v.Column).ToList();
        return $"INSERT INTO {to.Storage} ({string.Join(", ", values.Select(v => v.Column))})"
            + $" SELECT {string.Join(", ", values.Select(v => v.Value))} FROM ({rows}) AS s"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {to.Storage} AS x WHERE {RowIdentity.Same(to.Identity.Of("x"), pair.Ids(RowPair.Source))})";
    }

    private static string InsertMissing(RowPair pair) =>
        InsertWhereMissing(pair, pair.SourceRows(At(pair.Flow.From, "NEW", pair.Flow.From)));

    // INSERT OR IGNORE and UPDATE OR IGNORE of an application hold for what its triggers write, too: a row that the other
    // side refuses would be left out there without a word.
    private static string RefuseUnlessCarried(RowPair pair)
    {
        var flow = pair.Flow;
        return $"SELECT RAISE(ABORT, '{Refused}') FROM ({pair.SourceRows(At(flow.From, "NEW", flow.From))}) AS s"
            + $" LEFT JOIN ({pair.TargetRows(At(flow.To, "NEW", flow.From))}) AS t ON 1"
            + $" WHERE t.t_id0 IS NULL OR NOT {pair.CarriedAgree}";
    }

    private static string At(TwinSide side, string row, TwinSide rowSide) =>
        RowIdentity.Same(side.Identity.Of(side.Alias), rowSide.Identity.Of(row));

    private static string SameIdentity(TwinFlow flow) => string.Join(
        " AND ", flow.From.Identity.Of("OLD").Zip(flow.From.Identity.Of("NEW"), Images.Same));
}
