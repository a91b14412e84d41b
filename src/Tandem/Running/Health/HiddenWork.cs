namespace Tandem.Running.Health;

/// <summary>
/// Whether sessions are at work that may not be seen, by what all sessions of the server did less what the runner's own did. Writing transactions have
/// numbers that the server gives out one by one, so a single one more than the runner's own tells. Of those that only read it keeps counts that each session
/// brings up to date a second late; they tell over some seconds, and where they are more than what the runner itself may have under way.
/// </summary>
internal sealed class HiddenWork
{
    // Sessions of the server's own and those that watch it.
    private const double NoiseASecond = 10;
    private const double LateSeconds = 1;
    private const int Looks = 4;

    private readonly Queue<Look> looks = new();

    /// <summary>Looks.</summary>
    /// <param name="writes">How far the server's numbers of writing transactions have come.</param>
    /// <param name="transactions">How many transactions its databases had.</param>
    /// <param name="before">What the runner had sent before it asked.</param>
    /// <param name="behind">What it had sent when it had the answer.</param>
    /// <param name="at">When, by a clock that only goes on.</param>
    public bool IsAtWork(double writes, double transactions, SentCounts before, SentCounts behind, TimeSpan at)
    {
        var wrote = looks.Count > 0 && writes - looks.Last().Writes > behind.WritesBegun - looks.Last().Sent.WritesOver;
        var read = looks.Count == Looks && Reads(transactions - looks.Peek().Transactions, behind.All - looks.Peek().Sent.All, (at - looks.Peek().At).TotalSeconds);
        if (looks.Count == Looks)
        {
            looks.Dequeue();
        }

        looks.Enqueue(new Look(writes, transactions, before, at));
        return wrote || read;
    }

    private static bool Reads(double all, double own, double seconds) =>
        seconds > LateSeconds && all - own > (own / seconds * LateSeconds) + (NoiseASecond * seconds);

    private sealed record Look(double Writes, double Transactions, SentCounts Sent, TimeSpan At);
}
