using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class PartitionTests
{
    private const string New = "0001_new";

    private const string Visits =
        """
        create table visits (id int not null, day date not null, score text, note text not null default 'n', primary key (id, day, note)) partition by range (day);
        create table visits_23 partition of visits for values from ('2023-01-01') to ('2024-01-01');
        create table visits_24 partition of visits for values from ('2024-01-01') to ('2025-01-01') partition by list (note);
        create table visits_24_all partition of visits_24 default;
        insert into visits values (1, '2023-01-01', '1', 'a'), (2, '2024-01-01', '2', 'b')
        """;

    private static ChangeType Number => new()
    {
        Table = "visits", Column = "score", Type = new("integer"), Up = new("nullif(score, '')::integer"), Down = new("coalesce(score::text, '')"),
    };

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_row_that_moves_to_another_partition_arrives_as_it_left(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, Number);

        // NULL of the new version, '' of the old: the row agrees by the way back, and would not if it were written anew.
        await life.BaseAsync("update visits set score = null where id = 1");
        (await life.BaseAsync("select score, _tandem_1_new_score from visits where id = 1")).ShouldBe("∅|∅");
        await life.BaseAsync("update visits set day = '2024-05-05' where id = 1");
        (await life.BaseAsync("select tableoid::regclass, score, _tandem_1_new_score from visits where id = 1")).ShouldBe("visits_24_all|∅|∅");
        await life.AppAsync(New, "update visits set score = null, day = '2023-02-02' where id = 2");
        (await life.BaseAsync("select tableoid::regclass, score, _tandem_1_new_score from visits where id = 2")).ShouldBe("visits_23||∅");

        // A write and a move in one statement, of a value that is quarantined and of one that is not; then a plain row behind it.
        await life.BaseAsync("update visits set score = 'x', day = '2024-02-02' where id = 2");
        (await life.BaseAsync("select score, _tandem_1_new_score, _tandem_1_error from visits where id = 2")).ShouldBe("x|∅|22P02 score");
        await life.BaseAsync("begin; update visits set score = '7', day = '2023-02-02' where id = 2; insert into visits values (3, '2023-01-01', '8'); commit");
        (await life.BaseAsync("select id, score, _tandem_1_new_score, _tandem_1_error from visits where id > 1 order by id")).ShouldBe("2|7|7|∅; 3|8|8|∅");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_row_moves_with_values_that_jsonb_does_not_take(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits + "; alter table visits add what json; update visits set what = case id when 1 then '\"\\u0000\"' else '1e400000' end::json");
        await life.StartAsync(New, Number);
        await life.BaseAsync("update visits set day = '2024-05-05', score = id + 5");
        (await life.AppAsync(New, "select id, day, score, what from visits order by id")).ShouldBe("1|2024-05-05|6|\"\\u0000\"; 2|2024-05-05|7|1e400000");
        await life.CompleteAsync(New);
        await life.BaseAsync("update visits set day = '2023-05-05'");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, day, score, what from visits order by id")).ShouldBe("1|2023-05-05|6|\"\\u0000\"; 2|2023-05-05|7|1e400000");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Writes_to_a_partition_itself_and_partitions_that_come_and_go_are_in_sync(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        await life.StartAsync(New, Number);
        await life.BaseAsync("insert into visits_23 values (3, '2023-03-03', '3'); update visits_24_all set score = '22' where id = 2");
        (await life.AppAsync(New, "select id, score from visits order by id")).ShouldBe("1|1; 2|22; 3|3");

        await life.BaseAsync("create table visits_25 partition of visits for values from ('2025-01-01') to ('2026-01-01'); insert into visits_25 values (4, '2025-04-04', '4')");
        await life.BaseAsync("create table visits_26 (like visits including all); insert into visits_26 values (5, '2026-05-05', '5'), (6, '2026-05-05', 'six'); alter table visits attach partition visits_26 for values from ('2026-01-01') to ('2027-01-01')");
        (await life.AppAsync(New, "select id, score from visits order by id")).ShouldBe("1|1; 2|22; 3|3; 4|4; 5|∅; 6|∅");

        // What was attached full is seen at complete, and what has no value is in quarantine, which complete refuses.
        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Problems.ShouldContain(p => p.Code == ProblemCodes.RowsInQuarantine);
        await life.BaseAsync("update visits set score = '6' where id = 6; alter table visits detach partition visits_23");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select id, score from visits order by id")).ShouldBe("2|22; 4|4; 5|5; 6|6");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, score, pg_typeof(score) from visits order by id")).ShouldBe("2|22|text; 4|4|text; 5|5|text; 6|6|text");
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task What_a_partitioned_table_cannot_do_online_is_refused(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            $"""
            {Visits};
            create table days (day date primary key);
            create table loose (id int, at int, a text) partition by hash (at);
            create table loose_0 partition of loose for values with (modulus 1, remainder 0);
            create table keyless (id int not null) partition by hash (id);
            create table held (day date primary key references days) partition by hash (day);
            create table old_parent (id int primary key, a text);
            create table old_child () inherits (old_parent);
            create extension postgres_fdw; create server far foreign data wrapper postgres_fdw;
            create table mixed (id int not null, a text) partition by list (id);
            create foreign table mixed_1 partition of mixed for values in (1) server far;
            """);

        await RefusedAsync(ProblemCodes.PartitionKeyColumn, new RenameColumn { Table = "visits", From = "day", To = "on_day" });
        await RefusedAsync(ProblemCodes.PartitionKeyColumn, new RenameColumn { Table = "visits", From = "note", To = "remark" });
        await RefusedAsync(ProblemCodes.PartitionedNeedsKey, new DropColumn { Table = "loose", Column = "a" });
        await RefusedAsync(ProblemCodes.NotUnderstood, new RenameColumn { Table = "old_parent", From = "a", To = "b" });
        await RefusedAsync(ProblemCodes.NotUnderstood, new RenameColumn { Table = "old_child", From = "a", To = "b" });
        await RefusedAsync(ProblemCodes.NotUnderstood, new RenameColumn { Table = "mixed", From = "a", To = "b" });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new AddForeignKey { Table = "visits", Columns = ["id", "day", "note"], References = new ForeignKeyTarget { Table = "visits", Columns = ["id", "day", "note"] } });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new AddUnique { Table = "visits", Columns = ["day", "score"] });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new AddPrimaryKey { Table = "keyless", Columns = ["id"], Enforce = Enforcement.Live });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new AddPrimaryKey { Table = "loose", Columns = ["id"] });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new DropTable { Table = "held" });
        await RefusedAsync(ProblemCodes.NotOnPartitioned, new CreateIndex { Table = "visits", Name = "by_score", Unique = true, Columns = [new IndexColumn { Name = "score" }] });

        async Task RefusedAsync(ProblemCode code, Operation operation) =>
            (await life.PlanAsync(Life.Migration(New, operation))).Findings.ShouldContain(f => f.Code == code && f.Severity == Severity.Error, operation.Summarize());
    }

    /// <summary>Which partitions there are is asked when the index is built, not when it is planned.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task An_index_is_built_in_the_partitions_that_there_are_then(int major)
    {
        await using var life = await Life.CreateAsync(major, Visits);
        var plan = await life.PlanAsync(Life.Migration(New, new CreateIndex { Table = "visits", Name = "by_score", Columns = [new IndexColumn { Expression = new("lower(score)") }] }));
        await life.BaseAsync("alter table visits detach partition visits_23");
        await life.BaseAsync("create table visits_25 partition of visits for values from ('2025-01-01') to ('2026-01-01') partition by list (note)");
        await life.BaseAsync("create table visits_25_a partition of visits_25 for values in ('a%s ''x')");
        await life.BaseAsync("create table \"Visits 26\" partition of visits for values from ('2026-01-01') to ('2027-01-01')");

        // A writer that stays for a while keeps the new index of its partition from being attached; others go on meanwhile.
        await using var writer = await life.Server.OpenAsync();
        await life.RunAsync(writer, null, "begin; insert into visits values (7, '2024-02-02', '7', 'g')");
        var started = life.RestartAsync(plan);
        await life.BaseAsync("insert into visits values (8, '2026-02-02', '8', 'h'), (9, '2024-02-02', '9', 'i')");
        await life.RunAsync(writer, null, "commit");
        await started;
        const string Built = "select count(*), bool_and(i.indisvalid) from pg_partition_tree('_tandem_1_new_by_score') t join pg_index i on i.indexrelid = t.relid";
        (await life.BaseAsync(Built)).ShouldBe("6|t");

        // From then on the server gives every partition its own.
        await life.BaseAsync("create table visits_27 partition of visits for values from ('2027-01-01') to ('2028-01-01')");
        (await life.BaseAsync(Built)).ShouldBe("7|t");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*) from pg_class where relkind in ('i', 'I') and starts_with(relname::text, '_tandem_')")).ShouldBe("0");
        (await life.BaseAsync("select relid::regclass from pg_partition_tree('by_score') where isleaf order by 1::text")).ShouldContain("visits_24_all_by_score");
        await life.RollbackAsync(New);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select count(*) from pg_class where relname ~ 'by_score'")).ShouldBe("0");
    }

    [PostgresTheory]
    [InlineData("alter table visits_23 alter score set default 'x'", "score of the partition visits_23 has another default")]
    [InlineData("alter table visits_23 alter score set not null", "score of the partition visits_23 has another default or another rule")]
    [InlineData("alter table visits_23 add constraint mine check (score <> '')", "mine is one of the partition visits_23 alone")]
    [InlineData("create index mine on visits_23 (score)", "mine is one of the partition visits_23 alone")]
    [InlineData("create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger mine before insert on visits_24_all for each row execute function f()", "The trigger mine is one of the partition visits_24_all alone")]
    public async Task What_is_a_partition_s_alone_is_not_taken_along(string script, string message)
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"{Visits}; {script}");
        (await life.PlanAsync(Life.Migration(New, Number))).Findings.ShouldContain(f => f.Code == ProblemCodes.PartitionDiffers && f.Message.Contains(message));
    }

    [PostgresFact]
    public async Task What_reads_a_partition_itself_is_found()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"{Visits}; create view old_visits as select id, score from visits_23");
        (await life.PlanAsync(Life.Migration(New, Number))).Findings.ShouldContain(f => f.Code == ProblemCodes.PinnedColumn && f.Message.Contains("old_visits"));
    }
}
