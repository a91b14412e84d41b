using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What operations on views have in common.</summary>
internal static class ViewRules
{
    /// <summary>The view as an operation describes it.</summary>
    public static View Of(ChangeDraft draft, string name, string query, bool materialized, string? options, string? comment) =>
        new(name, query.Trim().TrimEnd(';').TrimEnd(), materialized)
        {
            Options = draft.Engine == "postgres" ? options : null,
            Comment = draft.Engine == "postgres" ? comment : null,
        };

    /// <summary>Adds the change, with what both queries name.</summary>
    public static void Add(ChangeDraft draft, View? before, View? after)
    {
        var names = draft.Schema.Tables.Select(t => t.Name).Concat(draft.Changes.Select(c => c.After?.Name).OfType<string>())
            .Concat(draft.Schema.Views.Select(v => v.Name)).Where(n => n != (before ?? after)!.Name)
            .Where(n => new[] { before, after }.Any(v => v is not null && SqlLexer.Names(v.Definition, n)));
        draft.Objects.Add(new ObjectChange(before, after) { On = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList() });
        if (draft.Engine == "sqlite")
        {
            draft.TakesEffectAtComplete($"The view {(before ?? after)!.Name} changes", (before ?? after)!.Name);
        }
    }
}
