using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tandem.Cli.Output;
using Tandem.Running;

namespace Tandem.Cli;

/// <summary>
/// Sends traces, metrics and logs of a run to a collector, when the standard variables of OpenTelemetry name one
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its like). Without them nothing of it is loaded.
/// </summary>
internal sealed class Exporting : IDisposable
{
    private const string Traces = "TRACES";
    private const string Metrics = "METRICS";
    private const string Logs = "LOGS";
    private const string Disabled = "OTEL_SDK_DISABLED";
    private const int FlushWithin = 5_000;

    private readonly TracerProvider? tracer;
    private readonly MeterProvider? meter;
    private readonly ILoggerFactory? logs;

    private Exporting(bool traces, bool metrics, bool records)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("tandem", serviceVersion: Program.Version);
        tracer = traces ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name, "Npgsql").AddOtlpExporter(o => Set(o, Traces)).Build() : null;
        meter = metrics ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Telemetry.Name, "Npgsql").AddOtlpExporter(o => Set(o, Metrics)).Build() : null;
        logs = records ? LoggerFactory.Create(b => b.AddOpenTelemetry(o =>
        {
            o.IncludeFormattedMessage = true;
            o.SetResourceBuilder(resource).AddOtlpExporter(to => Set(to, Logs));
        })) : null;
        Records = logs is null ? null : new EventRecords(logs.CreateLogger(Telemetry.Name));
    }

    /// <summary>Takes what a run tells; null where no collector for logs is named.</summary>
    public EventRecords? Records { get; }

    /// <summary>Begins to export; what is returned sends the rest when it is disposed. Null when no collector is named.</summary>
    public static Exporting? Begin()
    {
        var all = Variable("ENDPOINT") is not null;
        var (traces, metrics, records) = (all || Variable($"{Traces}_ENDPOINT") is not null, all || Variable($"{Metrics}_ENDPOINT") is not null, all || Variable($"{Logs}_ENDPOINT") is not null);
        var disabled = string.Equals(Environment.GetEnvironmentVariable(Disabled), "true", StringComparison.OrdinalIgnoreCase);
        return (traces || metrics || records) && !disabled ? new Exporting(traces, metrics, records) : null;
    }

    // A collector that does not answer must not hold the command back for longer than this.
    public void Dispose()
    {
        tracer?.ForceFlush(FlushWithin);
        meter?.ForceFlush(FlushWithin);
        tracer?.Dispose();
        meter?.Dispose();
        logs?.Dispose();
    }

    // The exporter by itself reads only the variables that are for all signals.
    private static void Set(OtlpExporterOptions options, string signal)
    {
        options.Protocol = Variable($"{signal}_PROTOCOL") switch
        {
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => options.Protocol,
        };
        options.Headers = Variable($"{signal}_HEADERS") ?? options.Headers;
        if (Uri.TryCreate(Variable($"{signal}_ENDPOINT"), UriKind.Absolute, out var endpoint))
        {
            options.Endpoint = endpoint;
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable($"OTEL_EXPORTER_OTLP_{name}") is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
