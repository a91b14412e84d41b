using System.Text.Json.Nodes;

namespace Tandem.Migrations.Imports;

/// <summary>One operation of pgroll's, as operations of ours. The second value tells SQL from all else.</summary>
internal sealed class PgrollOperation(PgrollModel model, string keyword, PgrollMap map)
{
    /// <summary>The operations that do the same; none, with a report, where there are none.</summary>
    public IEnumerable<(bool Raw, JsonObject Operation)> Translate()
    {
        var operations = (keyword switch
        {
            "create_table" => new PgrollTable(model, map).Create(),
            "drop_table" => DropTable(),
            "rename_table" => RenameTable(),
            "add_column" => new PgrollColumns(model, map).Add(),
            "alter_column" => new PgrollColumns(model, map).Alter(),
            "drop_column" => new PgrollColumns(model, map).Drop(),
            "rename_column" => new PgrollColumns(model, map).Rename(map.Required("table"), map.Required("from"), map.Required("to")),
            "create_index" => new PgrollIndex(model, map).Create(),
            "drop_index" => new PgrollIndex(model, map).Drop(),
            "create_constraint" => new PgrollConstraint(model, map).Create(),
            "drop_constraint" or "drop_multicolumn_constraint" or "drop_multi_column_constraint" => new PgrollConstraint(model, map).Drop(),
            "rename_constraint" => new PgrollConstraint(model, map).Rename(),
            "set_replica_identity" => ReplicaIdentity(),
            "sql" => Sql(),
            _ => Unknown(),
        }).ToList();
        map.End();
        return operations;
    }

    /// <summary>An operation of ours.</summary>
    public static (bool Raw, JsonObject Operation) Typed(string keyword, JsonObject keys) => (false, new JsonObject { [keyword] = keys });

    /// <summary>SQL, with its way back.</summary>
    public static (bool Raw, JsonObject Operation) Raw(string up, string? down)
    {
        var keys = new JsonObject { ["up"] = up };
        if (down is not null)
        {
            keys["down"] = down;
        }

        return (true, new JsonObject { ["sql"] = keys });
    }

    private IEnumerable<(bool, JsonObject)> Unknown()
    {
        map.Lacks($"The operation {keyword} is not known.");
        _ = map.Rest();
        return [];
    }

    private IEnumerable<(bool, JsonObject)> DropTable()
    {
        var table = map.Required("name");
        model.DropTable(table);
        yield return Typed("drop_table", new JsonObject { ["table"] = table });
    }

    private IEnumerable<(bool, JsonObject)> RenameTable()
    {
        var (from, to) = (map.Required("from"), map.Required("to"));
        model.RenameTable(from, to);
        yield return Typed("rename_table", new JsonObject { ["from"] = from, ["to"] = to });
    }

    private IEnumerable<(bool, JsonObject)> Sql()
    {
        if (map.Flag("onComplete") == true)
        {
            map.Differs("SQL of onComplete is carried out at the start of a migration of its own, when the one before is completed.");
        }

        yield return Raw(map.Required("up"), map.Text("down"));
    }

    private IEnumerable<(bool, JsonObject)> ReplicaIdentity()
    {
        var table = map.Required("table");
        if (map.Map("identity") is not { } identity)
        {
            map.Lacks("A replica identity without `identity`.");
            yield break;
        }

        var keys = new JsonObject { ["table"] = table, ["identity"] = identity.Required("type").ToLowerInvariant() };
        if (identity.Text("index") is { } index)
        {
            keys["index"] = index;
        }

        identity.End();
        yield return Typed("set_replica_identity", keys);
    }
}
