namespace Tandem.Cli.Output;

/// <summary>What a piece of text is, for whoever gives it a colour.</summary>
internal enum Tone
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>A heading, or what the eye looks for first.</summary>
    Strong,

    /// <summary>Beside the point.</summary>
    Faint,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a second look.</summary>
    Warning,

    /// <summary>Wrong.</summary>
    Bad,
}

/// <summary>A piece of a line.</summary>
/// <param name="Text">Any text, also names from a database: it is shown as it is and never interpreted.</param>
/// <param name="Tone">What it is.</param>
internal readonly record struct Piece(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Piece(string text) => new(text);
}
