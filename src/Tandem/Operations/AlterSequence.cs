using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Changes the options of a sequence.</summary>
[Description("Changes the options of a sequence of its own (PostgreSQL), for both versions from complete on. Where the sequence stands is never touched.")]
public sealed record AlterSequence : Operation
{
    /// <summary>The sequence's name.</summary>
    [Description("The sequence's name.")]
    public required string Name { get; init; }

    /// <summary>Its type; as before when left out.</summary>
    [Description("Its type: smallint, integer or bigint; as before when left out.")]
    public string? Type { get; init; }

    /// <summary>The number that it began with; as before when left out.</summary>
    [Description("The number that it began with and begins with again when told to restart; as before when left out.")]
    public long? Start { get; init; }

    /// <summary>Its step; as before when left out.</summary>
    [Description("Its step; as before when left out.")]
    public long? Increment { get; init; }

    /// <summary>The least value; as before when left out.</summary>
    [Description("The least value; as before when left out.")]
    public long? Minimum { get; init; }

    /// <summary>The greatest value; as before when left out.</summary>
    [Description("The greatest value; as before when left out.")]
    public long? Maximum { get; init; }

    /// <summary>How many values a session takes at once; as before when left out.</summary>
    [Description("How many values a session takes at once; as before when left out.")]
    public long? Cache { get; init; }

    /// <summary>Whether it begins again at its end; as before when left out.</summary>
    [Description("Whether it begins again at its end; as before when left out.")]
    public bool? Cycle { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The sequence {Name} has other options, from complete on.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("sequences", SequenceRules.InsteadOnSqlite) || draft.Existing<Sequence>(Name, "sequence") is not { } sequence
            || !SequenceRules.IsType(draft, Name, Type ?? sequence.Type))
        {
            return;
        }

        var after = SequenceRules.Normal(sequence with
        {
            Start = Start ?? sequence.Start,
            Type = Type ?? sequence.Type,
            Increment = Increment ?? sequence.Increment,
            Minimum = Minimum ?? sequence.Minimum,
            Maximum = Maximum ?? sequence.Maximum,
            Cache = Cache ?? sequence.Cache,
            Cycle = Cycle ?? sequence.Cycle,
        });
        if (after == sequence)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The sequence {Name} already is so.", Name);
            return;
        }

        if (!SequenceRules.IsSound(draft, after))
        {
            return;
        }

        draft.Objects.Add(new ObjectChange(sequence, after));
        draft.TakesEffectAtComplete($"The sequence {Name} changes", Name);
    }
}
