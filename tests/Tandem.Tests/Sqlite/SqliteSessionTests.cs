using Shouldly;
using Tandem.Databases;
using Tandem.Sqlite;
using Xunit;

namespace Tandem.Tests.Sqlite;

public sealed class SqliteSessionTests : IDisposable
{
    private static readonly ApplyOptions Quick = new() { LockTimeout = TimeSpan.FromMilliseconds(60) };
    private readonly SqliteTestFile test = new(
        "CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT UNIQUE)",
        "CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id) ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        "INSERT INTO child VALUES (10, 1), (11, 1)");

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task Statements_commit_together_and_give_their_results()
    {
        await using var session = await OpenAsync();
        var results = await session.ApplyAsync(
            [
                new("UPDATE parent SET name = name || @suffix WHERE id > @id", new SqlArgument("suffix", "!"), new SqlArgument("id", 1L)),
                new("SELECT @n AS n, id FROM parent ORDER BY id", SqlArgument.RowsOfPrevious("n")),
                new("CREATE TABLE made(a)"),
                new("SELECT @n AS n", SqlArgument.RowsOfPrevious("n")),
                new("INSERT INTO made VALUES (1), (2) RETURNING a"),
            ],
            Quick,
            default);
        results.Select(r => r.Affected).ShouldBe([2, -1, 0, -1, 2]);
        results[1].Number("n").ShouldBe(2);
        results[1].Rows.Count.ShouldBe(3);
        results[3].Number("n").ShouldBe(0);
        results[4].Rows.Select(r => r[0]).ShouldBe([1L, 2L]);
        test.Value("SELECT count(*) FROM made").ShouldBe(2L);
    }

    [Theory]
    [InlineData("wal", 1L)]
    [InlineData("delete", 2L)]
    public async Task What_can_be_redone_does_not_wait_for_the_disk_where_a_log_keeps_the_file_whole(string journal, long synchronous)
    {
        test.Run($"PRAGMA journal_mode = {journal}");
        await using var session = await OpenAsync();
        (await AskAsync(Quick)).ShouldBe(2L);
        (await AskAsync(Quick with { CanBeRedone = true })).ShouldBe(synchronous);
        (await AskAsync(Quick)).ShouldBe(2L);

        async Task<object?> AskAsync(ApplyOptions options) =>
            (await session.ApplyAsync([new("SELECT synchronous FROM pragma_synchronous")], options, default))[0].Rows[0][0];
    }

    [Theory]
    [InlineData("UPDATE parent SET name = 'x' || id", 2L, "2 rows were expected and 3 came.")]
    [InlineData("SELECT id FROM parent", 1L, "1 rows were expected and 3 came.")]
    [InlineData("UPDATE parent SET name = 'x' WHERE id = 99", 1L, "1 rows were expected and 0 came.")]
    public async Task An_expectation_that_is_not_met_undoes_everything(string sql, long rows, string message)
    {
        await using var session = await OpenAsync();
        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new("DELETE FROM child"), new SqlStatement(sql) { ExpectRows = rows }], Quick, default));
        failure.Kind.ShouldBe(FailureKind.Expectation);
        failure.Message.ShouldBe(message);
        failure.ProblemCode.ShouldBe("TDM5011");
        test.Value("SELECT count(*) FROM child").ShouldBe(2L);
    }

    [Fact]
    public async Task A_gate_says_its_own_code_and_count()
    {
        await using var session = await OpenAsync();
        var gate = new SqlStatement("SELECT count(*) FROM child") { ExpectZero = true, Otherwise = ("TDM9999", "{0} children are left.") };
        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([gate], Quick, default));
        (failure.ProblemCode, failure.Message).ShouldBe(("TDM9999", "2 children are left."));
        await session.ApplyAsync([new("DELETE FROM child"), gate], Quick, default);
        test.Value("SELECT count(*) FROM child").ShouldBe(0L);
    }

    [Fact]
    public async Task A_gate_without_an_answer_does_not_pass()
    {
        await using var session = await OpenAsync();
        var gate = new SqlStatement("SELECT 1 WHERE 0") { ExpectZero = true };
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([gate], Quick, default))).Kind.ShouldBe(FailureKind.Statement);
    }

    [Fact]
    public async Task Foreign_keys_cascade_unless_the_prologue_switches_them_off_and_come_back_afterwards()
    {
        await using var session = await OpenAsync();
        var off = Quick with { Prologue = ["PRAGMA foreign_keys=OFF"] };
        await session.ApplyAsync([new("DELETE FROM parent WHERE id = 1")], off, default);
        test.Value("SELECT count(*) FROM child").ShouldBe(2L);
        (await session.QueryAsync(new("PRAGMA foreign_keys"), default)).Number("foreign_keys").ShouldBe(1);
        await session.ApplyAsync([new("INSERT INTO parent VALUES (1, 'a')"), new("DELETE FROM parent WHERE id = 1")], Quick, default);
        test.Value("SELECT count(*) FROM child").ShouldBe(0L);
    }

    [Fact]
    public async Task The_epilogue_runs_after_a_failure()
    {
        await using var session = await OpenAsync();
        var options = Quick with { Prologue = ["PRAGMA case_sensitive_like=ON"], Epilogue = ["PRAGMA case_sensitive_like=OFF"] };
        await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("nonsense")], options, default));
        (await session.QueryAsync(new("SELECT 'A' LIKE 'a' AS yes"), default)).Number("yes").ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_epilogue_ends_the_session_because_its_state_is_unknown()
    {
        await using var session = await OpenAsync();
        var options = Quick with { Epilogue = ["nonsense"] };
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("DELETE FROM child")], options, default)))
            .Kind.ShouldBe(FailureKind.ConnectionLost);
        test.Value("SELECT count(*) FROM child").ShouldBe(0L);
        (await Should.ThrowAsync<DatabaseException>(() => session.QueryAsync(new("SELECT 1"), default)))
            .Kind.ShouldBe(FailureKind.ConnectionLost);
    }

    [Fact]
    public async Task A_busy_database_is_a_lock_timeout_and_nothing_happened()
    {
        await using var session = await OpenAsync();
        test.Run("BEGIN IMMEDIATE");
        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("DELETE FROM child")], Quick, default));
        failure.Kind.ShouldBe(FailureKind.LockTimeout);
        failure.CanRetry.ShouldBeTrue();
        test.Run("ROLLBACK");
        await session.ApplyAsync([new("DELETE FROM child")], Quick, default);
        test.Value("SELECT count(*) FROM child").ShouldBe(0L);
    }

    [Fact]
    public async Task A_commit_that_a_reader_holds_up_is_rolled_back_and_can_be_repeated()
    {
        test.Run("PRAGMA journal_mode=DELETE");
        await using var session = await OpenAsync();
        test.Run("BEGIN");
        test.Run("SELECT * FROM child");
        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("DELETE FROM child")], Quick, default));
        failure.Kind.ShouldBe(FailureKind.LockTimeout);
        test.Run("COMMIT");
        test.Value("SELECT count(*) FROM child").ShouldBe(2L);
        await session.ApplyAsync([new("DELETE FROM child")], Quick, default);
        test.Value("SELECT count(*) FROM child").ShouldBe(0L);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task Sessions_side_by_side_lose_nothing(string journalMode)
    {
        test.Run($"PRAGMA journal_mode={journalMode}");
        test.Run("CREATE TABLE counter AS SELECT 0 AS n");
        var options = Quick with { LockTimeout = TimeSpan.FromSeconds(20) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var session = await OpenAsync();
            for (var i = 0; i < 25; i++)
            {
                await session.ApplyAsync(
                    [new SqlStatement("UPDATE counter SET n = n + 1") { ExpectRows = 1 }, new("SELECT n FROM counter")], options, default);
                await session.QueryAsync(new("SELECT n FROM counter"), default);
            }
        }));
        test.Value("SELECT n FROM counter").ShouldBe(100L);
    }

    [Fact]
    public async Task Cancelling_stops_a_statement_and_undoes_it()
    {
        await using var session = await OpenAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var patient = Quick with { StatementTimeout = null };
        await Should.ThrowAsync<OperationCanceledException>(() => session.ApplyAsync(
            [new("DELETE FROM child"), new(Endless)], patient, cancel.Token));
        test.Value("SELECT count(*) FROM child").ShouldBe(2L);
        await session.ApplyAsync([new("DELETE FROM child")], Quick, default);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_a_statement_timeout()
    {
        await using var session = await OpenAsync();
        var options = Quick with { StatementTimeout = TimeSpan.FromMilliseconds(80) };
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new(Endless)], options, default)))
            .Kind.ShouldBe(FailureKind.StatementTimeout);
    }

    [Fact]
    public async Task Queries_and_read_only_transactions_cannot_write()
    {
        await using var session = await OpenAsync();
        (await Should.ThrowAsync<DatabaseException>(() => session.QueryAsync(new("DELETE FROM child"), default)))
            .Kind.ShouldBe(FailureKind.ReadOnly);
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new("DELETE FROM child")], Quick with { ReadOnly = true }, default))).Kind.ShouldBe(FailureKind.ReadOnly);
        await session.ApplyAsync([new("DELETE FROM child")], Quick, default);
    }

    [Fact]
    public async Task A_read_only_transaction_does_not_wait_for_a_writer()
    {
        test.Run("PRAGMA journal_mode=WAL");
        await using var session = await OpenAsync();
        test.Run("BEGIN IMMEDIATE");
        var results = await session.ApplyAsync([new("SELECT count(*) AS n FROM child")], Quick with { ReadOnly = true }, default);
        results[0].Number("n").ShouldBe(2);
    }

    [Fact]
    public async Task Vacuum_runs_alone()
    {
        await using var session = await OpenAsync();
        await session.ExecuteAloneAsync(new("VACUUM"), Quick, default);
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("VACUUM")], Quick, default)))
            .Kind.ShouldBe(FailureKind.Statement);
    }

    [Fact]
    public async Task A_statement_that_ends_the_transaction_is_refused()
    {
        await using var session = await OpenAsync();
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new("COMMIT"), new("DELETE FROM child")], Quick, default)))
            .Kind.ShouldBe(FailureKind.Statement);
        test.Value("SELECT count(*) FROM child").ShouldBe(2L);
    }

    [Fact]
    public async Task Values_come_back_as_they_went_in()
    {
        await using var session = await OpenAsync();
        object?[] values = [null, 5L, -1.5, "größe 'quoted' \0 end", "", new byte[] { 0, 255 }, Array.Empty<byte>(), long.MinValue];
        foreach (var value in values)
        {
            var back = await session.QueryAsync(new("SELECT @v AS v, typeof(@v) AS t", new SqlArgument("v", value)), default);
            back.Rows[0][0].ShouldBe(value);
        }

        (await session.QueryAsync(new("SELECT @v AS v", new SqlArgument("v", true)), default)).Number("v").ShouldBe(1);
        (await session.QueryAsync(new("SELECT CAST(x'ff' AS TEXT) AS v"), default)).Rows[0][0].ShouldBe(new byte[] { 255 });
    }

    [Theory]
    [InlineData("INSERT INTO parent VALUES (1, 'z')", FailureKind.Data)]
    [InlineData("INSERT INTO child VALUES (1, 99)", FailureKind.Data)]
    [InlineData("UPDATE parent SET id = 'text'", FailureKind.Data)]
    [InlineData("SELECT abs(-9223372036854775808)", FailureKind.Data)]
    [InlineData("UPDATE parent SET name = json_extract('{', '$.a')", FailureKind.Data)]
    [InlineData("SELECT nothing FROM parent", FailureKind.Statement)]
    [InlineData("SELECT 1 FROM nowhere", FailureKind.Statement)]
    [InlineData("CREATE TABLE parent(a)", FailureKind.Statement)]
    [InlineData("SELEC 1", FailureKind.Statement)]
    public async Task Failures_are_told_apart(string sql, FailureKind kind)
    {
        await using var session = await OpenAsync();
        (await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new(sql)], Quick, default))).Kind.ShouldBe(kind);
        test.Value("SELECT count(*) FROM parent").ShouldBe(3L);
    }

    [Fact]
    public async Task A_message_holds_no_value_of_a_row()
    {
        test.Run("INSERT INTO parent VALUES (9, 'very secret')");
        await using var session = await OpenAsync();
        var failure = await Should.ThrowAsync<DatabaseException>(
            () => session.ApplyAsync([new("SELECT json_extract('{}', name) FROM parent WHERE id = 9")], Quick, default));
        failure.Kind.ShouldBe(FailureKind.Data);
        failure.ToString().ShouldNotContain("secret");
    }

    private const string Endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    private async Task<ISession> OpenAsync() => await test.Database().OpenSessionAsync(default);
}
