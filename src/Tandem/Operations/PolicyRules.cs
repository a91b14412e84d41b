using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>For which commands a policy is.</summary>
public enum PolicyCommand
{
    /// <summary>For all of them.</summary>
    All,

    /// <summary>For reading.</summary>
    Select,

    /// <summary>For inserting.</summary>
    Insert,

    /// <summary>For changing.</summary>
    Update,

    /// <summary>For deleting.</summary>
    Delete,
}

/// <summary>What operations on row security have in common.</summary>
internal static class PolicyRules
{
    private const string Remedy = "Let the application ask for its own rows only, or give each tenant a database of its own.";

    /// <summary>Whether the engine has row security; reports that it has none.</summary>
    public static bool HasRowSecurity(this ChangeDraft draft) => draft.NeedsPostgres("roles and no row security", Remedy);

    /// <summary>Whether the server has all of these roles; reports those that it has not.</summary>
    public static bool HasRoles(this ChangeDraft draft, IEnumerable<string> roles)
    {
        var missing = draft.Engine != "postgres" ? [] : roles.Where(r => r is not ("public" or "") && draft.Schema.Roles.All(s => s.Name != r)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var role in missing)
        {
            draft.Report(ProblemCodes.NoSuchRole, $"There is no role {role}.", role);
        }

        return missing.Count == 0;
    }

    /// <summary>Whether conditions and command fit; reports what does not, as the server would at complete.</summary>
    public static bool Fits(ChangeDraft draft, RowPolicy policy)
    {
        var wrong = policy switch
        {
            { Using: null, Check: null } => "has no condition: give `using`, `check` or both",
            { Command: "INSERT", Using: not null } => "is for inserting: it has `check`, not `using`",
            { Command: "SELECT" or "DELETE", Check: not null } => $"is for {(policy.Command == "SELECT" ? "reading" : "deleting")}: it has `using`, not `check`",
            _ => null,
        };
        if (wrong is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"The policy {policy.Name} {wrong}.", policy.Identity);
        }

        return wrong is null;
    }

    /// <summary>Adds the change and says when it is in force.</summary>
    public static void Add(ChangeDraft draft, RowPolicy? before, RowPolicy? after)
    {
        var either = (after ?? before)!;
        draft.Objects.Add(new ObjectChange(before, after) { On = [either.Table] });
        if (draft.Made(either.Table) is null)
        {
            draft.TakesEffectAtComplete($"The policy {either.Name} {(before is null ? "begins" : after is null ? "ceases" : "changes")}", either.Identity);
        }
    }

    /// <summary>Roles as the model has them: none for everybody, in order.</summary>
    public static ValueList<string> Roles(ValueList<string>? roles) =>
        roles is null || roles.Contains("public") ? [] : roles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();
}
