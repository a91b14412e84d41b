using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Conformance.Life;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class LeaseTests
{
    private readonly VirtualTime time = new();

    [Fact]
    public async Task A_lease_that_nobody_renews_is_waited_for_and_fences_its_former_holder()
    {
        await using var target = await RenameByHand.FreshAsync();
        await using var first = await HolderAsync(target, "first");
        await using var second = await HolderAsync(target, "second");

        second.Epoch.ShouldBe(first.Epoch + 1);
        var fenced = await Should.ThrowAsync<TandemException>(() => first.ApplyAsync([new SqlStatement("delete from people")], ApplyOptions.Default, default));
        fenced.Problems[0].Code.ShouldBe(ProblemCodes.LostLease);
        target.Value("select count(*) from people").ShouldBe(10L);
        _ = await second.ApplyAsync([new SqlStatement("delete from people where id = 1")], ApplyOptions.Default, default);
        target.Value("select count(*) from people").ShouldBe(9L);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_not_taken()
    {
        await using var target = await RenameByHand.FreshAsync();
        await using var first = await HolderAsync(target, "first");
        var renewing = new Watched(target, _ => first.TryRenewAsync(default));

        var refused = await Should.ThrowAsync<TandemException>(async () => await HolderAsync(renewing, "second"));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.AnotherRunner);
        refused.Message.ShouldContain("first");
        (await first.TryRenewAsync(default)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Clocks_that_are_hours_off_neither_keep_a_lease_nor_take_one(int hours)
    {
        await using var target = await RenameByHand.FreshAsync();
        await new LeaseWalk(target, "tandem_", target.RunAsync).ClocksThatAreOffAsync(TimeSpan.FromHours(hours));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_free_at_once()
    {
        await using var target = await RenameByHand.FreshAsync();
        await using var first = await HolderAsync(target, "first");
        await first.ReleaseAsync([], default);
        var before = time.GetUtcNow();

        await using var second = await HolderAsync(target, "second");
        time.GetUtcNow().ShouldBe(before);
    }

    [Theory]
    [InlineData("LostBefore")]
    [InlineData("LostAnswer")]
    public async Task A_transaction_whose_answer_is_lost_happens_once(string fault)
    {
        await using var target = await RenameByHand.FreshAsync();

        // The first call opens the first connection, which is not waited for.
        for (var k = 2; ; k++)
        {
            await target.RunAsync("update people set touched = 0");
            var plan = new FaultPlan(Enum.Parse<Fault>(fault), k);
            await using var session = await HolderAsync(new FaultyDatabase(target, plan, new Mutation()), "holder");
            _ = await session.ApplyAsync([new SqlStatement("update people set touched = touched + 1")], ApplyOptions.Default, default);
            target.Value("select max(touched) from people").ShouldBe(1L);
            if (!plan.Fired)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task A_transaction_that_takes_its_connection_along_is_not_sent_for_ever()
    {
        await using var target = await RenameByHand.FreshAsync();
        var sent = 0;
        var fatal = new Watched(target, statements => statements.Any(s => s.Text.StartsWith("delete", StringComparison.Ordinal))
            ? throw new DatabaseException(FailureKind.ConnectionLost, $"The server died {++sent} times.")
            : Task.CompletedTask);
        await using var session = await HolderAsync(fatal, "holder");

        var stopped = await Should.ThrowAsync<TandemException>(() => session.ApplyAsync([new SqlStatement("delete from people")], ApplyOptions.Default, default));

        stopped.Problems[0].Code.ShouldBe(ProblemCodes.DatabaseUnavailable);
        sent.ShouldBe(5);
        _ = await session.ApplyAsync([new SqlStatement("update people set touched = 1")], ApplyOptions.Default, default);
    }

    [Fact]
    public async Task A_journal_of_a_newer_format_is_refused()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, RenameByHand.Options with { Time = time });
        await runner.BaselineAsync("base", default);
        await target.RunAsync("update tandem_meta set value = '99' where name = 'format'");

        var refused = await Should.ThrowAsync<TandemException>(() => runner.StatusAsync(default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.JournalTooNew);
    }

    private async Task<LeasedSession> HolderAsync(IDatabase database, string name)
    {
        var options = RenameByHand.Options with { Time = time, Holder = name };
        var store = new JournalStore("tandem_", new TestDialect().Capabilities.Clock, "main", name, time);
        var session = new LeasedSession(database, store, options);
        await session.OpenAsync(default);
        await session.InstallAsync(new TestDialect(), default);
        await session.AcquireAsync(default);
        return session;
    }

    /// <summary>A target on which something happens before each transaction.</summary>
    private sealed class Watched(TestTarget inner, Func<IReadOnlyList<SqlStatement>, Task> before) : IDatabase
    {
        public string DisplayName => inner.DisplayName;

        public string SchemaName => inner.SchemaName;

        public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

        public Task<Tandem.Schema.DatabaseSchema> InspectAsync(CancellationToken cancellationToken) => inner.InspectAsync(cancellationToken);

        public Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken) => inner.ExamineAsync(inquiry, cancellationToken);

        public Task<Tandem.Schema.ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) => inner.FindOwnObjectsAsync(cancellationToken);

        public async Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => new Session(await inner.OpenSessionAsync(cancellationToken), before);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Session(ISession inner, Func<IReadOnlyList<SqlStatement>, Task> before) : ISession
        {
            public async Task<IReadOnlyList<SqlResult>> ApplyAsync(
                IReadOnlyList<SqlStatement> statements, ApplyOptions options, CancellationToken cancellationToken)
            {
                await before(statements);
                return await inner.ApplyAsync(statements, options, cancellationToken);
            }

            public Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken) => inner.QueryAsync(statement, cancellationToken);

            public Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions options, CancellationToken cancellationToken) =>
                inner.ExecuteAloneAsync(statement, options, cancellationToken);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
