using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>
/// What every row of the generated tables must be in the words of every version: the rows as the first version that has
/// the table says them, and what later versions alone know.
/// </summary>
internal sealed class ModelRows
{
    private readonly Dictionary<int, Dictionary<string, Row>> tables = [];
    private readonly Dictionary<(int Table, string Key, int Column), string?> memory = [];
    private readonly List<RandomMigration> migrations = [];
    private readonly Dictionary<int, int> born = [];
    private readonly HashSet<(int Table, string Key)> held = [];
    private readonly List<ModelWrite> written = [];

    /// <summary>The tables of each version, oldest first.</summary>
    public List<ValueList<ModelTable>> Versions { get; } = [];

    /// <summary>Begins with the first version.</summary>
    public ModelRows(ValueList<ModelTable> first)
    {
        Versions.Add(first);
        Bear(first, 0);
    }

    /// <summary>Adds a version.</summary>
    public void Add(RandomMigration migration)
    {
        migrations.Add(migration);
        Versions.Add(migration.After);
        Bear(migration.After, migrations.Count);
    }

    /// <summary>The version that first has the table.</summary>
    public int Born(int table) => born[table];

    /// <summary>The keys of the rows that are there and that no migration changes.</summary>
    public IEnumerable<string> Free(int table) => tables[table].Keys.Where(k => !held.Contains((table, k)));

    /// <summary>Whether a row refers to this one.</summary>
    public bool IsMeant(int table, string column, string key) => tables[table].Values.Any(r => r[column] == key);

    /// <summary>Leaves a row to a migration from now on.</summary>
    public void Hold(ModelRowChange change) => held.Add((change.Table, change.Key));

    /// <summary>What was written since this was asked last, in the words of the tables' first versions.</summary>
    public IReadOnlyList<ModelWrite> Written()
    {
        var all = written.ToList();
        written.Clear();
        return all;
    }

    /// <summary>What a migration does to its row, or the taking back of it.</summary>
    public void Change(ModelRowChange change, bool back)
    {
        var (from, to) = back ? (change.After, change.Before) : (change.Before, change.After);
        if (to is null)
        {
            tables[change.Table].Remove(change.Key);
        }
        else
        {
            tables[change.Table][change.Key] = to;
        }

        written.Add(new ModelWrite(change.Table, from, to));
    }

    /// <summary>A row in the words of a version.</summary>
    public Row Get(int version, int table, string key)
    {
        var row = tables[table][key];
        for (var i = born[table]; i < version; i++)
        {
            row = migrations[i].Up(table, row, new Others(this, table, key, i));
        }

        return row;
    }

    /// <summary>Some columns of all rows, or of those that are shown, in the words of a version.</summary>
    public IEnumerable<string> Lines(int version, ModelTable table, IEnumerable<string> columns, Func<Row, bool>? shown = null) =>
        tables[table.Id].Keys.Select(k => Get(version, table.Id, k)).Where(r => shown?.Invoke(r) != false).Select(r => r.Line(columns)).Order(StringComparer.Ordinal);

    /// <summary>The version whose triggers and policies are in force.</summary>
    public int Firing { get; set; }

    /// <summary>The row security of a table that is in force; null where it has none.</summary>
    public ModelSecurity? Security(int table) => FiringOn(table)?.Security;

    /// <summary>The triggers that refuse rows of a table, where some are in force.</summary>
    public ModelStop? Stop(int table) => FiringOn(table)?.Stop;

    /// <summary>What triggers have written down, in the words of their table.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What triggers make of a row, and of what follows from it.</summary>
    public Row Stored(ModelTable table, Row row, IEnumerable<ModelColumn> changed) =>
        FiringOn(table.Id)?.Normal is { } normal && changed.Any(c => c.Name == normal.Column)
            ? table.Followed(row.With(new KeyValuePair<string, string?>(normal.Column, normal.Apply(row[normal.Column]))))
            : row;

    /// <summary>Whether the new version fills a column from one that a trigger changes behind its writer, until it is completed.</summary>
    public bool IsFilled(ModelTable table, ModelColumn column) =>
        column.Follows is { } source && table.Column(source).Named && FiringOn(table.Id)?.Columns.Any(c => c.Name == column.Name) != true;

    /// <summary>Writes a row in the words of a version (in the place of the row of that key, if there is one), and does what triggers do.</summary>
    /// <param name="version">The version.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="changed">The columns that are written.</param>
    public void Put(int version, ModelTable table, Row row, IEnumerable<ModelColumn> changed)
    {
        var key = table.KeyOf(row);
        row = Stored(table, row, changed);
        if (FiringOn(table.Id)?.Log is { } log)
        {
            var before = tables[table.Id].ContainsKey(key) ? Get(version, table.Id, key) : null;
            if (before is null || before[log.Column] != row[log.Column])
            {
                WriteDown(before is null ? "INSERT" : "UPDATE", table, log, row);
            }
        }

        Put(version, table.Id, key, row);
    }

    /// <summary>Takes a row out, and does to others what the foreign keys say.</summary>
    public void Remove(int table, string key)
    {
        written.Add(new ModelWrite(table, tables[table][key], null));
        Take(table, key);
    }

    private void Put(int version, int table, string key, Row row)
    {
        var exists = tables[table].TryGetValue(key, out var before);
        for (var i = version; i > born[table]; i--)
        {
            var older = exists ? Get(i - 1, table, key) : null;
            row = migrations[i - 1].Down(table, row, older, new Others(this, table, key, i - 1));
        }

        tables[table][key] = row;
        written.Add(new ModelWrite(table, before is null ? null : new Row(before), new Row(row)));
    }

    private void Take(int table, string key)
    {
        for (var i = born[table]; i < migrations.Count; i++)
        {
            Leave(i, table, key);
        }

        if (FiringOn(table) is { Log: { } log } firing)
        {
            WriteDown("DELETE", firing, log, Get(Firing, table, key));
        }

        tables[table].Remove(key);
        foreach (var child in Versions[0])
        {
            foreach (var reference in child.References.Where(r => r.Parent == table))
            {
                foreach (var (childKey, row) in tables[child.Id].Where(r => r.Value[reference.Column] == key).ToList())
                {
                    if (reference.OnDelete == ReferentialAction.Cascade)
                    {
                        Take(child.Id, childKey);
                    }
                    else
                    {
                        row[reference.Column] = null;
                    }
                }
            }
        }

        foreach (var forgotten in memory.Keys.Where(m => m.Table == table && m.Key == key).ToList())
        {
            memory.Remove(forgotten);
        }
    }

    private ModelTable? FiringOn(int table) => Versions[Firing].FirstOrDefault(t => t.Id == table);

    private void WriteDown(string what, ModelTable table, ModelLog log, Row row) =>
        Log.Add($"{what}|{row[table.Key.First().Name]}|{row[log.Column] ?? "NULL"}");

    private void Leave(int version, int table, string key) =>
        migrations[version].Leave(table, Get(version, table, key), new Others(this, table, key, version));

    private void Bear(ValueList<ModelTable> version, int number)
    {
        foreach (var table in version.Where(t => born.TryAdd(t.Id, number)))
        {
            tables[table.Id] = [];
        }
    }

    private sealed class Others(ModelRows rows, int table, string key, int version) : IMemory
    {
        public IMemory Of(int other, string otherKey) => new Others(rows, other, otherKey, version);

        public bool Recall(int column, out string? value) => rows.memory.TryGetValue((table, key, column), out value);

        public void Remember(int column, string? value) => rows.memory[(table, key, column)] = value;

        public Row? Referring(int other, string column) =>
            rows.tables[other].FirstOrDefault(r => r.Value[column] == key).Key is { } found ? rows.Get(version, other, found) : null;

        public void Refer(int other, Row row) => rows.Put(version, other, rows.Versions[version].Single(t => t.Id == other).KeyOf(row), row);
    }
}
