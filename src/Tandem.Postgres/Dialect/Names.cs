using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>The names of everything the engine makes in a user's database. At most 63 bytes, as PostgreSQL would cut the rest in silence.</summary>
internal static class Names
{
    /// <summary>The schema of the engine's own functions and of the journal.</summary>
    public const string EngineSchema = "tandem";

    /// <summary>What every hidden column, table, index and constraint begins with.</summary>
    public const string Prefix = "_tandem_";

    /// <summary>The trigger before all of the users', for INSERT.</summary>
    public const string FirstInsertTrigger = "!tandem_sync_insert";

    /// <summary>The trigger before all of the users', for UPDATE.</summary>
    public const string FirstUpdateTrigger = "!tandem_sync_update";

    /// <summary>The trigger behind all of the users', for INSERT.</summary>
    public const string InsertTrigger = "~tandem_sync_insert";

    /// <summary>The trigger behind all of the users', for UPDATE.</summary>
    public const string UpdateTrigger = "~tandem_sync_update";

    private const int MaxBytes = 63;
    private const int HashDigits = 8;

    /// <summary>The name of a thing that only the side that is not the base has.</summary>
    public static string Hidden(int ordinal, Side side, string name) =>
        Fit($"{Prefix}{Text(ordinal)}_{(side == Side.Old ? "old" : "new")}_{name}");

    /// <summary>A name that a thing has only within a transaction.</summary>
    public static string Passing(int ordinal, string name) => Fit($"{Prefix}{Text(ordinal)}_via_{name}");

    /// <summary>The column that says why a row is quarantined.</summary>
    public static string Marker(int ordinal) => $"{Prefix}{Text(ordinal)}_error";

    /// <summary>The index over the quarantined rows of a table.</summary>
    public static string MarkerIndex(int ordinal, string table) => Fit($"{Prefix}{Text(ordinal)}_error_{table}");

    /// <summary>The check by which a new column is required unless its row is quarantined.</summary>
    public static string Required(int ordinal, string column) => Fit($"{Prefix}{Text(ordinal)}_required_{column}");

    /// <summary>The check that proves that a column may become NOT NULL.</summary>
    public static string NotNull(int ordinal, Side side, string column) => Hidden(ordinal, side, $"notnull_{column}");

    /// <summary>The schema in which a version is served.</summary>
    public static string VersionSchema(string schema, string version) => Fit($"{schema}_{version}");

    /// <summary>The function that keeps a table's versions in agreement.</summary>
    public static string SyncFunction(string schema, string table) => Fit($"sync {schema}.{table}");

    /// <summary>The function that tells whether a row agrees with a change's lenses.</summary>
    public static string AgreeFunction(int ordinal, string schema, string table) => Fit($"agree {Text(ordinal)} {schema}.{table}");

    /// <summary>The sequence that says when the old side of a change was written to last; called after the table as it was before the change.</summary>
    public static string Seen(int ordinal, string schema, string table) => Fit($"seen {Text(ordinal)} {schema}.{table}");

    /// <summary>The trigger that notes writes of a change's old side; it stands before the sync.</summary>
    public static string SeenTrigger(int ordinal, string on) => $"!tandem_seen_{Text(ordinal)}_{on.ToLowerInvariant()}";

    /// <summary>The trigger that keeps the hidden one of two drawn keys as it is.</summary>
    public static string KeyTrigger(int ordinal) => $"!tandem_key_{Text(ordinal)}";

    /// <summary>The triggers that look a key up once more when the statement has written all of its rows.</summary>
    public static string LateTrigger(int ordinal, string on) => $"~tandem_late_{Text(ordinal)}_{on.ToLowerInvariant()}";

    /// <summary>The triggers that look up once more what refers to a key which went to another row.</summary>
    public static string MovedTrigger(int ordinal, string on) => $"!tandem_moved_{Text(ordinal)}_{on.ToLowerInvariant()}";

    /// <summary>The beginning of a name that ends in a number.</summary>
    public static string Stem(string name) => Fit(name + "_____")[..^4];

    /// <summary>A name as it is when it fits, else its beginning and a hash of all of it.</summary>
    public static string Fit(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes - HashDigits - 1)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return $"{kept}_{hash}";
    }

    /// <summary>A number in a name.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
