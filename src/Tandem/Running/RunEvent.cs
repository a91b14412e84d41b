using Tandem.Running.Guards;
using Tandem.Running.Health;
using Tandem.Running.Locks;
using Tandem.Schema;

namespace Tandem.Running;

/// <summary>Something a runner tells while it works; for eyes only, the journal is what counts.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
public abstract record RunEvent(string Migration, string Step);

/// <summary>A step begins or goes on.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Title">What it does.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Count">The phase's steps.</param>
public sealed record StepStarted(string Migration, string Step, string Title, int Number, int Count) : RunEvent(Migration, Step);

/// <summary>A batch was written, or a chunk compared.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Rows">Rows done so far.</param>
/// <param name="Total">Rows to do, estimated at the start.</param>
/// <param name="Rate">Rows a second of wall time, smoothed.</param>
/// <param name="Eta">How long the rest takes at this rate; null while unknown.</param>
public sealed record BatchDone(string Migration, string Step, long Rows, long Total, double Rate, TimeSpan? Eta) : RunEvent(Migration, Step);

/// <summary>The runner waits.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Reason">For what.</param>
public sealed record Waiting(string Migration, string Step, string Reason) : RunEvent(Migration, Step);

/// <summary>The database's health changed the pace of a walk.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Level">What it asks for.</param>
/// <param name="Why">The signal with its value and its limit.</param>
public sealed record Paced(string Migration, string Step, HealthLevel Level, string Why) : RunEvent(Migration, Step);

/// <summary>The connection was lost and is there again.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
public sealed record Reconnected(string Migration, string Step) : RunEvent(Migration, Step);

/// <summary>Rows were found that do not agree.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Rows">How many, in one chunk.</param>
/// <param name="Repaired">Whether they were made to agree.</param>
public sealed record VerifyMismatch(string Migration, string Step, long Rows, bool Repaired) : RunEvent(Migration, Step);

/// <summary>Rows that failed in a batch were done one by one; those that fail are in quarantine.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
public sealed record ChunkIsolated(string Migration, string Step) : RunEvent(Migration, Step);

/// <summary>A step is done.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
public sealed record StepDone(string Migration, string Step) : RunEvent(Migration, Step);

/// <summary>The conditions for pausing and going back were measured.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id; empty where none is under way.</param>
/// <param name="Readings">What each measured.</param>
public sealed record GuardLooked(string Migration, string Step, ValueList<GuardReading> Readings) : RunEvent(Migration, Step);

/// <summary>A step has let its locks go.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Cost">What they cost.</param>
public sealed record Locked(string Migration, string Step, LockCost Cost) : RunEvent(Migration, Step);
