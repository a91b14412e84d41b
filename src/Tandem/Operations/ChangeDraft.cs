using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>
/// The changes of one migration while its operations are applied one after the other: an operation sees what those
/// before it made. It collects all problems and never stops at the first.
/// </summary>
internal sealed class ChangeDraft(DatabaseSchema schema, string engine)
{
    private readonly List<TableDraft> tables = [];
    private readonly List<Problem> problems = [];
    private readonly List<RowChange> rows = [];
    private readonly List<RawScript> scripts = [];
    private Operation? current;

    /// <summary>The schema before the migration.</summary>
    public DatabaseSchema Schema => schema;

    /// <summary>The engine's name in files.</summary>
    public string Engine => engine;

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>The objects without rows.</summary>
    public ObjectDrafts Objects { get; } = new(schema);

    /// <summary>The changes of rows, in the order of the file.</summary>
    public ValueList<RowChange> Rows => rows.ToValueList();

    /// <summary>The changed tables, in ordinal order of their names so that locks are always taken in one order.</summary>
    public ValueList<TableChange> Changes => tables.Where(t => t.Changed).Select(t => t.Freeze())
        .OrderBy(c => c.Name, StringComparer.Ordinal).ToValueList();

    /// <summary>The table whose key each version draws for itself, where one is looked up already.</summary>
    public TableDraft? WithDrawnKey => tables.Find(t => t.DrawnKey is not null);

    public void Apply(Operation operation)
    {
        current = operation;
        operation.Apply(this);
        current = null;
    }

    /// <summary>Adds a problem at the operation that is applied; the remedy is the code's own where none is given for this very case.</summary>
    public void Report(ProblemCode code, string message, string? subject = null, string? remedy = null) =>
        problems.Add(new Problem(code, message, current?.Place, subject, remedy));

    /// <summary>The table of this name in the new version as it stands now; reports when there is none.</summary>
    public TableDraft? Table(string name)
    {
        if (Find(name) is { } found)
        {
            return found;
        }

        problems.Add(MissingTable.Of(schema, name, TableNames) with { Place = current?.Place });
        return null;
    }

    /// <summary>The table and the column; reports what is missing.</summary>
    public (TableDraft Table, DraftPair<Column> Column)? Column(string table, string column)
    {
        if (Table(table) is not { } draft)
        {
            return null;
        }

        if (draft.Column(column) is { } found)
        {
            return (draft, found);
        }

        ReportMissing(draft, column);
        return null;
    }

    /// <summary>Reports a column that is not there.</summary>
    public void ReportMissing(TableDraft table, string column) => Report(
        ProblemCodes.NoSuchColumn, $"The table {table.Name} has no column {column}.", $"{table.Name}.{column}",
        Meant(column, table.Columns.Select(c => c.After?.Name).OfType<string>()));

    /// <summary>Whether a name is free for a table, view or type.</summary>
    /// <param name="table">The name.</param>
    /// <param name="rows">Whether what gets it is a type or has rows, of which PostgreSQL makes a type of the same name.</param>
    public bool IsFree(string table, bool rows = true)
    {
        var now = Objects.Now;
        if ((!rows || Engine == "sqlite" || IsNoType(table)) && Find(table) is null && now.Views.All(v => v.Name != table) && now.Sequences.All(s => s.Name != table) && schema.Unmanaged.All(u => u.Name != table)
            && schema.Partitions.All(p => p.Name != table) && schema.Objects.OfType<CompositeType>().All(c => c.Name != table)
            && schema.Tables.All(t => t.Indexes.All(i => i.Name != table) && (Engine == "sqlite" || !HasBehind(t, table))))
        {
            return true;
        }

        Report(ProblemCodes.AlreadyExists, $"The name {table} is taken.", table);
        return false;
    }

    /// <summary>A name for an index behind a rule that nobody named; as on the server with a number where another table has it.</summary>
    public string IndexName(string table, IEnumerable<string> columns, string label)
    {
        var others = tables.Where(t => !t.Dropped && t.Name != table).SelectMany(IndexNames)
            .Concat(schema.Tables.Where(s => s.Name != table && tables.All(t => t.Before?.Name != s.Name)).SelectMany(RelationNames.OfIndexes))
            .ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, int.MaxValue).Select(n => UsualName.Of(table, columns, n == 0 ? label : $"{label}{n}"))
            .First(n => Engine == "sqlite" || !others.Contains(n));
    }

    private static IEnumerable<string> IndexNames(TableDraft table) => table.Uniques.Select(u => u.After?.Name)
        .Concat(table.Indexes.Select(i => i.After?.Name)).Append(table.PrimaryKey?.Name).OfType<string>();

    // What a table brings along on PostgreSQL: sequences behind columns, indexes behind rules.
    private static bool HasBehind(Table table, string name) =>
        table.Columns.Any(c => c.Identity != IdentityKind.None && (c.Sequence?.Name ?? UsualName.Of(table.Name, [c.Name], "seq")) == name)
        || table.PrimaryKey?.Name == name || table.Uniques.Any(u => u.Name == name);

    private bool IsNoType(string name) => Objects.Now.Enums.All(e => e.Name != name) && Objects.Now.Objects.All(o => o is not (Domain or RangeType) || o.Name != name);

    /// <summary>Whether a name is free for a column of the table.</summary>
    public bool IsFree(TableDraft table, string column, params IEnumerable<DraftPair<Column>> leaving)
    {
        if (table.Column(column) is not { } found || leaving.Contains(found))
        {
            return true;
        }

        Report(ProblemCodes.AlreadyExists, $"The table {table.Name} already has a column {column}.", $"{table.Name}.{column}");
        return false;
    }

    /// <summary>The tables of the new version that operations have named so far.</summary>
    public IEnumerable<TableDraft> AllDrafted => tables.Where(t => !t.Dropped);

    /// <summary>The table that has this name in the old version, as far as operations have named it.</summary>
    public TableDraft? Drafted(string before) => tables.Find(t => t.Before?.Name == before);

    /// <summary>How a table of the old version is called at this point of the migration.</summary>
    public string NameNow(string before) => tables.FirstOrDefault(t => t.Before?.Name == before)?.Name ?? before;

    /// <summary>How an object is called in the old version.</summary>
    public string FormerName(ObjectName now) => (now.Kind == "table" ? tables.FirstOrDefault(t => !t.Dropped && t.Name == now.Identity)?.Before?.Name : null) ?? now.Identity;

    /// <summary>The table as this migration makes it, or null when it was there before.</summary>
    public Table? Made(string name) => tables.FirstOrDefault(t => t.Name == name && t.Before is null && !t.Dropped)?.Freeze().After;

    public void Create(Table table) => tables.Add(new TableDraft(null, table));

    public void Change(RowChange change) => rows.Add(change with { Number = rows.Count + 1 });

    /// <summary>SQL of the file's own, in its order.</summary>
    public ValueList<RawScript> Scripts => scripts.ToValueList();

    public int NextScript => scripts.Count + 1;

    public void Run(RawScript script) => scripts.Add(script);

    /// <summary>The expression for this engine; reports when the file gives none for it.</summary>
    public string? Expression(SqlText? text, string what)
    {
        if (text is null)
        {
            return null;
        }

        if (text.For(engine) is { } sql)
        {
            return sql;
        }

        Report(ProblemCodes.NoExpression, $"There is no expression for {engine} in {what}.");
        return null;
    }

    /// <summary>Tables of the new version (drafted or not) that have a foreign key to this one.</summary>
    public IEnumerable<(TableDraft Table, DraftPair<ForeignKey> Key)> Referencing(string table) =>
        schema.Tables.Select(t => t.Name).Concat(tables.Select(t => t.Name)).Distinct(StringComparer.Ordinal)
            .OrderBy(n => n, StringComparer.Ordinal).ToList()
            .Where(n => tables.Any(t => t.Name == n && !t.Dropped)
                || schema.Table(n)?.ForeignKeys.Any(f => f.ReferencedTable == table) == true)
            .Select(Find).OfType<TableDraft>()
            .SelectMany(t => t.ForeignKeys.Where(f => f.After?.ReferencedTable == table).Select(f => (t, f)))
            .ToList();

    /// <summary>The table of this name in the new version as it stands now, or null.</summary>
    public TableDraft? Find(string name)
    {
        if (tables.FirstOrDefault(t => t.Name == name && !t.Dropped) is { } draft)
        {
            return draft;
        }

        if (schema.Table(name) is not { } table || tables.Any(t => t.Before?.Name == name))
        {
            return null;
        }

        draft = new TableDraft(table);
        tables.Add(draft);
        return draft;
    }

    private IEnumerable<string> TableNames => tables.Where(t => !t.Dropped).Select(t => t.Name)
        .Concat(schema.Tables.Select(t => t.Name).Where(n => tables.All(t => t.Before?.Name != n)));

    private static string? Meant(string written, IEnumerable<string> names) => NearestName.Find(written, names) is { } near ? $"Did you mean {near}?" : null;
}
