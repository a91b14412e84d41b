using System.Diagnostics;
using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Rules of partitioned tables whose partitions come, go or are in use while the rules are made and taken back.</summary>
public sealed class PartitionsThatComeAndGoTests
{
    private const string New = "0001_new";

    private const string Visits =
        """
        create table visits (id int not null, day date not null, place int) partition by range (day);
        create table visits_23 partition of visits for values from ('2023-01-01') to ('2024-01-01');
        create table visits_24 partition of visits for values from ('2024-01-01') to ('2025-01-01') partition by list (day);
        create table visits_24_all partition of visits_24 default;
        create table places (id int primary key);
        insert into places values (1), (11);
        insert into visits values (1, '2023-01-01', 1), (2, '2024-01-01', 11)
        """;

    private const string Hidden = "select count(*) from (select conname::text as name from pg_constraint union all select relname::text from pg_class) r where starts_with(name, '_tandem_')";

    private static AddPrimaryKey Key => new() { Table = "visits", Columns = ["id", "day"] };

    private static AddUnique Unique(Enforcement enforce) => new() { Table = "visits", Columns = ["id", "day"], Enforce = enforce };

    private static AddForeignKey Reference(Enforcement enforce) =>
        new() { Table = "visits", Name = "visits_place", Columns = ["place"], References = new ForeignKeyTarget { Table = "places", Columns = ["id"] }, Enforce = enforce };

    /// <summary>All at once may need more locks than the server has, and gives up all for one partition that is in use.</summary>
    [PostgresFact]
    public async Task What_partitions_have_is_taken_back_one_after_the_other()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Visits);
        await life.StartAsync(New, Reference(Enforcement.Complete));
        await life.BaseAsync("alter table visits_23 add constraint _tandem_1_new_visits_place foreign key (place) references places; alter table visits_24_all add constraint _tandem_1_new_visits_place foreign key (place) references places");
        await using var reader = await life.Server.OpenAsync();
        await life.RunAsync(reader, null, "begin; lock table visits_24_all in access share mode");
        var rollback = life.RollbackAsync(New);
        await UntilAsync(life, "select count(*) from pg_constraint where conrelid = 'visits_23'::regclass and contype = 'f'", "0");
        rollback.IsCompleted.ShouldBeFalse();
        await life.RunAsync(reader, null, "commit");
        await rollback;
        (await life.BaseAsync(Hidden)).ShouldBe("0");
    }

    [PostgresFact]
    public async Task A_foreign_key_for_which_the_server_has_too_few_locks_is_refused_by_the_plan()
    {
        var many = string.Concat(Enumerable.Range(1, 60).Select(n => $"; create table visits_of_{n} partition of visits for values from ('{2100 + n}-01-01') to ('{2101 + n}-01-01')"));
        var some = string.Concat(Enumerable.Range(1, 30).Select(n => $"; create table sites_{n} partition of sites for values from ({n}) to ({n + 1})"));
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"{Visits}{many}; create table sites (id int primary key) partition by range (id){some}");
        var reference = new AddForeignKey { Table = "visits", Columns = ["place"], References = new ForeignKeyTarget { Table = "sites", Columns = ["id"] } };
        (await life.ReviewAsync(Life.Migration(New, Key, reference))).Findings.ShouldContain(f => f.Code == ProblemCodes.TooManyPartitions);
        (await life.ReviewAsync(Life.Migration(New, Key, Reference(Enforcement.Complete)))).Findings.ShouldNotContain(f => f.Code == ProblemCodes.TooManyPartitions);
    }

    [PostgresTheory]
    [InlineData(14, false)]
    [InlineData(14, true)]
    [InlineData(18, false)]
    [InlineData(18, true)]
    public async Task Rules_that_a_partition_brought_do_not_go_in_silence(int major, bool complete)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, Unique(Enforcement.Live), Reference(Enforcement.Live));
        await life.BaseAsync(
            """
            create table visits_25 (id int not null, day date not null, place int, constraint mine unique (id, day), constraint mine_too foreign key (place) references places);
            alter table visits attach partition visits_25 for values from ('2025-01-01') to ('2026-01-01');
            create table visits_26 partition of visits for values from ('2026-01-01') to ('2027-01-01')
            """);
        if (complete)
        {
            await life.CompleteAsync(New);
        }

        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Problems[0].Code.ShouldBe(ProblemCodes.PartitionBrought);
        await life.BaseAsync("alter table visits detach partition visits_25");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select string_agg(conname, ' ' order by conname) from pg_constraint where conrelid::regclass::text ~ '^visits' and contype in ('u', 'f')")).ShouldBe("mine mine_too");
        (await life.BaseAsync(Hidden)).ShouldBe("0");
    }

    [PostgresFact]
    public async Task A_partition_that_was_detached_keeps_nothing_of_what_is_rolled_back()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Visits);
        await life.StartAsync(New, Unique(Enforcement.Live), Reference(Enforcement.Live));
        await life.BaseAsync("alter table visits detach partition visits_23");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select count(*) from pg_constraint where conrelid = 'visits_23'::regclass and contype in ('u', 'f')")).ShouldBe("0");
        (await life.BaseAsync(Hidden)).ShouldBe("0");
    }

    [PostgresFact]
    public async Task A_partition_that_comes_with_a_key_of_its_own_is_found_before_the_work()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Visits);
        await life.StartAsync(New, Key);
        await life.BaseAsync("create table visits_25 (id int, day date, place int, primary key (id, day)); alter table visits attach partition visits_25 for values from ('2025-01-01') to ('2026-01-01')");
        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Problems[0].Code.ShouldBe(ProblemCodes.PartitionDiffers);
        await life.BaseAsync("alter table visits_25 drop constraint visits_25_pkey");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*) from pg_constraint where contype = 'p' and conrelid::regclass::text ~ '^visits'")).ShouldBe("5");
    }

    /// <summary>The last partition of a table, and one of two: what was attached before has to be looked at again.</summary>
    [PostgresTheory]
    [InlineData(14, "visits_24_all", "")]
    [InlineData(18, "visits_24_all", "")]
    [InlineData(14, "visits_24_b", "; create table visits_24_b partition of visits_24 for values in ('2024-05-05')")]
    [InlineData(18, "visits_24_b", "; create table visits_24_b partition of visits_24 for values in ('2024-05-05')")]
    public async Task A_partition_that_goes_while_it_is_worked_on_leaves_no_index_invalid(int major, string partition, string more)
    {
        await using var life = await Life.CreateAsync(major, Visits + more);
        await using var other = await life.Server.OpenAsync();
        var start = life.StartAsync(New, Unique(Enforcement.Live));

        // A transaction that was long there would be waited for before anything is done.
        await UntilAsync(life, "select count(*) from pg_constraint where conrelid = 'visits'::regclass and contype = 'u'", "1");
        await life.RunAsync(other, null, $"begin; lock table {partition} in share update exclusive mode");
        await UntilAsync(life, $"select count(*) from pg_locks where not granted and relation = '{partition}'::regclass", "1");
        await life.RunAsync(other, null, $"drop table {partition}; commit");
        await start;
        (await life.BaseAsync("select bool_and(indisvalid) from pg_index where indrelid::regclass::text ~ '^visits'")).ShouldBe("t");
        await life.CompleteAsync(New);
        (await life.BaseAsync(Hidden)).ShouldBe("0");
    }

    [PostgresFact]
    public async Task A_partition_s_own_key_is_found_by_the_name_that_the_other_table_has_before()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"{Visits}; alter table visits_23 add constraint mine foreign key (place) references places");
        var reference = new AddForeignKey { Table = "visits", Columns = ["place"], References = new ForeignKeyTarget { Table = "sites", Columns = ["id"] } };
        (await life.PlanAsync(Life.Migration(New, Key, new RenameTable { From = "places", To = "sites" }, reference))).Findings
            .ShouldContain(f => f.Code == ProblemCodes.PartitionDiffers && f.Message.Contains("mine"));
    }

    private static async Task UntilAsync(Life life, string query, string answer)
    {
        var waited = Stopwatch.StartNew();
        while (await life.BaseAsync(query) != answer && waited.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(10);
        }

        (await life.BaseAsync(query)).ShouldBe(answer);
    }
}
