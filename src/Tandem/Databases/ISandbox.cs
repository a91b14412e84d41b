using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>
/// A place where SQL is tried on a copy of a target's schema, without its rows. Every copy is made for one trial and
/// dropped behind it, also when the trial fails.
/// </summary>
public interface ISandbox
{
    /// <summary>Carries the scripts out one after the other, and each one's way back right behind it, undone again; the target itself is only read.</summary>
    /// <param name="scripts">The scripts of a migration, in order.</param>
    /// <param name="cancellationToken">Stops; the copy is dropped all the same.</param>
    Task<SandboxReport> TryAsync(ValueList<RawScript> scripts, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a migration's life be carried out in a copy, where the engine does not find out otherwise whether code compiles; an
    /// engine that does answers with nothing.
    /// </summary>
    /// <param name="life">What is carried out; it gets the copy and the objects of the target that the copy lacks, kind and name.</param>
    /// <param name="cancellationToken">Stops; the copy is dropped all the same.</param>
    Task<ValueList<Problem>> RehearseAsync(Func<IDatabase, ValueList<string>, Task<ValueList<Problem>>> life, CancellationToken cancellationToken);

    /// <summary>Makes a copy for measurements, works in it and drops it. Its commits are as durable as the target's.</summary>
    /// <param name="work">What is done in it; it gets the copy and the objects of the target that the copy lacks, kind and name.</param>
    /// <param name="cancellationToken">Stops; the copy is dropped all the same.</param>
    Task MeasureAsync(Func<ISandboxCopy, ValueList<string>, Task> work, CancellationToken cancellationToken);

    /// <summary>The statements that the target keeps count of and that name one of these tables.</summary>
    Task<CountedStatements> CountedAsync(ValueList<string> tables, CancellationToken cancellationToken);
}

/// <summary>What came of a trial.</summary>
/// <param name="Effects">What each script did, in the order of the scripts.</param>
/// <param name="After">The schema behind the last script, before any way back; null when a script failed.</param>
/// <param name="Lacking">Objects of the target that the copy did not have: kind and name.</param>
public sealed record SandboxReport(ValueList<ScriptEffect> Effects, DatabaseSchema? After, ValueList<string> Lacking)
{
    /// <summary>The copy's schema before the first script: what differs from it behind the last is the scripts' doing.</summary>
    public required DatabaseSchema Before { get; init; }
}
