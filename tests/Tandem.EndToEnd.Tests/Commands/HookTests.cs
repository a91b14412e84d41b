using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class HookTests
{
    [Fact]
    public async Task Commands_and_requests_are_made_with_their_key_and_without_telling_secrets()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, name text)");
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var heard = ListenAsync(server);
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        project.Write("hook.sh", "echo \"$TANDEM_HOOK_KEY $1\" >> called.txt; echo $1\n");
        project.Write("migrations/0001_note.yaml", $$"""
            title: A note
            hooks:
              - { name: file, before: start, run: [ sh, hook.sh, "${SECRET}" ] }
              - { name: web, after: start, call: { url: "http://127.0.0.1:{{port}}/clear", body: now, headers: { Authorization: "Bearer ${SECRET}" } } }
            operations:
              - add_column: { table: people, name: note, type: text }
            """);
        (await project.TandemAsync("plan", "--sql")).ShouldEndWith(0).Output.ShouldContain("Hook file: sh");
        project.Has("called.txt").ShouldBeFalse();

        var result = (await Tool.RunAsync(project.Root, ["start", "--yes"], ("TANDEM_DB", project.Url), ("SECRET", "hunter2"))).ShouldEndWith(0);
        (result.Output + result.Errors).ShouldNotContain("hunter2");
        File.ReadAllText(Path.Combine(project.Root, "called.txt")).ShouldBe("0001_note/start/1/hook 1 hunter2\n");
        var request = await heard;
        request.ShouldStartWith("POST /clear HTTP/1.1");
        request.ShouldContain("Bearer hunter2");
        request.ShouldContain("Idempotency-Key: 0001_note/start/1/hook 2");
        (await project.AskAsync("select count(*) from tandem_events where detail like '%hunter2%'")).ShouldBe("0");
        (await project.AskAsync("select count(*) from tandem_runs where plan_json like '%hunter2%'")).ShouldBe("0");
    }

    [Fact]
    public async Task One_that_fails_stops_the_run_and_names_no_output()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, name text)");
        project.Write("migrations/0001_note.yaml", """
            title: A note
            hooks: [ { name: bad, before: start, run: [ sh, -c, "echo private; exit 7" ], retries: 0 } ]
            operations:
              - add_column: { table: people, name: note, type: text }
            """);
        var result = await project.TandemAsync("start", "--yes", "--output", "json");
        result.Codes().ShouldBe(["TDM2099"]);
        (result.Output + result.Errors).ShouldNotContain("private");
        (await project.TandemAsync("resume", "--carried-out", "yes")).ShouldEndWith(0);
        (await project.TandemAsync("status")).Output.ShouldContain("live");
    }

    private static async Task<string> ListenAsync(TcpListener server)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("now", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        return text.ToString();
    }
}
