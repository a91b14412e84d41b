using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Which of a migration's scripts and hooks stand, by the ids of their steps. They cannot be made idempotent by us, so what
/// the journal says counts over all attempts of all phases, not the lines of the last one.
/// </summary>
internal static class StandingScripts
{
    /// <summary>The event before a statement outside a transaction is sent.</summary>
    public const string Sent = "statement_sent";

    /// <summary>Reads the journal's entries of one migration, oldest first.</summary>
    public static HashSet<string> Of(IEnumerable<JournalEntry> entries)
    {
        var standing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            switch (entry)
            {
                // One that was broken off half-way outside a transaction stands, too: its way back is to be tried.
                case { Kind: "step_done" or Sent, Phase: Phase.Start or Phase.Restart or Phase.Complete }:
                    standing.Add(entry.Step);
                    break;
                case { Kind: "step_done", Phase: Phase.Rollback or Phase.Revert }:
                    standing.Remove(entry.Step);
                    break;
                case { Kind: "phase_done", Phase: Phase.Discard }:
                    standing.Clear();
                    break;
            }
        }

        return standing;
    }
}
