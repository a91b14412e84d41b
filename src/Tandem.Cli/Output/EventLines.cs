using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tandem.Running;

namespace Tandem.Cli.Output;

/// <summary>
/// Tells what goes on as lines of JSON, for programs that watch a run. Each has <c>event</c> and <c>at</c>; the last is
/// <c>end</c>. The form is described in <c>docs/reference/progress.md</c>.
/// </summary>
internal sealed class EventLines(TextWriter writer, TimeProvider time) : IProgress<RunEvent>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new SecondsConverter() },
    };

    private readonly Lock gate = new();

    /// <inheritdoc />
    public void Report(RunEvent value) => Write(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.GetType().Name), JsonSerializer.SerializeToNode(value, value.GetType(), Json)!.AsObject());

    /// <summary>The command is over.</summary>
    public void End(CommandView view) => Write("end", new JsonObject
    {
        ["command"] = view.Command,
        ["exitCode"] = view.ExitCode,
        ["problems"] = JsonSerializer.SerializeToNode(view.Problems, Json),
    });

    private void Write(string name, JsonObject body)
    {
        body.Insert(0, "event", name);
        body.Insert(1, "at", time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        lock (gate)
        {
            writer.WriteLine(body.ToJsonString(Json));
            writer.Flush();
        }
    }

    /// <summary>Times are numbers of seconds.</summary>
    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value.TotalSeconds, 4));
    }
}
