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

    /// <summary>The keys of the rows that are there.</summary>
    public IReadOnlyCollection<string> Keys(int table) => tables[table].Keys;

    /// <summary>The keys of the rows that are there and that no migration changes.</summary>
    public IEnumerable<string> Free(int table) => tables[table].Keys.Where(k => !held.Contains((table, k)));

    /// <summary>Leaves a row to a migration from now on.</summary>
    public void Hold(ModelRowChange change) => held.Add((change.Table, change.Key));

    /// <summary>What a migration does to its row, or the taking back of it: what was, in the words of the table's first version, and what is.</summary>
    public (Row? From, Row? To) Change(ModelRowChange change, bool back)
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

        return (from, to);
    }

    /// <summary>A row in the words of a version.</summary>
    public Row Get(int version, int table, string key)
    {
        var row = tables[table][key];
        for (var i = born[table]; i < version; i++)
        {
            row = migrations[i].Up(table, row, new Recollection(this, table, key));
        }

        return row;
    }

    /// <summary>All rows in the words of a version.</summary>
    public IEnumerable<string> Lines(int version, ModelTable table) => Lines(version, table, table.Columns.Select(c => c.Name));

    /// <summary>Some columns of all rows in the words of a version.</summary>
    public IEnumerable<string> Lines(int version, ModelTable table, IEnumerable<string> columns) =>
        tables[table.Id].Keys.Select(k => Get(version, table.Id, k).Line(columns)).Order(StringComparer.Ordinal);

    /// <summary>
    /// Writes a row in the words of a version (in the place of the row of that key, if there is one) and gives it back
    /// as the table's first version says it.
    /// </summary>
    public Row Put(int version, ModelTable table, Row row)
    {
        var key = table.KeyOf(row);
        var exists = tables[table.Id].ContainsKey(key);
        for (var i = version; i > born[table.Id]; i--)
        {
            var older = exists ? Get(i - 1, table.Id, key) : null;
            row = migrations[i - 1].Down(table.Id, row, older, new Recollection(this, table.Id, key));
        }

        tables[table.Id][key] = row;
        return row;
    }

    /// <summary>Takes a row out, and does to others what the foreign keys say.</summary>
    public void Remove(int table, string key)
    {
        tables[table].Remove(key);
        foreach (var forgotten in memory.Keys.Where(m => m.Table == table && m.Key == key).ToList())
        {
            memory.Remove(forgotten);
        }

        foreach (var child in Versions[0])
        {
            foreach (var reference in child.References.Where(r => r.Parent == table))
            {
                foreach (var (childKey, row) in tables[child.Id].Where(r => r.Value[reference.Column] == key).ToList())
                {
                    if (reference.OnDelete == ReferentialAction.Cascade)
                    {
                        Remove(child.Id, childKey);
                    }
                    else
                    {
                        row[reference.Column] = null;
                    }
                }
            }
        }
    }

    private void Bear(ValueList<ModelTable> version, int number)
    {
        foreach (var table in version.Where(t => born.TryAdd(t.Id, number)))
        {
            tables[table.Id] = [];
        }
    }

    private sealed class Recollection(ModelRows rows, int table, string key) : IMemory
    {
        public bool Recall(int column, out string? value) => rows.memory.TryGetValue((table, key, column), out value);

        public void Remember(int column, string? value) => rows.memory[(table, key, column)] = value;
    }
}
