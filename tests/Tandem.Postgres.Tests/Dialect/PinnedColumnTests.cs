using Shouldly;
using Tandem.Operations;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Scripts;
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
        create function touch() returns trigger language plpgsql as $$ begin new.code := upper(new.code); return new; end $$;
        create table noted (id integer primary key, code text);
        create trigger touch before insert on noted for each row execute function touch();
        """;

    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "people", "points", "TDM2008", "generated column twice" },
        { "people", "room", "TDM2106", "people_stats" },
        { "rooms", "during", "TDM2018", "exclusion constraint once" },
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

    private const string Ruled =
        """
        create table ruled (
            id integer primary key, points integer, at timestamp, label text, open boolean, odd text, tags text[],
            constraint points_check check (points > 0));
        alter table ruled add constraint odd_check check (odd <> '') not valid;
        create index ruled_day on ruled (date_trunc('day', at));
        create index ruled_label on ruled (label text_pattern_ops);
        create index ruled_upper on ruled (upper(label));
        create unique index ruled_open on ruled (id) where open;
        create index ruled_tags on ruled using gin (tags);
        """;

    public static TheoryData<string, string, string, string?> Rules => new()
    {
        { "points", "varchar(9)", "points::varchar(9)", "The check points_check of ruled cannot be made again" },
        { "points", "bigint", "points", null },
        { "at", "timestamptz", "at at time zone 'UTC'", "ruled_day of ruled cannot be made again over the new version's columns: date_trunc('day'::text, at) is not immutable" },
        { "at", "timestamp(3)", "at::timestamp(3)", null },
        { "label", "integer", "length(label)", "text_pattern_ops does not take integer" },
        { "label", "varchar(30)", "label::varchar(30)", null },
        { "open", "text", "open::text", "ruled_open of ruled cannot be made again" },
        { "tags", "text", "tags::text", "gin does not take text" },
        { "tags", "varchar(9)[]", "tags::varchar(9)[]", null },
        { "odd", "varchar(9)", "odd::varchar(9)", "The check odd_check uses ruled.odd, and is NOT VALID" },
    };

    [PostgresTheory]
    [MemberData(nameof(Rules))]
    public async Task The_server_says_whether_a_rule_can_be_made_again_over_another_type(string column, string type, string up, string? why)
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Ruled);
        var found = (await life.ReviewAsync(Life.Migration("0001_new", new ChangeType { Table = "ruled", Column = column, Type = new(type), Up = new(up), Down = new("null") }))).Findings.ToList();
        if (why is null)
        {
            found.ShouldNotContain(f => f.Severity == Severity.Error, string.Join("\n", found));
        }
        else
        {
            found.ShouldContain(f => f.Code == ProblemCodes.UsedByConstraint && f.Message.Contains(why) && f.Remedy!.Contains('`'), string.Join("\n", found));
        }
    }

    [PostgresFact]
    public async Task An_index_is_inspected_as_it_was_asked_for()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create table t (id integer primary key, code text, note text)");
        await using var connection = await life.Server.OpenAsync();
        foreach (var sql in new[] { "set allow_in_place_tablespaces = on", "drop tablespace if exists tandem_fast", "create tablespace tandem_fast location ''" })
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        var create = new CreateIndex
        {
            Table = "t", Name = "t_wide", Unique = true, NullsNotDistinct = true, Tablespace = "tandem_fast", Include = ["note"], With = [new("fillfactor", "70")],
            Columns = [new IndexColumn { Name = "code", Collation = new("C"), OperatorClass = "text_pattern_ops", Descending = true, Nulls = NullsPlace.Last }],
        };
        await life.StartAsync("0001_new", create);
        await life.CompleteAsync("0001_new");
        var index = (await life.InspectAsync()).Table("t")!.Indexes.Single();
        index.Keys.Single().ShouldBe(new Schema.IndexKey("code", Descending: true, Options: "COLLATE \"C\" text_pattern_ops") { Nulls = "NULLS LAST" });
        (index.Unique, index.NullsNotDistinct, index.Tablespace, index.Options).ShouldBe((true, true, "tandem_fast", "fillfactor='70'"));
        index.Include.ShouldBe(["note"]);
        await life.Server.ExecuteAsync("drop index t_wide");
        await life.Server.ExecuteAsync("create index t_again on t using btree (code collate \"C\" text_pattern_ops) include (note) with (fillfactor = 70) tablespace tandem_fast where id > 0");
        var again = (await life.InspectAsync()).Table("t")!.Indexes.Single();
        await life.Server.ExecuteAsync("drop index t_again");
        await life.Server.ExecuteAsync(PostgresDdl.CreateIndex("public", "t", again));
        (await life.InspectAsync()).Table("t")!.Indexes.Single().ShouldBe(again);
        await life.Server.ExecuteAsync("drop index t_again");
        await life.Server.ExecuteAsync("drop tablespace tandem_fast");
    }

    [PostgresFact]
    public async Task What_stands_on_a_table_does_not_go_with_its_rows_into_partitions()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create unlogged table marks (id integer, name text, primary key (id) include (name))");
        var parted = new PartitionTable { Table = "marks", By = PartitionStrategy.Hash, Columns = ["id"], Partitions = [new NewPartition { Name = "marks_0" }, new NewPartition { Name = "marks_1" }] };
        var found = (await life.PlanAsync(Life.Migration("0001_new", parted))).Findings.Where(f => f.Code == ProblemCodes.NotUnderstood).Select(f => f.Message).ToList();
        found.ShouldContain(m => m.Contains("unlogged"));
        found.ShouldContain(m => m.Contains("the primary key carries name along"));
    }

    [PostgresFact]
    public async Task A_second_lens_on_one_column_is_refused()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Script);
        ChangeType To(string type) => new() { Table = "noted", Column = "code", Type = new(type), Up = new("code"), Down = new("code") };
        (await life.PlanAsync(Life.Migration("0001_new", To("varchar(9)"), To("varchar(8)")))).Findings.ShouldContain(f => f.Code == ProblemCodes.ChangedTwice);
    }
}
