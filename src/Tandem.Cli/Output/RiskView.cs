using System.ComponentModel;
using Tandem.Planning;

namespace Tandem.Cli.Output;

/// <summary>How risky a change is here.</summary>
internal sealed record RiskView
{
    [Description("0 to 100: the points of the reasons together.")]
    public required int Score { get; init; }

    [Description("In a word: low, medium, high or very high.")]
    public required string Level { get; init; }

    [Description("What adds to it, most first.")]
    public required IReadOnlyList<RiskReasonView> Reasons { get; init; }

    public static RiskView Of(RiskRating rating) => new()
    {
        Score = rating.Score,
        Level = rating.Level switch { RiskLevel.Low => "low", RiskLevel.Medium => "medium", RiskLevel.High => "high", _ => "very high" },
        Reasons = rating.Reasons.Select(r => new RiskReasonView { Key = r.Key, Points = r.Points, Fact = r.Fact }).ToList(),
    };

    public void Write(Screen screen)
    {
        var tone = Level switch { "low" => Tone.Good, "medium" => Tone.Warning, _ => Tone.Bad };
        screen.Line(new Piece("Risk  ", Tone.Strong), new Piece($"{Score} of 100, {Level}", tone));
        foreach (var reason in Reasons)
        {
            screen.Paragraph(reason.Fact, 7, Tone.Plain, $"+{reason.Points}  ");
        }
    }
}

/// <summary>A reason of a rating.</summary>
internal sealed record RiskReasonView
{
    [Description("Which fact: the key of its weight.")]
    public required string Key { get; init; }

    [Description("The points that it adds.")]
    public required int Points { get; init; }

    [Description("The measured fact, as a sentence.")]
    public required string Fact { get; init; }
}
