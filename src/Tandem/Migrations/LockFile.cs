using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>A migration as the lock file knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parents">The ids it depends on directly, in ordinal order.</param>
/// <param name="Hash">The hash of its file, or <see cref="LockFile.Draft"/> while its text may still change.</param>
public sealed record LockedMigration(string Id, ValueList<string> Parents, string Hash);

/// <summary>
/// <c>tandem.lock</c>: every migration with its parents and the hash of its text, a line each. A line ends with a hash of
/// itself and all lines before it, so a change anywhere shows, and two people who add a line side by side get a conflict
/// from Git where they would otherwise get a branched history.
/// </summary>
/// <param name="Migrations">The migrations, in the order of the history.</param>
public sealed record LockFile(ValueList<LockedMigration> Migrations)
{
    /// <summary>Its name, in the directory of the migrations.</summary>
    public const string FileName = "tandem.lock";

    /// <summary>What stands for the hash of a text that was never locked.</summary>
    public const string Draft = "draft";

    private const string Head =
        "# Every migration, what it comes after, and the hash of its text; each line seals those before it.\n"
        + "# Written by `tandem new` and `tandem lock`. A conflict here means that two migrations were added side by side:\n"
        + "# let one depend on the other, then run `tandem lock`.\n";

    private const string Nobody = "-";

    /// <summary>The lock of a history as it is.</summary>
    public static LockFile Of(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new LockFile(history.Order.Select(id => new LockedMigration(id, Parents(history, id), history.Find(id)!.File.Hash)).ToValueList());
    }

    /// <summary>Reads a lock file.</summary>
    /// <param name="file">Its name and text.</param>
    /// <exception cref="TandemException">It is not a lock file, holds a conflict of Git's, or was edited.</exception>
    public static LockFile Parse(MigrationFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var migrations = new List<LockedMigration>();
        var seal = "";
        var lines = file.Text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var place = new SourceSpan(file.Name, i + 1, 1);
            if (lines[i].StartsWith("<<<<<<<", StringComparison.Ordinal) || lines[i].StartsWith(">>>>>>>", StringComparison.Ordinal))
            {
                throw new TandemException(new Problem(
                    ProblemCodes.LockConflict, "Two migrations were added side by side, and Git left a conflict here.", place));
            }

            if (lines[i].Length == 0 || lines[i][0] == '#')
            {
                continue;
            }

            if (lines[i].Split(' ') is not [var id, "after", var parents, "text", var hash, "seal", var sealing])
            {
                throw new TandemException(new Problem(ProblemCodes.LockMalformed, "The line is not one that Tandem writes.", place));
            }

            var line = new LockedMigration(id, parents == Nobody ? [] : parents.Split(',').ToValueList(), hash);
            seal = Seal(seal, line);
            if (seal != sealing)
            {
                throw new TandemException(new Problem(
                    ProblemCodes.LockMalformed, $"The line of {id}, or one before it, was edited, taken out or moved.", place, id));
            }

            migrations.Add(line);
        }

        return new LockFile(migrations.ToValueList());
    }

    /// <summary>The text of the file.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Head);
            var seal = "";
            foreach (var line in Migrations)
            {
                seal = Seal(seal, line);
                text.Append(CultureInfo.InvariantCulture, $"{Body(line)} seal {seal}\n");
            }

            return text.ToString();
        }
    }

    /// <summary>With one more migration, whose text may still change.</summary>
    public LockFile With(string id, ValueList<string> parents) => new(Migrations.Append(new LockedMigration(id, parents, Draft)).ToValueList());

    /// <summary>Everything in which the files differ from the lock, each with what it was and what it is.</summary>
    /// <param name="history">The history that the files make.</param>
    /// <param name="name">The lock file's name, for places.</param>
    public IReadOnlyList<Problem> Compare(History history, string name)
    {
        ArgumentNullException.ThrowIfNull(history);
        var problems = new List<Problem>();
        foreach (var locked in Migrations)
        {
            if (history.Find(locked.Id) is not { } file)
            {
                problems.Add(Differs(locked.Id, $"{locked.Id} is locked, but its file is missing.", new SourceSpan(name)));
                continue;
            }

            if (locked.Hash == Draft)
            {
                problems.Add(new Problem(ProblemCodes.LockDraft, $"{locked.Id} is a draft: any text of it is taken.", new SourceSpan(file.File.Name), locked.Id));
            }
            else if (locked.Hash != file.File.Hash)
            {
                problems.Add(Differs(locked.Id, $"{locked.Id} was edited: its text is {Short(file.File.Hash)}, the lock has {Short(locked.Hash)}.", new SourceSpan(file.File.Name)));
            }

            var parents = Parents(history, locked.Id);
            if (parents != locked.Parents)
            {
                problems.Add(Differs(locked.Id, $"{locked.Id} comes after {Words(parents)}; locked, it comes after {Words(locked.Parents)}.", new SourceSpan(file.File.Name)));
            }
        }

        var known = Migrations.Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(history.Order.Where(id => !known.Contains(id))
            .Select(id => Differs(id, $"{id} is not in the lock.", new SourceSpan(history.Find(id)!.File.Name))));
        return problems;
    }

    private static Problem Differs(string id, string message, SourceSpan place) => new(ProblemCodes.LockDiffers, message, place, id);

    private static ValueList<string> Parents(History history, string id) => history.ParentsOf(id).Order(StringComparer.Ordinal).ToValueList();

    private static string Words(ValueList<string> parents) => parents.Count == 0 ? "nothing" : string.Join(" and ", parents);

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Body(LockedMigration line) =>
        $"{line.Id} after {(line.Parents.Count == 0 ? Nobody : string.Join(',', line.Parents))} text {line.Hash}";

    private static string Seal(string before, LockedMigration line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{before}\n{Body(line)}")))[..16];
}
