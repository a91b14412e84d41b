using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>SQL that a person wrote, with the way back if there is one. Only its author and the database know what it does.</summary>
/// <param name="Number">Its place among the scripts of the migration, from 1; it names the steps.</param>
/// <param name="Up">What start carries out.</param>
/// <param name="Down">What a rollback carries out; null when nothing takes it back.</param>
public sealed record RawScript(int Number, string Up, string? Down)
{
    /// <summary>A query whose one value is true when <see cref="Up"/> was carried out; for what runs outside a transaction.</summary>
    public string? Done { get; init; }

    /// <summary>Whether it may run in a transaction, as the file says; null where the file leaves it open.</summary>
    public bool? Transaction { get; init; }

    /// <summary>Tables that the file says it touches.</summary>
    public ValueList<string> Touches { get; init; } = [];

    /// <summary>What it did in a sandbox; null when it was not tried.</summary>
    public ScriptEffect? Effect { get; init; }

    /// <summary>Whether <see cref="Up"/> is carried out in one transaction.</summary>
    public bool UpInTransaction => Transaction ?? Effect?.UpInTransaction ?? true;

    /// <summary>Whether <see cref="Down"/> is carried out in one transaction.</summary>
    public bool DownInTransaction => Transaction ?? Effect?.DownInTransaction ?? true;
}

/// <summary>What a script did where it was tried. Everything is in ordinal order, so that the same script gives the same value.</summary>
public sealed record ScriptEffect
{
    /// <summary>Whether the database took all of it in one transaction.</summary>
    public bool UpInTransaction { get; init; } = true;

    /// <summary>Whether the database took the way back in one transaction.</summary>
    public bool DownInTransaction { get; init; } = true;

    /// <summary>Locks on what was there before, one for each object, the strongest.</summary>
    public ValueList<LockFact> Locks { get; init; } = [];

    /// <summary>Locks that the way back takes.</summary>
    public ValueList<LockFact> DownLocks { get; init; } = [];

    /// <summary>Tables that it reads or writes or whose definition it needs.</summary>
    public ValueList<string> Touched { get; init; } = [];

    /// <summary>Tables and indexes whose content was written anew as a whole.</summary>
    public ValueList<string> Rewritten { get; init; } = [];

    /// <summary>Objects that were not there before: kind and name.</summary>
    public ValueList<string> Created { get; init; } = [];

    /// <summary>Objects that are different.</summary>
    public ValueList<string> Changed { get; init; } = [];

    /// <summary>Objects that are gone.</summary>
    public ValueList<string> Dropped { get; init; } = [];

    /// <summary>Foreign keys to tables that are not there, which were not so before: the table, and the one that it refers to.</summary>
    public ValueList<string> LeftReferring { get; init; } = [];

    /// <summary>Why it could not be carried out; null when it was.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it failed on rows: there, or because there were none.</summary>
    public bool FailedOnRows { get; init; }

    /// <summary>Whether it was carried out and undone, because the copy would not take it along when it is dropped: roles of the server, say.</summary>
    public bool OutlastsCopy { get; init; }

    /// <summary>Whether the way back failed on rows.</summary>
    public bool DownFailedOnRows { get; init; }

    /// <summary>Why the way back could not be carried out; null when it was, or when there is none.</summary>
    public string? DownFailure { get; init; }

    /// <summary>What is not as it was when script and way back are over; null when there is no way back or it failed.</summary>
    public ValueList<string>? NotRestored { get; init; }
}
