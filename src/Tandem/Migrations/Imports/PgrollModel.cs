namespace Tandem.Migrations.Imports;

/// <summary>
/// What the migrations before have made, as far as a later one leaves it unsaid: pgroll asks the database for the type of a
/// column and the kind of a constraint.
/// </summary>
internal sealed class PgrollModel
{
    private readonly Dictionary<(string Table, string Column), PgrollColumn> columns = [];
    private readonly Dictionary<(string Table, string Name), string> constraints = [];
    private readonly Dictionary<string, string> indexes = new(StringComparer.Ordinal);

    public PgrollColumn? Column(string table, string column) => columns.GetValueOrDefault((table, column));

    public void Put(string table, string name, PgrollColumn column) => columns[(table, name)] = column;

    public void DropColumn(string table, string column) => columns.Remove((table, column));

    public void RenameColumn(string table, string from, string to)
    {
        if (columns.Remove((table, from), out var column))
        {
            columns[(table, to)] = column;
        }
    }

    public void RenameTable(string from, string to)
    {
        foreach (var key in columns.Keys.Where(k => k.Table == from).ToList())
        {
            columns.Remove(key, out var column);
            columns[(to, key.Column)] = column!;
        }

        foreach (var key in constraints.Keys.Where(k => k.Table == from).ToList())
        {
            constraints.Remove(key, out var kind);
            constraints[(to, key.Name)] = kind!;
        }

        foreach (var index in indexes.Where(i => i.Value == from).Select(i => i.Key).ToList())
        {
            indexes[index] = to;
        }
    }

    /// <summary>The operation that drops the constraint, by what it is; null when no migration made it.</summary>
    public string? Kind(string table, string name) => constraints.GetValueOrDefault((table, name));

    public void PutConstraint(string table, string name, string kind) => constraints[(table, name)] = kind;

    public void DropConstraint(string table, string name) => constraints.Remove((table, name));

    public void RenameConstraint(string table, string from, string to)
    {
        if (constraints.Remove((table, from), out var kind))
        {
            constraints[(table, to)] = kind;
        }
    }

    public string? TableOf(string index) => indexes.GetValueOrDefault(index);

    public void PutIndex(string index, string table) => indexes[index] = table;
}

/// <summary>A column as the migrations made it.</summary>
internal sealed record PgrollColumn(string Type, bool Nullable)
{
    public string? Default { get; init; }

    public string? Comment { get; init; }
}
