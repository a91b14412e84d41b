using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Makes a sequence.</summary>
[Description("Makes a sequence of its own (PostgreSQL). It is there from the start on; a rollback leaves it where it stands.")]
public sealed record CreateSequence : Operation
{
    /// <summary>The sequence's name.</summary>
    [Description("The sequence's name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type: smallint, integer or bigint.")]
    public string Type { get; init; } = "bigint";

    /// <summary>Its first value.</summary>
    [Description("Its first value.")]
    public long Start { get; init; } = 1;

    /// <summary>Its step.</summary>
    [Description("Its step.")]
    public long Increment { get; init; } = 1;

    /// <summary>The least value; the type's when left out.</summary>
    [Description("The least value; the usual one when left out.")]
    public long? Minimum { get; init; }

    /// <summary>The greatest value; the type's when left out.</summary>
    [Description("The greatest value; the usual one when left out.")]
    public long? Maximum { get; init; }

    /// <summary>How many values a session takes at once.</summary>
    [Description("How many values a session takes at once.")]
    public long Cache { get; init; } = 1;

    /// <summary>Whether it begins again at its end.</summary>
    [Description("Whether it begins again at its end.")]
    public bool Cycle { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"There is a sequence {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var sequence = new Sequence(Name, Type, Start, Increment) { Minimum = Minimum, Maximum = Maximum, Cache = Cache, Cycle = Cycle };
        if (draft.NeedsPostgres("sequences", SequenceRules.InsteadOnSqlite) && SequenceRules.IsType(draft, Name, Type) && SequenceRules.IsSound(draft, sequence) && draft.IsFree(Name, rows: false))
        {
            draft.Objects.Add(new ObjectChange(null, sequence));
        }
    }
}

/// <summary>What operations on sequences have in common.</summary>
internal static class SequenceRules
{
    public const string InsteadOnSqlite = "Let a column be the INTEGER PRIMARY KEY, which counts by itself, or keep the count in a table.";

    /// <summary>The sequence with limits only where they are not the usual ones.</summary>
    public static Sequence Normal(Sequence sequence)
    {
        var (least, greatest) = sequence.UsualLimits;
        return sequence with { Minimum = sequence.Minimum == least ? null : sequence.Minimum, Maximum = sequence.Maximum == greatest ? null : sequence.Maximum };
    }

    /// <summary>Whether the server takes the numbers; reports what is wrong with them.</summary>
    public static bool IsSound(ChangeDraft draft, Sequence sequence)
    {
        var ((least, most), (minimum, maximum)) = (sequence.Range, sequence.Limits);
        var problem =
            sequence.Increment == 0 ? "its step is 0"
            : sequence.Cache < 1 ? "a session takes at least one value at once"
            : minimum < least || maximum > most ? $"{sequence.Type} holds numbers from {least} to {most}"
            : minimum >= maximum ? $"its least value {minimum} is not below its greatest {maximum}"
            : sequence.Start < minimum || sequence.Start > maximum ? $"it starts at {sequence.Start}, and its values lie between {minimum} and {maximum}"
            : null;
        if (problem is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"The sequence {sequence.Name} cannot be so: {problem}.", sequence.Name, "Correct `start`, `increment`, `minimum`, `maximum`, `cache` or `type`.");
        }

        return problem is null;
    }

    /// <summary>Whether a sequence can have the type.</summary>
    public static bool IsType(ChangeDraft draft, string name, string type)
    {
        if (type is "smallint" or "integer" or "bigint")
        {
            return true;
        }

        draft.Report(ProblemCodes.Incomplete, $"The sequence {name} cannot have the type {type}.", name, "Say smallint, integer or bigint.");
        return false;
    }
}
