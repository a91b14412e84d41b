namespace Tandem.Tests.Conformance;

/// <summary>How much of the tests is meant to run: what a change must pass, or everything.</summary>
internal static class TestRun
{
    /// <summary>Whether it is the night's run, which has hours: <c>TANDEM_NIGHTLY=1</c>.</summary>
    public static bool Nightly { get; } = Environment.GetEnvironmentVariable("TANDEM_NIGHTLY") == "1";

    /// <summary>Which of so many takes its turn by day: chosen by a name, so that it is the same one at every run and another's coming changes nothing.</summary>
    public static int Turn(string name, int count) => (int)((uint)Hash(name) % (uint)count);

    /// <summary>FNV-1a: unlike the hash of a string the same in every process.</summary>
    public static int Hash(string text) => unchecked((int)text.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u));
}
