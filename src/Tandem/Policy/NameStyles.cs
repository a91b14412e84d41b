using Tandem.Operations;
using Tandem.Policy.Scripts;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Names that come look as the policy asks.</summary>
internal static class NameStyles
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var (key, rule) in subject.Context.Policy.Names?.All ?? [])
        {
            if (NameRules.Pattern(rule) is { } pattern)
            {
                var found = key == "migrations"
                    ? pattern.IsMatch(subject.Migration.Id) ? [] : [subject.Find(ProblemCodes.NameOutOfStyle, Said(subject.Migration.Id, key, rule), "")]
                    : Typed(subject).Where(n => n.Kind == key && !pattern.IsMatch(n.Name)).Select(n => subject.Find(ProblemCodes.NameOutOfStyle, Said(n.Name, key, rule), n.Part))
                        .Concat(InScripts(subject).Where(n => n.Kind == key && !pattern.IsMatch(n.Name))
                            .Select(n => subject.Find(ProblemCodes.NameOutOfStyle, n.Found, $"gives the name {n.Name}; names of {key} are to be {rule}")));
                foreach (var problem in found)
                {
                    yield return problem;
                }
            }
        }
    }

    private static string Said(string name, string key, string rule) => $"{name} is given as a name; names of {key} are to be {rule}.";

    private static IEnumerable<(string Kind, string Name, Part Part)> Typed(LintSubject subject) =>
        from part in subject.Parts
        where part.Operation is not null
        let named = part.Value switch
        {
            CreateTable o => ("tables", o.Name, "name"),
            RenameTable o => ("tables", o.To, "to"),
            ExtractTable o => ("tables", o.Into, "into"),
            MergeTables o => ("tables", o.Into, "into"),
            RowTarget o => ("tables", o.Name, "name"),
            CreateView o => ("tables", o.Name, "name"),
            AddColumn o => ("columns", o.Name, "name"),
            NewColumn o => ("columns", o.Name, "name"),
            SplitTarget o => ("columns", o.Name, "name"),
            MergeTarget o => ("columns", o.Name, "name"),
            RenameColumn o => ("columns", o.To, "to"),
            CopyColumn o => ("columns", o.To, "to"),
            AlterColumn { Name: { } name } => ("columns", name, "name"),
            CreateIndex o => ("indexes", o.Name, "name"),
            RenameIndex o => ("indexes", o.To, "to"),
            AddCheck o => ("constraints", o.Name, "name"),
            NewCheck o => ("constraints", o.Name, "name"),
            AddUnique { Name: { } name } => ("constraints", name, "name"),
            NewUnique { Name: { } name } => ("constraints", name, "name"),
            AddForeignKey { Name: { } name } => ("constraints", name, "name"),
            NewForeignKey { Name: { } name } => ("constraints", name, "name"),
            AddPrimaryKey { Name: { } name } => ("constraints", name, "name"),
            RenameConstraint o => ("constraints", o.To, "to"),
            _ => ((string Kind, string Name, string Key)?)null,
        }
        where named is not null
        select (named.Value.Item1, named.Value.Item2, part with { Path = $"{part.Path}.{named.Value.Item3}" });

    private static IEnumerable<(string Kind, string Name, ScriptAct<Act> Found)> InScripts(LintSubject subject) =>
        from found in subject.Acts<Act>(onPostgres: false)
        where !found.Text.IsDown
        from name in found.Act switch
        {
            CreatesTable { Temporary: false } o => [("tables", o.Table), .. o.Columns.Select(c => ("columns", c.Name)), .. o.Constraints.Where(c => c.Name is not null).Select(c => ("constraints", c.Name!))],
            AddsColumn o => [("columns", o.Column.Name)],
            AddsConstraint { Constraint.Name: { } name } => [("constraints", name)],
            BuildsIndex { Name: { } name } => [("indexes", name)],
            Renames { Kind: "table" or "view" or "materialized view" } o => [("tables", o.To)],
            Renames { Kind: "column" or "constraint" } o => [($"{o.Kind}s", o.To)],
            Renames { Kind: "index" } o => [("indexes", o.To)],
            _ => Array.Empty<(string Kind, string Name)>(),
        }
        select (name.Item1, name.Item2.Split('.')[^1], found);
}
