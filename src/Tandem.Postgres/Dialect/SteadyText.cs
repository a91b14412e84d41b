using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// A value as a text that is kept, and read by a session that may have other settings than the one that wrote it: 01/02/2026 is a day of January to one
/// and of February to another, and a moment is another text in each time zone.
/// </summary>
internal static class SteadyText
{
    /// <summary>The function for types whose texts hang on settings, or may.</summary>
    public const string Definition =
        """
        CREATE OR REPLACE FUNCTION tandem.as_text(value anyelement) RETURNS text
        LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog SET DateStyle = 'ISO, MDY' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' AS $tandem$
        BEGIN
          RETURN value::text;
        END
        $tandem$
        """;

    private static readonly HashSet<string> Steady = new(StringComparer.Ordinal) { "uuid", "bytea", "json", "jsonb", "real", "double precision" };

    /// <summary>The text of a column's value.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value as SQL, of the column's type.</param>
    public static string Of(Column column, string value) => IsSteady(column) ? $"{value}::text" : $"tandem.as_text({value})";

    /// <summary>A column's value as a reader gets it, which has the text of each type.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value as SQL, of the column's type.</param>
    public static string Read(Column column, string value) => IsSteady(column) ? value : Of(column, value);

    // The engine's own sessions fix what the others hang on.
    private static bool IsSteady(Column column) => FunctionSettings.IsOrdinaryType(column.Type) || Steady.Contains(TypeNames.Canonical(column.Type));
}
