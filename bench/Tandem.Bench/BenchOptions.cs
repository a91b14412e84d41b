using System.Globalization;

namespace Tandem.Bench;

/// <summary>What is measured, and how large.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        bench/run [--short] [--rows N] [--repetitions N] [--versions 15,18] [--only backfill,writes,…] [--workers N]

          --short         100,000 rows, once, on the newest version: a look, no measurement; writes no page
          --rows          rows of the table that is changed (1,000,000)
          --repetitions   how often; medians are told (3, which is the least for load)
          --versions      majors of PostgreSQL (15,18); none: write the page from what was measured before
          --only          benchmarks: backfill, load, writes, reads, verify, locks, growth, process
          --folder        where the servers keep their data (/var/tmp)
        """;

    public int Rows { get; init; } = 1_000_000;

    public int Repetitions { get; init; } = 3;

    public IReadOnlyList<int> Majors { get; init; } = [15, 18];

    public IReadOnlyList<string> Only { get; init; } = [];

    public string Folder { get; init; } = "/var/tmp";

    /// <summary>Whether the page of results is written.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>How often a benchmark is measured.</summary>
    public int RepetitionsOf(Benchmark benchmark) => Writes ? Math.Max(Repetitions, benchmark.LeastRepetitions) : Repetitions;

    public string? Page => Writes ? Path.Combine(Root(), "docs", "internals", "benchmarks.md") : null;

    public string ResultsFile => Path.Combine(Root(), "artifacts", "bench", Writes ? "results.json" : "short.json");

    /// <summary>The options of a command line; null where it is not understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--short")
            {
                options = options with { Rows = 100_000, Repetitions = 1, Majors = [18], Writes = false };
                continue;
            }

            if (i + 1 >= args.Length)
            {
                return null;
            }

            var value = args[++i];
            var number = int.TryParse(value, CultureInfo.InvariantCulture, out var n) ? n : 0;
            switch (args[i - 1])
            {
                case "--rows" when number > 0: options = options with { Rows = number }; break;
                case "--repetitions" when number > 0: options = options with { Repetitions = number }; break;
                case "--versions": options = options with { Majors = value == "none" ? [] : [.. value.Split(',').Select(v => int.Parse(v, CultureInfo.InvariantCulture))] }; break;
                case "--only": options = options with { Only = value.Split(',') }; break;
                case "--folder": options = options with { Folder = value }; break;
                default: return null;
            }
        }

        return options.Only.All(o => Benchmarks.All.Any(b => b.Key == o)) ? options : null;
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No Tandem.slnx above this program.");
    }
}
