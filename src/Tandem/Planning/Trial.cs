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

    /// <summary>The steps of start: how long each took, and by how many bytes the copy grew.</summary>
    public ValueList<TriedStep> Steps { get; init; } = [];

    /// <summary>The statements, as they were given.</summary>
    public ValueList<QueryOutcome> Queries { get; init; } = [];

    /// <summary>Why the database's own record of statements tells none, or not all; or null.</summary>
    public string? Unseen { get; init; }

    /// <summary>A step that was tried, with how many times as many rows the target has; null where it was not tried or its tables could not be filled.</summary>
    /// <param name="step">The step's id.</param>
    /// <param name="tables">The tables whose rows it goes over.</param>
    public (TriedStep Step, double Times)? Find(string step, IReadOnlyCollection<string> tables)
    {
        var over = Tables.Where(t => t.Rows > 0 && tables.Contains(t.Table)).ToList();
        return Steps.FirstOrDefault(s => s.Step == step) is { } tried && over.TrueForAll(t => t.Made > 0)
            ? (tried, over.Count == 0 ? 1 : over.Max(t => (double)t.Rows / t.Made))
            : null;
    }

    /// <summary>Nothing was tried.</summary>
    public static Trial Not(string why) => new() { Unknown = why };
}

/// <summary>A step as it went in a sandbox.</summary>
/// <param name="Step">The step's id.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Grown">By how many bytes the copy grew.</param>
public sealed record TriedStep(string Step, TimeSpan Took, long Grown);
