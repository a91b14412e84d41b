namespace Tandem.Bench;

/// <summary>Two things beside each other.</summary>
internal static class Pairs
{
    /// <summary>
    /// The middle of many ratios, first ÷ second, each of two short measurements right behind each other: what the machine does besides meets both,
    /// and which of them comes first changes.
    /// </summary>
    public static async Task<double> RatioAsync(int pairs, Func<Task<double>> first, Func<Task<double>> second)
    {
        var ratios = new List<double>();
        for (var i = 0; i < pairs; i++)
        {
            var before = i % 2 == 0 ? await first() : 0;
            var other = await second();
            ratios.Add((i % 2 == 0 ? before : await first()) / other);
        }

        return ratios.Order().ElementAt(ratios.Count / 2);
    }
}
