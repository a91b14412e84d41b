using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Traces, metrics and logs of a run, sent to a collector that the standard variables name.</summary>
public sealed class ExportingTests
{
    private const string Migration =
        """
        title: A code in capitals
        operations:
          - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
        """;

    [Fact]
    public async Task A_collector_gets_spans_and_figures_and_no_value_of_a_row()
    {
        await using var project = await PeopleAsync();
        using var collector = new Collector();
        (await Tool.RunAsync(
            project.Root, ["start", "--yes"], ("TANDEM_DB", project.Url), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
            .ShouldEndWith(0);

        collector.Received.Keys.Order().ShouldBe(["/v1/logs", "/v1/metrics", "/v1/traces"]);
        string.Concat(collector.Received["/v1/traces"]).ShouldContain("tandem start");
        string.Concat(collector.Received["/v1/traces"]).ShouldContain("backfill people");
        string.Concat(collector.Received["/v1/metrics"]).ShouldContain("tandem.batch.duration");
        collector.Received.Values.ShouldAllBe(v => !string.Concat(v).Contains("sesame", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_collector_for_logs_gets_a_record_for_each_event_of_the_run_and_its_end()
    {
        await using var project = await PeopleAsync();
        using var collector = new Collector();
        (string, string)[] environment = [("TANDEM_DB", project.Url), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", $"{collector.Url}v1/logs"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];
        (await Tool.RunAsync(project.Root, ["start", "--yes"], environment)).ShouldEndWith(0).Errors.ShouldContain("1/3");
        (await Tool.RunAsync(project.Root, ["complete"], environment)).ShouldEndWith(2);

        collector.Received.Keys.ShouldBe(["/v1/logs"]);
        var records = string.Concat(collector.Received["/v1/logs"]);
        foreach (var part in (string[])["tandem.step_started", "tandem.step_done", "tandem.migration", "0001_code", "tandem.step", "backfill people", "tandem.cost.held", "tandem.end", "tandem.exit_code", "TDM6007"])
        {
            records.ShouldContain(part);
        }

        records.ShouldNotContain("tandem.batch_done");
        records.ShouldNotContain("sesame", Case.Insensitive);
    }

    [Theory]
    [InlineData("TRACES", "backfill people")]
    [InlineData("METRICS", "tandem.rows")]
    public async Task One_signal_alone_goes_to_the_address_that_is_given_for_it(string signal, string part)
    {
        await using var project = await PeopleAsync();
        using var collector = new Collector();
        (await Tool.RunAsync(
            project.Root, ["start", "--yes"], ("TANDEM_DB", project.Url), ($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", $"{collector.Url}here"), ($"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "http/protobuf")))
            .ShouldEndWith(0);
        collector.Received.Keys.ShouldBe(["/here"]);
        string.Concat(collector.Received["/here"]).ShouldContain(part);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_changes_nothing()
    {
        await using var project = await PeopleAsync();
        var result = await Tool.RunAsync(
            project.Root, ["start", "--yes", "--output", "json"], ("TANDEM_DB", project.Url), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        result.ShouldEndWith(0).Json().GetProperty("problems").GetArrayLength().ShouldBe(0);
    }

    private static async Task<Project> PeopleAsync()
    {
        var project = await Project.OnSqliteAsync("create table people (id integer primary key, code text)", "insert into people (code) values ('sesame'), ('open')");
        project.Write("migrations/0001_code.yaml", Migration);
        return project;
    }

    private sealed class Collector : IDisposable
    {
        private readonly HttpListener listener = new();

        public Collector()
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            listener.Prefixes.Add(Url);
            listener.Start();
            _ = ListenAsync();
        }

        public string Url { get; }

        public ConcurrentDictionary<string, ConcurrentBag<string>> Received { get; } = [];

        public void Dispose() => ((IDisposable)listener).Dispose();

        private async Task ListenAsync()
        {
            while (listener.IsListening)
            {
                try
                {
                    var context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    Received.GetOrAdd(context.Request.Url!.AbsolutePath, _ => []).Add(Encoding.Latin1.GetString(body.ToArray()));
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
