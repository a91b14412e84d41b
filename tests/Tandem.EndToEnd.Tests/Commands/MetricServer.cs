using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Answers every request as Prometheus answers an instant query, with the value that the test says.</summary>
internal sealed class MetricServer : IAsyncDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Task serving;

    public MetricServer()
    {
        server.Start();
        serving = ServeAsync();
    }

    /// <summary>What it answers; null is no value at all.</summary>
    public double? Value { get; set; }

    /// <summary>What it answers first, one request after the other, before it answers <see cref="Value"/>.</summary>
    public ConcurrentQueue<double> First { get; } = [];

    public string Port => ((IPEndPoint)server.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await serving;
        server.Dispose();
        ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[4096];
        while (!ended.IsCancellationRequested)
        {
            try
            {
                using var client = await server.AcceptTcpClientAsync(ended.Token);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(buffer, ended.Token);
                var result = (First.TryDequeue(out var first) ? first : Value) is { } value ? $$"""{"value":[1,"{{value.ToString(CultureInfo.InvariantCulture)}}"]}""" : "";
                var body = $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{result}}}]}}""";
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
