using Xunit;

namespace Tandem.Tests.Architecture;

/// <summary>Fails with every violation of a rule, one on each line, not with the first.</summary>
internal static class Rules
{
    public static void Hold(IEnumerable<string> violations)
    {
        var found = violations.Distinct().ToList();
        if (found.Count > 0)
        {
            Assert.Fail(string.Join(Environment.NewLine, found));
        }
    }
}
