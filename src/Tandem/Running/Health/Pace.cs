namespace Tandem.Running.Health;

/// <summary>
/// How large a part of the time a walk works, between <see cref="Least"/> and all of it: additive increase and
/// multiplicative decrease (Chiu and Jain, 1989), the rule by which TCP shares a line. After a batch of duration d the walk
/// rests d(1−u)/u, gh-ost's nice ratio. The size of batches is another variable with its own rule, so that the two
/// do not fight: the size keeps a batch short for those who wait for its rows, the part keeps the server free.
/// </summary>
/// <remarks>
/// A sample a second. Slow: u becomes 0.9u. Unknown: u is at most one half. Hold: nothing until three samples in a row were
/// better, then u/2. Go, three times in a row: u grows by 0.05.
/// </remarks>
internal sealed class Pace
{
    /// <summary>The smallest part.</summary>
    public const double Least = 0.02;

    private const int Calm = 3;
    private const double WhileUnknown = 0.5;
    private const double Growth = 0.05;
    private const double Decay = 0.9;

    private int calm = Calm;

    /// <summary>The part of the time in which the walk works.</summary>
    public double Part { get; private set; } = 1;

    /// <summary>Whether nothing may be written.</summary>
    public bool Holds { get; private set; }

    /// <summary>Takes in what the worst of the signals asks for.</summary>
    public void Heard(HealthLevel level, bool unknown)
    {
        if (level >= HealthLevel.Hold)
        {
            Part = Holds ? Part : Math.Max(Least, Part / 2);
            (Holds, calm) = (true, 0);
            return;
        }

        calm++;
        if (Holds)
        {
            Holds = calm < Calm;
        }
        else if (unknown)
        {
            Part = Math.Min(Part, WhileUnknown);
        }
        else if (level == HealthLevel.Slow)
        {
            (Part, calm) = (Math.Max(Least, Part * Decay), 0);
        }
        else if (calm >= Calm)
        {
            Part = Math.Min(1, Part + Growth);
        }
    }

    /// <summary>How long to rest after a batch.</summary>
    /// <param name="batch">How long the batch took.</param>
    /// <param name="least">The shortest rest, in durations of the batch.</param>
    public TimeSpan RestAfter(TimeSpan batch, double least) => batch * Math.Max(least, (1 - Part) / Part);
}
