using System.Collections.Frozen;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Options of views and indexes that the server does not know: it says so only when it makes them.</summary>
internal static class OptionJudge
{
    private static readonly FrozenDictionary<string, string[]> OfIndexes = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["btree"] = ["fillfactor", "deduplicate_items", "vacuum_cleanup_index_scale_factor"],
        ["hash"] = ["fillfactor"],
        ["gist"] = ["fillfactor", "buffering"],
        ["spgist"] = ["fillfactor"],
        ["gin"] = ["fastupdate", "gin_pending_list_limit"],
        ["brin"] = ["pages_per_range", "autosummarize"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<Problem> Of(ValueList<TableChange> changes, RenderContext context, Capabilities capabilities) => Views(context, capabilities)
        .Concat(from change in changes
            from index in (change.Before is null ? change.After?.Indexes ?? [] : change.Indexes.Where(i => i.Added).Select(i => i.After!).ToValueList())
            where index.Options is not null && OfIndexes.ContainsKey(index.Method ?? "btree")
            from name in Names(index.Options!).Except(OfIndexes[index.Method ?? "btree"])
            select Unknown($"index {index.Name}", $"the parameter {name} of {index.Method ?? "btree"} indexes", change.Name, capabilities));

    private static IEnumerable<Problem> Views(RenderContext context, Capabilities capabilities)
    {
        string[] known = capabilities.SecurityInvokerViews ? ["security_barrier", "check_option", "security_invoker"] : ["security_barrier", "check_option"];
        return from change in context.Objects
            where change.After is View { Materialized: false, Options: not null } view && view.Options != (change.Before as View)?.Options
            from name in Names(((View)change.After!).Options!).Except(known)
            select Unknown($"view {change.Name}", $"the option {name} of views", change.Name, capabilities);
    }

    // name = value, name = value, or a name alone.
    private static IEnumerable<string> Names(string options)
    {
        var tokens = SqlLexer.Tokenize(options);
        return Enumerable.Range(0, tokens.Count).Where(i => i == 0 || tokens[i - 1].IsSymbol(",")).Select(i => tokens[i].Name);
    }

    private static Problem Unknown(string what, string option, string subject, Capabilities capabilities) => new(
        ProblemCodes.NotOnThisEngine, $"The {what}: PostgreSQL {capabilities.Version.Major} does not know {option}.", Subject: subject, Remedy: "Correct its name, or leave it out.");
}
