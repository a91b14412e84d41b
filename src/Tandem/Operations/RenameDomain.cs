using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Gives a domain another name.</summary>
[Description("Gives a domain another name (PostgreSQL). Both names can be used from the start on until sunset.")]
public sealed record RenameDomain : Operation
{
    /// <summary>The domain's name now.</summary>
    [Description("The domain's name now.")]
    public required string From { get; init; }

    /// <summary>Its name in the new version.</summary>
    [Description("Its name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The domain {From} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("domains", DomainRules.InsteadOnSqlite) || draft.Existing<Domain>(From, "domain") is not { } domain || !draft.IsFree(To) || !IsNoParameter(draft) || !IsInNoRule(draft))
        {
            return;
        }

        var columns = TypeUse.Columns(draft, From).ToList();
        foreach (var (_, column) in columns)
        {
            column.After = column.After! with { Type = Renamed(column.After.Type) };
        }

        draft.Objects.Add(new ObjectChange(domain, domain with { Name = To })
        {
            On = columns.Select(c => (c.Table.Before ?? c.Table.Freeze().After)!.Name).Append(From).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList(),
        });
        draft.Report(ProblemCodes.AtComplete, $"Columns have the domain under the name {To} from complete on, for both versions. {From} and {To} can be written for it until sunset, then {To} alone. At complete sessions prepare statements anew whose result is a cast to either.", From);
    }

    /// <summary>
    /// What else a migration may not do that gives a domain another name: for as long as both versions are served the new name is that of a second
    /// domain, and what was made over that one would have the old name when the two are exchanged.
    /// </summary>
    internal static void Check(ChangeDraft draft)
    {
        foreach (var change in draft.Objects.All.Where(o => o.RenamesDomain))
        {
            var (from, to) = (change.Before!.Name, change.After!.Name);
            var others = draft.Changes.Where(c => Uses(c.Before, from) || Uses(c.After, to)).Where(c => !OnlyFollows(c, from, to)).Select(c => $"the table {c.Name}")
                .Concat(draft.Objects.All.Where(o => !o.RenamesDomain && (o.Either is Domain || (!o.CommentOnly && o.Either is Routine or View))).Select(o => o.Words));
            foreach (var other in others)
            {
                draft.Report(ProblemCodes.ObjectChangedTwice, $"The domain {from} gets another name, and this migration changes {other}, too.", from,
                    "Rename the domain in a migration of its own.");
            }
        }
    }

    /// <summary>A function is known by the names of its parameters' types, also to migrations that may still be taken back.</summary>
    private bool IsNoParameter(ChangeDraft draft)
    {
        var functions = draft.Schema.Dependents.Where(d => d.Kind == DependentKind.TypeUse && d.Table == From && d.Name.StartsWith("function ", StringComparison.Ordinal))
            .Select(d => d.Name).Distinct().ToList();
        foreach (var function in functions)
        {
            draft.Report(ProblemCodes.ObjectInUse, $"The {function} takes or returns the type {From}, and is known by this name.", From,
                "Let the function take the type under the domain first (`replace_function`), and sunset that.");
        }

        return functions.Count == 0;
    }

    /// <summary>Shapes of tables are kept with the texts of their rules, which would mean another domain when the names are exchanged.</summary>
    private bool IsInNoRule(ChangeDraft draft)
    {
        var tables = draft.Schema.Tables.Concat(draft.Schema.Partitions).Where(t => ExpressionNames.AnyNamesType(t, From)).Select(t => t.Name).ToList();
        foreach (var table in tables)
        {
            draft.Report(ProblemCodes.ObjectInUse, $"A default, check, index or other rule of {table} casts to the type {From}, and is known by this text.", From,
                "Write it without the cast first (a column of the domain casts by itself), and sunset that.");
        }

        return tables.Count == 0;
    }

    private static bool Uses(Table? table, string type) => table?.Columns.Any(c => TypeNames.IsOf(c.Type, type)) == true;

    private static bool OnlyFollows(TableChange change, string from, string to) => change is { Before: { } before, After: { } after }
        && before with { Columns = before.Columns.Select(c => c with { Type = Renamed(c.Type, from, to) }).ToValueList() } == after;

    private string Renamed(string type) => Renamed(type, From, To);

    private static string Renamed(string type, string from, string to) =>
        TypeUse.Is(type, from) ? Spelled(to) : TypeUse.IsArray(type, from) ? $"{Spelled(to)}[]" : type;

    // As the server spells it; a word of its own, which it would put into quotes, is refused.
    private static string Spelled(string name) =>
        name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]) ? name : SqlName.Quote(name);
}
