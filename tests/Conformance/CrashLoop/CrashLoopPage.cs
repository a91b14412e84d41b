using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tandem.Tests.Architecture;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>When and how cells of the page came to be.</summary>
internal sealed record CrashLoopRun(string Date, string Commit, string Calls);

/// <summary>What came out for one case on one server.</summary>
internal sealed record CrashLoopCell(int Lives, int Fired, int Failed, CrashLoopRun Run);

/// <summary>The page with the last results of the nightly crash loop: written by the loop itself, a cell at a time, read by nobody else.</summary>
internal sealed class CrashLoopPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "docs/internals/crash-loop.md";

    /// <summary>The columns.</summary>
    public static readonly IReadOnlyList<string> Servers =
        ["SQLite", "PostgreSQL 14", "PostgreSQL 15", "PostgreSQL 16", "PostgreSQL 17", "PostgreSQL 18"];

    private const string None = "–";

    private const string Words = """
        # The crash loop's last results

        Written by `./check --nightly`; a test checks its shape. A life is start, roll back, start, complete, roll back, start, complete, sunset. A
        life without faults counts its calls to the database; then in one life after the other one call goes wrong, in each of
        ten ways: the connection is lost before the call, its answer is lost, the process dies before it or after it, a lock is not granted, a
        conflict, a statement timeout, a full disk, a read-only server, a process that sleeps until another has taken over. Another process takes
        the life up, and schema, rows, engine's objects, lease and journal must be those of the life without faults.

        A cell says: lives lived under a fault / lives in which it happened / lives that ended otherwise (run). `–`: not run yet; nothing: not for this server.
        Calls tell at how many calls of a life each fault happened, the first and the last of them among these; `all`: every call, one life each;
        `together`: one life met all ten faults, each in the process that took up what the one before left, and the cell counts faults. How many is
        set by `TANDEM_NIGHTLY_CALLS`; without it 4, and every call for commands that are refused and for the basic lenses on SQLite.
        """;

    private readonly SortedDictionary<string, Dictionary<string, CrashLoopCell>> rows = new(StringComparer.Ordinal);

    /// <summary>Case, server and what came out.</summary>
    public IEnumerable<(string Case, string Server, CrashLoopCell Cell)> Cells =>
        rows.SelectMany(row => row.Value, (row, cell) => (row.Key, cell.Key, cell.Value));

    /// <summary>Writes one result into the page; test processes run side by side and take turns.</summary>
    public static void Record(string server, string name, string calls, CrashLoopResult result)
    {
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var turn = new Mutex(false, "tandem-crash-loop-page");
        turn.WaitOne();
        try
        {
            var page = Repository.Has(Path) ? Parse(Repository.Read(Path)) : new CrashLoopPage();
            page.Complete();
            page.Set(name, server, new CrashLoopCell(result.Lives, result.Fired, result.Failures.Count, new CrashLoopRun(today, Commit(), calls)));
            File.WriteAllText(System.IO.Path.Combine(Repository.Root, Path), page.Render());
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    /// <summary>The page as a value.</summary>
    public static CrashLoopPage Parse(string text)
    {
        var tables = text.Split('\n').Where(l => l.StartsWith('|')).Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        var runs = tables.Where(r => r.Length == 4 && r[0].All(char.IsAsciiDigit)).ToDictionary(r => r[0], r => new CrashLoopRun(r[1], r[2], r[3]));
        var page = new CrashLoopPage();
        foreach (var row in tables.Where(r => r.Length == 1 + Servers.Count).Skip(2))
        {
            page.rows.TryAdd(row[0], []);
            foreach (var (server, cell) in Servers.Zip(row.Skip(1)).Where(c => c.Second is not (None or "")))
            {
                var parts = cell.Split('/', ' ', '(', ')');
                page.Set(row[0], server, new CrashLoopCell(Number(parts[0]), Number(parts[1]), Number(parts[2]), runs[parts[4]]));
            }
        }

        return page;
    }

    /// <summary>The value as a page.</summary>
    public string Render()
    {
        var runs = Cells.Select(c => c.Cell.Run).Distinct().OrderBy(r => (r.Date, r.Commit, r.Calls)).ToList();
        var text = new StringBuilder(Words.ReplaceLineEndings("\n")).Append("\n\n");
        Line(text, ["operation", .. Servers]);
        Line(text, Enumerable.Repeat("---", 1 + Servers.Count));
        foreach (var (name, cells) in rows)
        {
            Line(text, [name, .. Servers.Select(s => cells.TryGetValue(s, out var c)
                ? string.Create(CultureInfo.InvariantCulture, $"{c.Lives}/{c.Fired}/{c.Failed} ({runs.IndexOf(c.Run) + 1})")
                : CrashLoops.IsFor(s, name) ? None : "")]);
        }

        text.Append("\n## Runs\n\n");
        Line(text, ["run", "date", "commit", "calls"]);
        Line(text, Enumerable.Repeat("---", 4));
        foreach (var (number, run) in runs.Index())
        {
            Line(text, [(number + 1).ToString(CultureInfo.InvariantCulture), run.Date, run.Commit, run.Calls]);
        }

        return text.ToString();
    }

    /// <summary>A row for every case that there is, and none for others.</summary>
    private void Complete()
    {
        var known = CrashLoops.Cases("sqlite").Concat(CrashLoops.Cases("postgres")).ToHashSet();
        foreach (var gone in rows.Keys.Except(known).ToList())
        {
            rows.Remove(gone);
        }

        foreach (var name in known)
        {
            rows.TryAdd(name, []);
        }
    }

    private void Set(string name, string server, CrashLoopCell cell)
    {
        if (!rows.TryGetValue(name, out var cells))
        {
            rows[name] = cells = [];
        }

        cells[server] = cell;
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The commit that the sources are at; with a plus where they were changed since.</summary>
    private static string Commit()
    {
        var changed = Git("status", "--porcelain", "--", "src", "tests").Length > 0;
        return Git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
    }

    private static string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git did not start");
        var answer = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return answer.Trim();
    }
}
