using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Schema;

namespace Tandem.Policy.Scripts;

/// <summary>Goes through the texts of a migration's SQL in the order in which they are carried out.</summary>
internal static class ScriptActs
{
    private static readonly string[] Keys = ["up", "down"];

    /// <summary>The texts, every way forward before every way back.</summary>
    public static IReadOnlyList<ScriptText> Texts(LintSubject subject)
    {
        var scripts = subject.Operations<Sql>().Select((o, i) => (o.Operation, o.Path, Number: i + 1)).ToList();
        return
        [
            .. from key in Keys
               from script in scripts
               let part = subject.Parts.FirstOrDefault(p => p.Path == $"{script.Path}.{key}")
               where part is not null
               from text in LintSubject.Texts((SqlText)part.Value)
               let engines = text.Engines.Where(subject.Context.Runs).ToValueList()
               where engines.Count > 0
               select new ScriptText(part, script.Operation, script.Number, text.Text, engines),
        ];
    }

    /// <summary>What the texts do, act by act.</summary>
    public static IEnumerable<ScriptAct<Act>> Of(IEnumerable<ScriptText> texts)
    {
        var made = texts.SelectMany(t => t.Engines).Distinct().ToDictionary(e => e, _ => new HashSet<(string Kind, string Name)>());
        foreach (var text in texts)
        {
            for (var i = 0; i < text.Statements.Count; i++)
            {
                foreach (var act in text.Statements[i].Acts)
                {
                    yield return new ScriptAct<Act>(text, i + 1, act, text.Engines.All(e => IsNew(act, made[e])));
                    foreach (var engine in text.Engines)
                    {
                        Note(act, made[engine]);
                    }
                }
            }
        }
    }

    private static bool IsNew(Act act, HashSet<(string Kind, string Name)> made) => act switch
    {
        Drops { Table: null } drop => drop.Names.All(n => made.Contains((drop.Kind, n))),
        DropsColumn drop => made.Contains(("table", drop.Table)) || made.Contains(("column", $"{drop.Table}.{drop.Column}")),
        Truncates empty => empty.Tables.All(t => made.Contains(("table", t))),
        MovesPartition { Attaches: true } => false,
        _ => act.On.Length > 0 && (made.Contains(("table", act.On)) || made.Contains(("materialized view", act.On))),
    };

    private static void Note(Act act, HashSet<(string Kind, string Name)> made)
    {
        switch (act)
        {
            case CreatesTable { Certain: true, PartitionOf: null } table:
                made.Add(("table", table.Table));
                break;
            case BuildsIndex { IfMissing: false, Name: { } name } index when made.Contains(("table", index.Table)):
                made.Add(("index", name));
                break;
            case AddsColumn { IfMissing: false } column:
                made.Add(("column", $"{column.Table}.{column.Column.Name}"));
                break;
            case Makes thing:
                made.Add((thing.Kind, thing.Name));
                break;
            case Sets { Setting: "search_path" }:
                // From here on the same names may mean other tables.
                made.Clear();
                break;
            default:
                break;
        }
    }
}
