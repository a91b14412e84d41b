using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Unique indexes of partitioned tables of which a constraint of a partition's own has a part: the server does not drop them.</summary>
public sealed class HeldIndexTests
{
    private const string New = "0001_new";

    private const string Visits =
        """
        create table visits (id int not null, day date not null) partition by range (day);
        create table visits_23 partition of visits for values from ('2023-01-01') to ('2024-01-01');
        create table visits_24 partition of visits for values from ('2024-01-01') to ('2025-01-01') partition by list (day);
        create table visits_24_all partition of visits_24 default;
        create table visits_25 (id int not null, day date not null, primary key (id, day));
        insert into visits values (1, '2023-01-01'), (2, '2024-01-01');
        """;

    private const string Attach = "alter table visits attach partition visits_25 for values from ('2025-01-01') to ('2026-01-01')";

    private static DropIndex Drop => new() { Table = "visits", Name = "visits_once" };

    [PostgresTheory]
    [EndMajors]
    public async Task The_plan_refuses_to_drop_it(int major)
    {
        await using var life = await Life.CreateAsync(
            major, Visits + "alter table visits_23 add primary key (id, day); alter table visits_24_all add constraint mine unique (id, day); create unique index visits_once on visits (id, day)");

        var refused = (await life.ReviewAsync(Life.Migration(New, Drop))).Findings.Single(f => f.Severity == Severity.Error);
        refused.Code.ShouldBe(ProblemCodes.PartitionBrought);
        refused.Message.ShouldBe("The index visits_once of visits cannot go without a part of it that is a partition's own constraint: visits_23_pkey of visits_23, mine of visits_24_all.");
        refused.EffectiveRemedy.ShouldContain("DETACH PARTITION");

        // The remedy carries.
        await life.BaseAsync("alter table visits detach partition visits_23; alter table visits_24 detach partition visits_24_all");
        await life.StartAsync(New, Drop);
        await life.CompleteAsync(New);
        await life.BaseAsync("alter table visits attach partition visits_23 for values from ('2023-01-01') to ('2024-01-01'); alter table visits_24 attach partition visits_24_all default");
        (await life.BaseAsync("select string_agg(conname, ', ' order by conname) from pg_constraint where contype in ('p', 'u') and conrelid::regclass::text in ('visits_23', 'visits_24_all')")).ShouldBe("mine, visits_23_pkey");
    }

    /// <summary>A table that is attached while the migration is live, or behind complete, is found before anything is enforced or dropped.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task One_that_comes_meanwhile_stops_complete_until_it_is_detached(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits + "create unique index visits_once on visits (id, day)");
        await life.StartAsync(New, Drop);
        await life.BaseAsync(Attach);
        var stopped = (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Problems[0];
        stopped.Code.ShouldBe(ProblemCodes.PartitionBrought);
        stopped.Message.ShouldContain("visits_once");

        await life.BaseAsync("alter table visits detach partition visits_25");
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select count(*) from pg_index where indexrelid = 'visits_once'::regclass and indisvalid")).ShouldBe("1");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task One_that_comes_behind_complete_stops_the_rollback_of_a_new_index(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, new CreateIndex { Table = "visits", Name = "visits_once", Columns = [new() { Name = "id" }, new() { Name = "day" }], Unique = true });
        await life.CompleteAsync(New);
        await life.BaseAsync(Attach);
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Problems[0].Code.ShouldBe(ProblemCodes.PartitionBrought);
        await life.BaseAsync("alter table visits detach partition visits_25");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select count(*) from pg_constraint where conname = 'visits_25_pkey'")).ShouldBe("1");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task One_that_comes_while_a_new_index_is_enforced_stops_its_rollback(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, new CreateIndex { Table = "visits", Name = "visits_once", Columns = [new() { Name = "id" }, new() { Name = "day" }], Unique = true, Enforce = Enforcement.Live });
        await life.BaseAsync(Attach);
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Problems[0].Code.ShouldBe(ProblemCodes.PartitionBrought);
        await life.BaseAsync("alter table visits detach partition visits_25");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select count(*) from pg_constraint where conname = 'visits_25_pkey'")).ShouldBe("1");
    }
}
