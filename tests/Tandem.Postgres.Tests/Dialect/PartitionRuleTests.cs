using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Keys, unique constraints and foreign keys of tables whose rows lie in partitions.</summary>
public sealed class PartitionRuleTests
{
    private const string New = "0001_new";

    private const string Visits =
        """
        create table visits (id int not null, day date not null, place int) partition by range (day);
        create table visits_23 partition of visits for values from ('2023-01-01') to ('2024-01-01');
        create table visits_24 partition of visits for values from ('2024-01-01') to ('2025-01-01') partition by list (day);
        create table visits_24_all partition of visits_24 default;
        create table places (id int primary key) partition by range (id);
        create table places_1 partition of places for values from (1) to (10);
        create table places_2 partition of places for values from (10) to (20);
        insert into places values (1), (11);
        insert into visits values (1, '2023-01-01', 1), (2, '2024-01-01', 11)
        """;

    private static AddPrimaryKey Key => new() { Table = "visits", Columns = ["id", "day"] };

    /// <summary>The remedy for a key that cannot hold live: a unique rule does, also in partitions that come, and the key takes its place.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_a_key_cannot_enforce_live_a_unique_rule_before_it_can(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits + "; alter table visits alter id drop not null");
        var refused = (await life.PlanAsync(Life.Migration(New, Key with { Enforce = Enforcement.Live }))).Findings.Single(f => f.Code == ProblemCodes.NotOnPartitioned);
        refused.Remedy.ShouldBe("Leave `enforce: live` out. What must hold at once, another migration before this one can enforce (`add_unique` over id, day and `set_not_null`, both with `enforce: live`); this one then drops the unique rule (`drop_unique`).");

        await life.StartAsync(
            New, new SetNotNull { Table = "visits", Column = "id", Enforce = Enforcement.Live },
            new AddUnique { Table = "visits", Name = "once", Columns = ["id", "day"], Enforce = Enforcement.Live });
        await life.BaseAsync("create table visits_25 partition of visits for values from ('2025-01-01') to ('2026-01-01'); insert into visits values (5, '2025-05-05', 1)");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("insert into visits values (5, '2025-05-05', 1)"))).SqlState.ShouldBe("23505");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("insert into visits values (null, '2025-05-05', 1)"))).SqlState.ShouldBe("23514");
        await life.CompleteAsync(New);
        await life.StartAsync("0002_key", Key, new DropUnique { Table = "visits", Name = "once" });
        await life.CompleteAsync("0002_key");
        (await life.BaseAsync("select string_agg(conname || ' ' || contype::text, ', ') from pg_constraint where conrelid = 'visits'::regclass and contype in ('p', 'u')")).ShouldBe("visits_pkey p");
    }

    /// <summary>From 18 on a partitioned table can have foreign keys that were never proved: they go on binding new rows alone.</summary>
    [PostgresFact]
    public async Task A_foreign_key_that_was_never_proved_stays_so()
    {
        if (!PostgresVersions.Tested.Contains(18))
        {
            return;
        }

        await using var life = await Life.CreateAsync(
            18,
            Visits + """
            ;
            create table kinds (id int primary key);
            alter table visits add primary key (id, day), add kind int default 7;
            alter table visits add constraint to_places foreign key (place) references places not valid;
            alter table visits add constraint to_kinds foreign key (kind) references kinds not valid;
            insert into kinds values (1)
            """);
        await life.BaseAsync("alter table visits disable trigger all");
        await life.BaseAsync("update visits set place = 5 where id = 1; alter table visits enable trigger all");
        var plan = await life.StartAsync(New, Wider("place"), Wider("kind"));
        await life.CompleteAsync(New);
        (await RefusedAsync()).ShouldBe("23503 23503");
        (await NamesAsync()).ShouldBe("to_kinds false, to_places false");
        await life.RollbackAsync(New);
        (await RefusedAsync()).ShouldBe("23503 23503");
        (await NamesAsync()).ShouldBe("to_kinds false, to_places false");
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await NamesAsync()).ShouldBe("to_kinds false, to_places false");
        (await life.BaseAsync("select count(*) from pg_constraint where conname like '%tandem%'")).ShouldBe("0");

        static ChangeType Wider(string column) => new() { Table = "visits", Column = column, Type = new("bigint") };
        Task<string> NamesAsync() => life.BaseAsync("select string_agg(conname || ' ' || convalidated, ', ' order by conname) from pg_constraint where conrelid = 'visits'::regclass and conparentid = 0 and contype = 'f'");
        async Task<string> RefusedAsync()
        {
            var states = new List<string>();
            foreach (var values in new[] { "8, '2024-05-05', 8, 1", "9, '2024-05-05', 1, 9" })
            {
                states.Add((await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync($"insert into visits (id, day, place, kind) values ({values})"))).SqlState);
            }

            return string.Join(' ', states);
        }
    }

    /// <summary>What the switch makes a key of is what was built before it, and a partition without that is not read under a lock.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_key_is_made_of_the_indexes_that_were_built_for_it(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits, lockDeadline: TimeSpan.FromMinutes(2));
        await life.StartAsync(New, Key);
        await using var reader = await life.Server.OpenAsync();
        await life.RunAsync(reader, null, "begin; lock table visits_23 in access share mode");
        var switching = life.WaitsForLockAsync("switch to");
        var completing = life.CompleteAsync(New);
        await await Task.WhenAny(switching, completing);
        completing.IsCompleted.ShouldBeFalse("the reader holds a partition");
        const string Built = "select string_agg(indexrelid::text, ' ' order by indexrelid) from pg_index i where i.indrelid in ('visits_23'::regclass, 'visits_24_all'::regclass)";
        var built = await life.BaseAsync(Built);
        await life.BaseAsync("create table visits_25 partition of visits for values from ('2025-01-01') to ('2026-01-01')");
        await life.RunAsync(reader, null, "commit");
        await completing;
        (await life.BaseAsync(Built)).ShouldBe(built, "what was built before the partition came is used");
        (await life.BaseAsync("select count(*), bool_and(i.indisvalid and i.indisprimary) from pg_index i where i.indrelid::regclass::text ~ '^visits'")).ShouldBe("5|t");
        (await life.BaseAsync("select count(*) from pg_class where starts_with(relname::text, '_tandem_')")).ShouldBe("0");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select count(*) from pg_index i where i.indrelid::regclass::text ~ '^visits'")).ShouldBe("0");
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_foreign_key_takes_over_those_of_the_partitions_and_one_that_comes_later_has_it(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, new AddForeignKey { Table = "visits", Name = "visits_place", Columns = ["place"], References = new ForeignKeyTarget { Table = "places", Columns = ["id"] }, Enforce = Enforcement.Live });

        // The table's and one for each partition (the first is left out, since it goes), and none beside them.
        const string Keys = "select count(*), bool_and(convalidated) from pg_constraint where contype = 'f' and confrelid = 'places'::regclass and conrelid::regclass::text ~ '^visits(_2[45]|$)'";
        (await life.BaseAsync(Keys)).ShouldBe("3|t");
        await life.BaseAsync("create table visits_25 partition of visits for values from ('2025-01-01') to ('2026-01-01')");
        foreach (var write in new[] { "insert into visits values (3, '2023-02-02', 2)", "insert into visits values (3, '2025-02-02', 12)", "update visits set place = 3 where id = 2", "delete from places where id = 1", "delete from places where id = 11" })
        {
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync(write))).SqlState.ShouldBe("23503", write);
        }

        await life.CompleteAsync(New);
        (await life.BaseAsync(Keys)).ShouldBe("4|t");
        (await life.BaseAsync("select count(*) from pg_constraint where starts_with(conname::text, '_tandem_')")).ShouldBe("0");
        await life.BaseAsync("alter table visits detach partition visits_23; delete from visits where id = 2; delete from places where id = 11; alter table places detach partition places_2");
        await life.RollbackAsync(New);
        (await life.BaseAsync(Keys)).ShouldBe("0|∅");
        await life.BaseAsync("insert into visits values (5, '2024-02-02', 99)");
    }

    /// <summary>The server names what it makes for each partition after the key, which has a hidden name until then.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_new_table_that_refers_to_a_partitioned_one_keeps_no_hidden_name(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        var plan = await life.StartAsync(
            New,
            new CreateTable
            {
                Name = "tours",
                Columns = [new() { Name = "id", Type = new("integer") }, new() { Name = "place", Type = new("integer") }],
                PrimaryKey = ["id"],
                ForeignKeys = [new() { Columns = ["place"], References = new() { Table = "places", Columns = ["id"] } }],
            });
        await life.CompleteAsync(New);
        const string Names = "select conname from pg_constraint where conrelid = 'tours'::regclass and contype = 'f' order by conname";
        (await life.BaseAsync(Names)).ShouldBe("tours_place_fkey; tours_place_fkey_1; tours_place_fkey_2");
        await life.RollbackAsync(New);
        await life.BaseAsync("create table places_3 partition of places for values from (20) to (30)");
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*), count(*) filter (where starts_with(conname, 'tours_place_fkey')) from pg_constraint where conrelid = 'tours'::regclass and contype = 'f'")).ShouldBe("4|4");
    }

    /// <summary>What stops on its way leaves nothing in the partitions.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_does_not_hold_in_one_partition_leaves_nothing_in_the_others(int major)
    {
        await using var life = await Life.CreateAsync(major, $"{Visits}; insert into visits values (2, '2024-01-01', 12)");
        await life.StartAsync(
            New,
            new AddUnique { Table = "visits", Columns = ["day", "id"] },
            new AddForeignKey { Table = "visits", Columns = ["place"], References = new ForeignKeyTarget { Table = "places", Columns = ["id"] } });
        await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New));
        const string Rest = "select count(*) from (select conname as name from pg_constraint where conrelid::regclass::text ~ '^visits' and contype in ('u', 'f') union all select relname from pg_class where starts_with(relname::text, '_tandem_')) r";
        (await life.BaseAsync(Rest)).ShouldBe("0");
        await life.BaseAsync("delete from visits where place = 12");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*), bool_and(convalidated) from pg_constraint where conrelid::regclass::text ~ '^visits' and contype in ('u', 'f') and confrelid in (0, 'places'::regclass)")).ShouldBe("8|t");
        await life.RollbackAsync(New);
        (await life.BaseAsync(Rest)).ShouldBe("0");
    }

    [PostgresTheory]
    [InlineData("alter table visits_23 add constraint mine primary key (id, day)", "mine is the primary key of the partition visits_23 alone")]
    [InlineData("alter table visits_23 add constraint mine unique (id, day)", "mine of the partition visits_23 alone is unique by the same columns")]
    [InlineData("alter table visits_24_all add constraint mine foreign key (place) references places", "mine of the partition visits_24_all alone refers by the same columns")]
    public async Task A_partition_s_own_rule_is_not_taken_for_the_table_s(string script, string message)
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"{Visits}; {script}");
        var reference = new AddForeignKey { Table = "visits", Columns = ["place"], References = new ForeignKeyTarget { Table = "places", Columns = ["id"] } };
        (await life.PlanAsync(Life.Migration(New, Key, reference))).Findings.ShouldContain(f => f.Code == ProblemCodes.PartitionDiffers && f.Message.Contains(message));
    }
}
