using System.Text;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Writes schemas as SQL. What the inspector read from a database and this wrote into an empty one reads the same again.
/// </summary>
public static class SqliteDdl
{
    /// <summary>
    /// The statements that make everything that the inspector reads but what it lists as unmanaged, in an order in which they
    /// can be carried out.
    /// </summary>
    public static IReadOnlyList<string> Statements(DatabaseSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return
        [
            .. schema.Tables.Select(t => CreateTable(t)),
            .. schema.Tables.SelectMany(t => t.Indexes.Select(i => CreateIndex(i, t.Name))),
            .. schema.Views.Select(v => $"CREATE VIEW {SqliteText.Quote(v.Name)} AS {v.Definition}"),
            .. schema.AllObjects.OfType<Trigger>().Select(t => t.Definition),
        ];
    }

    /// <summary>The statement that makes a table, without its indexes and triggers.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">Another name for it, for a twin; references of other tables and to itself stay as they are.</param>
    internal static string CreateTable(Table table, string? name = null)
    {
        var inlineKey = table.Columns.FirstOrDefault(c => c.Identity == IdentityKind.AutoIncrement);
        var lines = table.Columns
            .Select(c => Column(c, ReferenceEquals(c, inlineKey) ? table.PrimaryKey : null, IsRowId(table, c)))
            .Concat(inlineKey is null && table.PrimaryKey is { } key ? [PrimaryKey(key)] : [])
            .Concat(table.Uniques.Select(Unique))
            .Concat(table.Checks.Select(Check))
            .Concat(table.ForeignKeys.Select(ForeignKey));
        var options = string.Join(
            ", ", new[] { table.WithoutRowId ? "WITHOUT ROWID" : null, table.Strict ? "STRICT" : null }.Where(o => o is not null));
        return $"CREATE TABLE {SqliteText.Quote(name ?? table.Name)} (\n  {string.Join(",\n  ", lines)}\n)"
            + (options.Length > 0 ? " " + options : "");
    }

    /// <summary>The statement that makes an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="table">On which table.</param>
    /// <param name="name">Another name for it; two indexes of one database cannot share one, whatever their tables.</param>
    internal static string CreateIndex(Schema.Index index, string table, string? name = null)
    {
        var keys = string.Join(", ", index.Keys.Select(Key));
        return $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX {SqliteText.Quote(name ?? index.Name)}"
            + $" ON {SqliteText.Quote(table)} ({keys})"
            + (index.Where is null ? "" : $" WHERE {index.Where}");
    }

    /// <summary>Whether a column is another name for the row number: it is never NULL and an INSERT may leave it out.</summary>
    internal static bool IsRowId(Table table, Column column) =>
        !table.WithoutRowId
        && table.PrimaryKey is { Columns: [var only] }
        && SqliteText.SameName(only, column.Name)
        && string.Equals(column.Type, "INTEGER", StringComparison.OrdinalIgnoreCase);

    /// <summary>The default clause's text: literals as they are, everything else in parentheses.</summary>
    internal static string Default(string expression)
    {
        var tokens = SqliteTokenizer.Tokenize(expression);
        var signed = tokens.Count == 2 && (tokens[0].IsSymbol("-") || tokens[0].IsSymbol("+"));
        var literal = tokens.Count == (signed ? 2 : 1) && tokens[^1] switch
        {
            { Kind: SqliteTokenKind.Number } => true,
            { Kind: SqliteTokenKind.String or SqliteTokenKind.Blob } => !signed,
            { Kind: SqliteTokenKind.Word } word => !signed && IsConstant(word),
            _ => false,
        };
        return literal ? expression : $"({expression})";
    }

    /// <summary>Whether a word without quotes is a constant in a default clause; SQLite takes any other for a string.</summary>
    internal static bool IsConstant(SqliteToken word) => word.Value.ToUpperInvariant()
        is "NULL" or "TRUE" or "FALSE" or "CURRENT_TIME" or "CURRENT_DATE" or "CURRENT_TIMESTAMP";

    private static string Column(Column column, PrimaryKey? inlineKey, bool rowId)
    {
        var text = new StringBuilder(SqliteText.Quote(column.Name));
        if (column.Type.Length > 0)
        {
            text.Append(' ').Append(column.Type);
        }

        if (inlineKey is not null)
        {
            text.Append(' ').Append(Named(inlineKey.Name)).Append("PRIMARY KEY").Append(Conflict(inlineKey.OnConflict)).Append(" AUTOINCREMENT");
        }

        if (column.Collation is not null)
        {
            text.Append(" COLLATE ").Append(SqliteText.Quote(column.Collation));
        }

        if (!column.Nullable && !rowId)
        {
            text.Append(" NOT NULL").Append(Conflict(column.NotNullConflict));
        }

        if (column.Default is not null)
        {
            text.Append(" DEFAULT ").Append(Default(column.Default));
        }

        if (column.Generated is not null)
        {
            // Not "GENERATED ALWAYS AS": SQLite 3.35 takes these words for a part of the type, and they change how values are stored.
            text.Append(" AS (").Append(column.Generated).Append(column.GeneratedStored ? ") STORED" : ") VIRTUAL");
        }

        return text.ToString();
    }

    private static string PrimaryKey(PrimaryKey key) => $"{Named(key.Name)}PRIMARY KEY ({Keys(key.Columns, key.Sorting)}){Conflict(key.OnConflict)}";

    private static string Unique(UniqueConstraint unique) => $"{Named(unique.Name)}UNIQUE ({Keys(unique.Columns, unique.Sorting)}){Conflict(unique.OnConflict)}";

    private static string Conflict(string? how) => how is null ? "" : $" ON CONFLICT {how}";

    private static string Keys(ValueList<string> columns, ValueList<string>? sorting) => sorting is null
        ? SqliteText.QuoteAll(columns)
        : string.Join(", ", columns.Zip(sorting, (c, s) => $"{SqliteText.Quote(c)} {s}".TrimEnd()));

    private static string Check(CheckConstraint check) => $"{Named(check.Name)}CHECK ({check.Expression})";

    private static string ForeignKey(ForeignKey key)
    {
        var referenced = key.ReferencedColumns.Count == 0 ? "" : $" ({SqliteText.QuoteAll(key.ReferencedColumns)})";
        return $"{Named(key.Name)}FOREIGN KEY ({SqliteText.QuoteAll(key.Columns)})"
            + $" REFERENCES {SqliteText.Quote(key.ReferencedTable)}{referenced}"
            + Action(" ON DELETE", key.OnDelete)
            + Action(" ON UPDATE", key.OnUpdate)
            + (key.Deferrable is null ? "" : " " + key.Deferrable);
    }

    private static string Action(string when, ReferentialAction action) => action switch
    {
        ReferentialAction.Restrict => when + " RESTRICT",
        ReferentialAction.Cascade => when + " CASCADE",
        ReferentialAction.SetNull => when + " SET NULL",
        ReferentialAction.SetDefault => when + " SET DEFAULT",
        _ => "",
    };

    private static string Named(string? name) => name is null ? "" : $"CONSTRAINT {SqliteText.Quote(name)} ";

    private static string Key(IndexKey key) =>
        (key.Column is null ? key.Expression : SqliteText.Quote(key.Column))
        + (key.Options is null ? "" : " " + key.Options)
        + (key.Descending ? " DESC" : "");
}
