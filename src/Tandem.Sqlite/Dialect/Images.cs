namespace Tandem.Sqlite.Dialect;

/// <summary>A column's affinity: what SQLite makes of a value that is stored in it.</summary>
internal enum Affinity
{
    /// <summary>Numbers become text.</summary>
    Text,

    /// <summary>Text that is a number becomes one.</summary>
    Numeric,

    /// <summary>As <see cref="Numeric"/>, and whole numbers become floating.</summary>
    Real,

    /// <summary>Values stay as they are.</summary>
    None,
}

/// <summary>What SQL says about values: how a column stores them, and when two are the same image.</summary>
internal static class Images
{
    /// <summary>The affinity of a declared type, by SQLite's rules.</summary>
    public static Affinity AffinityOf(string type)
    {
        bool Has(string part) => type.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Has("INT") ? Affinity.Numeric
            : Has("CHAR") || Has("CLOB") || Has("TEXT") ? Affinity.Text
            : Has("BLOB") || type.Length == 0 || type.Equals("ANY", StringComparison.OrdinalIgnoreCase) ? Affinity.None
            : Has("REAL") || Has("FLOA") || Has("DOUB") ? Affinity.Real
            : Affinity.Numeric;
    }

    /// <summary>Whether two values are the same, to the byte and the type.</summary>
    public static string Same(string one, string other) =>
        $"({one} IS {other} COLLATE BINARY AND typeof({one}) = typeof({other}))";

    /// <summary>
    /// Whether two columns of these types hold the same, to the byte and the type. A column of text holds no numbers and one of floating
    /// numbers no whole ones, so that equal values are of one type in them; to ask for it takes longer than to compare.
    /// </summary>
    public static string Same(string one, string other, string type, string otherType) =>
        AffinityOf(type) is Affinity.Text or Affinity.Real && AffinityOf(type) == AffinityOf(otherType)
            ? $"({one} IS {other} COLLATE BINARY)"
            : Same(one, other);

    /// <summary>
    /// Whether a stored value is what storing an expression's value would give. The column's affinity is applied by
    /// the comparison itself, so the expression must have none (<see cref="Value"/> sees to it).
    /// </summary>
    public static string SameAsStoring(string stored, string value, string type) =>
        AffinityOf(type) == Affinity.None ? Same(stored, value) : $"({stored} IS {value} COLLATE BINARY)";

    /// <summary>An expression's value without the affinity of a column that it may consist of.</summary>
    public static string Value(string expression, string type) =>
        AffinityOf(type) == Affinity.Real
            ? $"CASE typeof({expression}\n) WHEN 'integer' THEN CAST(({expression}\n) AS REAL) ELSE +({expression}\n) END"
            : $"+({expression}\n)";
}
