namespace Tandem.Problems;

/// <summary>Problems of keys (TDM206x).</summary>
public static partial class ProblemCodes
{
    /// <summary>Columns that refer to a key change with it.</summary>
    public static readonly ProblemCode ForeignKeysFollow = new("TDM2060", "Columns that refer to a key change with it", Severity.Note,
        "Nothing: their foreign keys are made again, and both versions see each of them in its own type.");

    /// <summary>The new key can hold more than the old.</summary>
    public static readonly ProblemCode KeyOutgrows = new("TDM2061", "The new key may outgrow the old", Severity.Warning,
        "While both versions are served such keys are refused. Complete only when the old version is not needed for them: a rollback then says how many rows stand in its way.");

    /// <summary>A key column refers to another table.</summary>
    public static readonly ProblemCode KeyRefersElsewhere = new("TDM2062", "The key column refers to another table", Severity.Error,
        "Change the type of the column that it refers to; this one then goes along. Or drop the foreign key first.");

    /// <summary>A sequence gives whole numbers only.</summary>
    public static readonly ProblemCode SequenceNeedsInteger = new("TDM2063", "The key's values come from a sequence", Severity.Error,
        "Choose smallint, integer or bigint. For keys of another kind add a column with a default of its own, let applications use it, and make it the key in a later migration.");

    /// <summary>What refers to a key may be there before the key.</summary>
    public static readonly ProblemCode KeyNotFound = new("TDM2069", "The key could not be looked up for each row", Severity.Error,
        "Make the foreign key NOT DEFERRABLE and valid first; let the owner pass by row security (NO FORCE) until sunset; change one key in each migration.");

    /// <summary>A key that each version draws for itself is fixed for one of them.</summary>
    public static readonly ProblemCode DrawnKeyIsFixed = new("TDM2150", "The key does not change through both versions", Severity.Note,
        "Nothing, where keys stay as they are drawn. An UPDATE of the key through the other version is refused with an error that says so.");

    /// <summary>An expression of a key reads more than the key.</summary>
    public static readonly ProblemCode KeyExpression = new("TDM2064", "The key's expression cannot be used for the columns that refer to it", Severity.Error,
        "Write `up` and `down` over the key column alone, by its plain name and without a subquery: rows that refer to it have nothing else.");

    /// <summary>Rows hold keys that the old version cannot hold.</summary>
    public static readonly ProblemCode RowsOutgrown = new("TDM2065", "Rows hold what the old version cannot", Severity.Error,
        "Give those rows values that fit the old version, or delete them, then roll back again.");

    /// <summary>A table has a primary key.</summary>
    public static readonly ProblemCode HasPrimaryKey = new("TDM2066", "The table has a primary key", Severity.Error,
        "Drop it in an operation before this one, or leave this one out.");

    /// <summary>A table has no primary key.</summary>
    public static readonly ProblemCode NoPrimaryKey = new("TDM2067", "The table has no primary key", Severity.Error,
        "Leave the operation out, or name the column with `change_type`.");

    /// <summary>Rows of a published table could not be told apart.</summary>
    public static readonly ProblemCode PublishedWithoutKey = new("TDM2068", "A published table needs its key", Severity.Error,
        "Take the table out of the publication, or set its replica identity, before the key goes: without it the server refuses updates and deletes.");

    /// <summary>What a foreign key refers to is not unique.</summary>
    public static readonly ProblemCode NoKeyReferredTo = new("TDM2152", "A foreign key refers to what is no key", Severity.Error,
        "Name the columns of the other table's key, or make these unique first, in this migration or before it (`add_unique`, `add_primary_key`).");
}
