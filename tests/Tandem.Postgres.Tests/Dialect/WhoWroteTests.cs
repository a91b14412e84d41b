using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>
/// A version's write is known by every column that its way to the other version reads, whether or not a pass before the users'
/// triggers has already carried it: the writer's own values stay as it wrote them.
/// </summary>
public sealed class WhoWroteTests
{
    private const string New = "0001_new";
    private const string WithoutTrigger = "";
    private const string IdleTrigger = "create function idle() returns trigger language plpgsql as $$ begin return new; end $$;"
        + "create trigger idle before insert or update on people for each row execute function idle();";

    private const string NotingTrigger = "create function noting() returns trigger language plpgsql as $$ begin new.note := concat(new.note, 'n'); return new; end $$;"
        + "create trigger noting before insert or update on people for each row execute function noting();";

    // Writes another row of the same table between the two passes of each row, and once in vain.
    private const string NestingTrigger = "create function nesting() returns trigger language plpgsql as $$ begin "
        + "if new.id < 100 and current_setting('tandem.origin', true) is distinct from 'backfill' then update people set phone = 'n' || new.phone where id = new.id + 100; "
        + "begin update people set phone = 'm', note = 1 / 0 where id = new.id + 100; exception when division_by_zero then null; end; end if; "
        + "return new; end $$; create trigger nesting before update on people for each row execute function nesting();";

    public static TheoryData<int, string> Tables()
    {
        var data = new TheoryData<int, string>();
        foreach (var trigger in new[] { WithoutTrigger, IdleTrigger, NotingTrigger, NestingTrigger })
        {
            foreach (var major in PostgresVersions.EndFor(trigger))
            {
                data.Add(major, trigger);
            }
        }

        return data;
    }

    private static Operation[] Prefixed() =>
    [
        new AddColumn { Table = "people", Name = "prefix", Type = new("text") },
        new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("phone"), Down = new("coalesce(prefix, '') || phone") },
    ];

    private static async Task<Life> PeopleAsync(int major, string trigger)
    {
        var life = await Life.CreateAsync(major, "create table people (id int primary key, phone varchar(40), note text)");
        await life.BaseAsync(trigger.Length == 0 ? "select" : trigger);
        return life;
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task A_column_that_only_the_way_back_reads_is_a_write_of_the_new_version(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, trigger);
        await life.StartAsync(New, Prefixed());
        await life.BaseAsync("insert into people select g, 'p' || g from unnest('{1,2,3,101,102,103}'::int[]) g");

        await life.AppAsync(New, "update people set prefix = 'a' where id = 1");
        await life.AppAsync(New, "update people set prefix = 'b' where id = 1");
        await life.AppAsync(New, "update people set prefix = 'c' where id < 100");
        await life.AppAsync(New, "insert into people (id, prefix, phone) values (4, 'd', 'p4'), (5, null, 'p5')");
        await life.AppAsync(New, "update people set prefix = 'e' where id in (4, 5)");

        (await life.AppAsync(New, "select id, prefix, phone from people where id < 100 order by id")).ShouldBe("1|c|p1; 2|c|p2; 3|c|p3; 4|e|p4; 5|e|p5");
        (await life.BaseAsync("select id, phone from people where id < 100 order by id")).ShouldBe("1|cp1; 2|cp2; 3|cp3; 4|ep4; 5|ep5");

        // The next write of each version counts as before.
        await life.AppAsync(New, "update people set prefix = null, phone = 'x1' where id = 1");
        await life.BaseAsync("update people set phone = 'x2' where id = 2");
        await life.BaseAsync("update people set phone = 'x3', _tandem_1_new_prefix = 'z' where id = 3");
        (await life.AppAsync(New, "select id, prefix, phone from people where id < 4 order by id")).ShouldBe("1|∅|x1; 2|c|x2; 3|z|x3");
        (await life.BaseAsync("select id, phone from people where id < 4 order by id")).ShouldBe("1|x1; 2|x2; 3|x3");
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task It_is_one_in_an_insert_that_gives_nothing_else_than_the_old_version_would(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, "alter table people alter phone set default 'p', add mark text;" + trigger);
        await life.StartAsync(
            New,
            new AddColumn { Table = "people", Name = "prefix", Type = new("text") },
            new AddColumn { Table = "people", Name = "suffix", Type = new("text"), Default = new("'.'") },
            new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("phone"), Down = new("coalesce(prefix, '') || phone"), Default = new("'p'") },
            new ChangeType { Table = "people", Column = "mark", Type = new("varchar(9)"), Up = new("mark"), Down = new("coalesce(prefix, '') || coalesce(mark, '') || suffix") });

        await life.AppAsync(New, "insert into people (id, prefix) values (1, 'w')");
        await life.AppAsync(New, "insert into people (id, phone, mark, suffix) values (2, 'q', null, '!'), (3, 'p', 'm', default), (4, default, null, default)");
        await life.BaseAsync("insert into people (id) values (5); insert into people (id, phone, mark) values (6, 'p6', 'm6')");

        (await life.AppAsync(New, "select id, prefix, phone, mark, suffix from people order by id"))
            .ShouldBe("1|w|p|∅|.; 2|∅|q|∅|!; 3|∅|p|m|.; 4|∅|p|∅|.; 5|∅|p|∅|.; 6|∅|p6|m6|.");
        (await life.BaseAsync("select id, phone, mark from people order by id")).ShouldBe("1|wp|w.; 2|q|!; 3|p|m.; 4|p|∅; 5|p|∅; 6|p6|m6");
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task A_column_that_only_the_way_there_reads_is_a_write_of_the_old_version_when_the_new_is_the_base(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, "alter table people add area text;" + trigger);
        await life.BaseAsync("insert into people select g, 'p' || g from unnest('{1,2,3,101,102,103}'::int[]) g");
        await life.StartAsync(
            New,
            new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("coalesce(area, '') || phone"), Down = new("phone") },
            new DropColumn { Table = "people", Column = "area" });
        await life.CompleteAsync(New, keep: true);

        await life.AppAsync("base", "update people set area = 'a' where id = 1");
        await life.AppAsync("base", "update people set area = 'b' where id = 1");
        await life.AppAsync("base", "update people set area = 'c' where id < 100");

        (await life.AppAsync("base", "select id, area, phone from people where id < 100 order by id")).ShouldBe("1|c|p1; 2|c|p2; 3|c|p3");
        (await life.AppAsync(New, "select id, phone from people where id < 100 order by id")).ShouldBe("1|cp1; 2|cp2; 3|cp3");
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task A_write_of_what_two_lenses_read_leaves_the_writers_other_columns_alone(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, "alter table people add code varchar(9) not null default 'k';" + trigger);
        await life.BaseAsync("insert into people (id, phone, code) select g, 'p' || g, 'k' from unnest('{1,2,3,101,102,103}'::int[]) g");
        await life.StartAsync(
            New,
            new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("code || '-' || phone"), Down = new("substr(phone, strpos(phone, '-') + 1)") },
            new ChangeType { Table = "people", Column = "code", Type = new("text"), Up = new("code"), Down = new("code") });

        // The way there reads both columns, the way back only its own.
        await life.AppAsync(New, "update people set phone = 'own-q1', code = 'm' where id = 1");
        await life.AppAsync(New, "update people set phone = 'own-p2' where id = 2");
        await life.AppAsync(New, "update people set code = 'n' where id in (2, 3)");

        (await life.AppAsync(New, "select id, code, phone from people where id < 100 order by id")).ShouldBe("1|m|own-q1; 2|n|own-p2; 3|n|k-p3");
        (await life.BaseAsync("select id, code, phone from people where id < 100 order by id")).ShouldBe("1|m|q1; 2|n|p2; 3|n|p3");
        await life.BaseAsync("update people set code = 'z' where id = 3");
        (await life.AppAsync(New, "select code, phone from people where id = 3")).ShouldBe("z|z-p3");
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task A_way_there_that_gives_another_value_each_time_leaves_the_writers_values_alone(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, "alter table people add tag varchar(40), add code varchar(9);" + trigger);
        await life.BaseAsync("insert into people (id, phone, tag, code) select g, 'p' || g, 't' || g, 'k' from unnest('{1,2,101,102}'::int[]) g");
        await life.RestartAsync(await life.ReviewAsync(Life.Migration(
            New,
            new AddColumn { Table = "people", Name = "prefix", Type = new("text") },
            new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("coalesce(phone, random()::text)"), Down = new("coalesce(prefix, '') || phone") },
            new ChangeType { Table = "people", Column = "tag", Type = new("text"), Up = new("code || '-' || tag"), Down = new("substr(tag, strpos(tag, '-') + 1)") },
            new ChangeType { Table = "people", Column = "code", Type = new("text"), Up = new("code || (random() * 0)::text"), Down = new("rtrim(code, '0')") })));

        await life.AppAsync(New, "update people set prefix = 'a' where id = 1");
        await life.AppAsync(New, "update people set prefix = 'b' where id < 100");
        await life.AppAsync(New, "update people set tag = 'own-t1', code = 'm' where id = 1");
        await life.AppAsync(New, "update people set tag = 'own-t2' where id = 2");
        await life.AppAsync(New, "update people set code = 'n' where id = 2");

        (await life.AppAsync(New, "select id, prefix, phone, code, tag from people where id < 100 order by id")).ShouldBe("1|b|p1|m|own-t1; 2|b|p2|n|own-t2");
        (await life.BaseAsync("select id, phone, code, tag from people where id < 100 order by id")).ShouldBe("1|bp1|m|t1; 2|bp2|n|t2");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_way_back_that_gives_another_value_each_time_needs_consent_where_there_are_triggers(int major)
    {
        await using var life = await PeopleAsync(major, IdleTrigger);
        var migration = Life.Migration(
            New, new ChangeType { Table = "people", Column = "phone", Type = new("text"), Up = new("phone"), Down = new("coalesce(phone, random()::text)") });

        var problem = (await life.ReviewAsync(migration)).Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput);

        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain("behind idle nobody can tell any more whether a trigger wrote it");

        // What the message says is what happens: this is why it takes consent.
        await life.RestartAsync(await life.ReviewAsync(migration with { Accept = [new Consent { Code = "TDM2124", Reason = "seen" }] }));
        await life.AppAsync(New, "insert into people (id, phone) values (1, 'p1')");
        await life.AppAsync(New, "update people set phone = null");
        (await life.AppAsync(New, "select phone is not null and phone = (select phone from public.people) from people")).ShouldBe("t");
    }

    [PostgresTheory]
    [MemberData(nameof(Tables))]
    public async Task The_writer_is_known_through_two_changes(int major, string trigger)
    {
        await using var life = await PeopleAsync(major, trigger);
        await life.BaseAsync("insert into people select g, 'p' || g from unnest('{1,2,3,101,102,103}'::int[]) g");
        await life.StartAsync(New, Prefixed());
        await life.CompleteAsync(New);
        const string Next = "0002_next";
        await life.StartAsync(
            Next,
            new AddColumn { Table = "people", Name = "suffix", Type = new("text") },
            new ChangeType { Table = "people", Column = "phone", Type = new("varchar(50)"), Up = new("phone"), Down = new("phone || coalesce(suffix, '')") });

        await life.AppAsync(Next, "update people set suffix = 'x' where id < 100");
        await life.AppAsync(Next, "update people set suffix = 'y' where id = 1");
        await life.AppAsync(Next, "update people set prefix = 'a' where id < 3");
        await life.AppAsync(Next, "update people set prefix = 'b', suffix = 'z' where id = 2");

        (await life.AppAsync(Next, "select id, prefix, phone, suffix from people where id < 100 order by id")).ShouldBe("1|a|p1|y; 2|b|p2|z; 3|∅|p3|x");
        (await life.AppAsync(New, "select id, prefix, phone from people where id < 100 order by id")).ShouldBe("1|a|p1y; 2|b|p2z; 3|∅|p3x");
        (await life.BaseAsync("select id, _tandem_1_old_phone from people where id < 100 order by id")).ShouldBe("1|ap1y; 2|bp2z; 3|p3x");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_that_changes_where_a_column_of_the_other_version_goes_needs_consent(int major)
    {
        await using var life = await PeopleAsync(
            major,
            "create function raise() returns trigger language plpgsql as $$ begin new.phone := upper(new.phone); return new; end $$;"
            + "create trigger raise before insert or update on people for each row execute function raise();");
        await life.BaseAsync("insert into people values (1, 'p1'), (2, 'p2')");
        var migration = Life.Migration(New, Prefixed());

        var refused = await life.PlanAsync(migration);

        var problem = refused.Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput);
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain("The trigger raise of people may change phone, which also holds what only the other version has in prefix");

        // What the message says is what happens: this is why it takes consent. What the trigger leaves alone is right all the same.
        await life.RestartAsync(await life.PlanAsync(migration with { Accept = [new Consent { Code = "TDM2124", Reason = "seen" }] }));
        await life.AppAsync(New, "update people set prefix = 'A' where id = 1");
        await life.AppAsync(New, "update people set prefix = 'b' where id = 2");
        (await life.AppAsync(New, "select id, prefix, phone from people order by id")).ShouldBe("1|A|P1; 2|b|BP2");
        (await life.BaseAsync("select id, phone from people order by id")).ShouldBe("1|AP1; 2|BP2");
    }
}
