using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Statements outside a transaction that their author alone knows. Before each the journal says that it is sent, and
/// behind it that it was carried out; between the two nobody knows. Then the author's own query is asked, or a person.
/// </summary>
internal sealed class OnceStep(StepRun run)
{
    private readonly RunScope scope = run.Scope;

    // It may wait for old transactions for long, as a concurrent build of an index does.
    private ApplyOptions AloneOptions => run.Options with { LockTimeout = scope.Options.LockDeadline, StatementTimeout = null };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var place = OncePlace.Parse(run.Line.Cursor);
        var done = place.Done;
        if (place.Sent && await WasDoneAsync(place, cancellationToken).ConfigureAwait(false))
        {
            done = run.Step.Statements.Count;
        }

        while (done < run.Step.Statements.Count)
        {
            scope.StopIfAsked();
            done = await SendAsync(done, cancellationToken).ConfigureAwait(false);
        }

        await scope.RecordAsync(run.Done(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> WasDoneAsync(OncePlace place, CancellationToken cancellationToken)
    {
        if (run.Step.Probe is not { } probe)
        {
            throw Uncertain(place.Done);
        }

        var answer = await scope.Session.QueryAsync(new SqlStatement(probe.Sql), cancellationToken).ConfigureAwait(false);
        return answer.Rows.Count > 0 && answer.Text(answer.Columns[0]) == "done";
    }

    /// <summary>Sends a statement; gives the number of those that are then carried out.</summary>
    private async Task<int> SendAsync(int number, CancellationToken cancellationToken)
    {
        var deadline = scope.Retry.Deadline(scope.Options.LockDeadline);
        await NoteAsync(new OncePlace(number, Sent: true), cancellationToken).ConfigureAwait(false);
        for (var lost = false; ;)
        {
            try
            {
                // The server may have gone on for the connection that was lost, so it is asked before each new try.
                if (lost && await WasDoneAsync(new OncePlace(number, Sent: true), cancellationToken).ConfigureAwait(false))
                {
                    return run.Step.Statements.Count;
                }

                await ExecuteAsync(run.Step.Statements[number], cancellationToken).ConfigureAwait(false);
                await NoteAsync(new OncePlace(number + 1, Sent: false), cancellationToken).ConfigureAwait(false);
                return number + 1;
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "another try", cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await scope.Session.ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
                lost = true;
            }
            catch (DatabaseException)
            {
                // The database has answered: it was not carried out.
                await NoteAsync(new OncePlace(number, Sent: false), cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task ExecuteAsync(string text, CancellationToken cancellationToken)
    {
        await using var heartbeat = scope.Session.BeginHeartbeat(scope.Migration, cancellationToken);
        try
        {
            await scope.Session.ExecuteAloneAsync(new SqlStatement(text), AloneOptions, heartbeat.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (heartbeat.Failure is not null)
        {
            throw heartbeat.Failure;
        }
    }

    private Task NoteAsync(OncePlace place, CancellationToken cancellationToken) => scope.RecordAsync(
        [
            scope.Lines.Progress(run.Line with { Cursor = place.ToString() }),
            .. place.Sent ? [scope.Event(StandingScripts.Sent, run.Step.Id, ("statement", place.Done + 1))] : Array.Empty<SqlStatement>(),
        ],
        cancellationToken);

    private TandemException Uncertain(int number) => new(
        ProblemCodes.StatementUncertain,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Step.Title}: statement {number + 1} of {run.Step.Statements.Count} was sent, and no answer came; it cannot be sent again unasked."));
}

/// <summary>How far statements outside a transaction came, as the journal writes it.</summary>
/// <param name="Done">How many were carried out.</param>
/// <param name="Sent">Whether the next was sent and no answer is known.</param>
internal readonly record struct OncePlace(int Done, bool Sent)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static OncePlace Parse(string text) =>
        text.Length == 0 ? default : new OncePlace(int.Parse(text.TrimEnd('?'), CultureInfo.InvariantCulture), text.EndsWith('?'));

    /// <inheritdoc />
    public override string ToString() => Done.ToString(CultureInfo.InvariantCulture) + (Sent ? "?" : "");
}
