using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Looks at the settings of a file and its surroundings that decide how a change goes.</summary>
internal static class SqliteDoctor
{
    public static async Task<ValueList<DatabaseCheck>> CheckAsync(SqliteDatabase database, string path, CancellationToken cancellationToken)
    {
        var session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var mode = await ReadAsync(session, "pragma journal_mode", cancellationToken).ConfigureAwait(false);
            var encoding = await ReadAsync(session, "pragma encoding", cancellationToken).ConfigureAwait(false);
            return
            [
                new DatabaseCheck("journal mode", $"{mode}, encoding {encoding}", mode is "wal" ? null : new Problem(
                    ProblemCodes.EnvironmentNotReady,
                    $"In journal mode {mode} readers and the writer wait for each other; a backfill makes readers wait for each of its batches.",
                    Remedy: "Set it with `pragma journal_mode = wal` when no application of another machine opens the file; Tandem leaves it alone.")
                    {
                        Severity = Severity.Note,
                    }),
                Rights(path),
                Names(await SqliteOwnTables.TakenAsync(session, cancellationToken).ConfigureAwait(false)),
                Space(path),
            ];
        }
    }

    private static DatabaseCheck Names(IReadOnlyList<string> taken) => taken.Count == 0
        ? new DatabaseCheck("names", "free")
        : new DatabaseCheck("names", $"taken: {string.Join(", ", taken)}", new Problem(
            ProblemCodes.NameTaken,
            $"{string.Join(", ", taken)}: Tandem needs these names, and what has them is not Tandem's. No migration can be started.",
            Remedy: "Rename them: ALTER TABLE … RENAME TO …."));

    private static async Task<string> ReadAsync(ISession session, string pragma, CancellationToken cancellationToken)
    {
        var result = await session.QueryAsync(new SqlStatement(pragma), cancellationToken).ConfigureAwait(false);
        return Convert.ToString(result.Rows[0][0], CultureInfo.InvariantCulture) ?? "";
    }

    // SQLite writes its journal beside the file, so the directory must take new files as well.
    private static DatabaseCheck Rights(string path)
    {
        var (file, directory) = (IsWritable(new FileInfo(path)), IsWritable(new FileInfo(path).Directory!));
        return file && directory
            ? new DatabaseCheck("rights", "file and directory can be written to")
            : new DatabaseCheck("rights", "read only", new Problem(
                ProblemCodes.DatabaseReadOnly, $"This user cannot write to the {(file ? "directory of the file" : "file")}."));
    }

    private static bool IsWritable(FileSystemInfo entry)
    {
        try
        {
            if (entry is FileInfo file)
            {
                using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                return true;
            }

            var name = Path.Combine(entry.FullName, $".tandem-{Environment.ProcessId}");
            using (new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A changed table is stored twice until sunset.
    private static DatabaseCheck Space(string path)
    {
        var size = new FileInfo(path).Length;
        var free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
        var found = string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:F1} MB, {free / 1e6:F0} MB free beside it");
        return new DatabaseCheck("space", found, free > size ? null : new Problem(
            ProblemCodes.EnvironmentNotReady, "There is less space than the file takes; a changed table is stored twice until sunset.", Remedy: "Make room before starting a migration of a large table."));
    }
}
