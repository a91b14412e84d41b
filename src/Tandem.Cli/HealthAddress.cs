using System.Globalization;
using System.Net;
using System.Text.Json;
using Tandem.Running.Health;

namespace Tandem.Cli;

/// <summary>Asks an address for a signal of the user's own: a number, or what Prometheus answers to an instant query.</summary>
internal static class HealthAddress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The value, or why there is none; infinity where the address asks to be left alone.</summary>
    public static async Task<Measured> AskAsync(string url, CancellationToken cancellationToken)
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

            return !response.IsSuccessStatusCode ? Measured.Not($"the address answers {(int)response.StatusCode}")
                : Read(await response.Content.ReadAsStringAsync(cancellationToken)) is { } value ? value
                : Measured.Not("the answer is no number");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Measured.Not("the address does not answer in time");
        }
        catch (Exception e) when (e is UriFormatException or NotSupportedException)
        {
            return Measured.Not("it is no address that can be asked");
        }
        catch (HttpRequestException)
        {
            return Measured.Not("the address cannot be reached");
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
