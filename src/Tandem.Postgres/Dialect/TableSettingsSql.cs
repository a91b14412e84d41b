using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>What is set on a table as a whole, when a side becomes the base.</summary>
internal static class TableSettingsSql
{
    public static IEnumerable<string> Of(TableChange change, Layout after, Side to)
    {
        if (change.Before is not { } before || change.After is null)
        {
            yield break;
        }

        var table = change.Of(to)!;
        if (before.Comment != change.After.Comment)
        {
            yield return $"COMMENT ON TABLE {after.Target} IS {Sql.TextOrNull(table.Comment)}";
        }

        foreach (var statement in StorageSql.Of(change.Of(to.Other())!.Options, table.Options, $"ALTER TABLE {after.Target} "))
        {
            yield return statement;
        }

        foreach (var statement in change.Carried.SelectMany(c => StorageSql.OfColumn(c.Of(to.Other())!, c.Of(to)!, after.Target))
            .Concat(to == Side.New ? change.PlainAdded.SelectMany(c => StorageSql.OfColumn(c with { Settings = [] }, c, after.Target)) : []))
        {
            yield return statement;
        }

        if (before.ReplicaIdentity != change.After.ReplicaIdentity)
        {
            yield return $"ALTER TABLE {after.Target} REPLICA IDENTITY {table.ReplicaIdentity ?? "DEFAULT"}";
        }

        if (before.RowSecurity != change.After.RowSecurity)
        {
            yield return $"ALTER TABLE {after.Target} {(table.RowSecurity ? "ENABLE" : "DISABLE")} ROW LEVEL SECURITY";
        }

        if (before.RowSecurityForced != change.After.RowSecurityForced)
        {
            yield return $"ALTER TABLE {after.Target} {(table.RowSecurityForced ? "" : "NO ")}FORCE ROW LEVEL SECURITY";
        }
    }

    /// <summary>The settings of a table that the migration makes: in force as soon as it is there. Its index has the name that is given.</summary>
    public static IEnumerable<string> OfNew(Table table, string target, Func<string, string> rename)
    {
        foreach (var statement in StorageSql.Of(null, table.Options, $"ALTER TABLE {target} ").Concat(table.Columns.SelectMany(c => StorageSql.OfColumn(c with { Settings = [] }, c, target))))
        {
            yield return statement;
        }

        if (table.RowSecurity)
        {
            yield return $"ALTER TABLE {target} ENABLE ROW LEVEL SECURITY";
        }

        if (table.RowSecurityForced)
        {
            yield return $"ALTER TABLE {target} FORCE ROW LEVEL SECURITY";
        }

        if (table.ReplicaIdentity is { } identity)
        {
            yield return $"ALTER TABLE {target} REPLICA IDENTITY {(table.ReplicaIndex is { } index ? $"USING INDEX {Sql.Id(rename(index))}" : identity)}";
        }
    }
}
