using System.Data.Common;
using Shouldly;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Writes rows through one version or another, and the same into the control database.</summary>
/// <param name="rows">What must be in the tables.</param>
/// <param name="values">Names and values.</param>
/// <param name="target">The database that is migrated.</param>
/// <param name="control">The one that is not.</param>
/// <param name="said">Gets every statement.</param>
internal sealed class RandomWriter(ModelRows rows, Values values, ITestTarget target, ITestTarget control, List<string> said)
{
    private readonly Random random = values.Random;

    /// <summary>One write through a version.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="speech">How its applications speak.</param>
    public async Task WriteAsync(int version, Speech speech)
    {
        var table = speech.Tables[random.Next(speech.Tables.Count)];
        var keys = rows.Free(table.Id).ToList();
        switch (keys.Count < 3 ? 0 : random.Next(10))
        {
            case < 4:
                await InsertAsync(version, table, speech);
                break;
            case < 8:
                await UpdateAsync(version, table, speech, keys[random.Next(keys.Count)]);
                break;
            case 8 when table is { KeyKind: "primary key", Part: null } && table.WholeKey.All(c => c.Key) && !IsGuarded(table) && rows.Stop(table.Id) is null:
                await UpsertAsync(version, table, speech, keys[random.Next(keys.Count)]);
                break;
            default:
                await DeleteAsync(version, table, speech, keys[random.Next(keys.Count)]);
                break;
        }

        await RepeatAsync();
    }

    /// <summary>While SQLite serves two types of a key, triggers guard it in the place of an index, and ON CONFLICT does not know those.</summary>
    private bool IsGuarded(ModelTable table) =>
        !values.IsPostgres && rows.Versions.Any(v => v.Any(t => t.Id == table.Id && t.Key.First().Kind != table.Key.First().Kind));

    /// <summary>What a migration does to rows of its own, or the taking back of it, for the control database.</summary>
    public Task ChangeAsync(ModelRowChange change, bool back)
    {
        rows.Change(change, back);
        return RepeatAsync();
    }

    private async Task InsertAsync(int version, ModelTable table, Speech speech)
    {
        if (Fresh(version, table) is not { } row)
        {
            return;
        }

        var given = table.Here.Where(c => !rows.IsFilled(table, c) && (c.Drawn ? c.Uuid && random.Next(2) == 0 : row[c.Name] != c.Default || c.Key || random.Next(2) == 0)).ToList();
        var told = Said(table, row, table.Columns);
        if (!await MayAsync(table, null, row, $"insert into {speech.Name(table)} ({Speech.Names(given)}) values ({speech.Literals(given, told)})", () => rows.Put(version, table, row, table.Columns)))
        {
            return;
        }

        await PartAsync(table, row, speech);
    }

    /// <summary>Writes the facts that stand in a second table. Where they are what stands for none, there may be a row or not.</summary>
    private async Task PartAsync(ModelTable table, Row row, Speech speech)
    {
        if (table.AsPart is not { } part)
        {
            return;
        }

        var apart = table.Apart.ToList();
        var none = apart.TrueForAll(c => row[c.Name] == c.Default);
        var keys = table.Part!.Key.Select(Text.Name).ToList();
        if (none && random.Next(2) == 0)
        {
            await SayAsync($"delete from {speech.Name(part)} where {string.Join(" and ", keys.Zip(table.Key, (k, c) => $"{k} = {c.Literal(row[c.Name])}"))}");
            return;
        }

        var sets = string.Join(", ", apart.Select(c => $"{c.Sql} = excluded.{c.Sql}"));
        await SayAsync(
            $"insert into {speech.Name(part)} ({string.Join(", ", keys)}, {Speech.Names(apart)}) values ({speech.Literals(table.Key, row)}, {speech.Literals(apart, row)}) on conflict ({string.Join(", ", keys)}) do update set {sets}");
    }

    private async Task UpdateAsync(int version, ModelTable table, Speech speech, string key)
    {
        var (row, changed) = Changed(version, table, key);
        if (changed.Count == 0)
        {
            return;
        }

        var before = rows.Get(version, table.Id, key);
        var here = changed.Where(c => table.Part?.Columns.Contains(c.Name) != true).ToList();
        void Put() => rows.Put(version, table, row, changed);
        if (here.Count == 0)
        {
            Put();
        }
        else if (!await MayAsync(table, before, row, $"update {speech.Name(table)} set {speech.Assignments(here, Said(table, row, changed))} where {speech.Where(table, row)}", Put))
        {
            return;
        }

        if (here.Count < changed.Count)
        {
            await PartAsync(table, row, speech);
        }
    }

    private async Task UpsertAsync(int version, ModelTable table, Speech speech, string key)
    {
        var (row, changed) = Changed(version, table, key);
        if (changed.Count == 0)
        {
            return;
        }

        rows.Put(version, table, row, changed);
        var given = table.Columns.Where(c => !rows.IsFilled(table, c)).ToList();
        var sets = string.Join(", ", changed.Select(c => $"{c.Sql} = excluded.{c.Sql}"));
        await SayAsync(
            $"insert into {speech.Name(table)} ({Speech.Names(given)}) values ({speech.Literals(given, Said(table, row, changed))}) on conflict ({Speech.Names(table.Key)}) do update set {sets}");
    }

    private async Task DeleteAsync(int version, ModelTable table, Speech speech, string key)
    {
        if (IsKept(version, table.Id))
        {
            return;
        }

        var row = rows.Get(version, table.Id, key);
        await MayAsync(table, row, null, $"delete from {speech.Name(table)} where {speech.Where(table, row)}", () => rows.Remove(table.Id, key));
    }

    /// <summary>Whether rows that are never deleted would be, or would be left without what they mean.</summary>
    private bool IsKept(int version, int table) => rows.Versions[version].Concat(rows.Versions[0]).Any(t => t.Id == table && t.NoDelete)
        || rows.Versions[0].Any(t => t.References.Any(r => r.Parent == table && r.OnDelete == ReferentialAction.Cascade) && IsKept(version, t.Id));

    /// <summary>
    /// Says a statement, now and then as somebody whom row security concerns, and remembers what it does. Gives back whether it may do it: triggers may
    /// refuse it, too.
    /// </summary>
    private async Task<bool> MayAsync(ModelTable table, Row? before, Row? after, string sql, Action remember)
    {
        if (rows.Stop(table.Id)?.Refuses(before, after) == true)
        {
            (await Should.ThrowAsync<DbException>(() => SayAsync(sql), sql)).Message.ShouldContain(ModelStop.Message);
            return false;
        }

        if (rows.Security(table.Id) is not { } security || random.Next(2) == 0)
        {
            remember();
            await SayAsync(sql);
            return true;
        }

        sql = $"set role {ModelSecurity.Role}; {sql}; reset role";
        if (before is not null && !security.Shows(table, before))
        {
            await SayAsync(sql);
            return false;
        }

        if (after is not null && !security.Shows(table, after))
        {
            (await Should.ThrowAsync<DbException>(() => SayAsync(sql), sql)).SqlState.ShouldBe("42501");
            return false;
        }

        remember();
        await SayAsync(sql);
        return true;
    }

    /// <summary>A row as its writer says it: it knows what triggers will make of it, and gives other columns what follows from that.</summary>
    private Row Said(ModelTable table, Row row, IEnumerable<ModelColumn> changed)
    {
        var stored = rows.Stored(table, row, changed);
        return row.With(table.Columns.Where(c => c.Follows is not null).Select(c => new KeyValuePair<string, string?>(c.Name, stored[c.Name])));
    }

    private (Row Row, List<ModelColumn> Changed) Changed(int version, ModelTable table, string key)
    {
        var row = rows.Get(version, table.Id, key);
        var free = table.Columns.Where(c => c is { Key: false, Follows: null, Drawn: false } && !IsFixed(c)).ToList();
        var changed = free.Where(_ => random.Next(free.Count) < 2).ToList();
        row = row.With(changed.Select(c => new KeyValuePair<string, string?>(c.Name, ValueOf(c, key))));
        changed.AddRange(table.Columns.Where(c => c.Follows is not null && !rows.IsFilled(table, c) && changed.Any(o => o.Name == c.Follows)));
        return (table.Followed(row), changed);
    }

    /// <summary>A new row; null where it would have to refer to one that is not there.</summary>
    private Row? Fresh(int version, ModelTable table)
    {
        var row = new Row(table.Columns.Where(c => !c.Drawn && !IsFixed(c))
            .Select(c => new KeyValuePair<string, string?>(c.Name, c.Default is not null && random.Next(3) == 0 ? c.Default : ValueOf(c, null))));
        foreach (var column in table.Columns.Where(c => c.Drawn || IsFixed(c)))
        {
            row[column.Name] = column.Drawn ? table.KeyOf(row) : Whole(version, table, column);
            if (row[column.Name] is null)
            {
                return null;
            }
        }

        return table.Followed(row);
    }

    /// <summary>Whether a column refers to another row once and for all.</summary>
    private static bool IsFixed(ModelColumn column) => column is { Parent: not null, Unique: true };

    /// <summary>A row that no other one refers to, and that has what an older version wants of it.</summary>
    private string? Whole(int version, ModelTable table, ModelColumn column)
    {
        var parent = rows.Versions[version].Single(t => t.Id == column.Parent);
        var required = parent.Columns.Where(c => c.Link?.Table == table.Id).Select(c => c.Name).ToList();
        var keys = rows.Free(parent.Id).Where(k => !rows.IsMeant(table.Id, column.Name, k) && required.TrueForAll(c => rows.Get(version, parent.Id, k)[c] is not null)).ToList();
        return keys.Count == 0 ? null : keys[random.Next(keys.Count)];
    }

    private string? ValueOf(ModelColumn column, string? key)
    {
        if (column.Link is { } link && key is not null && rows.IsMeant(link.Table, link.Column, key))
        {
            return values.Value(column with { WritesNull = false });
        }

        if (column.Parent is not { } parent)
        {
            return values.Value(column);
        }

        var keys = rows.Free(parent).ToList();
        return keys.Count == 0 || random.Next(4) == 0 ? null : keys[random.Next(keys.Count)];
    }

    private Task SayAsync(string sql)
    {
        said.Add($"{sql};");
        return target.ExecuteAsync(sql);
    }

    /// <summary>Does in the control database what was done.</summary>
    private async Task RepeatAsync()
    {
        var speech = Speech.Base(rows.Versions[0]);
        foreach (var (id, before, after) in rows.Written())
        {
            if (speech.Tables.FirstOrDefault(t => t.Id == id) is not { } table)
            {
                continue;
            }

            var changed = table.Columns.Where(c => !c.Drawn && before?[c.Name] != after?[c.Name]).ToList();
            if (after is null)
            {
                await control.ExecuteAsync($"delete from {speech.Name(table)} where {speech.Where(table, before!)}");
            }
            else if (before is null)
            {
                var given = table.Columns.Where(c => !c.Drawn).ToList();
                await control.ExecuteAsync($"insert into {speech.Name(table)} ({Speech.Names(given)}) values ({speech.Literals(given, after)})");
            }
            else if (changed.Count > 0)
            {
                await control.ExecuteAsync($"update {speech.Name(table)} set {speech.Assignments(changed, after)} where {speech.Where(table, after)}");
            }
        }
    }
}
