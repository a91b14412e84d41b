using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>
/// What the migrations before have made, as far as a later one leaves it unsaid: pgroll asks the database for the type of a
/// column and the kind of a constraint.
/// </summary>
internal sealed class PgrollModel
{
    private readonly Dictionary<(string Table, string Column), PgrollColumn> columns = [];
    private readonly Dictionary<(string Table, string Name), PgrollKnownRule> rules = [];
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

        foreach (var (key, rule) in rules.Where(r => r.Key.Table == table && r.Value.Columns.Contains(from)).ToList())
        {
            rules[key] = rule with { Columns = [.. rule.Columns.Select(c => c == from ? to : c)] };
        }
    }

    public void RenameTable(string from, string to)
    {
        foreach (var key in columns.Keys.Where(k => k.Table == from).ToList())
        {
            columns.Remove(key, out var column);
            columns[(to, key.Column)] = column!;
        }

        foreach (var key in rules.Keys.Where(k => k.Table == from).ToList())
        {
            rules.Remove(key, out var rule);
            rules[(to, key.Name)] = rule!;
        }

        foreach (var index in indexes.Where(i => i.Value == from).Select(i => i.Key).ToList())
        {
            indexes[index] = to;
        }
    }

    /// <summary>Forgets a table that goes: another one may get its name.</summary>
    public void DropTable(string table)
    {
        foreach (var key in columns.Keys.Where(k => k.Table == table).ToList())
        {
            columns.Remove(key);
        }

        foreach (var key in rules.Keys.Where(k => k.Table == table).ToList())
        {
            rules.Remove(key);
        }

        foreach (var index in indexes.Where(i => i.Value == table).Select(i => i.Key).ToList())
        {
            indexes.Remove(index);
        }
    }

    /// <summary>A constraint; null when no migration made it.</summary>
    public PgrollKnownRule? Constraint(string table, string name) => rules.GetValueOrDefault((table, name));

    /// <summary>Whether the table has a primary key.</summary>
    public bool HasKey(string table) => rules.Any(r => r.Key.Table == table && r.Value.Drop == "drop_primary_key");

    public void Put(string table, PgrollRule rule) => rules[(table, rule.Name)] = new PgrollKnownRule(rule.Drop, rule.Columns, rule.SqlOn(table));

    /// <summary>Remembers a primary key that has the usual name.</summary>
    public void PutKey(string table, IReadOnlyList<string> key) => rules[(table, UsualName.Of(table, [], "pkey"))] = new PgrollKnownRule("drop_primary_key", key, "");

    public void DropConstraint(string table, string name) => rules.Remove((table, name));

    public void RenameConstraint(string table, string from, string to)
    {
        if (rules.Remove((table, from), out var rule))
        {
            rules[(table, to)] = rule;
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

/// <summary>A rule as the migrations made it.</summary>
/// <param name="Drop">The operation that drops it; null where only SQL does.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="AddSql">The statement that adds it again.</param>
internal sealed record PgrollKnownRule(string? Drop, IReadOnlyList<string> Columns, string AddSql);
