using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Costs;

/// <summary>
/// What steps write on PostgreSQL. The sizes of headers are those of the server's source: <c>htup_details.h</c> and
/// <c>itup.h</c> (rows and index entries), <c>xlogrecord.h</c>, <c>heapam_xlog.h</c> and <c>nbtxlog.h</c> (the log).
/// </summary>
/// <remarks>
/// A backfill updates every row once, and the server keeps the old one until vacuum or until another pass of the backfill takes its room
/// (<see cref="StripeRoom"/>). What is expected counts the rows that stay on their page, the part <c>s</c>; the most is what it takes if none does, since a snapshot that
/// stays open can keep all that is dead. With <c>R</c> rows, <c>H</c> bytes of the table, <c>X</c> bytes and <c>n</c> pieces of indexes, <c>w</c> bytes of new columns in a row,
/// and pages filled to the part <c>f</c>:
/// <code>
/// row  = H / R + w / f
/// most = R × row + X
/// disk = (1 − s) × R × row + X × (9 × (1 − s) − 1, from 0 to 1)
/// WAL  = R × (row + 54) + R × n × 56 + X   [ + H + X with full_page_writes ]
/// </code>
/// 54: the record's head 24, two blocks 28, <c>xl_heap_update</c> 14, <c>xl_heap_header</c> 5, length 2 and alignment 8, less the row's
/// head 23 and its pointer 4, which are not logged. 56: head 24, a block 20, length 2, <c>xl_btree_insert</c> 2, alignment 8.
/// <c>H + X</c>: each page whole once. An index of <c>k</c> bytes of keys takes <c>R × (8 + k, to a multiple of 8, + 4) / 0.9</c>: the entry's
/// head, the keys, the pointer, and pages that are filled to nine tenths; its pages go into the log as they are.
/// </remarks>
internal static class PostgresCosts
{
    private const double UpdateRecord = 54;
    private const double EntryRecord = 56;
    private const double EntryHead = 8;
    private const double Pointer = 4;
    private const double Filled = 0.9;

    // With three indexes and nearly all rows on their pages a fill was a quarter quicker than with eight of ten; fewer entries pay for no rewriting.
    private const int ManyIndexes = 3;
    private const double Nearly = 0.95;
    private const double WorthWriting = 0.1;

    private static readonly long[] Fillfactors = [95, 90, 85, 80, 75, 70];

    private static readonly HashSet<StepKind> OfTheCatalogue =
    [
        StepKind.Expand, StepKind.BuildIndex, StepKind.Enforce, StepKind.Relax, StepKind.Publish, StepKind.Unpublish, StepKind.Switch,
        StepKind.Contract, StepKind.MakeObjects, StepKind.DropObjects,
    ];

    /// <summary>Estimates.</summary>
    public static async Task<ValueList<StepCost>> EstimateAsync(PostgresReading reading, string schema, CostQuestion question, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<string, PostgresStorage>(StringComparer.Ordinal);
        foreach (var name in question.Steps.Select(s => s.Table).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (question.Change(name) is { } change)
            {
                tables[name] = await PostgresStorage.MeasureAsync(reading, schema, change, question.Rows(name), cancellationToken).ConfigureAwait(false);
            }
        }

        var costs = new List<StepCost>();
        foreach (var step in question.Steps)
        {
            var rows = question.RowsOf(step) is { } change ? await PostgresRowCosts.OfAsync(reading, schema, change, cancellationToken).ConfigureAwait(false) : null;
            costs.Add(rows is null
                ? Of(step, question.Change(step.Table), step.Table is { } t ? tables.GetValueOrDefault(t) : null)
                : new StepCost(step.Id, rows.Disk, rows.Wal));
        }

        return costs.ToValueList();
    }

    /// <summary>What one step writes.</summary>
    internal static StepCost Of(RenderedStep step, TableChange? change, PostgresStorage? storage)
    {
        if (StepCost.Plain(step) is { } plain)
        {
            return plain;
        }

        if (change is not null && storage is not null)
        {
            if (change.Partitioning is not null && step.Kind == StepKind.Backfill)
            {
                return Copy(step, storage);
            }

            if (step.Kind == StepKind.Backfill && step.Id == $"backfill {change.Name}")
            {
                return Fill(step, change, storage);
            }

            if (step.Kind == StepKind.Backfill && step.Id == FillSql.KeysId(change))
            {
                return Fill(step, change.WithoutLenses(), storage);
            }

            if (step.Mode == StepMode.Alone && step.Kind == StepKind.Expand)
            {
                return Build(step, 2 * storage.Page, storage, "An index without entries: two pages.");
            }

            if (step.Mode == StepMode.Alone && IndexOf(step, change) is { } index)
            {
                return Index(step, index, storage);
            }
        }

        return step is { Mode: StepMode.Transaction, Rewrites: false } && OfTheCatalogue.Contains(step.Kind)
            ? StepCost.Nothing(step, "It changes the catalogue only.")
            : StepCost.Unknown(step, "There is no formula for what this kind of step writes.");
    }

    private static Schema.Index? IndexOf(RenderedStep step, TableChange change)
    {
        var id = step.Id.Replace(": partitions", "", StringComparison.Ordinal);
        var named = change.Indexes.Select(i => i.After).OfType<Schema.Index>();
        return step.Kind switch
        {
            StepKind.BuildIndex => named.FirstOrDefault(i => id == $"index {change.Name} {i.Name}"),
            StepKind.Enforce => named.Concat(Rules(change)).FirstOrDefault(i => id == $"enforce {change.Name} {i.Name}"),
            _ => null,
        };
    }

    private static IEnumerable<Schema.Index> Rules(TableChange change) =>
        change.Uniques.Select(u => u.After).OfType<UniqueConstraint>().Select(u => (Name: ConstraintName.Of(u), u.Columns))
            .Concat(change.After!.PrimaryKey is { } key ? [(ConstraintName.Of(key), key.Columns)] : [])
            .Select(r => new Schema.Index(r.Name, r.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true));

    private static StepCost Fill(RenderedStep step, TableChange change, PostgresStorage storage)
    {
        if (storage.Rows == 0)
        {
            return StepCost.Nothing(step, "The table is empty.");
        }

        var filled = change.Lenses.SelectMany(l => l.New)
            .Concat(change.PlainAdded.Where(c => c.Identity != IdentityKind.None || (c is { Default: not null, Generated: null } && !ExpandSql.HasSteadyDefault(c))).Select(c => c.Name)).ToList();
        if (filled.Find(c => storage.Width(c) is null) is { } column)
        {
            return StepCost.Unknown(step, $"How wide the values of {column} will be could not be measured on rows that are there.");
        }

        var wider = filled.Sum(c => storage.Width(c)!.Value) + HeadGrowth(change);
        var row = ((double)storage.Heap / storage.Rows) + (wider * 100 / storage.Fillfactor);
        var most = (storage.Rows * row) + storage.IndexBytes;
        var stay = Stay(change, storage, wider, storage.Fillfactor);
        var wal = (storage.Rows * (row + UpdateRecord + (storage.Indexes * EntryRecord))) + storage.IndexBytes + (storage.FullPages ? storage.Heap + storage.IndexBytes : 0);
        return new StepCost(
            step.Id,
            new SizeEstimate(
                (long)(((1 - stay) * storage.Rows * row) + (storage.IndexBytes * Split(1 - stay))),
                Text($"{storage.Rows:N0} rows are written anew with {row:N0} bytes each; {stay:P0} of them find room on their page, the others get new pages and entries in {storage.Indexes:N0} indexes. At most all do: while a snapshot stays open, nothing makes room."))
            {
                Most = (long)most,
            },
            new SizeEstimate((long)wal, Text($"A record for each row and each index entry{(storage.FullPages ? ", and every page of table and indexes whole once (full_page_writes)" : "")}.")))
        {
            Room = MoreRoom(change, storage, wider, stay),
        };
    }

    /// <summary>The highest fillfactor with which nearly all rows stay, else that with which most do; null where that is hardly more than now.</summary>
    private static PageRoom? MoreRoom(TableChange change, PostgresStorage storage, double wider, double stay)
    {
        if (storage.Indexes < ManyIndexes || StripeWalk.Passes(storage.Heap / storage.Page, storage.RowsOfPage).Count == 1)
        {
            return null;
        }

        var others = Fillfactors.Where(f => f < storage.Fillfactor).Select(f => new PageRoom(stay, f, Stay(change, storage, wider, f), storage.Indexes)).ToList();
        var best = others.Find(o => o.Then >= Nearly) ?? others.MaxBy(o => o.Then);
        return best is { Then: var then } && then - stay >= WorthWriting ? best : null;
    }

    /// <summary>The part of the rows that stays on its page, where pages are filled up to a fillfactor; where rows lie in partitions they are filled in one pass.</summary>
    private static double Stay(TableChange change, PostgresStorage storage, double wider, long fillfactor)
    {
        if (change.Before!.PartitionKey is not null || storage.RowsOfPage <= 0)
        {
            return 0;
        }

        var room = storage.Page - StripeRoom.PageHead;
        var old = (room * storage.Fillfactor / 100 / storage.RowsOfPage) - StripeRoom.Pointer;
        var rows = storage.RowsOfPage * fillfactor / storage.Fillfactor;
        return StripeRoom.Stay(storage.Page, rows, old, old + wider, room * (100 - fillfactor) / 100, StripeWalk.Passes(storage.Heap / storage.Page, rows));
    }

    /// <summary>The part of an index's pages that split when so large a part of all rows gets another entry: a tenth is free, and a page that splits makes two.</summary>
    private static double Split(double entries) => Math.Clamp((entries * Filled / (1 - Filled)) - 1, 0, 1);

    /// <summary>By how many bytes a row's head gets longer: the marker is NULL in nearly all rows, and the head has a bit for each column of a row with a NULL.</summary>
    private static double HeadGrowth(TableChange change)
    {
        var (before, after) = (change.Before!.Columns.Count, change.Before.Columns.Count + change.Lenses.Sum(l => l.New.Count) + change.PlainAdded.Count() + 1);
        return Head(after) - (change.Before.Columns.Any(c => c.Nullable) ? Head(before) : Head(0));

        static double Head(int columns) => Math.Ceiling((23 + Math.Ceiling(columns / 8.0)) / 8) * 8;
    }

    // New pages are no images of old ones.
    private static StepCost Copy(RenderedStep step, PostgresStorage storage) => new(
        step.Id,
        new SizeEstimate(storage.Heap + storage.IndexBytes, Text($"{storage.Rows:N0} rows are stored once more, in partitions with their indexes, until sunset.")),
        new SizeEstimate((long)(storage.Heap + storage.IndexBytes + (storage.Rows * (UpdateRecord + (storage.Indexes * EntryRecord)))), "A record for each row and each index entry."));

    private static StepCost Index(RenderedStep step, Schema.Index index, PostgresStorage storage)
    {
        if (index.Method is not (null or "btree"))
        {
            return StepCost.Unknown(step, $"There is no formula for the size of an index of the method {index.Method}.");
        }

        var widths = index.Keys.Select(k => k.Column is { } c ? storage.Width(c) : null).Concat(index.Include.Select(storage.Width)).ToList();
        if (widths.Contains(null))
        {
            return StepCost.Unknown(step, "How wide its keys are could not be measured on rows that are there.");
        }

        var keys = widths.Sum()!.Value;
        var entry = (Math.Ceiling((EntryHead + keys) / 8) * 8) + Pointer;
        var disk = (long)(storage.Rows * entry / Filled) + (2 * storage.Page);
        return Build(step, disk, storage, Text(
            $"{storage.Rows:N0} entries of {entry:N0} bytes, pages filled to nine tenths{(index.Where is null ? "" : "; at most, since its condition leaves rows out")}; less where keys repeat."));
    }

    private static StepCost Build(RenderedStep step, long disk, PostgresStorage storage, string why) => new(
        step.Id,
        new SizeEstimate(disk, why),
        storage.LogsBuilds ? new SizeEstimate(disk, "Its pages go into the log as they are.") : new SizeEstimate(0, "With wal_level minimal its pages do not go into the log."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
