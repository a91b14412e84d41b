using System.Net;
using System.Net.Sockets;
using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("55P03", FailureKind.LockTimeout)]
    [InlineData("40P01", FailureKind.Conflict)]
    [InlineData("40001", FailureKind.Conflict)]
    [InlineData("57014", FailureKind.StatementTimeout)]
    [InlineData("08006", FailureKind.ConnectionLost)]
    [InlineData("57P01", FailureKind.ConnectionLost)]
    [InlineData("25P03", FailureKind.ConnectionLost)]
    [InlineData("22012", FailureKind.Data)]
    [InlineData("23505", FailureKind.Data)]
    [InlineData("42501", FailureKind.Permission)]
    [InlineData("25006", FailureKind.ReadOnly)]
    [InlineData("53100", FailureKind.DiskFull)]
    [InlineData("53300", FailureKind.Unavailable)]
    [InlineData("28P01", FailureKind.Authentication)]
    [InlineData("42P01", FailureKind.Statement)]
    [InlineData("XX000", FailureKind.Statement)]
    public void The_servers_code_decides(string state, FailureKind kind) => PostgresErrors.KindOf(state).ShouldBe(kind);

    [PostgresTheory]
    [InlineData("select 'secret'::int", "A text is not valid for the type; SQLSTATE 22P02.")]
    [InlineData("insert into t values (1, 'secret'), (1, 'x')", "A unique key is violated (table t, constraint t_pkey); SQLSTATE 23505.")]
    [InlineData("insert into t values (2, null)", "NULL in a column that must not be NULL (table t, column a); SQLSTATE 23502.")]
    [InlineData("select complain('secret')", "A function raised an exception (function complain); SQLSTATE P0001.")]
    [InlineData("create index on t (a) with (filfactor = 70)", "unrecognized parameter \"filfactor\"; SQLSTATE 22023.")]
    [InlineData("select now() at time zone 'secret'", "A parameter's value is not valid; SQLSTATE 22023.")]
    [InlineData("do $$ begin execute format('create index on t (a) with (%I = 1)', 'secret'); end $$", "A parameter's value is not valid; SQLSTATE 22023.")]
    [InlineData("select nowhere from t", "column \"nowhere\" does not exist at \"nowhere from t\"; SQLSTATE 42703.")]
    public async Task Messages_hold_no_values_of_rows(string sql, string message)
    {
        await using var target = await Target.CreateAsync(
            """
            create table t (id int primary key, a text not null);
            create function complain(a text) returns int language plpgsql as $$ begin raise exception 'no %', a; end $$
            """);
        await using var session = await target.SessionAsync();

        var failure = await Should.ThrowAsync<DatabaseException>(
            () => session.ApplyAsync([new SqlStatement(sql)], ApplyOptions.Default, CancellationToken.None));

        failure.Message.ShouldBe(message);
        failure.ToString().ShouldNotContain("secret");
    }

    [PostgresFact]
    public async Task A_door_that_stays_shut_says_why()
    {
        await using var target = await Target.CreateAsync();
        var url = target.Server.Url;

        (await Opening($"postgres://tandem:wrong@127.0.0.1:{url.Port}/{target.Server.Name}")).ShouldBe((FailureKind.Authentication, ProblemCodes.AuthenticationFailed.Id));
        (await Opening($"postgres://tandem@127.0.0.1:{url.Port}/{target.Server.Name}")).ShouldBe((FailureKind.Authentication, ProblemCodes.AuthenticationFailed.Id));
        (await Opening($"postgres://tandem:tandem-secret@127.0.0.1:{url.Port}/nowhere")).ShouldBe((FailureKind.Unavailable, ProblemCodes.DatabaseMissing.Id));
        (await Opening("postgres://tandem:tandem-secret@127.0.0.1:1/nowhere")).ShouldBe((FailureKind.Unavailable, ProblemCodes.DatabaseUnavailable.Id));
        (await Opening("postgres://tandem:tandem-secret@nowhere.invalid/nowhere")).ShouldBe((FailureKind.Unavailable, ProblemCodes.DatabaseUnavailable.Id));
    }

    [Fact]
    public async Task A_server_that_is_no_PostgreSQL_is_not_taken_for_one_that_refuses()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await web.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            _ = await client.GetStream().ReadAtLeastAsync(new byte[8], 8, throwOnEndOfStream: false);
        });

        (await Opening($"postgres://tandem:tandem-secret@127.0.0.1:{((IPEndPoint)web.LocalEndpoint).Port}/web")).ShouldBe((FailureKind.Unavailable, ProblemCodes.DatabaseUnavailable.Id));
        await answering;
    }

    [PostgresFact]
    public async Task A_schema_that_is_not_there_is_said()
    {
        await using var target = await Target.CreateAsync(schema: "nowhere");

        var refusal = await Should.ThrowAsync<TandemException>(() => target.Database.ConnectAsync(CancellationToken.None));

        refusal.Problems.Single().Code.ShouldBe(ProblemCodes.SchemaMissing);
    }

    [Fact]
    public void An_old_server_is_refused() =>
        Should.Throw<TandemException>(() => PostgresCapabilities.Of(new Version(13, 9))).Problems.Single().Code.ShouldBe(ProblemCodes.ServerTooOld);

    private static async Task<(FailureKind Kind, string? Code)> Opening(string address)
    {
        await using var database = Target.Open(address);
        var failure = await Should.ThrowAsync<DatabaseException>(() => database.OpenSessionAsync(CancellationToken.None));
        failure.ToString().ShouldNotContain("tandem-secret");
        return (failure.Kind, failure.ProblemCode);
    }
}
