namespace Tandem.Problems;

/// <summary>How much a problem weighs.</summary>
public enum Severity
{
    /// <summary>Worth knowing; changes nothing.</summary>
    Note,

    /// <summary>May hurt; the plan goes on unless a policy says otherwise.</summary>
    Warning,

    /// <summary>The plan or the run stops here.</summary>
    Error,
}
