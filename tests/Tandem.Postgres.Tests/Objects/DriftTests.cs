using Shouldly;
using Tandem.Databases;
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
}
