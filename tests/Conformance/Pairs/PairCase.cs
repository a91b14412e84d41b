using Tandem.Differences;

namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Two schemas of one database; each must lead to the other by the difference between them.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Both">What both have, before everything else.</param>
/// <param name="One">What only the one has.</param>
/// <param name="Other">What only the other has.</param>
public sealed record PairCase(string Name, string Both, string One, string Other)
{
    /// <summary>Rows that fit both.</summary>
    public string Rows { get; init; } = "";

    /// <summary>Writes of an application of the one, which leave the rows behind as they were; tables in braces.</summary>
    public IReadOnlyList<string> OneWrites { get; init; } = [];

    /// <summary>Writes of an application of the other.</summary>
    public IReadOnlyList<string> OtherWrites { get; init; } = [];

    /// <summary>What a person says about the way from the one to the other.</summary>
    public DifferenceOptions Options { get; init; } = new();

    /// <summary>What a person says about the way back.</summary>
    public DifferenceOptions OptionsBack { get; init; } = new();

    /// <summary>Whether it can be gone in one direction only; the other is refused in the plan, or told as open.</summary>
    public bool OneWay { get; init; }

    /// <summary>Whether the other has rules that were never proved; elsewhere they are a sign of work that was left half done.</summary>
    public bool Unproved { get; init; }

    /// <summary>Whether no copy of the database has what it is about, so that SQL cannot be tried there.</summary>
    public bool Untried { get; init; }

    /// <summary>The oldest version of the server that knows what it needs.</summary>
    public int Since { get; init; }

    /// <summary>How many migrations it takes.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>How many it takes from the one to the other, where the way back takes less; 0 when both take the same.</summary>
    public int StagesThere { get; init; }
}
