using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Signals of a target's own, as tandem.yaml says them.</summary>
public sealed class ThrottleTests
{
    [Fact]
    public async Task An_address_that_asks_to_be_left_alone_holds_the_run_until_it_does_not()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, code text)", "insert into people (code) values ('a'), ('b')");
        var answers = new Queue<string>(["503 Service Unavailable\n", "200 OK\n{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"0.1\"]}]}}"]);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var ended = new CancellationTokenSource();
        var serving = ServeAsync(server, answers, ended.Token);
        project.Write("tandem.yaml", $$"""
            default: here
            targets:
              here:
                url: sqlite:app.db
                throttle:
                  errors: { url: "http://127.0.0.1:${PORT}/", slow: 0.5, hold: 5 }
            """);
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
            """);
        (string, string)[] environment = [("PORT", $"{((IPEndPoint)server.LocalEndpoint).Port}"), ("TANDEM_DB", "")];
        (await Tool.RunAsync(project.Root, ["plan"], environment)).ShouldEndWith(0).Output.ShouldContain("errors: slow 0.5, hold 5, url");

        (await Tool.RunAsync(project.Root, ["start", "--yes"], environment)).ShouldEndWith(0);
        var history = (await Tool.RunAsync(project.Root, ["history", "--output", "json"], environment)).ShouldEndWith(0).Output;
        history.ShouldContain("errors is beyond all limits");
        history.ShouldContain("unthrottled");
        var read = (await Tool.RunAsync(project.Root, ["history"], environment)).ShouldEndWith(0).Output;
        read.ShouldContain("errors is beyond all limits");
        read.ShouldContain(": 2 rows");
        read.ShouldNotContain("{");
        (await Tool.RunAsync(project.Root, ["status"], environment)).ShouldEndWith(0).Output.ShouldContain("live");
        await ended.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task The_doctor_asks_each_signal_once_and_tells_which_cannot_be_read()
    {
        await using var project = await Project.OnSqliteAsync("create table jobs (id integer primary key, done int)", "insert into jobs (done) values (0), (0), (1)");
        project.Write("tandem.yaml", """
            default: here
            targets:
              here:
                url: sqlite:app.db
                throttle:
                  backlog: { query: "select count(*) from jobs where done = 0", slow: 100 }
                  errors: { url: "http://127.0.0.1:1/", slow: 0.5, hold: 5 }
                  missing: { query: "select count(*) from job", slow: 100 }
            """);
        (string, string)[] environment = [("TANDEM_DB", "")];
        var read = (await Tool.RunAsync(project.Root, ["doctor"], environment)).ShouldEndWith(0);
        read.Output.ShouldContain("backlog is 2; missing cannot be read: SQLite: no such table: job");
        var doctor = (await Tool.RunAsync(project.Root, ["doctor", "--output", "json"], environment)).ShouldEndWith(0);
        doctor.Codes().Count(c => c == "TDM4043").ShouldBe(2);
        doctor.Output.ShouldContain("The signal errors cannot be read");
        doctor.Output.ShouldContain("The signal missing cannot be read: SQLite: no such table: job");
    }

    private static async Task ServeAsync(TcpListener server, Queue<string> answers, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await server.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(buffer, cancellationToken);
                var parts = (answers.Count > 1 ? answers.Dequeue() : answers.Peek()).Split('\n', 2);
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {parts[0]}\r\nContent-Length: {parts[1].Length}\r\nConnection: close\r\n\r\n{parts[1]}"), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
