using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Small pieces of SQL text.</summary>
internal static class Sql
{
    /// <summary>Two images differ; also for types without equality, and more strictly than equality where there is one.</summary>
    public const string Differs = "OPERATOR(pg_catalog.*<>)";

    /// <summary>Two images are the same.</summary>
    public const string Same = "OPERATOR(pg_catalog.*=)";

    /// <summary>The server's own equality, whatever stands before it on a path.</summary>
    public const string Equal = "OPERATOR(pg_catalog.=)";

    /// <summary>
    /// Equality of two columns: the server's own where it knows the types, so that an operator that somebody made for one of them is not called with
    /// the rights of a function that asks. A type of an extension brings its own.
    /// </summary>
    public static string EqualityOf(params string[] types) => types.All(TypeNames.HasExactEquality) ? Equal : "=";

    /// <summary>A quoted identifier.</summary>
    public static string Id(string name) => PostgresText.Quote(name);

    /// <summary>A quoted identifier with its schema.</summary>
    public static string Id(string schema, string name) => PostgresText.Name(schema, name);

    /// <summary>A string literal.</summary>
    public static string Text(string value) => PostgresText.Literal(value);

    /// <summary>A string literal, or NULL.</summary>
    public static string TextOrNull(string? value) => value is null ? "NULL" : Text(value);

    /// <summary>The literal of a table's identity: <c>'"public"."customers"'::regclass</c>.</summary>
    public static string Class(string schema, string name) => $"{Text(Id(schema, name))}::pg_catalog.regclass";

    /// <summary>Quoted identifiers with commas between.</summary>
    public static string Ids(IEnumerable<string> names) => string.Join(", ", names.Select(Id));

    /// <summary>A text array of these values.</summary>
    public static string Array(IEnumerable<string> values) => $"ARRAY[{string.Join(", ", values.Select(Text))}]::text[]";

    /// <summary>An expression of a person's, closed off so that a comment at its end hides nothing.</summary>
    public static string Closed(string expression) => $"(\n{expression}\n)";

    /// <summary>Values as one record. Without the cast the parser would compare two rows value by value, with the values' own operators.</summary>
    public static string Image(IEnumerable<string> values) => $"ROW({string.Join(", ", values)})::pg_catalog.record";

    /// <summary>A dollar-quoted text.</summary>
    public static string Dollar(string body)
    {
        var tag = "$tandem$";
        for (var i = 1; body.Contains(tag, StringComparison.Ordinal); i++)
        {
            tag = $"$tandem{Names.Text(i)}$";
        }

        return $"{tag}\n{body}\n{tag}";
    }

    /// <summary>An anonymous block.</summary>
    public static string Do(string body) => $"DO {Dollar(body)}";

    /// <summary>The type of a column with its collation, as a definition writes it.</summary>
    public static string Type(Column column) =>
        column.Collation is { } collation ? $"{column.Type} COLLATE {collation}" : column.Type;

    /// <summary>The columns of a lens on one side.</summary>
    public static ValueList<string> Of(this Lens lens, Side side) => side == Side.Old ? lens.Old : lens.New;

    /// <summary>The expressions that give one side's columns of a lens.</summary>
    public static ValueList<LensExpression> Giving(this Lens lens, Side side) => side == Side.Old ? lens.Down : lens.Up;

    /// <summary>The expressions in the order of the columns they give.</summary>
    public static string Expression(this Lens lens, Side side, string column) =>
        lens.Giving(side).First(e => e.Column == column).Sql;
}
