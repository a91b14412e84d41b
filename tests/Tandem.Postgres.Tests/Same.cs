using System.Text.Json;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>Compares values of the model by their text, and shows the first lines that differ.</summary>
internal static class Same
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>Fails unless both are equal.</summary>
    public static void ShouldBeSame<T>(this T actual, T expected)
    {
        string[] a = JsonSerializer.Serialize(actual, Options).Split('\n'), e = JsonSerializer.Serialize(expected, Options).Split('\n');
        var i = 0;
        while (i < a.Length && i < e.Length && a[i] == e[i])
        {
            i++;
        }

        if (i < Math.Max(a.Length, e.Length))
        {
            Assert.Fail($"Line {i}\nexpected: {Around(e, i)}\n  actual: {Around(a, i)}");
        }
    }

    private static string Around(string[] lines, int i) =>
        string.Join('\n', lines.Skip(Math.Max(0, i - 5)).Take(10));
}
