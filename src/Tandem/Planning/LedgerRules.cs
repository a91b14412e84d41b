using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What a plan says about lines in the ledger for each row.</summary>
internal static class LedgerRules
{
    /// <summary>The tables whose rows get no line although somebody asked for it.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="settings">What the target says.</param>
    /// <param name="phases">The plan's phases.</param>
    public static IEnumerable<Problem> Of(Migration migration, RunSettings settings, ValueList<PlannedPhase> phases) =>
        (settings.Ledger ?? migration.Ledger) != LedgerDetail.Rows ? [] :
        from step in phases.SelectMany(p => p.Steps)
        where step is { Kind: StepKind.Backfill, Mode: StepMode.Batches, Walk.RowLines: null }
        group step by step.Table into steps
        select new Problem(ProblemCodes.NoLedgerLines, $"The rows of {steps.Key} have no key by which a line could name them: they get none.", migration.Place, steps.Key);
}
