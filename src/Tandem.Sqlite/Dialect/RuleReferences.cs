using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Foreign keys to columns that nothing makes unique any more: SQLite refuses every write to a table that has one.</summary>
internal static class RuleReferences
{
    /// <summary>What the plan owes to say about those that are there.</summary>
    public static IEnumerable<Problem> Judge(TableChange change, RenderContext context)
    {
        if (change is not { Before: { } before, After: { } after })
        {
            yield break;
        }

        var staying = context.Schema.Tables.Select(t => context.Changes.FirstOrDefault(c => c.Before?.Name == t.Name) is { } other ? other.After : t).OfType<Table>();
        foreach (var (table, key) in staying.SelectMany(t => t.ForeignKeys.Where(f => f.ReferencedTable == after.Name).Select(f => (t.Name, f))))
        {
            var old = key.ReferencedColumns.Select(c => change.Columns.FirstOrDefault(p => p.After?.Name == c)?.Before?.Name ?? c).ToValueList();
            if (IsUnique(before, old) && !IsUnique(after, key.ReferencedColumns))
            {
                yield return new Problem(
                    ProblemCodes.ReferencedUnique, $"{table} refers to {after.Name} by {string.Join(", ", key.ReferencedColumns)}, which nothing makes unique any more.", Subject: change.Name);
            }
        }
    }

    /// <summary>The step that looks for foreign keys that came meanwhile, before anything is enforced.</summary>
    public static IEnumerable<RenderedStep> Look(CountReferences step, RenderContext context) =>
        Gates(step.Change, context, step.Side).ToValueList() is { Count: > 0 } gates
            ? [new RenderedStep($"references {step.Change.Name}", $"Count the foreign keys that hang on rules of {step.Change.Name} that go", StepMode.Checks) { Table = step.Change.Name, Gates = gates }]
            : [];

    /// <summary>Foreign keys that came meanwhile to columns that are unique in the side that leaves the base, and no more behind it.</summary>
    public static IEnumerable<Gate> Gates(TableChange change, RenderContext context, Side from)
    {
        if (change.Of(from) is not { } leaving || change.Of(from.Other()) is not { } coming)
        {
            return [];
        }

        return Sets(leaving).Where(s => !IsUnique(coming, s.Select(c => Later(change, from, c)).ToValueList()))
            .Select(s => new Gate(
                ProblemCodes.ReferencedUnique.Id, $"{{0}} foreign keys that were made meanwhile refer to {leaving.Name} by {string.Join(", ", s)}, which nothing makes unique any more.", Count(leaving, s, context, from)));
    }

    /// <summary>Whether a foreign key can refer to these columns.</summary>
    private static bool IsUnique(Table table, ValueList<string> columns) => Sets(table).Any(s => s.Count == columns.Count
        && s.Order(StringComparer.Ordinal).SequenceEqual(columns.Order(StringComparer.Ordinal), StringComparer.Ordinal));

    private static IEnumerable<ValueList<string>> Sets(Table table)
    {
        return (table.PrimaryKey is { } key ? [key.Columns] : Array.Empty<ValueList<string>>()).Concat(table.Uniques.Select(u => u.Columns))
            .Concat(table.Indexes.Where(i => i is { Unique: true, Where: null } && i.Keys.All(Compares)).Select(i => i.Keys.Select(k => k.Column!).ToValueList()))
            .Distinct();

        // An index that compares otherwise than its column is none to a foreign key.
        bool Compares(IndexKey key) => key.Column is { } name && (key.Options is not { } options
            || SqliteText.SameName(SqliteTokenizer.Tokenize(options)[^1].Value, table.Column(name)!.Collation ?? "BINARY"));
    }

    private static string Later(TableChange change, Side from, string column)
    {
        var pair = change.Columns.FirstOrDefault(p => p.Of(from)?.Name == column);
        return pair is not null && pair.Of(from.Other()) is { } later ? later.Name : column;
    }

    // Those that the migration takes away are not meant.
    private static string Count(Table table, ValueList<string> columns, RenderContext context, Side from)
    {
        var size = columns.Distinct(SqliteText.NameComparer.Instance).Count().ToString(CultureInfo.InvariantCulture);
        var going = context.Changes.Where(c => c.Of(from) is not null).SelectMany(c => c.Of(from.Other()) is null
            ? [$" AND child <> {Lower(c.Of(from)!.Name)}"]
            : c.ForeignKeys.Where(f => !f.Kept).Select(f => f.Of(from)).OfType<ForeignKey>().Where(f => SqliteText.SameName(f.ReferencedTable, table.Name))
                .Select(f => $" AND NOT (child = {Lower(c.Of(from)!.Name)} AND sum(own IN ({List(f.Columns)})) = {size})"));
        return $"""
            SELECT count(*) FROM (SELECT child FROM (
                SELECT lower(m.name) AS child, f.id, lower(f."from") AS own,
                  lower(coalesce(f."to", (SELECT i.name FROM pragma_table_info({SqliteText.Literal(table.Name)}) AS i WHERE i.pk = f.seq + 1))) AS refers
                FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' AND lower(f."table") = {Lower(table.Name)})
              GROUP BY child, id HAVING count(*) = {size} AND sum(refers IN ({List(columns)})) = {size}{string.Concat(going)})
            """;
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Lower));

    private static string Lower(string name) => $"lower({SqliteText.Literal(name)})";
}
