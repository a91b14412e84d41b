using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>How an application says which version it speaks.</summary>
internal static class ConnectLines
{
    public static ValueList<string> Of(string? version, string schema)
    {
        var path = PostgresSettings.SearchPath(schema);
        if (version is not null)
        {
            path = $"{Sql.Id(Names.VersionSchema(schema, version))}, {path}";
        }

        return
        [
            $"SET search_path = {path};",
            $"-- in a connection URL: options={Uri.EscapeDataString($"-c search_path={path.Replace(" ", "", StringComparison.Ordinal)}")}",
            $"-- for a role: ALTER ROLE … SET search_path = {path};",
        ];
    }
}
