using System.Collections.Frozen;

namespace Tandem.Policy;

/// <summary>What one engine has and the other lacks. Functions that SQLite has only since 3.44 count as lacking.</summary>
internal static class EngineVocabulary
{
    /// <summary>Functions of PostgreSQL that SQLite lacks.</summary>
    public static readonly FrozenSet<string> PostgresFunctions = Words(
        """
        age array_agg array_append array_length array_position array_remove array_to_string ascii bool_and bool_or btrim
        cardinality char_length character_length chr clock_timestamp concat concat_ws convert_from convert_to currval
        date_bin date_part date_trunc decode digest div encode every extract gen_random_uuid greatest initcap
        json_array_elements json_build_array json_build_object jsonb_agg jsonb_array_elements jsonb_array_length
        jsonb_build_array jsonb_build_object jsonb_path_query jsonb_set jsonb_strip_nulls least left lpad make_date
        make_interval make_time make_timestamp make_timestamptz md5 nextval now num_nonnulls num_nulls overlay parse_ident
        pg_sleep position quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match
        regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat reverse right
        row_to_json rpad setval sha224 sha256 sha384 sha512 split_part starts_with statement_timestamp string_agg
        string_to_array strpos to_ascii to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery
        to_tsvector transaction_timestamp translate unaccent unnest uuid_generate_v4 width_bucket xmlelement
        """);

    /// <summary>Functions of SQLite that PostgreSQL lacks.</summary>
    public static readonly FrozenSet<string> SqliteFunctions = Words(
        """
        changes char datetime glob group_concat hex ifnull iif instr json_each json_extract json_group_array
        json_group_object json_insert json_patch json_quote json_remove json_replace json_set json_tree json_type
        json_valid julianday last_insert_rowid likelihood likely printf quote randomblob soundex sqlite_version strftime
        timediff total total_changes typeof unhex unicode unixepoch unlikely zeroblob
        """);

    /// <summary>Words between two values that only PostgreSQL knows, with what they begin.</summary>
    public static readonly FrozenDictionary<string, string> PostgresWords = new Dictionary<string, string>
    {
        ["ilike"] = "ilike", ["similar"] = "similar to", ["at"] = "at time zone", ["overlaps"] = "overlaps",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Words between two values that only SQLite knows.</summary>
    public static readonly FrozenSet<string> SqliteWords = Words("glob regexp match");

    /// <summary>Types that PostgreSQL writes before a string.</summary>
    public static readonly FrozenSet<string> PostgresTypedLiterals = Words("interval date time timestamp timestamptz timetz");

    /// <summary>Operators that SQLite lacks.</summary>
    public static readonly FrozenSet<string> PostgresOperators = FrozenSet.Create(
        StringComparer.Ordinal,
        "::", "~", "~*", "!~", "!~*", "^", "@>", "<@", "&&", "?|", "?&", "?", "#>", "#>>", "#-", "@?", "@@", "^@", "|/", "||/", "~~", "~~*", "!~~", "!~~*", "!!");

    /// <summary>Words after which a value begins.</summary>
    public static readonly FrozenSet<string> WordsBeforeValue = Words(
        "all and any as between by case distinct else escape exists from having in is like not or select some then when where");

    private static FrozenSet<string> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
