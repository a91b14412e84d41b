using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Tandem.Cli;

/// <summary>Asks an address for a signal of the user's own: a number, or what Prometheus answers to an instant query.</summary>
internal static class HealthAddress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The value; null where it cannot be had, infinity where the address asks to be left alone.</summary>
    public static async Task<double?> AskAsync(string url, CancellationToken cancellationToken)
    {
        var address = TargetsFile.Expand(url, "A signal's address", Environment.GetEnvironmentVariable);
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri(address), cancellationToken);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                return double.PositiveInfinity;
            }

            return response.IsSuccessStatusCode ? Read(await response.Content.ReadAsStringAsync(cancellationToken)) : null;
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or NotSupportedException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The number of an answer: all of it, or the greatest of an instant query's values.</summary>
    public static double? Read(string text)
    {
        if (Number(text.Trim()) is { } plain)
        {
            return plain;
        }

        try
        {
            using var answer = JsonDocument.Parse(text);
            var data = answer.RootElement.GetProperty("data");
            var result = data.GetProperty("result");
            var values = data.GetProperty("resultType").GetString() switch
            {
                "scalar" => [result],
                "vector" => result.EnumerateArray().Select(r => r.GetProperty("value")).ToArray(),
                _ => Array.Empty<JsonElement>(),
            };
            return values.Select(v => Number(v[1].GetString() ?? "")).Max();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number) ? number : null;
}
