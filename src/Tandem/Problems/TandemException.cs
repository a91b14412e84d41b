namespace Tandem.Problems;

/// <summary>
/// An expected failure at the border to a file, a database or a rule of the engine. It always carries problems with
/// codes and remedies; anything else that is thrown is a defect of the engine.
/// </summary>
public sealed class TandemException : Exception
{
    /// <summary>Stops with one or several problems.</summary>
    public TandemException(IReadOnlyList<Problem> problems, Exception? inner = null)
        : base(string.Join(Environment.NewLine, problems.Select(p => p.ToString())), inner)
    {
        Problems = problems;
    }

    /// <summary>Stops with one problem.</summary>
    public TandemException(Problem problem, Exception? inner = null)
        : this([problem], inner)
    {
    }

    /// <summary>Stops with a problem of this code.</summary>
    public TandemException(ProblemCode code, string message, Exception? inner = null)
        : this(new Problem(code, message), inner)
    {
    }

    /// <summary>What went wrong, all of it.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
