using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tandem.Running;

namespace Tandem.Cli.Output;

/// <summary>An event as programs get it: its name and its parts, the same as a line and as a log record. No part is a value of a row.</summary>
/// <param name="Name">The event, for example <c>step_done</c>.</param>
/// <param name="Parts">Its parts by name; times are seconds.</param>
internal sealed record EventBody(string Name, JsonObject Parts)
{
    /// <summary>How parts are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new SecondsConverter() },
    };

    /// <summary>What a run tells.</summary>
    public static EventBody Of(RunEvent value) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.GetType().Name), JsonSerializer.SerializeToNode(value, value.GetType(), Json)!.AsObject());

    /// <summary>The command is over.</summary>
    public static EventBody End(CommandView view) => new("end", new JsonObject
    {
        ["command"] = view.Command,
        ["exitCode"] = view.ExitCode,
        ["problems"] = JsonSerializer.SerializeToNode(view.Problems, Json),
    });

    /// <summary>Times are numbers of seconds.</summary>
    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value.TotalSeconds, 4));
    }
}
