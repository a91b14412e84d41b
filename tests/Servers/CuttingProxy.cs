using System.Net;
using System.Net.Sockets;

namespace Tandem.Tests.Servers;

/// <summary>Stands between a client and a server on 127.0.0.1 and cuts their connections when asked to.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int server;
    private readonly Task accepting;
    private CancellationTokenSource cut = new();

    /// <summary>A proxy before the server on this port.</summary>
    public CuttingProxy(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Ends every connection there is; new ones are let through.</summary>
    public void Cut()
    {
        using var now = Interlocked.Exchange(ref cut, new CancellationTokenSource());
        now.Cancel();
    }

    /// <summary>Ends every connection and listens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        Cut();
        listener.Stop();
        await accepting;
        listener.Dispose();
        end.Dispose();
        cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        var forwards = new List<Task>();
        try
        {
            while (true)
            {
                forwards.Add(ForwardAsync(await listener.AcceptSocketAsync(end.Token), cut.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(forwards);
        }
    }

    private async Task ForwardAsync(Socket client, CancellationToken token)
    {
        using var near = client;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, server, token);
            await Task.WhenAny(PumpAsync(near, far, token), PumpAsync(far, near, token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The connection ends, which is what both ends are to see.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken token)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, token) is > 0 and var read)
            {
                await to.SendAsync(buffer.AsMemory(0, read), token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
