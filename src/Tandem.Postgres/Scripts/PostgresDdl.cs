using System.Globalization;
using System.Text;
using Tandem.Postgres.Inspection;
using Tandem.Schema;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>
/// Writes schemas as the statements that make them, for one transaction on an empty database: everything that the
/// inspector reads but what it lists as unmanaged, and indexes that are invalid.
/// </summary>
public static class PostgresDdl
{
    /// <summary>The statements in an order in which they can be carried out.</summary>
    public static IReadOnlyList<string> Statements(params IReadOnlyList<DatabaseSchema> schemas)
    {
        ArgumentNullException.ThrowIfNull(schemas);
        return new PostgresScript(schemas).Write();
    }

    internal static string CreateIndex(string schema, string table, Schema.Index index, bool only = false)
    {
        var text = new StringBuilder("CREATE ").Append(index.Unique ? "UNIQUE " : "").Append("INDEX ").Append(Quote(index.Name))
            .Append(only ? " ON ONLY " : " ON ").Append(Name(schema, table));
        if (index.Method is { } method)
        {
            text.Append(" USING ").Append(Quote(method));
        }

        text.Append(" (").AppendJoin(", ", index.Keys.Select(IndexKeyClause)).Append(')');
        if (index.Include.Count > 0)
        {
            text.Append(" INCLUDE (").Append(List(index.Include)).Append(')');
        }

        text.Append(index.NullsNotDistinct ? " NULLS NOT DISTINCT" : "");
        text.Append(index.Options is { } options ? $" WITH ({options})" : "");
        text.Append(index.Tablespace is { } space ? $" TABLESPACE {Quote(space)}" : "");
        return text.Append(index.Where is { } where ? $" WHERE ({where})" : "").ToString();
    }

    internal static string IndexKeyClause(IndexKey key)
    {
        var parts = new[]
        {
            key.Column is { } column ? Quote(column) : $"({key.Expression})",
            key.Options,
            key.Descending ? "DESC" : null,
            key.Nulls,
        };
        return string.Join(' ', parts.Where(p => p is not null));
    }

    internal static string CheckClause(CheckConstraint check) =>
        $"{Named(check.Name)}CHECK ({check.Expression}){(check.NoInherit ? " NO INHERIT" : "")}{(check.Enforced ? "" : " NOT ENFORCED")}";

    internal static string UniqueClause(UniqueConstraint unique)
    {
        if (unique.Definition is { } whole)
        {
            return Named(unique.Name) + whole;
        }

        var nulls = unique.NullsNotDistinct ? " NULLS NOT DISTINCT" : "";
        return $"{Named(unique.Name)}UNIQUE{nulls} ({List(unique.Columns)}){Include(unique.Include)}{With(unique.Options)}{Suffix(unique.Deferrable)}";
    }

    internal static string Include(ValueList<string>? columns) => columns is null ? "" : $" INCLUDE ({List(columns)})";

    internal static string Match(ForeignKey key) => key.Match is { } match ? $" MATCH {match}" : "";

    internal static string Chosen(ValueList<string>? columns) => columns is null ? "" : $" ({List(columns)})";

    internal static string ForeignKeyClause(string schema, ForeignKey key)
    {
        if (key.Definition is { } whole)
        {
            return Named(key.Name) + whole;
        }

        var table = Name(key.ReferencedSchema ?? schema, key.ReferencedName);
        var referenced = key.ReferencedColumns.Count == 0 ? "" : $" ({List(key.ReferencedColumns)})";
        return $"{Named(key.Name)}FOREIGN KEY ({List(key.Columns)}) REFERENCES {table}{referenced}"
            + Match(key) + Action("DELETE", key.OnDelete) + Chosen(key.OnDeleteColumns) + Action("UPDATE", key.OnUpdate)
            + Suffix(key.Deferrable) + (key.Validated ? "" : " NOT VALID");
    }

    internal static string CreateSequence(string schema, Sequence sequence) =>
        $"CREATE {(sequence.Unlogged ? "UNLOGGED " : "")}SEQUENCE {Name(schema, sequence.Name)} AS {sequence.Type}{SequenceOptions(sequence)}";

    private static string SequenceOptions(Sequence sequence)
    {
        var bounds = Bound("MINVALUE", sequence.Minimum) + Bound("MAXVALUE", sequence.Maximum);
        var cycle = sequence.Cycle ? " CYCLE" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $" INCREMENT BY {sequence.Increment}{bounds} START WITH {sequence.Start} CACHE {sequence.Cache}{cycle}");
    }

    private static string Bound(string keyword, long? value) =>
        value is { } v ? string.Create(CultureInfo.InvariantCulture, $" {keyword} {v}") : "";

    internal static bool IsSerial(Column column) => column.Identity == IdentityKind.Serial;

    internal static Sequence SequenceOf(Table table, Column column) =>
        column.Sequence ?? new Sequence(UsualName.Of(table.Name, [column.Name], "seq"), column.Type, 1, 1);

    /// <summary>The statement that makes a table, without what is deferred: parts that need something that needs the table.</summary>
    internal static string CreateTable(string schema, Table table, Func<string, bool> deferred)
    {
        var inherits = Inherits(table);
        var lines = table.Columns.Where(c => !inherits || !c.Inherited).Select(c => ColumnClause(schema, table, c, deferred))
            .Where(l => l.Length > 0).ToList();
        if (table.PrimaryKey is { } key)
        {
            lines.Add(Named(key.Name) + (key.Definition ?? $"PRIMARY KEY ({List(key.Columns)}){Include(key.Include)}{With(key.Options)}"));
        }

        lines.AddRange(table.Uniques.Select(UniqueClause));
        lines.AddRange(table.Checks.Where(c => InTable(table, c) && !deferred($"constraint {c.Name}")).Select(CheckClause));
        lines.AddRange(table.Exclusions.Select(e => Named(e.Name) + e.Definition));
        var text = new StringBuilder("CREATE ").Append(table.Unlogged ? "UNLOGGED " : "").Append("TABLE ").Append(Name(schema, table.Name));
        text.Append(table.OfType is { } type ? $" OF {type}" : "");
        text.Append(lines.Count > 0 ? $" (\n    {string.Join(",\n    ", lines)}\n)" : table.OfType is null ? " ()" : "");
        text.Append(inherits ? $" INHERITS ({string.Join(", ", table.Inherits.Select(p => Name(p.Schema ?? schema, p.Name)))})" : "");
        text.Append(table.PartitionKey is { } parts ? $" PARTITION BY {parts}" : "");
        return text.Append(table.Method is { } method ? $" USING {Quote(method)}" : "").Append(With(table.Options)).ToString();
    }

    /// <summary>Whether a table has something from its parents alone, and so is made under them; one that has all of its own is put there afterwards.</summary>
    internal static bool Inherits(Table table) => table.PartitionOf is null && table.Inherits.Count > 0
        && (table.Columns.Any(c => c.Inherited) || table.Checks.Any(c => c.Inherited) || table.NotNulls.Any(n => n.Inherited));

    /// <summary>Whether a check stands in its table's own statement.</summary>
    internal static bool InTable(Table table, CheckConstraint check) =>
        (check.Validated || !check.Enforced) && (!check.Inherited || table.PartitionOf is not null);

    private static string ColumnClause(string schema, Table table, Column column, Func<string, bool> deferred)
    {
        var text = new StringBuilder();
        text.Append(column.Collation is { } collation && table.OfType is null ? $" COLLATE {collation}" : "");
        if (column.Generated is { } generated)
        {
            text.Append(" GENERATED ALWAYS AS (").Append(generated).Append(column.GeneratedStored ? ") STORED" : ") VIRTUAL");
        }
        else if (IsSerial(column))
        {
            text.Append(" DEFAULT nextval(").Append(Literal(Name(schema, SequenceOf(table, column).Name))).Append("::regclass)");
        }
        else if (column.Default is { } expression && !deferred($"default {column.Name}"))
        {
            text.Append(" DEFAULT ").Append(expression);
        }

        // A partition takes its values from its table's sequence.
        if (column.Identity is IdentityKind.Always or IdentityKind.ByDefault && table.PartitionOf is null)
        {
            text.Append(column.Identity == IdentityKind.Always ? " GENERATED ALWAYS" : " GENERATED BY DEFAULT").Append(" AS IDENTITY");
            text.Append(column.Sequence is { } s ? $" (SEQUENCE NAME {Name(schema, s.Name)}{SequenceOptions(s)})" : "");
        }

        var rule = table.NotNulls.FirstOrDefault(n => n.Column == column.Name);
        if (rule is null || (rule.Validated && !(rule.Inherited && Inherits(table))))
        {
            text.Append(column.Nullable ? "" : $"{(rule is null ? "" : $" CONSTRAINT {Quote(rule.Name)}")} NOT NULL{(rule is { NoInherit: true } ? " NO INHERIT" : "")}");
        }

        return table.OfType is null ? $"{Quote(column.Name)} {column.Type}{text}" : text.Length == 0 ? "" : $"{Quote(column.Name)} WITH OPTIONS{text}";
    }

    /// <summary>
    /// Views after those that they name. The names in a text are more than the views it reads, but never fewer: where two name each other, one
    /// of them has a column of the other's name, and the one that says <c>from</c> reads the other.
    /// </summary>
    internal static List<View> InOrder(ValueList<View> views)
    {
        var names = views.ToDictionary(v => v.Name, v => PostgresSource.Read(v.Definition).Names.Where(n => n != v.Name).Order(StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
        var byName = views.ToDictionary(v => v.Name, StringComparer.Ordinal);
        var ordered = new List<View>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var view in views)
        {
            Visit(view);
        }

        return ordered;

        void Visit(View view)
        {
            if (visited.Add(view.Name))
            {
                foreach (var name in names[view.Name].Where(n => byName.ContainsKey(n) && (SqlLexer.Reads(view.Definition, n) || !Leads(n, view.Name, []))))
                {
                    Visit(byName[name]);
                }

                ordered.Add(view);
            }
        }

        bool Leads(string from, string to, HashSet<string> seen) =>
            seen.Add(from) && names[from].Where(byName.ContainsKey).Any(n => n == to || Leads(n, to, seen));
    }

    private static string Action(string on, ReferentialAction action) => action switch
    {
        ReferentialAction.Restrict => $" ON {on} RESTRICT",
        ReferentialAction.Cascade => $" ON {on} CASCADE",
        ReferentialAction.SetNull => $" ON {on} SET NULL",
        ReferentialAction.SetDefault => $" ON {on} SET DEFAULT",
        _ => "",
    };

    internal static string With(string? options) => options is null ? "" : $" WITH ({options})";

    internal static string Named(string? name) => name is null ? "" : $"CONSTRAINT {Quote(name)} ";

    private static string Suffix(string? text) => text is null ? "" : $" {text}";

    internal static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}
