namespace Tandem.Cli;

/// <summary>What a process of the command line ends with; the table in <c>docs/reference/exit-codes.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>What was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>Refused or failed; the problems with their codes say why.</summary>
    public const int Refused = 1;

    /// <summary>The command line or <c>tandem.yaml</c> is wrong, or a confirmation is missing; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The run was paused or cancelled before its end; <c>resume</c> or <c>start</c> go on from there, <c>rollback</c> goes back.</summary>
    public const int Stopped = 3;

    /// <summary>The database is not there, cannot be reached or does not let us in.</summary>
    public const int Unavailable = 4;

    /// <summary>Interrupted by Ctrl-C or a signal; a run is resumable.</summary>
    public const int Interrupted = 5;

    /// <summary>A defect of Tandem itself.</summary>
    public const int Defect = 70;

    /// <summary>Every code with its meaning, as documented.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Done, "Done."),
        (Refused, "Refused or failed. The problems, each with its code and remedy, say why; what was begun is resumable or was rolled back."),
        (Usage, "Wrong usage: the command line or `tandem.yaml` is not understood, or a confirmation (`--yes`) is missing. Nothing was done."),
        (Stopped, "The run stopped before its end because it was paused or cancelled, most often from another process. `tandem resume` or `start` goes on from there, `rollback` goes back."),
        (Unavailable, "The database is not there, cannot be reached or does not let us in."),
        (Interrupted, "Interrupted by Ctrl-C or SIGTERM. A run that was going on is resumable with `tandem resume`."),
        (Defect, "A defect of Tandem. A run that was going on is resumable; please report it with the output of `--verbose`."),
    ];
}
