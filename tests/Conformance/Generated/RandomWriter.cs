using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Writes rows through one version or another, and the same into the control database.</summary>
internal sealed class RandomWriter(ModelRows rows, Values values, ITestTarget target, ITestTarget control)
{
    private readonly Random random = values.Random;

    /// <summary>One write through a version.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="name">The table's name for an application of the version, as SQL.</param>
    public async Task WriteAsync(int version, Func<ModelTable, string> name)
    {
        var tables = rows.Versions[version];
        var table = tables[random.Next(tables.Count)];
        var keys = rows.Free(table.Id).ToList();
        switch (keys.Count < 3 ? 0 : random.Next(10))
        {
            case < 4:
                await InsertAsync(version, table, name);
                break;
            case < 8:
                await UpdateAsync(version, table, name, keys[random.Next(keys.Count)]);
                break;
            case 8 when table is { KeyKind: "primary key", Part: null } && !IsGuarded(table):
                await UpsertAsync(version, table, name(table), keys[random.Next(keys.Count)]);
                break;
            default:
                await DeleteAsync(table, name(table), keys[random.Next(keys.Count)], version);
                break;
        }
    }

    /// <summary>While SQLite serves two types of a key, triggers guard it in the place of an index, and ON CONFLICT does not know those.</summary>
    private bool IsGuarded(ModelTable table) =>
        !values.IsPostgres && rows.Versions.Any(v => v.Any(t => t.Id == table.Id && t.Key.First().Kind != table.Key.First().Kind));

    /// <summary>What a migration does to rows of its own, or the taking back of it, for the control database.</summary>
    public async Task ChangeAsync(ModelRowChange change, bool back)
    {
        var (from, to) = rows.Change(change, back);
        if (rows.Versions[0].FirstOrDefault(t => t.Id == change.Table) is not { } table)
        {
            return;
        }

        if (from is not null && to is not null)
        {
            await ControlUpdateAsync(change.Table, from, to);
        }
        else
        {
            await (to is not null ? ControlInsertAsync(change.Table, to) : control.ExecuteAsync($"delete from {Text.Name(table.Name)} where {Where(table, from!)}"));
        }
    }

    private async Task InsertAsync(int version, ModelTable table, Func<ModelTable, string> name)
    {
        var row = Fresh(table);
        var given = table.Here.Where(c => row[c.Name] != c.Default || c.Key || random.Next(2) == 0).ToList();
        var older = rows.Put(version, table, row);
        await target.ExecuteAsync($"insert into {name(table)} ({Names(given)}) values ({Literals(given, row)})");
        await PartAsync(table, row, name);
        await ControlInsertAsync(table.Id, older);
    }

    /// <summary>Writes the facts that stand in a second table. Where they are what stands for none, there may be a row or not.</summary>
    private async Task PartAsync(ModelTable table, Row row, Func<ModelTable, string> name)
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
            await target.ExecuteAsync($"delete from {name(part)} where {string.Join(" and ", keys.Zip(table.Key, (k, c) => $"{k} = {c.Literal(row[c.Name])}"))}");
            return;
        }

        var sets = string.Join(", ", apart.Select(c => $"{c.Sql} = excluded.{c.Sql}"));
        await target.ExecuteAsync(
            $"insert into {name(part)} ({string.Join(", ", keys)}, {Names(apart)}) values ({Literals(table.Key, row)}, {Literals(apart, row)}) on conflict ({string.Join(", ", keys)}) do update set {sets}");
    }

    private async Task UpdateAsync(int version, ModelTable table, Func<ModelTable, string> name, string key)
    {
        var (row, changed) = Changed(version, table, key);
        if (changed.Count == 0)
        {
            return;
        }

        var before = new Row(rows.Get(rows.Born(table.Id), table.Id, key));
        var older = rows.Put(version, table, row);
        var here = changed.Where(c => table.Part?.Columns.Contains(c.Name) != true).ToList();
        if (here.Count > 0)
        {
            await target.ExecuteAsync($"update {name(table)} set {Assignments(here, row)} where {Where(table, row)}");
        }

        if (here.Count < changed.Count)
        {
            await PartAsync(table, row, name);
        }

        await ControlUpdateAsync(table.Id, before, older);
    }

    private async Task UpsertAsync(int version, ModelTable table, string name, string key)
    {
        var (row, changed) = Changed(version, table, key);
        if (changed.Count == 0)
        {
            return;
        }

        var before = new Row(rows.Get(rows.Born(table.Id), table.Id, key));
        var older = rows.Put(version, table, row);
        var sets = string.Join(", ", changed.Select(c => $"{c.Sql} = excluded.{c.Sql}"));
        await target.ExecuteAsync(
            $"insert into {name} ({Names(table.Columns)}) values ({Literals(table.Columns, row)}) on conflict ({Names(table.Key)}) do update set {sets}");
        await ControlUpdateAsync(table.Id, before, older);
    }

    private async Task DeleteAsync(ModelTable table, string name, string key, int version)
    {
        if (table.NoDelete || rows.Versions[0].Any(t => t.Id == table.Id && t.NoDelete))
        {
            return;
        }

        var where = Where(table, rows.Get(version, table.Id, key));
        rows.Remove(table.Id, key);
        await target.ExecuteAsync($"delete from {name} where {where}");
        if (rows.Versions[0].FirstOrDefault(t => t.Id == table.Id) is { } first)
        {
            await control.ExecuteAsync($"delete from {Text.Name(first.Name)} where {string.Join(" and ", first.Key.Zip(key.Split('/')).Select(k => $"{k.First.Sql} = {k.First.Literal(k.Second)}"))}");
        }
    }

    private (Row Row, List<ModelColumn> Changed) Changed(int version, ModelTable table, string key)
    {
        var row = rows.Get(version, table.Id, key);
        var free = table.Columns.Where(c => !c.Key && c.Follows is null).ToList();
        var changed = free.Where(_ => random.Next(free.Count) < 2).ToList();
        row = row.With(changed.Select(c => new KeyValuePair<string, string?>(c.Name, ValueOf(c))));
        changed.AddRange(table.Columns.Where(c => c.Follows is not null && changed.Any(o => o.Name == c.Follows)));
        return (Followed(table, row), changed);
    }

    private Row Fresh(ModelTable table) =>
        Followed(table, new Row(table.Columns.Select(c => new KeyValuePair<string, string?>(c.Name, c.Default is not null && random.Next(3) == 0 ? c.Default : ValueOf(c)))));

    private string? ValueOf(ModelColumn column)
    {
        if (column.Parent is not { } parent)
        {
            return values.Value(column);
        }

        var keys = rows.Free(parent).ToList();
        return keys.Count == 0 || random.Next(4) == 0 ? null : keys[random.Next(keys.Count)];
    }

    private static Row Followed(ModelTable table, Row row) =>
        row.With(table.Columns.Where(c => c.Follows is not null)
            .Select(c => new KeyValuePair<string, string?>(c.Name, RandomOperations.Follow(c, row[c.Follows!]))));

    private async Task ControlInsertAsync(int id, Row row)
    {
        if (rows.Versions[0].FirstOrDefault(t => t.Id == id) is { } table)
        {
            await control.ExecuteAsync($"insert into {Text.Name(table.Name)} ({Names(table.Columns)}) values ({Literals(table.Columns, row)})");
        }
    }

    private async Task ControlUpdateAsync(int id, Row before, Row after)
    {
        if (rows.Versions[0].FirstOrDefault(t => t.Id == id) is { } table
            && table.Columns.Where(c => before[c.Name] != after[c.Name]).ToList() is { Count: > 0 } changed)
        {
            await control.ExecuteAsync($"update {Text.Name(table.Name)} set {Assignments(changed, after)} where {Where(table, after)}");
        }
    }

    private static string Names(IEnumerable<ModelColumn> columns) => string.Join(", ", columns.Select(c => c.Sql));

    private static string Literals(IEnumerable<ModelColumn> columns, Row row) => string.Join(", ", columns.Select(c => c.Literal(row[c.Name])));

    private static string Assignments(IEnumerable<ModelColumn> columns, Row row) => string.Join(", ", columns.Select(c => $"{c.Sql} = {c.Literal(row[c.Name])}"));

    private static string Where(ModelTable table, Row row) => string.Join(" and ", table.Key.Select(c => $"{c.Sql} = {c.Literal(row[c.Name])}"));
}
