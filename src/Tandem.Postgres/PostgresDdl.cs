using System.Globalization;
using System.Text;
using Tandem.Schema;
using static Tandem.Postgres.PostgresText;

namespace Tandem.Postgres;

/// <summary>
/// Writes a schema as the statements that make it: types, sequences, tables, constraints, indexes, views and comments.
/// Functions, triggers and what else is unmanaged are not in it; expressions need the schema on the search path.
/// </summary>
public static class PostgresDdl
{
    /// <summary>The statements in an order in which they can be carried out.</summary>
    public static IReadOnlyList<string> Statements(DatabaseSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var name = schema.Name;
        return
        [
            .. schema.Enums.Select(e => CreateEnum(name, e)),
            .. schema.Sequences.Select(s => CreateSequence(name, s)),
            .. schema.Tables.SelectMany(t => t.Columns.Where(IsSerial).Select(c => CreateSequence(name, SequenceOf(t, c)))),
            .. schema.Tables.Select(t => CreateTable(name, t)),
            .. schema.Tables.SelectMany(t => t.Columns.Where(IsSerial).Select(
                c => $"ALTER SEQUENCE {Name(name, SequenceOf(t, c).Name)} OWNED BY {Name(name, t.Name)}.{Quote(c.Name)}")),
            .. schema.Tables.SelectMany(t => t.Indexes.Select(i => CreateIndex(name, t.Name, i))),
            .. schema.Tables.SelectMany(t => t.Checks.Where(c => !c.Validated).Select(
                c => $"ALTER TABLE {Name(name, t.Name)} ADD {CheckClause(c)} NOT VALID")),
            .. schema.Tables.SelectMany(t => t.ForeignKeys.Select(
                f => $"ALTER TABLE {Name(name, t.Name)} ADD {ForeignKeyClause(name, f)}")),
            .. InOrder(schema.Views).Select(v => CreateView(name, v)),
            .. Comments(schema),
        ];
    }

    /// <summary>A qualified name.</summary>
    internal static string Name(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    internal static string CreateIndex(string schema, string table, Schema.Index index)
    {
        var text = new StringBuilder("CREATE ").Append(index.Unique ? "UNIQUE " : "").Append("INDEX ").Append(Quote(index.Name))
            .Append(" ON ").Append(Name(schema, table));
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

    internal static string CheckClause(CheckConstraint check) => $"{Named(check.Name)}CHECK ({check.Expression})";

    internal static string UniqueClause(UniqueConstraint unique)
    {
        var nulls = unique.NullsNotDistinct ? " NULLS NOT DISTINCT" : "";
        return $"{Named(unique.Name)}UNIQUE{nulls} ({List(unique.Columns)}){Suffix(unique.Deferrable)}";
    }

    internal static string ForeignKeyClause(string schema, ForeignKey key)
    {
        var table = key.ReferencedSchema is { } other
            ? Name(other, key.ReferencedTable[(other.Length + 1)..])
            : Name(schema, key.ReferencedTable);
        var referenced = key.ReferencedColumns.Count == 0 ? "" : $" ({List(key.ReferencedColumns)})";
        return $"{Named(key.Name)}FOREIGN KEY ({List(key.Columns)}) REFERENCES {table}{referenced}"
            + Action("DELETE", key.OnDelete) + Action("UPDATE", key.OnUpdate)
            + Suffix(key.Deferrable) + (key.Validated ? "" : " NOT VALID");
    }

    private static string CreateEnum(string schema, EnumType type) =>
        $"CREATE TYPE {Name(schema, type.Name)} AS ENUM ({string.Join(", ", type.Values.Select(Literal))})";

    private static string CreateSequence(string schema, Sequence sequence) =>
        $"CREATE SEQUENCE {Name(schema, sequence.Name)} AS {sequence.Type}{SequenceOptions(sequence)}";

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

    private static bool IsSerial(Column column) => column.Identity == IdentityKind.Serial;

    private static Sequence SequenceOf(Table table, Column column) =>
        column.Sequence ?? new Sequence($"{table.Name}_{column.Name}_seq", column.Type, 1, 1);

    private static string CreateTable(string schema, Table table)
    {
        var lines = table.Columns.Select(c => ColumnClause(schema, table, c)).ToList();
        if (table.PrimaryKey is { } key)
        {
            lines.Add($"{Named(key.Name)}PRIMARY KEY ({List(key.Columns)})");
        }

        lines.AddRange(table.Uniques.Select(UniqueClause));
        lines.AddRange(table.Checks.Where(c => c.Validated).Select(CheckClause));
        return $"CREATE TABLE {Name(schema, table.Name)} (\n    {string.Join(",\n    ", lines)}\n)";
    }

    private static string ColumnClause(string schema, Table table, Column column)
    {
        var text = new StringBuilder(Quote(column.Name)).Append(' ').Append(column.Type);
        text.Append(column.Collation is { } collation ? $" COLLATE {collation}" : "");
        if (column.Generated is { } generated)
        {
            text.Append(" GENERATED ALWAYS AS (").Append(generated).Append(column.GeneratedStored ? ") STORED" : ") VIRTUAL");
        }
        else if (column.Default is { } expression)
        {
            text.Append(" DEFAULT ").Append(expression);
        }
        else if (IsSerial(column))
        {
            text.Append(" DEFAULT nextval(").Append(Literal(Name(schema, SequenceOf(table, column).Name))).Append("::regclass)");
        }

        if (column.Identity is IdentityKind.Always or IdentityKind.ByDefault)
        {
            text.Append(column.Identity == IdentityKind.Always ? " GENERATED ALWAYS" : " GENERATED BY DEFAULT").Append(" AS IDENTITY");
            text.Append(column.Sequence is { } s ? $" (SEQUENCE NAME {Name(schema, s.Name)}{SequenceOptions(s)})" : "");
        }

        return text.Append(column.Nullable ? "" : " NOT NULL").ToString();
    }

    private static string CreateView(string schema, View view)
    {
        var options = view.Options is { } o ? $" WITH ({o})" : "";
        return $"CREATE {(view.Materialized ? "MATERIALIZED " : "")}VIEW {Name(schema, view.Name)}{options} AS\n{view.Definition}";
    }

    /// <summary>Views after those that they name. The names in a text are more than the views it reads, but never fewer.</summary>
    internal static List<View> InOrder(ValueList<View> views)
    {
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
                foreach (var name in PostgresSource.Read(view.Definition).Names.Order(StringComparer.Ordinal))
                {
                    if (byName.TryGetValue(name, out var other))
                    {
                        Visit(other);
                    }
                }

                ordered.Add(view);
            }
        }
    }

    private static IEnumerable<string> Comments(DatabaseSchema schema)
    {
        var all = schema.Enums.Select(e => ("TYPE", Name(schema.Name, e.Name), e.Comment))
            .Concat(schema.Tables.Select(t => ("TABLE", Name(schema.Name, t.Name), t.Comment)))
            .Concat(schema.Tables.SelectMany(t => t.Columns.Select(
                c => ("COLUMN", $"{Name(schema.Name, t.Name)}.{Quote(c.Name)}", c.Comment))))
            .Concat(schema.Views.Select(v => (v.Materialized ? "MATERIALIZED VIEW" : "VIEW", Name(schema.Name, v.Name), v.Comment)));
        return all.Where(c => c.Comment is not null).Select(c => $"COMMENT ON {c.Item1} {c.Item2} IS {Literal(c.Comment!)}");
    }

    private static string Action(string on, ReferentialAction action) => action switch
    {
        ReferentialAction.Restrict => $" ON {on} RESTRICT",
        ReferentialAction.Cascade => $" ON {on} CASCADE",
        ReferentialAction.SetNull => $" ON {on} SET NULL",
        ReferentialAction.SetDefault => $" ON {on} SET DEFAULT",
        _ => "",
    };

    private static string Named(string? name) => name is null ? "" : $"CONSTRAINT {Quote(name)} ";

    private static string Suffix(string? text) => text is null ? "" : $" {text}";

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}
