using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Gives roles rights.</summary>
[Description("Gives roles rights on a table, its columns or another object (PostgreSQL), as soon as the new version is live: applications of the new version have them from then on. The old version gives them, too.")]
public sealed record Grant : Operation
{
    /// <summary>What the rights are on.</summary>
    [Description("What the rights are on: table, view, materialized view, sequence, function, procedure, enum, domain, schema.")]
    public string Kind { get; init; } = "table";

    /// <summary>Its name.</summary>
    [Description("Its name; a function's with the types of its arguments.")]
    public required string On { get; init; }

    /// <summary>The columns.</summary>
    [Description("The columns of the table, by their names in the new version; the whole table when left out.")]
    public ValueList<string>? Columns { get; init; }

    /// <summary>The rights.</summary>
    [Description("The rights: select, insert, update, delete, usage, execute and so on; all for every right there is.")]
    public required ValueList<string> Privileges { get; init; }

    /// <summary>The roles.</summary>
    [Description("The roles that get them; public for everybody.")]
    public required ValueList<string> To { get; init; }

    /// <summary>Whether the roles may hand the rights on.</summary>
    [Description("Whether the roles may hand the rights on.")]
    public bool WithGrantOption { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Kind == "table" ? [On] : [];

    /// <inheritdoc />
    public override string Summarize() =>
        $"{string.Join(", ", To)} may {string.Join(", ", Privileges)} {(Columns is null ? "" : $"{string.Join(", ", Columns)} of ")}the {Kind} {On}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var rights = new RightsOn(Kind, On, Columns ?? [], Privileges);
        if (WithGrantOption && To.Contains("public"))
        {
            draft.Report(ProblemCodes.Incomplete, "Everybody cannot hand rights on: name the roles that may.", On);
            return;
        }

        RightsRules.Change(draft, rights, To, (on, role, present) =>
        {
            if (RightsRules.Named(draft, rights, role, WithGrantOption) is not { } named)
            {
                return null;
            }

            var missing = named.Where(n => !present.Any(p => p.Privilege == n.Privilege && (p.Column is null || p.Column == n.Column) && (p.Grantable || !n.Grantable))).ToList();
            if (missing.Count == 0)
            {
                draft.Report(ProblemCodes.NothingToDo, $"{RoleRights.Called(role)} already has these rights on {on}.", On);
                return null;
            }

            return [.. present.Where(p => !missing.Any(m => m.Privilege == p.Privilege && m.Column == p.Column)), .. missing];
        });
    }
}
