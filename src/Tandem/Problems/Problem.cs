namespace Tandem.Problems;

/// <summary>The stable identity of a kind of problem. Codes are never renumbered or reused.</summary>
/// <param name="Id">For example <c>TDM1201</c>.</param>
/// <param name="Title">What kind of thing is wrong, in a few words.</param>
/// <param name="Severity">Its weight unless a policy changes it.</param>
/// <param name="Remedy">What a person does about it.</param>
public sealed record ProblemCode(string Id, string Title, Severity Severity, string Remedy);

/// <summary>A finding: its code, a sentence with names but without values of users' rows, and its place.</summary>
/// <param name="Code">The kind of problem.</param>
/// <param name="Message">One sentence about this very case.</param>
/// <param name="Place">Where in a file, when a file is to blame.</param>
/// <param name="Subject">The database object concerned, for example <c>customers.name</c>.</param>
/// <param name="Remedy">The remedy for this very case; the code's remedy when null.</param>
public sealed record Problem(
    ProblemCode Code,
    string Message,
    SourceSpan? Place = null,
    string? Subject = null,
    string? Remedy = null)
{
    /// <summary>The weight of this problem.</summary>
    public Severity Severity { get; init; } = Code.Severity;

    /// <summary>Whether a person may accept it in the file (<c>accept:</c>); unaccepted it is an error.</summary>
    public bool NeedsConsent { get; init; }

    /// <summary>What a person does about it.</summary>
    public string EffectiveRemedy => Remedy ?? Code.Remedy;

    /// <inheritdoc />
    public override string ToString() =>
        Place is null ? $"{Code.Id}: {Message}" : $"{Place}: {Code.Id}: {Message}";
}
