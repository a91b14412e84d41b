using System.Globalization;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Refuses to go on while applications of the old version are at work: what the sync noted of their writes is read, and
/// the sessions that use the old version are looked at for a while. What cannot be seen is said, not guessed.
/// </summary>
internal sealed class WatchStep(StepRun run)
{
    private const int MostNamed = 10;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly RunScope scope = run.Scope;
    private readonly OldSide old = run.Step.OldSide ?? throw new InvalidOperationException($"The step {run.Step.Id} does not say what to watch.");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var quiet = scope.Options.OldQuiet ?? TimeSpan.Zero;
        if (scope.Force || quiet <= TimeSpan.Zero)
        {
            await scope.RecordAsync(run.Done(("asked", false)), cancellationToken).ConfigureAwait(false);
            return;
        }

        var seen = await MarksAsync(quiet, cancellationToken).ConfigureAwait(false);
        var looked = 0;
        if (seen.Count == 0 && old.Sessions is { } sessions)
        {
            (seen, looked) = await LookAsync(sessions, quiet, cancellationToken).ConfigureAwait(false);
        }

        if (seen.Count > 0)
        {
            var more = seen.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {seen.Count - MostNamed} more") : "";
            throw new TandemException(
                ProblemCodes.OldSideInUse,
                $"{scope.Plan.OldVersion} is in use: {string.Join("; ", seen.Take(MostNamed))}{more}. It must have been quiet for {Durations.Format(quiet)}.");
        }

        await scope.RecordAsync(
            run.Done(("quiet_seconds", (long)quiet.TotalSeconds), ("looks", looked), ("not_seen", old.Blind)), cancellationToken).ConfigureAwait(false);
    }

    // Which of its names a writer used is not noted; where the old version stays served under its own, nothing follows from a write.
    private async Task<List<string>> MarksAsync(TimeSpan quiet, CancellationToken cancellationToken)
    {
        if (scope.KeepsOld)
        {
            return [];
        }

        var marks = await scope.Session.QueryAsync(new SqlStatement(old.Marks), cancellationToken).ConfigureAwait(false);
        return Rows(marks, "what", "seconds")
            .Where(r => r[1] is not null)
            .Select(r => (Table: (string)r[0]!, Ago: TimeSpan.FromSeconds(Convert.ToInt64(r[1], CultureInfo.InvariantCulture))))
            .Where(m => m.Ago <= quiet)
            .OrderBy(m => m.Table, StringComparer.Ordinal)
            .Select(m => $"{m.Table} was written to {Durations.Format(m.Ago)} ago")
            .ToList();
    }

    private async Task<(List<string> Seen, int Looked)> LookAsync(string sessions, TimeSpan quiet, CancellationToken cancellationToken)
    {
        var until = scope.Retry.Deadline(quiet < scope.Options.OldWatch ? quiet : scope.Options.OldWatch);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var looked = 0;
        while (true)
        {
            var found = await scope.Session.QueryAsync(new SqlStatement(sessions), cancellationToken).ConfigureAwait(false);
            looked++;
            seen.UnionWith(Rows(found, "what", "who", "served")
                .Where(r => !(scope.KeepsOld && Convert.ToInt64(r[2], CultureInfo.InvariantCulture) == 1))
                .Select(r => $"{r[0]} is used by {r[1]}"));
            if (until.IsOver)
            {
                return ([.. seen], looked);
            }

            await scope.Retry.DelayAsync(LookEvery, cancellationToken).ConfigureAwait(false);
            await scope.CheckInAsync(cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
        }
    }

    private static IEnumerable<object?[]> Rows(SqlResult result, params string[] columns)
    {
        var places = columns.Select(c => result.Columns.ToList().IndexOf(c)).ToList();
        return result.Rows.Select(row => places.Select(p => row[p]).ToArray());
    }
}
