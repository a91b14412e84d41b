using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tandem.Running;

namespace Tandem.Cli;

/// <summary>
/// Sends traces and metrics of a run to a collector, when the standard variables of OpenTelemetry name one
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its like). Without them nothing of it is loaded.
/// </summary>
internal static class Exporting
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";
    private const int FlushWithin = 5_000;

    /// <summary>Begins to export; what is returned sends the rest when it is disposed. Null when no collector is named.</summary>
    public static IDisposable? Begin()
    {
        var traces = IsSet(Endpoint) || IsSet(TracesEndpoint);
        var metrics = IsSet(Endpoint) || IsSet(MetricsEndpoint);
        var disabled = string.Equals(Environment.GetEnvironmentVariable(Disabled), "true", StringComparison.OrdinalIgnoreCase);
        return (traces || metrics) && !disabled ? Build(traces, metrics) : null;
    }

    private static Providers Build(bool traces, bool metrics)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("tandem", serviceVersion: Program.Version);
        return new Providers(
            traces ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name, "Npgsql").AddOtlpExporter().Build() : null,
            metrics ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Telemetry.Name, "Npgsql").AddOtlpExporter().Build() : null);
    }

    private static bool IsSet(string variable) => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable));

    private sealed class Providers(TracerProvider? tracer, MeterProvider? meter) : IDisposable
    {
        // A collector that does not answer must not hold the command back for longer than this.
        public void Dispose()
        {
            tracer?.ForceFlush(FlushWithin);
            meter?.ForceFlush(FlushWithin);
            tracer?.Dispose();
            meter?.Dispose();
        }
    }
}
