using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Right = Tandem.Schema.Grant;

namespace Tandem.Operations;

/// <summary>Takes rights from roles.</summary>
[Description("Takes rights on a table, its columns or another object from roles (PostgreSQL), in both versions, at complete: until then old applications may need them.")]
public sealed record Revoke : Operation
{
    /// <summary>What the rights are on.</summary>
    [Description("What the rights are on: table, view, materialized view, sequence, function, procedure, enum, domain, schema.")]
    public string Kind { get; init; } = "table";

    /// <summary>Its name.</summary>
    [Description("Its name; a function's with the types of its arguments.")]
    public required string On { get; init; }

    /// <summary>The columns.</summary>
    [Description("The columns of the table, by their names in the new version; when left out, the rights on the whole table and on each of its columns.")]
    public ValueList<string>? Columns { get; init; }

    /// <summary>The rights.</summary>
    [Description("The rights: select, insert, update, delete, usage, execute and so on; all for every right there is.")]
    public required ValueList<string> Privileges { get; init; }

    /// <summary>The roles.</summary>
    [Description("The roles that lose them; public for what everybody has.")]
    public required ValueList<string> From { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Kind == "table" ? [On] : [];

    /// <inheritdoc />
    public override string Summarize() =>
        $"{string.Join(", ", From)} may not {string.Join(", ", Privileges)} {(Columns is null ? "" : $"{string.Join(", ", Columns)} of ")}the {Kind} {On} any more, from complete on.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var rights = new RightsOn(Kind, On, Columns ?? [], Privileges);
        RightsRules.Change(draft, rights, From, (on, role, present) =>
        {
            if (RightsRules.Named(draft, rights, role) is not { } named || !MayTake(draft, on, role, named))
            {
                return null;
            }

            var left = present.Where(p => !named.Any(n => n.Privilege == p.Privilege && (n.Column is null || n.Column == p.Column))).ToList();
            if (left.Count == present.Count)
            {
                var whole = present.FirstOrDefault(p => p.Column is null && named.Any(n => n.Privilege == p.Privilege));
                draft.Report(
                    whole is null ? ProblemCodes.NothingToDo : ProblemCodes.RightHangs,
                    whole is null
                        ? $"{RoleRights.Called(role)} has no such rights on {on} of its own."
                        : $"{RoleRights.Called(role)} has {whole.Privilege} on the whole of {on}, of which single columns cannot be taken.",
                    On,
                    whole is null ? null : "Revoke the right on the table and grant it on the other columns, in two migrations.");
                return null;
            }

            return left;
        });
    }

    /// <summary>What another role gave, only that one can take; and what was handed on hangs on the right.</summary>
    private bool MayTake(ChangeDraft draft, ObjectName on, string role, List<Right> named)
    {
        var former = draft.FormerName(on);
        var given = (draft.Schema.AccessTo(on.Kind, former)?.Grants ?? []).Where(g => g.Grantor is not null && named.Any(n => n.Privilege == g.Privilege)).ToList();
        var reasons = given.Where(g => g.Grantee == role).Select(g => $"{g.Grantor} gave {g.Privilege} on {on} to {RoleRights.Called(role)}")
            .Concat(given.Where(g => g.Grantor == role).Select(g => $"{role} handed {g.Privilege} on {on} on to {RoleRights.Called(g.Grantee)}"))
            .Distinct(StringComparer.Ordinal).ToList();
        foreach (var reason in reasons)
        {
            draft.Report(ProblemCodes.RightHangs, $"{reason}.", On);
        }

        return reasons.Count == 0;
    }
}
