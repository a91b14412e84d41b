namespace Tandem.Bench;

/// <summary>How long requests took.</summary>
internal sealed class Latencies
{
    private readonly double[] ordered;

    public Latencies(IEnumerable<double> milliseconds) => ordered = [.. milliseconds.Order()];

    public double Longest => At(1);

    /// <summary>The milliseconds that a part of the requests does not exceed.</summary>
    public double At(double part) => ordered.Length == 0 ? 0 : ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * part))];

    /// <summary>How many took longer.</summary>
    public int Over(double milliseconds) => ordered.Count(l => l > milliseconds);
}

/// <summary>How long requests took of an application that reads and writes.</summary>
/// <param name="All">All of them.</param>
/// <param name="Reads">Those that only read.</param>
internal sealed record Requests(Latencies All, Latencies Reads);
