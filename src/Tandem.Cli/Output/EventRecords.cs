using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tandem.Running;
using Tandem.Running.Health;

namespace Tandem.Cli.Output;

/// <summary>
/// Writes what a run tells as log records, each event's parts as attributes. What comes once a second or more often is left to the
/// metrics. The records are described in <c>docs/reference/telemetry.md</c>.
/// </summary>
internal sealed class EventRecords(ILogger logger) : IProgress<RunEvent>
{
    private const string Prefix = "tandem.";

    /// <inheritdoc />
    public void Report(RunEvent value)
    {
        if (LevelOf(value) is { } level)
        {
            Write(level, EventBody.Of(value));
        }
    }

    /// <summary>The command is over.</summary>
    public void End(CommandView view) => Write(view.ExitCode == ExitCodes.Done ? LogLevel.Information : LogLevel.Error, EventBody.End(view));

    private static LogLevel? LevelOf(RunEvent value) => value switch
    {
        BatchDone or Waiting => null,
        GuardLooked look => look.Readings.Any(r => r.Fired) ? LogLevel.Warning : null,
        Paced { Level: >= HealthLevel.Hold } or VerifyMismatch or ChunkIsolated or Reconnected => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private void Write(LogLevel level, EventBody body)
    {
        List<KeyValuePair<string, object?>> attributes = [.. body.Parts.SelectMany(p => Attributes(Prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Key), p.Value))];
        logger.Log(level, new EventId(0, Prefix + body.Name), attributes, null, (_, _) => body.Name.Replace('_', ' '));
    }

    private static IEnumerable<KeyValuePair<string, object?>> Attributes(string name, JsonNode? value) => value switch
    {
        null => [],
        JsonObject parts => parts.SelectMany(p => Attributes($"{name}.{p.Key}", p.Value)),
        JsonArray => [new(name, value.ToJsonString(EventBody.Json))],
        _ => [new(name, value.GetValueKind() switch
        {
            JsonValueKind.Number => Number(value.ToJsonString()),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => value.ToString(),
        })],
    };

    private static object Number(string digits) =>
        long.TryParse(digits, CultureInfo.InvariantCulture, out var whole) ? whole : double.Parse(digits, CultureInfo.InvariantCulture);
}
