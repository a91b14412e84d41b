using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>
/// Writes what a later step drops into a file: a head with the definitions, a line a row, a tail with the count. Its
/// checksum stands in a file beside it and in the journal before anything is dropped. A backup that broke off has no tail.
/// </summary>
internal sealed class BackupStep(StepRun run)
{
    private readonly RunScope scope = run.Scope;
    private readonly BatchSize size = new(run.Scope.Options);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var name = FileName();
        var (place, sum, rows) = await WriteAsync(name + ".jsonl", cancellationToken).ConfigureAwait(false);
        WriteSum(name + ".jsonl", sum);
        await scope.RecordAsync(run.Done(("place", place), ("sha256", sum), ("rows", rows)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string Place, string Sum, long Rows)> WriteAsync(string name, CancellationToken cancellationToken)
    {
        var file = Open(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (file.Content.ConfigureAwait(false))
        {
            var rows = await WriteRowsAsync(new BackupWriter(file.Content, hash), cancellationToken).ConfigureAwait(false);
            Try(file.FlushToDisk);
            return (file.Place, Convert.ToHexStringLower(hash.GetHashAndReset()), rows);
        }
    }

    private async Task<long> WriteRowsAsync(BackupWriter writer, CancellationToken cancellationToken)
    {
        var start = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Start), cancellationToken).ConfigureAwait(false);
        var (end, total) = (start.Text("walk_end") ?? "", start.Number("rows_total"));
        var rate = new Rate(scope.Time);
        var (cursor, rows, headed) = ("", 0L, false);
        while (true)
        {
            SqlArgument[] Window(string upto) => [new("after", cursor), new("upto", upto), new("size", (long)size.Rows), new("end", end)];
            var next = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Next, Window("")), cancellationToken).ConfigureAwait(false);
            if (next.Text("upto") is not { } upto)
            {
                break;
            }

            var begun = scope.Time.GetTimestamp();
            var chunk = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Work, Window(upto)), cancellationToken).ConfigureAwait(false);
            size.Took(scope.Time.GetElapsedTime(begun));
            Try(() =>
            {
                WriteHead(writer, headed ? null : chunk.Columns);
                writer.Rows(chunk.Rows);
            });
            (cursor, rows, headed) = (upto, rows + chunk.Rows.Count, true);
            rate.Did(chunk.Rows.Count);
            scope.Tell(new BatchDone(scope.Migration, run.Step.Id, rows, total, rate.PerSecond, rate.TimeFor(total - rows)));
            await scope.CheckInAsync(cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            cancellationToken.ThrowIfCancellationRequested();
        }

        Try(() =>
        {
            WriteHead(writer, headed ? null : []);
            writer.Tail(rows);
        });
        return rows;
    }

    private void WriteHead(BackupWriter writer, IReadOnlyList<string>? columns)
    {
        if (columns is not null)
        {
            writer.Head(scope.Plan, run.Step, columns, scope.Time.GetUtcNow());
        }
    }

    private void WriteSum(string name, string sum)
    {
        var file = Open(name + ".sha256");
        using (file.Content)
        {
            Try(() =>
            {
                file.Content.Write(Encoding.UTF8.GetBytes($"{sum}  {name}\n"));
                file.FlushToDisk();
            });
        }
    }

    private BackupFile Open(string name)
    {
        var open = scope.Options.OpenBackup
            ?? throw new TandemException(ProblemCodes.BackupNotPossible, $"{run.Step.Title}: no directory for backups was named.");
        BackupFile? file = null;
        Try(() => file = open(name));
        return file!;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TandemException(ProblemCodes.BackupNotPossible, $"{run.Step.Title}: {e.Message}", e);
        }
    }

    private string FileName()
    {
        var words = $"{scope.Migration}-{run.Step.Id}-{scope.Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        return string.Concat(words.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));
    }
}
