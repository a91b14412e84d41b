using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Objects;

/// <summary>What somebody changes past Tandem is found, whatever kind of object it is.</summary>
public sealed class DriftTests
{
    private static readonly (string Change, string Found)[] Changes =
    [
        ("alter table child alter room set default 7", "table child: column room: default was not set, is 7"),
        ("alter table child add constraint long check (length(code) < 99)", "table child: check long was added"),
        ("create index child_other on child (other)", "table child: index child_other was added"),
        ("alter table child no force row level security", "table child: row security forced was true, is false"),
        ("grant delete on child to \"objects reader\"", "table child: grant DELETE to objects reader was added"),
        ("create table late_table (id int)", "table late_table: Added"),
        ("alter table m_2020 alter v set default 3", "table m_2020: column v: default was 0, is 3"),
        ("alter type \"Mood\" add value 'new'", "enum Mood: value new was added"),
        ("alter domain positive drop constraint above", "domain positive: Changed"),
        ("alter type \"Ort\" add attribute zip text", "composite type Ort: Changed"),
        ("alter sequence plain_seq cache 9", "sequence plain_seq: Changed"),
        ("create or replace view a_on_eltern as select \"Id\", count(*) + 1 as n from \"Eltern\" group by 1", "view a_on_eltern: Changed"),
        ("drop index stored_key", "materialized view stored: index stored_key is missing"),
        ("create or replace function add_up(s numeric, v numeric) returns numeric language sql as 'select s + v'", "function add_up(numeric, numeric): Changed"),
        ("alter table child enable trigger \"Still\"", "trigger Still on child: Changed"),
        ("alter policy written on child using (false)", "policy written on child: Changed"),
        ("drop rule quiet on quick", "rule quiet on quick: Missing"),
        ("comment on procedure \"tu was\"(int, text) is 'other'", "procedure tu was(integer, text): comment was does, is other"),
        ("alter publication \"Neues\" set (publish = 'insert')", "publication Neues: Changed"),
        ("alter event trigger watch disable", "event trigger watch: Changed"),
        ("drop statistics \"Stat\"", "statistics Stat: Missing"),
    ];

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Whatever_is_changed_is_found_and_nothing_else(int major)
    {
        await using var target = await Target.CreateAsync("", EveryObject.Schema, major);
        await RoundTrip.ApplyAsync(target, PostgresText.Split(EveryObject.Script(major)));
        await using var database = PostgresDatabase.At($"{target.Server.Url}?schema={Uri.EscapeDataString(EveryObject.Schema)}");
        var workspace = new Workspace(database);
        (await Should.ThrowAsync<TandemException>(() => workspace.DriftAsync(default))).Problems[0].Code.ShouldBe(ProblemCodes.SchemaNotRecorded);

        await workspace.Runner.BaselineAsync("first", default);
        (await workspace.DriftAsync(default)).Differences.ShouldBeEmpty();
        foreach (var (change, _) in Changes)
        {
            await target.Server.ExecuteAsync($"set search_path = {PostgresText.Quote(EveryObject.Schema)}, public; {change}");
        }

        var drift = await workspace.DriftAsync(default);
        var differences = drift.Differences;
        drift.Version.ShouldBe("first");
        var found = differences.SelectMany(d => d.Parts.DefaultIfEmpty($"{d.Kind}").Select(p => $"{d.Object}: {p}").Append($"{d.Object}: {d.Kind}")).ToHashSet();
        Changes.Select(c => c.Found).ShouldBeSubsetOf(found);
        differences.Select(d => $"{d.Object}").ShouldBeSubsetOf(Changes.Select(c => c.Found[..c.Found.IndexOf(": ", StringComparison.Ordinal)]));

        await workspace.Runner.AcceptSchemaAsync("looked at", default);
        (await workspace.DriftAsync(default)).Differences.ShouldBeEmpty();
        (await workspace.Runner.HistoryAsync(null, default))[^1].Kind.ShouldBe("schema_accepted");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task When_it_was_changed_is_told_where_the_server_keeps_it(int major)
    {
        await using var server = await PostgresServer.StartAsync(
            major, new PostgresServerOptions { Fsync = false, Settings = new Dictionary<string, string> { ["track_commit_timestamp"] = "on" } });
        await using var database = await server.CreateDatabaseAsync();
        await using var target = Target.Open($"{database.Url}?schema={Uri.EscapeDataString(EveryObject.Schema)}");
        var path = $"set search_path = {PostgresText.Quote(EveryObject.Schema)}, public; ";
        await using (var session = await target.OpenSessionAsync(default))
        {
            await session.ApplyAsync([.. PostgresText.Split(EveryObject.Script(major)).Select(s => new SqlStatement(s))], ApplyOptions.Default, default);
        }

        var made = await target.InspectAsync(default);
        var between = DateTimeOffset.UtcNow;
        foreach (var (change, _) in Changes)
        {
            await database.ExecuteAsync(path + change);
        }

        await database.ExecuteAsync("vacuum (freeze, analyze)");
        var after = await target.InspectAsync(default);
        var differences = SchemaDifferences.Of(made, after);
        var traces = (await target.TraceAsync(differences.Select(d => d.Object).ToList(), default)).ToDictionary(t => t.Object);
        foreach (var difference in differences)
        {
            var (trace, gone) = (traces[difference.Object], difference.Kind == DifferenceKind.Missing);
            var dropped = difference.Parts.Any(p => p.EndsWith(" is missing", StringComparison.Ordinal));
            (trace.ChangedAt is { } at && (dropped || at >= between) && at <= DateTimeOffset.UtcNow.AddSeconds(1)).ShouldBe(!gone, $"{difference.Object}: {trace}");
            (trace.Owner is null).ShouldBe(gone, $"{difference.Object}");
        }

        var same = SchemaDifferences.Of(new DatabaseSchema(made.Name, []), made).Select(d => d.Object).Except(differences.Select(d => d.Object))
            .Where(o => o.Kind is not "default privileges").ToList();
        foreach (var trace in await target.TraceAsync(same, default))
        {
            (trace.ChangedAt < between).ShouldBeTrue($"{trace}");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_the_server_does_not_keep_is_unknown_with_the_reason(int major)
    {
        await using var target = await Target.CreateAsync("create table public.people (id int)", "public", major);
        ObjectName[] asked = [new("table", "people"), new("table", "gone"), new("default privileges", "me on TABLES")];
        var traces = await target.Database.TraceAsync(asked, default);
        traces.Select(t => t.ChangedAt).ShouldBe([null, null, null]);
        traces.Select(t => t.Owner).ShouldBe(["tandem", null, null]);
        traces[0].Why.ShouldContain("track_commit_timestamp is off");
        traces[1].Why.ShouldContain("gone");
        traces[2].Why.ShouldContain("not asked");
    }
}
