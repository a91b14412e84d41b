using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>What a schema file says must fit together: names stand once, and keys, foreign keys and indexes name what is there.</summary>
internal sealed class SchemaFileRules(SchemaFile file, SourceMap places)
{
    private readonly List<Problem> problems = [];

    // SQLite takes names without regard to case, and a foreign key that leads nowhere.
    private readonly StringComparer names = file.Engine == SchemaEngine.Sqlite ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public IReadOnlyList<Problem> Check()
    {
        var schema = file.Schema;
        Once(schema.Tables.Concat(schema.Partitions).Select(t => $"table {t.Name}"), i => i < schema.Tables.Count ? $"schema.tables[{i}].name" : $"schema.partitions[{i - schema.Tables.Count}].name");
        Once(schema.Views.Select(v => $"view {v.Name}"), i => $"schema.views[{i}].name");
        Once(schema.Enums.Select(e => $"{e.Reference}"), i => $"schema.enums[{i}].name");
        Once(schema.Sequences.Select(s => $"{s.Reference}"), i => $"schema.sequences[{i}].name");
        Once(schema.Objects.Select(o => $"{o.Reference}"), i => $"schema.objects[{i}].name");
        foreach (var (table, i) in schema.Tables.Select((t, i) => (t, i)))
        {
            Check(table, $"schema.tables[{i}]");
        }

        foreach (var (table, i) in schema.Partitions.Select((t, i) => (t, i)))
        {
            Check(table, $"schema.partitions[{i}]");
        }

        return problems;
    }

    private void Check(Table table, string path)
    {
        Once(table.Columns.Select(c => $"column {table.Name}.{c.Name}"), i => $"{path}.columns[{i}].name");
        Columns(table, table.PrimaryKey?.Columns ?? [], $"{path}.primary_key.columns");
        foreach (var (unique, i) in table.Uniques.Select((u, i) => (u, i)))
        {
            Columns(table, unique.Columns, $"{path}.uniques[{i}].columns");
        }

        foreach (var (index, i) in table.Indexes.Select((x, i) => (x, i)))
        {
            Columns(table, index.Keys.Select(k => k.Column).OfType<string>(), $"{path}.indexes[{i}].keys");
            Columns(table, index.Include, $"{path}.indexes[{i}].include");
            foreach (var (key, at) in index.Keys.Select((k, at) => (k, at)).Where(k => (k.k.Column is null) == (k.k.Expression is null)))
            {
                Report(ProblemCodes.WrongKind, $"Key {at + 1} of the index {index.Name} must be a column or an expression, one of the two.", $"{path}.indexes[{i}].keys[{at}]", null);
            }
        }

        foreach (var (key, i) in table.ForeignKeys.Select((k, i) => (k, i)))
        {
            Columns(table, key.Columns, $"{path}.foreign_keys[{i}].columns");
            Reference(key, $"{path}.foreign_keys[{i}]");
        }
    }

    private void Reference(ForeignKey key, string path)
    {
        if (file.Engine == SchemaEngine.Sqlite || key.ReferencedSchema is not null)
        {
            return;
        }

        var tables = file.Schema.Tables.Concat(file.Schema.Partitions).ToList();
        if (tables.Find(t => names.Equals(t.Name, key.ReferencedTable)) is { } referenced)
        {
            Columns(referenced, key.ReferencedColumns, $"{path}.referenced_columns");
        }
        else
        {
            Missing($"table {key.ReferencedTable}", key.ReferencedTable, tables.Select(t => t.Name), $"{path}.referenced_table");
        }
    }

    private void Columns(Table table, IEnumerable<string> columns, string path)
    {
        foreach (var column in columns.Where(c => !table.Columns.Any(has => names.Equals(has.Name, c))))
        {
            Missing($"column {table.Name}.{column}", column, table.Columns.Select(c => c.Name), path);
        }
    }

    private void Once(IEnumerable<string> items, Func<int, string> path)
    {
        foreach (var twice in items.Select((name, i) => (name, i)).GroupBy(p => p.name, names).SelectMany(g => g.Skip(1)))
        {
            Report(ProblemCodes.NamedTwice, $"The {twice.name} stands there already.", path(twice.i), null);
        }
    }

    private void Missing(string what, string name, IEnumerable<string> known, string path) => Report(
        ProblemCodes.NotInTheSchema, $"There is no {what}.", path, NearestName.Find(name, known.ToList()) is { } meant ? $"Did you mean {meant}?" : null);

    private void Report(ProblemCode code, string message, string path, string? remedy) =>
        problems.Add(new Problem(code, message, places.Find(path), Remedy: remedy));
}
