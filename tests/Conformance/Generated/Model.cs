using System.Globalization;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>What the values of a generated column look like.</summary>
internal enum ValueKind
{
    /// <summary>A number of an integer type.</summary>
    Number,

    /// <summary>The digits of a number, as text.</summary>
    Digits,

    /// <summary>One or two words, as text.</summary>
    Words,

    /// <summary>A short text without blanks and commas.</summary>
    Tag,

    /// <summary>Two short texts around a comma.</summary>
    Pair,
}

/// <summary>A column of one version.</summary>
/// <param name="Name">Its name in this version.</param>
/// <param name="Kind">What its values look like.</param>
internal sealed record ModelColumn(string Name, ValueKind Kind)
{
    /// <summary>Whether the database lets it be NULL.</summary>
    public bool Nullable { get; init; }

    /// <summary>Whether a writer ever writes NULL.</summary>
    public bool WritesNull { get; init; }

    /// <summary>The default's value, or null.</summary>
    public string? Default { get; init; }

    /// <summary>Whether it is a part of the key.</summary>
    public bool Key { get; init; }

    /// <summary>Whether it decides, now or some day, in which partition a row lies, and so is a part of the primary key.</summary>
    public bool Placing { get; init; }

    /// <summary>Whether its values must differ from row to row.</summary>
    public bool Unique { get; init; }

    /// <summary>Whether an expression, a check or a foreign key holds on to it, so that no lens can replace it.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether a trigger names it, so that it keeps its name and its place.</summary>
    public bool Named { get; init; }

    /// <summary>Whether row security goes by it.</summary>
    public bool Guards { get; init; }

    /// <summary>The number of the table whose keys its values are, or null.</summary>
    public int? Parent { get; init; }

    /// <summary>A pair: whether its two halves may be empty.</summary>
    public (bool Left, bool Right) Halves { get; init; }

    /// <summary>The number under which its values are remembered, when older versions have no place for them; else null.</summary>
    public int? Memory { get; init; }

    /// <summary>The column whose value it follows, or null.</summary>
    public string? Follows { get; init; }

    /// <summary>Whether it has the very value of the column that it follows.</summary>
    public bool Copies { get; init; }

    /// <summary>Whether a number is of the greater integer type.</summary>
    public bool Big { get; init; }

    /// <summary>Whether it is a drawn key of the type uuid.</summary>
    public bool Uuid { get; init; }

    /// <summary>The enumerated type whose values it has, or null.</summary>
    public ModelEnum? Enum { get; init; }

    /// <summary>Its type as SQL.</summary>
    public string Type => Domain is not null ? Text.Name(Domain) : Enum is not null ? Text.Name(Enum.Name) : Uuid ? "uuid" : Kind != ValueKind.Number ? "text" : Big ? "bigint" : "integer";

    /// <summary>The column's name as SQL.</summary>
    public string Sql => Text.Name(Name);

    /// <summary>A domain over its type, or null.</summary>
    public string? Domain { get; init; }

    /// <summary>Whether the database draws its values, or those that it refers to: the model knows them by the row's mark.</summary>
    public bool Symbol { get; init; }

    /// <summary>How the database draws it for every row, as SQL behind its name; else null.</summary>
    public string? Draws { get; init; }

    /// <summary>Whether the database draws it for every row.</summary>
    public bool Drawn => Draws is not null;

    /// <summary>The table, and its column that refers to this one, whose rows have this value in the words of an older version; or null.</summary>
    public (int Table, string Column)? Link { get; init; }

    /// <summary>A value of this column as SQL.</summary>
    public string Literal(string? value) => value is null ? "null" : Kind == ValueKind.Number ? value : Text.Literal(value);
}

/// <summary>A foreign key or what will become one.</summary>
internal sealed record ModelReference(string Column, int Parent, ReferentialAction OnDelete, string? Name);

/// <summary>An index or a unique constraint on columns.</summary>
internal sealed record ModelIndex(string Name, ValueList<string> Columns, bool Unique, bool Constraint, string? Expression = null);

/// <summary>An enumerated type as one version knows it.</summary>
internal sealed record ModelEnum(string Name, ValueList<string> Values);

/// <summary>A view of one table: its columns by their names in the view and in the table.</summary>
internal sealed record ModelView(string Name, ValueList<(string Name, string Column)> Columns)
{
    /// <summary>Its query.</summary>
    public string Query(string table) =>
        $"select {string.Join(", ", Columns.Select(c => $"{Text.Name(c.Column)} as {Text.Name(c.Name)}"))} from {Text.Name(table)}";
}

/// <summary>A second table, in which some columns of a table's rows stand.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">What the key's columns are called there, in order.</param>
/// <param name="Columns">The columns.</param>
internal sealed record ModelPart(string Name, ValueList<string> Key, ValueList<string> Columns);

/// <summary>A row that a migration changes, in the words of the version before it; no other writer touches it.</summary>
internal sealed record ModelRowChange(int Table, string Key, Row? Before, Row? After);

/// <summary>What became of a row, in the words of the first version that has its table.</summary>
internal sealed record ModelWrite(int Table, Row? Before, Row? After);

/// <summary>A table of one version.</summary>
/// <param name="Id">The same in every version.</param>
/// <param name="Name">Its name in this version.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record ModelTable(int Id, string Name, ValueList<ModelColumn> Columns)
{
    /// <summary>How its rows are told apart: by a primary key, by one that the database draws, by a unique constraint, or not at all.</summary>
    public string KeyKind { get; init; } = "primary key";

    /// <summary>How its rows are divided, or null.</summary>
    public ModelPartitions? Partitions { get; init; }

    /// <summary>Its indexes and unique constraints besides the key's.</summary>
    public ValueList<ModelIndex> Indexes { get; init; } = [];

    /// <summary>Its checks by name, and the columns they hold on to.</summary>
    public ValueList<(string Name, string Column)> Checks { get; init; } = [];

    /// <summary>Its foreign keys.</summary>
    public ValueList<ModelReference> References { get; init; } = [];

    /// <summary>Its views.</summary>
    public ValueList<ModelView> Views { get; init; } = [];

    /// <summary>Its triggers that write nothing.</summary>
    public ValueList<string> Triggers { get; init; } = [];

    /// <summary>Its triggers that change what is written, or null.</summary>
    public ModelNormal? Normal { get; init; }

    /// <summary>Its triggers that refuse what is written, or null.</summary>
    public ModelStop? Stop { get; init; }

    /// <summary>Its triggers that write down what happens, or null.</summary>
    public ModelLog? Log { get; init; }

    /// <summary>Its row security, or null where it never had any.</summary>
    public ModelSecurity? Security { get; init; }

    /// <summary>The column by which row security goes.</summary>
    public ModelColumn? Guard => Columns.FirstOrDefault(c => c.Guards);

    /// <summary>Whether it has triggers.</summary>
    public bool HasTriggers => Triggers.Count > 0 || Normal is not null || Stop is not null || Log is not null;

    /// <summary>The second table with some of its columns, or null.</summary>
    public ModelPart? Part { get; init; }

    /// <summary>Whether no later migration may change it.</summary>
    public bool Closed { get; init; }

    /// <summary>Whether a migration has changed it.</summary>
    public bool Changed { get; init; }

    /// <summary>Whether rows of it are never deleted, because other rows mean them.</summary>
    public bool NoDelete { get; init; }

    /// <summary>Its columns of the key.</summary>
    public IEnumerable<ModelColumn> Key => Columns.Where(c => c.Key);

    /// <summary>Its columns of the key, and those that only the database counts among them.</summary>
    public IEnumerable<ModelColumn> WholeKey => Columns.Where(c => c.Key || c.Placing);

    /// <summary>The column that others refer to, or null where there are several.</summary>
    public ModelColumn? Target => Columns.FirstOrDefault(c => c.Drawn) ?? (WholeKey.Count() == 1 ? WholeKey.Single() : null);

    /// <summary>Its columns that stand in it, and not in the second table.</summary>
    public IEnumerable<ModelColumn> Here => Columns.Where(c => Part?.Columns.Contains(c.Name) != true);

    /// <summary>Its columns there whose values the model knows.</summary>
    public IEnumerable<ModelColumn> Known => Here.Where(c => !c.Drawn);

    /// <summary>Its columns that stand in the second table.</summary>
    public IEnumerable<ModelColumn> Apart => Columns.Where(c => Part?.Columns.Contains(c.Name) == true);

    /// <summary>The second table as one that can be named.</summary>
    public ModelTable? AsPart => Part is null ? null : new ModelTable(-Id, Part.Name, []);

    /// <summary>The column of this name.</summary>
    public ModelColumn Column(string name) => Columns.Single(c => c.Name == name);

    /// <summary>The table with a column put in the place of another, or taken out.</summary>
    public ModelTable With(string name, params ModelColumn[] columns) => this with
    {
        Columns = Columns.SelectMany(c => c.Name == name ? columns : [c]).ToValueList(),
    };

    /// <summary>The columns of a rule by which a column's values differ from row to row.</summary>
    public ValueList<string> UniqueBy(string column) => [column, .. Columns.Where(c => c.Placing && c.Name != column).Select(c => c.Name)];

    /// <summary>Whether a view shows the column.</summary>
    public bool IsViewed(string column) => Views.Any(v => v.Columns.Any(c => c.Column == column));

    /// <summary>The row with what follows other columns.</summary>
    public Row Followed(Row row) => row.With(Columns.Where(c => c.Follows is not null)
        .Select(c => new KeyValuePair<string, string?>(c.Name, RandomOperations.Follow(c, row[c.Follows!]))));

    /// <summary>What distinguishes a row, whatever the version.</summary>
    public string KeyOf(Row row) => string.Join('/', Key.Select(c => row[c.Name]));
}

/// <summary>A row in the words of one version.</summary>
internal sealed class Row(IEnumerable<KeyValuePair<string, string?>> values) : Dictionary<string, string?>(values, StringComparer.Ordinal)
{
    /// <summary>The row with other values in some columns.</summary>
    public Row With(params IEnumerable<KeyValuePair<string, string?>> values)
    {
        var row = new Row(this);
        foreach (var (name, value) in values)
        {
            row[name] = value;
        }

        return row;
    }

    /// <summary>The row without some columns.</summary>
    public Row Without(params string[] names) => new(this.Where(v => !names.Contains(v.Key)));

    /// <summary>The row as a test reads it.</summary>
    public string Line(IEnumerable<string> columns) => string.Join('|', columns.Select(c => this[c] ?? "NULL"));
}

/// <summary>SQL text of names and values.</summary>
internal static class Text
{
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
