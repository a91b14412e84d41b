using System.Collections.Frozen;
using Tandem.Databases;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>Options of views and indexes that the server does not know, and values that it does not take: it says so only when it makes them.</summary>
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

    private static readonly FrozenSet<string> OfTables = new[]
    {
        "fillfactor", "toast_tuple_target", "parallel_workers", "user_catalog_table", "vacuum_index_cleanup", "vacuum_truncate", "log_autovacuum_min_duration",
        "autovacuum_enabled", "autovacuum_vacuum_threshold", "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_threshold", "autovacuum_vacuum_insert_scale_factor",
        "autovacuum_analyze_threshold", "autovacuum_analyze_scale_factor", "autovacuum_vacuum_cost_delay", "autovacuum_vacuum_cost_limit",
        "autovacuum_freeze_min_age", "autovacuum_freeze_max_age", "autovacuum_freeze_table_age",
        "autovacuum_multixact_freeze_min_age", "autovacuum_multixact_freeze_max_age", "autovacuum_multixact_freeze_table_age",
        "autovacuum_vacuum_max_threshold", "vacuum_max_eager_freeze_failure_rate",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Those that the newest server alone knows; those that the copies of long values do not have.
    private static readonly FrozenSet<string> Since18 = new[] { "autovacuum_vacuum_max_threshold", "vacuum_max_eager_freeze_failure_rate" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> NotOfToast = new[] { "fillfactor", "toast_tuple_target", "parallel_workers", "user_catalog_table", "autovacuum_analyze_threshold", "autovacuum_analyze_scale_factor" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] OfColumns = ["n_distinct", "n_distinct_inherited"];

    public static IEnumerable<Problem> Of(ValueList<TableChange> changes, RenderContext context, Capabilities capabilities) => Views(context, capabilities).Concat(Tables(changes, capabilities)).Concat(Columns(changes, capabilities))
        .Concat(from change in changes
            from index in (change.Before is null ? change.After?.Indexes ?? [] : change.Indexes.Where(i => i.Added).Select(i => i.After!).ToValueList())
            where index.Options is not null && OfIndexes.ContainsKey(index.Method ?? "btree")
            from option in Options(index.Options!)
            let known = OfIndexes[index.Method ?? "btree"].Contains(option.Name)
            from problem in known ? Values($"index {index.Name}", option, change.Name) : [Unknown($"index {index.Name}", $"the parameter {option.Name} of {index.Method ?? "btree"} indexes", change.Name, capabilities)]
            select problem);

    private static IEnumerable<Problem> Tables(ValueList<TableChange> changes, Capabilities capabilities)
    {
        bool Known(string name) => name.StartsWith("toast.", StringComparison.Ordinal)
            ? name["toast.".Length..] is var of && OfTables.Contains(of) && !NotOfToast.Contains(of) && Known(of)
            : OfTables.Contains(name) && (capabilities.Version.Major >= 18 || !Since18.Contains(name));
        return changes.Where(c => c.After is { } after && after.Options != c.Before?.Options)
            .SelectMany(c => (StorageText.Read(c.After!.Options) ?? []).Except(StorageText.Read(c.Before?.Options) ?? []).SelectMany(p => Known(p.Name)
                ? Values($"table {c.After.Name}", (p.Name.StartsWith("toast.", StringComparison.Ordinal) ? p.Name["toast.".Length..] : p.Name, p.Value), c.After.Name)
                : [Unknown($"table {c.After.Name}", $"the storage parameter {p.Name} of tables", c.After.Name, capabilities)]));
    }

    private static IEnumerable<Problem> Columns(ValueList<TableChange> changes, Capabilities capabilities) =>
        from change in changes
        from column in change.After?.Columns ?? []
        let before = change.Carried.FirstOrDefault(p => p.After!.Name == column.Name)?.Before
        from option in (StorageText.Read(ColumnSettings.Of(column).Options) ?? []).Except(before is null ? [] : StorageText.Read(ColumnSettings.Of(before).Options) ?? [])
        let what = $"column {change.After!.Name}.{column.Name}"
        from problem in OfColumns.Contains(option.Name) ? Values(what, (option.Name, option.Value), what["column ".Length..]) : [Unknown(what, $"the option {option.Name} of columns", what["column ".Length..], capabilities)]
        select problem;

    private static IEnumerable<Problem> Views(RenderContext context, Capabilities capabilities)
    {
        string[] known = capabilities.SecurityInvokerViews ? ["security_barrier", "check_option", "security_invoker"] : ["security_barrier", "check_option"];
        var own = context.Schema.Objects.Concat(context.Objects.Select(o => o.After)).OfType<Routine>().ToList();
        foreach (var (before, after) in context.Objects.Select(o => (o.Before as View, o.After as View)))
        {
            if (after is not { Materialized: false, Options: { } text })
            {
                continue;
            }

            foreach (var option in text == before?.Options ? [] : Options(text))
            {
                foreach (var problem in known.Contains(option.Name) ? Values($"view {after.Name}", option, after.Name) : [Unknown($"view {after.Name}", $"the option {option.Name} of views", after.Name, capabilities)])
                {
                    yield return problem;
                }
            }

            if (Options(text).Any(o => o.Name == "check_option") && WrittenThrough.Hindrance(after.Definition, own) is { } hindrance)
            {
                yield return new Problem(
                    ProblemCodes.NotOnThisEngine, $"The view {after.Name} has the option check_option, and nothing can be written through it: {hindrance}.", Subject: after.Name,
                    Remedy: "Leave `check_option` out, or let the query be over one table, without grouping, DISTINCT, LIMIT and the like.");
            }
        }
    }

    // name = value, name = value, or a name alone.
    private static IEnumerable<(string Name, string Value)> Options(string options)
    {
        var tokens = SqlLexer.Tokenize(options);
        foreach (var i in Enumerable.Range(0, tokens.Count).Where(i => i == 0 || tokens[i - 1].IsSymbol(",")))
        {
            var value = tokens.Skip(i + 1).TakeWhile(t => !t.IsSymbol(",")).ToList();
            yield return (tokens[i].Name, value is [var equals, ..] && equals.IsSymbol("=") ? string.Concat(value.Skip(1).Select(t => t.Value)) : "true");
        }
    }

    private static IEnumerable<Problem> Values(string what, (string Name, string Value) option, string subject) => OptionValue.Instead(option.Name, option.Value) is { } instead
        ? [new Problem(ProblemCodes.NotOnThisEngine, $"The {what}: {option.Name} takes {instead}, not {option.Value}.", Subject: subject, Remedy: "Correct the value.")]
        : [];

    private static Problem Unknown(string what, string option, string subject, Capabilities capabilities) => new(
        ProblemCodes.NotOnThisEngine, $"The {what}: PostgreSQL {capabilities.Version.Major} does not know {option}.", Subject: subject, Remedy: "Correct its name, or leave it out.");
}
