using System.Globalization;

namespace Tandem.Bench;

/// <summary>What is measured, and how large.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        bench/run [--short] [--rows N] [--repetitions N] [--versions 15,18,sqlite] [--only backfill,writes,…] [--folder PATH]

          --short         100,000 rows, once, on the newest PostgreSQL and on SQLite: a look, no measurement; writes no page
          --rows          rows of the table that is changed (1,000,000)
          --repetitions   how often; medians are told (3, which is the least for some)
          --versions      majors of PostgreSQL, and sqlite for the library that Tandem chooses (15,18,sqlite)
          --only          benchmarks: backfill, load, writes, reads, verify, locks, growth, process
          --folder        where servers and files keep their data; a disk, not memory (/var/tmp)

        What is measured replaces its column on docs/internals/benchmarks.md, or on benchmarks-sqlite.md beside it; all else stays there.
        """;

    private const string Sqlite = "sqlite";

    public int Rows { get; init; } = 1_000_000;

    public int Repetitions { get; init; } = 3;

    /// <summary>Majors of PostgreSQL, and <see cref="Sqlite"/>.</summary>
    public IReadOnlyList<string> Versions { get; init; } = ["15", "18", Sqlite];

    public IReadOnlyList<string> Only { get; init; } = [];

    public string Folder { get; init; } = "/var/tmp";

    /// <summary>Whether the page of results is written.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>How often a benchmark is measured.</summary>
    public int RepetitionsOf(Benchmark benchmark) => Writes ? Math.Max(Repetitions, benchmark.LeastRepetitions) : Repetitions;

    /// <summary>The page of an engine; null where none is written.</summary>
    public string? PageOf(EngineKind engine) => Writes ? Path.Combine(Root(), "docs", "internals", Report.FileOf(engine)) : null;

    /// <summary>Makes a version ready to be measured.</summary>
    public async Task<BenchEngine> OpenAsync(string version) =>
        version == Sqlite ? SqliteBench.Start(Folder) : await PostgresBench.StartAsync(int.Parse(version, CultureInfo.InvariantCulture), Folder);

    /// <summary>The options of a command line; null where it is not understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--short")
            {
                options = options with { Rows = 100_000, Repetitions = 1, Versions = ["18", Sqlite], Writes = false };
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
                case "--versions": options = options with { Versions = value.Split(',') }; break;
                case "--only": options = options with { Only = value.Split(',') }; break;
                case "--folder": options = options with { Folder = value }; break;
                default: return null;
            }
        }

        return options.Only.All(o => Benchmarks.All.Any(b => b.Key == o)) && options.Versions.All(IsVersion) ? options : null;
    }

    private static bool IsVersion(string text) => text == Sqlite || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

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
