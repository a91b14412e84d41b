using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Changes a domain's rules and its default.</summary>
[Description("Changes a domain's checks, its rule against NULL and its default (PostgreSQL), for both versions from complete on.")]
public sealed record AlterDomain : Operation
{
    /// <summary>The domain's name.</summary>
    [Description("The domain's name.")]
    public required string Name { get; init; }

    /// <summary>The default of columns that have none of their own; as before when left out.</summary>
    [Description("The default of columns that have none of their own; as before when left out.")]
    public SqlText? Default { get; init; }

    /// <summary>Whether the default goes.</summary>
    [Description("Whether the default goes.")]
    public bool DropDefault { get; init; }

    /// <summary>Whether NULL is allowed; as before when left out.</summary>
    [Description("Whether NULL is allowed; as before when left out.")]
    public bool? Nullable { get; init; }

    /// <summary>Checks that come.</summary>
    [Description("Checks that come; one may have the name of one that goes.")]
    public ValueList<DomainRule> AddChecks { get; init; } = [];

    /// <summary>The names of checks that go.</summary>
    [Description("The names of checks that go.")]
    public ValueList<string> DropChecks { get; init; } = [];

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize()
    {
        var parts = AddChecks.Select(c => $"gets the check {c.Name}").Concat(DropChecks.Select(c => $"loses the check {c}"))
            .Concat(Nullable is { } nullable ? [nullable ? "allows NULL" : "forbids NULL"] : [])
            .Concat(Default is not null || DropDefault ? [DropDefault ? "has no default" : "has another default"] : []);
        return $"The domain {Name} {string.Join(", ", parts)}, from complete on.";
    }

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("domains", DomainRules.InsteadOnSqlite) || draft.Existing<Domain>(Name, "domain") is not { } domain || Changed(draft, domain) is not { } after)
        {
            return;
        }

        if (after == domain)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The domain {Name} already is so.", Name);
            return;
        }

        var columns = TypeUse.Columns(draft, Name).ToList();
        if (after with { Default = domain.Default } != domain && !(HasPlainUse(draft, columns) & TypeUse.RefuseOthers(draft, Name)))
        {
            return;
        }

        draft.Objects.Add(new ObjectChange(domain, after)
        {
            On = columns.Select(c => (c.Table.Before ?? c.Table.Freeze().After)!.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList(),
        });
        draft.TakesEffectAtComplete($"The domain {Name} changes", Name);
    }

    private Domain? Changed(ChangeDraft draft, Domain domain)
    {
        var before = draft.Problems.Count;
        foreach (var name in DropChecks.Where(n => domain.Checks.All(c => c.Name != n)))
        {
            draft.Report(ProblemCodes.NoSuchConstraint, $"The domain {Name} has no check {name}.", Name);
        }

        foreach (var twice in domain.Checks.Select(c => c.Name).Where(n => !DropChecks.Contains(n!)).Concat(AddChecks.Select(c => c.Name)).GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The domain {Name} has a check {twice.Key} already.", Name);
        }

        if (Default is not null && DropDefault)
        {
            draft.Report(ProblemCodes.Incomplete, $"The domain {Name} would get a default and lose it.", Name);
        }

        var value = draft.Expression(Default, $"the default of the domain {Name}");
        var added = AddChecks.Select(c => (c.Name, Sql: draft.Expression(c.Expression, $"the check {c.Name} of the domain {Name}"))).ToList();
        return draft.Problems.Count > before ? null : domain with
        {
            Default = DropDefault ? null : value ?? domain.Default,
            Nullable = Nullable ?? domain.Nullable,
            NotNullName = (Nullable ?? domain.Nullable) ? null : domain.NotNullName,
            Checks = domain.Checks.Where(c => !DropChecks.Contains(c.Name!)).Concat(added.Select(c => new CheckConstraint(c.Name, c.Sql!, []))).ToValueList(),
        };
    }

    // The server proves a rule for columns of the type itself alone, and refuses all others.
    private bool HasPlainUse(ChangeDraft draft, List<(TableDraft Table, DraftPair<Column> Column)> columns)
    {
        var fine = true;
        foreach (var (table, column) in columns.Where(c => TypeUse.IsArray(c.Column.After!.Type, Name)))
        {
            draft.Report(ProblemCodes.ObjectInUse, $"The column {table.Name}.{column.After!.Name} has arrays of {Name}, for which the server proves no rule.", Name);
            fine = false;
        }

        return fine;
    }
}
