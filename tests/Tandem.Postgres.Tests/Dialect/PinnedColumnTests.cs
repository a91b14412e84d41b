using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Columns that something hangs on which no successor could take over: said at plan time, with its name.</summary>
public sealed class PinnedColumnTests
{
    private const string Script =
        """
        create table people (
            id integer primary key, name text not null, code text, points integer, room integer, during int4range,
            twice integer generated always as (points * 2) stored, constraint points_check check (points > 0));
        create index people_lower on people (lower(name));
        create index people_partial on people (id) where code <> '';
        create statistics people_stats on room, id from people;
        create table rooms (room integer, during int4range, floor text, constraint once exclude using gist (during with &&));
        create table places (room integer, seat integer, unique (room, seat));
        create table shelves (
            room integer, seat integer, name text, note text, constraint named unique (name) include (note),
            constraint placed foreign key (room, seat) references places (room, seat) match full);
        create function touch() returns trigger language plpgsql as $$ begin new.code := upper(new.code); return new; end $$;
        create table noted (id integer primary key, code text);
        create trigger touch before insert on noted for each row execute function touch();
        """;

    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "people", "points", "TDM2008", "points_check" },
        { "people", "name", "TDM2008", "people_lower" },
        { "people", "code", "TDM2008", "people_partial" },
        { "people", "room", "TDM2106", "people_stats" },
        { "rooms", "during", "TDM2018", "exclusion constraint once" },
        { "shelves", "name", "TDM2018", "constraint named is more" },
        { "shelves", "note", "TDM2018", "constraint named is more" },
        { "shelves", "room", "TDM2018", "foreign key placed is more" },
        { "noted", "code", "TDM2104", "touch" },
    };

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task It_is_said_at_plan_time(string table, string column, string code, string name)
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Script);
        var change = new ChangeType { Table = table, Column = column, Type = new("varchar(90)"), Up = new($"{column}::varchar(90)"), Down = new($"{column}::{(column is "points" or "room" ? "integer" : "text")}") };
        var found = (await life.PlanAsync(Life.Migration("0001_new", change))).Findings.ToList();
        found.ShouldContain(f => f.Code.Id == code && f.Severity == (code == "TDM2104" ? Severity.Warning : Severity.Error) && f.Message.Contains(name), string.Join("\n", found));
    }

    [PostgresFact]
    public async Task What_stands_on_a_table_does_not_go_with_its_rows_into_partitions()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create unlogged table marks (id integer, name text, primary key (id) include (name))");
        var parted = new PartitionTable { Table = "marks", By = PartitionStrategy.Hash, Columns = ["id"], Partitions = [new NewPartition { Name = "marks_0" }, new NewPartition { Name = "marks_1" }] };
        var found = (await life.PlanAsync(Life.Migration("0001_new", parted))).Findings.Where(f => f.Code == ProblemCodes.NotUnderstood).Select(f => f.Message).ToList();
        found.ShouldContain(m => m.Contains("unlogged"));
        found.ShouldContain(m => m.Contains("INCLUDE (name)"));
    }

    [PostgresFact]
    public async Task A_second_lens_on_one_column_is_refused()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Script);
        ChangeType To(string type) => new() { Table = "noted", Column = "code", Type = new(type), Up = new("code"), Down = new("code") };
        (await life.PlanAsync(Life.Migration("0001_new", To("varchar(9)"), To("varchar(8)")))).Findings.ShouldContain(f => f.Code == ProblemCodes.ChangedTwice);
    }
}
