namespace Tandem.Tests.Conformance.Generated;

/// <summary>What a history is about, besides the usual: its schema has tables for it, and its first migration begins with it.</summary>
[Flags]
internal enum Topics
{
    /// <summary>Nothing but the usual.</summary>
    None = 0,

    /// <summary>Columns that move to a related table.</summary>
    Moves = 1,

    /// <summary>Keys that the database draws.</summary>
    DrawnKeys = 2,

    /// <summary>Tables whose rows lie in partitions.</summary>
    Partitions = 4,

    /// <summary>Tables whose rows are divided among partitions.</summary>
    Partitioning = 8,

    /// <summary>Triggers that write.</summary>
    Triggers = 16,

    /// <summary>Row security, and writers whom it concerns.</summary>
    Policies = 32,
}

/// <summary>Chooses the topics.</summary>
internal static class TopicsOfSeed
{
    private const int Turns = 5;

    /// <summary>One that takes its turn, so that each comes by in every few seeds, and now and then others.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="without">Those that the database does not know.</param>
    public static Topics Of(int seed, Topics without) => Enum.GetValues<Topics>()
        .Where(t => !without.HasFlag(t))
        .Where(t => Turn(t) == seed % Turns || TestRun.Turn($"{t} {seed}", 8) == 0)
        .Aggregate(Topics.None, (all, t) => all | t);

    private static int? Turn(Topics topic) => topic switch
    {
        Topics.Moves => 0,
        Topics.DrawnKeys => 1,
        Topics.Partitions => 2,
        Topics.Partitioning => 3,
        Topics.Triggers => 4,
        Topics.Policies => 0,
        _ => null,
    };
}
