using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;

namespace Tandem.Planning;

/// <summary>What a change did in a copy of the target with rows that were made up: how long its steps took there, and what it makes of the plans of statements.</summary>
public sealed record Trial
{
    /// <summary>Why nothing was tried, or not all; or null.</summary>
    public string? Unknown { get; init; }

    /// <summary>The tables that were filled.</summary>
    public ValueList<FilledTable> Tables { get; init; } = [];

    /// <summary>How long the steps of start took.</summary>
    public ValueList<StepTiming> Timings { get; init; } = [];

    /// <summary>The statements, as they were given.</summary>
    public ValueList<QueryOutcome> Queries { get; init; } = [];

    /// <summary>Why the database's own record of statements tells none, or not all; or null.</summary>
    public string? Unseen { get; init; }

    /// <summary>Nothing was tried.</summary>
    public static Trial Not(string why) => new() { Unknown = why };
}
