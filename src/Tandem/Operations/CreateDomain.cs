using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A check of a domain.</summary>
public sealed record DomainRule
{
    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <summary>The condition; it names the value VALUE.</summary>
    [Description("The condition; it names the value VALUE.")]
    public required SqlText Expression { get; init; }
}

/// <summary>Makes a domain.</summary>
[Description("Makes a domain, a type with rules (PostgreSQL). It is there from the start on; a rollback leaves it, and it is dropped with what the new version had alone.")]
public sealed record CreateDomain : Operation
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>The type under it.</summary>
    [Description("The type under it.")]
    public required string Type { get; init; }

    /// <summary>The default of columns that have none of their own.</summary>
    [Description("The default of columns that have none of their own.")]
    public SqlText? Default { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>The collation when it is not the type's own.</summary>
    [Description("The collation when it is not the type's own, as SQL writes it.")]
    public string? Collation { get; init; }

    /// <summary>Its checks.</summary>
    [Description("Its checks.")]
    public ValueList<DomainRule> Checks { get; init; } = [];

    /// <summary>A comment on the domain.</summary>
    [Description("A comment on the domain.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"There is a domain {Name} over {Type}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("domains", DomainRules.InsteadOnSqlite) || !draft.IsFree(Name))
        {
            return;
        }

        foreach (var twice in Checks.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The domain {Name} has the check {twice.Key} more than once.", Name);
            return;
        }

        var value = draft.Expression(Default, $"the default of the domain {Name}");
        var checks = Checks.Select(c => (c.Name, Sql: draft.Expression(c.Expression, $"the check {c.Name} of the domain {Name}"))).ToList();
        if ((Default is not null && value is null) || checks.Exists(c => c.Sql is null))
        {
            return;
        }

        draft.Objects.Add(new ObjectChange(null, new Domain(Name, Type)
        {
            Default = value,
            Nullable = Nullable,
            Collation = Collation,
            Checks = checks.Select(c => new CheckConstraint(c.Name, c.Sql!, [])).ToValueList(),
            Comment = Comment,
        }));
    }
}

/// <summary>What operations on domains have in common.</summary>
internal static class DomainRules
{
    public const string InsteadOnSqlite = "Give the column the type under it with `add_check` and a default of its own, or write a file of its own for SQLite.";
}
