using System.ComponentModel;

namespace Tandem.Cli.Output;

/// <summary>The state of the environment, check by check.</summary>
internal sealed record DoctorView : CommandView
{
    [Description("The checks in order.")]
    public required IReadOnlyList<CheckView> Checks { get; init; }

    public override void Write(Screen screen)
    {
        var grid = new Grid("", "check", "found");
        foreach (var check in Checks)
        {
            grid.Row(
                check.Status switch
                {
                    "ok" => new Piece("ok", Tone.Good),
                    "warning" => new Piece("!!", Tone.Warning),
                    "error" => new Piece("no", Tone.Bad),
                    _ => new Piece("--", Tone.Faint),
                },
                new Piece(check.Name, Tone.Strong),
                check.Found);
        }

        grid.Write(screen, indent: 0);
    }
}

/// <summary>One check.</summary>
internal sealed record CheckView
{
    [Description("What was looked at.")]
    public required string Name { get; init; }

    [Description("ok, warning, error, or skipped.")]
    public required string Status { get; init; }

    [Description("What was found.")]
    public required string Found { get; init; }
}
