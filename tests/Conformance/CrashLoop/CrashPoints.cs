namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>Which of a life's calls go wrong, each in a life of its own.</summary>
internal sealed class CrashPoints
{
    private readonly Func<int, Fault, IEnumerable<int>> choose;

    private CrashPoints(Func<int, Fault, IEnumerable<int>> choose) => this.choose = choose;

    /// <summary>All of them.</summary>
    public static CrashPoints All { get; } = new((calls, _) => Enumerable.Range(1, calls));

    /// <summary>Every n-th; each fault begins at another one.</summary>
    public static CrashPoints Every(int n) => new((calls, fault) =>
        Enumerable.Range(0, calls).Where(i => i % n == (int)fault % n).Select(i => i + 1));

    /// <summary>So many, one at random in each of as many equal parts of the life; the same ones at every run.</summary>
    public static CrashPoints Spread(int count, string seed) => new((calls, fault) =>
        Inner(1, calls, count, new Random(TestRun.Hash($"{seed} {fault}"))));

    /// <summary>The first, the last and between them as <see cref="Spread"/> does, so many in all.</summary>
    public static CrashPoints WithEnds(int count, string seed) => new((calls, fault) =>
        count >= calls ? Enumerable.Range(1, calls)
        : count < 3 ? new[] { 1, calls }.Take(count)
        : [1, .. Inner(2, calls - 1, count - 2, new Random(TestRun.Hash($"{seed} {fault}"))), calls]);

    /// <summary>The chosen calls of a life that has so many.</summary>
    public IReadOnlyList<int> Of(int calls, Fault fault) => [.. choose(calls, fault)];

    private static IEnumerable<int> Inner(int first, int last, int count, Random random)
    {
        var all = last - first + 1;
        count = Math.Min(count, all);
        for (var part = 0; part < count; part++)
        {
            yield return first + random.Next(all * part / count, all * (part + 1) / count);
        }
    }
}
