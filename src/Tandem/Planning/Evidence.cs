using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What was measured about a plan on its target when it was asked for. In no hash: it is another a minute later.</summary>
public sealed record Evidence
{
    /// <summary>What steps write, as far as the database could estimate it.</summary>
    public ValueList<StepCost> Costs { get; init; } = [];

    /// <summary>How long steps took here, the latest first.</summary>
    public ValueList<StepTiming> Timings { get; init; } = [];

    /// <summary>When rows were filled here, and when that was slowed down.</summary>
    public PastWork Past { get; init; } = new([], []);

    /// <summary>Sessions that hold now what steps must lock.</summary>
    public ValueList<HeldStep> Holders { get; init; } = [];

    /// <summary>The same by session: a session is seen once for each step that it stands in the way of, at slightly other times.</summary>
    public IEnumerable<(LockHolder Holder, ValueList<HeldStep> Steps)> Sessions => Holders
        .GroupBy(h => (h.Holder.Process, Who: h.Holder.Process is null ? h.Holder.Who : ""))
        .Select(g => (g.Select(h => h.Holder).MaxBy(h => h.Held)!, g.ToValueList()));

    /// <summary>What uses the old version's names, judged; null where it could not be found out.</summary>
    public UseCount? Uses { get; init; }

    /// <summary>What the change did in a sandbox.</summary>
    public Trial Trial { get; init; } = Trial.Not("No sandbox was named.");

    /// <summary>Fields that the policy marks as sensitive and that the migration changes, as <c>table.column</c>.</summary>
    public ValueList<string> Sensitive { get; init; } = [];
}

/// <summary>A step, and who holds what it must lock.</summary>
/// <param name="Phase">The step's phase.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Holder">Who holds it.</param>
public sealed record HeldStep(Phase Phase, string Step, LockHolder Holder);

/// <summary>How many objects and statements use what a migration takes from the old version.</summary>
/// <param name="Breaking">Those that do not work any more without the old version.</param>
/// <param name="Unknown">Those of which nobody can say.</param>
public sealed record UseCount(int Breaking, int Unknown);
