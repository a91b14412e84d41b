using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>
/// Queries by which the server compiles the conditions of policies and what statistics are over when a plan is made, and not first at the switch: over a
/// row of the new version that is not there. What names something that the migration itself makes cannot be tried.
/// </summary>
internal static class ConditionProbes
{
    public static IEnumerable<DataCheck> Of(MigrationDraft draft, DatabaseSchema schema)
    {
        var made = draft.Changes.Where(c => c.Before?.Name != c.After?.Name).Select(c => c.After?.Name).OfType<string>()
            .Concat(draft.Objects.Where(o => o.After is not (null or RowPolicy or Statistics or RoleRights)).Select(o => o.Name)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var (item, on, conditions) in draft.Objects.Select(o => o.After).OfType<SchemaObject>().Select(Conditions))
        {
            var table = draft.Changes.FirstOrDefault(c => c.After?.Name == on)?.After ?? schema.Table(on);
            if (table is null || table.Columns.Any(c => made.Any(m => SqlLexer.Names(c.Type, m))))
            {
                continue;
            }

            var row = string.Join(", ", table.Columns.Select(c => $"NULL::{TypeNames.WithoutSequence(c.Type)} AS {SqlName.Quote(c.Name)}"));
            foreach (var condition in conditions.OfType<string>().Where(t => !made.Any(m => m != on && SqlLexer.Names(t, m))))
            {
                // Of the server's own columns a policy can ask from which table a row is.
                var own = item is RowPolicy && SqlLexer.Names(condition, "tableoid") ? $"{(row.Length == 0 ? "" : ", ")}NULL::oid AS tableoid" : "";
                yield return new DataCheck(item.Reference.ToString(), $"SELECT count(*) FROM (SELECT {row}{own}) AS {SqlName.Quote(on)} WHERE (\n{condition}\n)", "0");
            }
        }
    }

    private static (SchemaObject Item, string Table, string?[] Conditions) Conditions(SchemaObject item) => item switch
    {
        RowPolicy policy => (item, policy.Table, [policy.Using, policy.Check]),
        Statistics statistics => (item, statistics.Table, [$"ROW({statistics.Over}) IS NULL"]),
        _ => (item, "", []),
    };
}
