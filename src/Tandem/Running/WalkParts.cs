using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>The parts into which a walk is divided for several sessions.</summary>
internal static class WalkParts
{
    // Parts are not equally dear; with a few for each session none has to wait long for the last one.
    private const int PartsOfWorker = 4;

    private const string Mark = "parts:";

    /// <summary>Whether a step's line says that its walk was divided: its own cursor is none, then.</summary>
    public static bool Has(StepRecord line) => line.Cursor.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>The cursor of a line whose walk is divided into so many parts; what the step did before is counted on.</summary>
    public static StepRecord Divided(StepRecord line, int parts) =>
        line with { Cursor = string.Create(CultureInfo.InvariantCulture, $"{Mark}{parts}:{line.RowsDone}:{line.Batches}") };

    /// <summary>How many parts a divided walk has, and the rows and batches that its step had before.</summary>
    public static (int Parts, long Rows, long Batches) Read(StepRecord line)
    {
        var numbers = line.Cursor[Mark.Length..].Split(':').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToList();
        return ((int)numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>Divides a walk up to its end for so many sessions; one part where it cannot be divided.</summary>
    public static async Task<IReadOnlyList<PartRecord>> DivideAsync(StepRun run, StepRecord line, int workers, CancellationToken cancellationToken)
    {
        var result = await run.Scope.Session.QueryAsync(
            new SqlStatement(run.Walk.Parts!, new SqlArgument("parts", (long)workers * PartsOfWorker), new SqlArgument("end", line.WalkEnd ?? "")), cancellationToken).ConfigureAwait(false);
        return
        [
            .. result.Rows.Select((row, index) => (Line: result with { Rows = [row] }, index)).Select(p => new PartRecord(line.Migration, line.Phase, line.Id, p.index + 1)
            {
                Epoch = run.Scope.Session.Epoch, From = p.Line.Text("walk_from") ?? "", Cursor = p.Line.Text("walk_from") ?? "", End = p.Line.Text("walk_end") ?? "",
                Batches = line.Batches,
            }),
        ];
    }

    /// <summary>The parts of a walk that was divided, as far as they have come.</summary>
    public static async Task<IReadOnlyList<PartRecord>> ReadAsync(StepRun run, StepRecord line, CancellationToken cancellationToken)
    {
        var parts = await PartStore.ReadAsync(run.Scope.Store, line, run.Scope.Session.QueryAsync, cancellationToken).ConfigureAwait(false);
        return parts.Count == Read(line).Parts
            ? parts
            : throw new TandemException(ProblemCodes.JournalDamaged, $"{run.Step.Title}: the journal has {parts.Count} of the {Read(line).Parts} parts of its walk.");
    }
}
