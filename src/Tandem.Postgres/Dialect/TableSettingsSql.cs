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
    }
}
