using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Running;

/// <summary>An object that is not as it was recorded.</summary>
/// <param name="Difference">What is other.</param>
/// <param name="Mark">What it is now, as <see cref="SchemaDifferences.Marks"/> tells it.</param>
/// <param name="Choice">What was decided about it as it is now; null while nobody has.</param>
public sealed record DriftedObject(ObjectDifference Difference, string Mark, DriftChoice? Choice);

/// <summary>What somebody changed past Tandem, object by object, and what was decided about it.</summary>
/// <param name="Version">The version whose recorded schema was compared.</param>
/// <param name="Recorded">That schema, without what comes and goes by itself.</param>
/// <param name="Present">The schema as it is, without the same.</param>
/// <param name="Objects">What is otherwise, by kind and name.</param>
public sealed record DriftReport(string Version, DatabaseSchema Recorded, DatabaseSchema Present, ValueList<DriftedObject> Objects)
{
    /// <summary>What differs.</summary>
    public ValueList<ObjectDifference> Differences => Objects.Select(o => o.Difference).ToValueList();

    /// <summary>What nobody has decided about.</summary>
    public ValueList<ObjectDifference> Open => Objects.Where(o => o.Choice is null).Select(o => o.Difference).ToValueList();

    /// <summary>The objects of these names, as a person writes them: <c>table people</c>, or <c>people</c> where only one is called so.</summary>
    /// <param name="names">The names.</param>
    /// <exception cref="TandemException">An object of a name has not changed, or several are called so.</exception>
    public ValueList<ObjectName> Named(IEnumerable<string> names)
    {
        var objects = Objects.Select(o => o.Difference.Object).ToList();
        return names.Select(name => objects.Where(o => $"{o}" == name || o.Identity == name).ToList() switch
        {
            [var one] => one,
            [] => throw new TandemException(new Problem(
                ProblemCodes.NothingOfThatName, $"No {name} is otherwise than recorded for {Version}.",
                Remedy: NearestName.Find(name, objects.Select(o => $"{o}").Concat(objects.Select(o => o.Identity)).ToList()) is { } meant ? $"Did you mean {meant}?" : "`tandem drift` shows what is.")),
            var several => throw new TandemException(new Problem(
                ProblemCodes.NothingOfThatName, $"Several objects are called {name}: {string.Join(", ", several)}.", Remedy: "Write the kind before the name.")),
        }).Distinct().ToValueList();
    }
}
