namespace Tandem.Journal;

/// <summary>Where a migration stands on one target.</summary>
public enum RunState
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>New storage is being made; applications see the old version.</summary>
    Expanding,

    /// <summary>New storage is being filled; applications see the old version.</summary>
    Backfilling,

    /// <summary>Every row is being proved; applications see the old version.</summary>
    Verifying,

    /// <summary>Both versions are served.</summary>
    Live,

    /// <summary>The old version's service is being ended.</summary>
    Completing,

    /// <summary>Only the new version is served; the old one's storage stays in sync.</summary>
    Retired,

    /// <summary>The new version's service is being ended.</summary>
    RollingBack,

    /// <summary>Only the old version is served; what the new one had alone is hidden.</summary>
    Undone,

    /// <summary>What is hidden is being backed up and dropped.</summary>
    Sunsetting,

    /// <summary>The old version's storage is dropped: the change cannot be taken back any more.</summary>
    Done,

    /// <summary>The new version's storage is dropped: as if the migration had never been there.</summary>
    Gone,
}

/// <summary>What another process asked of a run.</summary>
public enum RunRequest
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To stop after the present batch and wait for <c>resume</c>.</summary>
    Pause,

    /// <summary>To stop and roll back what is not live yet.</summary>
    Cancel,
}

/// <summary>Where a step stands.</summary>
public enum StepStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Begun, and not known to be done.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Stopped with a problem.</summary>
    Failed,

    /// <summary>Left out: an earlier attempt of the phase did it and nothing took it back, or it was not wanted.</summary>
    Skipped,
}
