using Shouldly;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What is noticed of old applications on PostgreSQL: their writes by the sync, all else by the locks they hold.</summary>
public sealed class PostgresOldSideTests
{
    private const string Id = LifeWalk.MigrationId;
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly IReadOnlySet<string> FirstOfEach = LifeCases.FirstOfEach("postgres");
    private static readonly LifeCase Split = LifeCases.Get("split_column");
    private static readonly LifeCase Rename = LifeCases.Get("rename_column");

    public static TheoryData<string> Cases =>
        [.. LifeCases.Names("postgres").Where(name => TestRun.Nightly || FirstOfEach.Contains(name))];

    [PostgresTheory]
    [EndMajors]
    public async Task Writes_through_the_old_version_are_noticed(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new OldSideWalk(target).OldWritesAreNoticedAsync();
    }

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task Writes_through_the_new_version_are_not_taken_for_old_ones(string name)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new OldSideWalk(target).NewWritesAreNotTakenForOldAsync(LifeCases.Get(name));
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Who_reads_the_base_tables_is_seen_by_the_locks_and_who_reads_the_new_version_is_none_of_them(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var walk = await LiveAsync(target, Rename);
        await using var reader = await target.OpenAsync();
        await reader.ExecuteAsync($"set application_name = 'crm'; begin; select * from {target.NewName("customers", Id)}");
        await using var writer = await target.OpenAsync();
        await writer.ExecuteAsync($"set application_name = 'import'; begin; update {target.NewName("customers", Id)} set status = status");
        var plan = await walk.PlanAsync(Rename, Id);
        (await SeenAsync(target, plan)).ShouldBeEmpty();

        await reader.ExecuteAsync("commit; begin; select * from customers");
        (await SeenAsync(target, plan)).ShouldBe(["customers|crm|reading|0"]);
        var refused = await Should.ThrowAsync<TandemException>(() => walk.Runner(Long).CompleteAsync(Id, false, false, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.OldSideInUse);
        refused.Message.ShouldContain("base is in use: customers is used by crm of");
        refused.Message.ShouldNotContain("import");

        await writer.ExecuteAsync("commit; begin; delete from customers where id = 99");
        await reader.ExecuteAsync("commit; begin; select * from public_base.customers");
        (await SeenAsync(target, plan)).ShouldBe(["customers|crm|reading|1", "customers|import|writing|0"]);
        await writer.ExecuteAsync("commit");
        await reader.ExecuteAsync("commit");
        (await walk.Runner(Long).CompleteAsync(Id, false, false, default)).State.ShouldBe(RunState.Retired);
    }

    [PostgresFact]
    public async Task A_version_that_stays_served_may_be_in_use_by_its_own_names()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        var walk = await LiveAsync(target, Split);
        await using var reader = await target.OpenAsync();
        await reader.ExecuteAsync("update public_base.customers set name = 'Kept Old' where id = 1");
        await reader.ExecuteAsync("begin; select * from customers");
        (await Should.ThrowAsync<TandemException>(() => walk.Runner(Long).CompleteAsync(Id, keepOld: true, false, default)))
            .Problems[0].Code.ShouldBe(ProblemCodes.OldSideInUse);
        await reader.ExecuteAsync("commit");
        (await walk.Runner(Long).CompleteAsync(Id, keepOld: true, false, default)).State.ShouldBe(RunState.Retired);
    }

    [PostgresFact]
    public async Task What_a_foreign_key_asks_is_no_sign_of_an_old_application()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await target.ExecuteAsync("create table visits (id int primary key, customer int)");
        var walk = await LiveAsync(target, Rename, "alter table visits add foreign key (customer) references customers (id)");
        await using var child = await target.OpenAsync();
        await child.ExecuteAsync("begin; insert into visits values (1, 1)");
        (await SeenAsync(target, await walk.PlanAsync(Rename, Id))).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task An_application_s_role_needs_no_rights_on_the_engine_s_schema()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        var role = "crm_" + Guid.NewGuid().ToString("N")[..8];
        await target.ExecuteAsync($"create role {role}");
        try
        {
            var walk = await LiveAsync(target, Split, $"grant select, insert, update, delete on customers to {role}");
            await using var old = await target.OpenAsync();
            await old.ExecuteAsync($"set role {role}; begin isolation level serializable; update customers set name = 'Any Body' where id = 1; commit");
            (await Should.ThrowAsync<TandemException>(() => walk.Runner(Long).CompleteAsync(Id, false, false, default)))
                .Message.ShouldContain("customers was written to");
        }
        finally
        {
            await target.ExecuteAsync($"drop owned by {role}; drop role {role}");
        }
    }

    private static async Task<OldSideWalk> LiveAsync(PostgresTarget target, LifeCase @case, params string[] more)
    {
        var walk = new OldSideWalk(target);
        await walk.SetUpAsync(@case);
        foreach (var sql in more)
        {
            await target.ExecuteAsync(sql);
        }

        await walk.Runner(TimeSpan.Zero).StartAsync(await walk.PlanAsync(@case, Id), default);
        return walk;
    }

    private static async Task<IReadOnlyList<string>> SeenAsync(PostgresTarget target, Planning.Plan plan)
    {
        var sessions = plan.Steps(Steps.Phase.Complete)[0].OldSide!.Sessions!;
        return await target.RowsAsync(
            $"select what || '|' || split_part(who, ' of ', 1) || '|' || case when who like '%(writing%' then 'writing' else 'reading' end || '|' || served from ({sessions}) s order by 1");
    }
}
