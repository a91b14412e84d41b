namespace Tandem.Schema;

/// <summary>A platform that keeps its own tables in a database, recognised by them.</summary>
public static class Platform
{
    // All tables of one line together mean it; of other schemas with the schema's name.
    private static readonly (string Name, string[] Tables)[] Marks =
    [
        ("Directus", ["directus_collections", "directus_fields", "directus_users"]),
        ("NocoDB", ["nc_models_v2", "nc_columns_v2"]),
        ("Baserow", ["database_table", "database_field", "core_settings"]),
        ("PocketBase", ["_collections", "_superusers"]),
        ("PocketBase", ["_collections", "_admins"]),
        ("Strapi", ["strapi_core_store_settings"]),
        ("Strapi", ["core_store", "strapi_administrator"]),
        ("Hasura", ["hdb_catalog.hdb_metadata"]),
        ("Hasura", ["hdb_catalog.hdb_table"]),
        ("Supabase", ["auth.users", "storage.objects", "storage.buckets"]),
    ];

    /// <summary>What a database without any is called.</summary>
    public const string Plain = "plain";

    /// <summary>The platforms that a database belongs to, joined by commas, or <see cref="Plain"/>.</summary>
    /// <param name="tables">Its tables; those of other schemas with the schema's name and a point.</param>
    public static string Of(IEnumerable<string> tables)
    {
        var there = tables.ToHashSet(StringComparer.Ordinal);
        var found = Marks.Where(m => Array.TrueForAll(m.Tables, there.Contains)).Select(m => m.Name).Distinct().ToList();
        return found.Count == 0 ? Plain : string.Join(", ", found);
    }
}
