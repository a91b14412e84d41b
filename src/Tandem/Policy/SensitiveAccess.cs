using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Nobody comes to see a sensitive field without its being noticed.</summary>
internal static class SensitiveAccess
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        var fields = subject.Context.Sensitive;
        return fields.None ? [] : Typed(subject, fields).Concat(
            from found in subject.Acts<WidensAccess>(onPostgres: false)
            where found.Act.Relations.Count == 0 || found.Act.Relations.Any(r => Concerned(fields, r, found.Act.Columns).Any())
            let named = string.Join(", ", found.Act.Relations.SelectMany(r => Concerned(fields, r, found.Act.Columns)).Distinct(StringComparer.Ordinal))
            select subject.Find(
                ProblemCodes.SensitiveWidens, found, named.Length == 0 ? $"{found.Act.What}; whether sensitive fields are among it is not known" : $"{found.Act.What} ({named})"));
    }

    private static IEnumerable<Problem> Typed(LintSubject subject, SensitiveFields fields) =>
        from part in subject.Parts
        where part.Value is Operation
        from said in part.Value switch
        {
            Grant { Kind: "table" or "view" or "materialized view" } grant when grant.Privileges.Any(Reads) =>
                Concerned(fields, grant.On, grant.Columns ?? []).Select(f => $"{string.Join(", ", grant.To)} may read {f}."),
            CreateView view => Shown(fields, view.Name, view.Query),
            ReplaceView view => Shown(fields, view.Name, view.Query),
            SetRowSecurity rows when rows.Enabled == false || rows.Forced == false => OnRows(fields, rows.Table, "fewer rows are hidden"),
            DropPolicy policy => OnRows(fields, policy.Table, $"the policy {policy.Name} goes"),
            AlterPolicy policy => OnRows(fields, policy.Table, $"the policy {policy.Name} changes"),
            CreatePolicy { Restrictive: false } policy => OnRows(fields, policy.Table, $"the policy {policy.Name} lets more rows be seen"),
            _ => [],
        }
        select subject.Find(ProblemCodes.SensitiveWidens, said, part);

    private static IEnumerable<string> Shown(SensitiveFields fields, string view, SqlText query) =>
        LintSubject.Texts(query).SelectMany(t => fields.In(t.Text)).Distinct(StringComparer.Ordinal).Select(f => $"Whoever may read {view} may see {f}.");

    private static IEnumerable<string> OnRows(SensitiveFields fields, string table, string what) =>
        fields.Of(table).Take(1).Select(m => $"Of {table}, which has {SensitiveFields.Shown(m)}, {what}.");

    private static IEnumerable<string> Concerned(SensitiveFields fields, string relation, Schema.ValueList<string> columns) =>
        from mark in fields.Of(relation)
        where columns.Count == 0 || mark.Column == "*" || columns.Contains(mark.Column)
        select mark.Table == "*" && columns.Count == 0 ? $"{relation}.{mark.Column}, if there is such a column" : $"{relation}.{mark.Column}";

    private static bool Reads(string privilege) => privilege.ToUpperInvariant() is "SELECT" or "ALL" or "ALL PRIVILEGES";
}
