using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class SqliteTrafficTests : TrafficTests
{
    protected override string Engine => "sqlite";

    protected override string FailCode => "1811"; // SQLITE_CONSTRAINT_TRIGGER

    [Fact]
    public Task Both_versions_of_a_live_change_are_asked_and_no_row_is_changed() => LiveAsync();

    [Fact]
    public Task Writes_are_real_and_only_as_many_as_are_told() => WritesAsync();

    [Fact]
    public Task A_failed_request_is_counted_and_told() => FailureAsync();

    [Fact]
    public Task While_a_change_is_made_the_version_of_the_change_before_it_is_asked() => UnderWayAsync();

    [Fact]
    public Task An_interruption_ends_with_the_report() => InterruptAsync();

    [Fact]
    public Task What_cannot_be_asked_is_refused() => RefusalsAsync();

    protected override IReadOnlyList<string> Trigger(string does) =>
        [$"create trigger noted after update on customers begin {(does == "fail" ? "select raise(abort, 'not today')" : "insert into noted values (new.id)")}; end"];
}

public sealed class PostgresTrafficTests : TrafficTests
{
    protected override string Engine => "postgres";

    protected override string FailCode => "TD001";

    [PostgresFact]
    public Task Both_versions_of_a_live_change_are_asked_and_no_row_is_changed() => LiveAsync();

    [PostgresFact]
    public Task Writes_are_real_and_only_as_many_as_are_told() => WritesAsync();

    [PostgresFact]
    public Task A_failed_request_is_counted_and_told() => FailureAsync();

    [PostgresFact]
    public Task While_a_change_is_made_the_version_of_the_change_before_it_is_asked() => UnderWayAsync();

    [PostgresFact]
    public Task An_interruption_ends_with_the_report() => InterruptAsync();

    [PostgresFact]
    public Task What_cannot_be_asked_is_refused() => RefusalsAsync();

    [PostgresFact]
    public async Task Types_that_the_driver_does_not_know_and_keys_of_several_columns_are_no_hindrance()
    {
        await using var project = await Project.OnPostgresAsync(
            "create type mood as enum ('good', 'bad')",
            "create type place as (street text, number int)",
            """"create table "Odd ones" (mood mood, at timestamptz, "the ""Id""" uuid default gen_random_uuid(), n numeric(9,2), home place, doc jsonb, area box, num int generated always as identity, twice numeric generated always as (n * 2) stored, primary key (mood, at, "the ""Id""", n))"""",
            "insert into \"Odd ones\" (mood, at, n, home, doc, area) select 'bad', now() - i * interval '1.000001 h', i / 7.0, row('x', i)::place, '{}', '((0,0),(1,1))' from generate_series(1, 300) i");
        var before = await project.AskAsync("select cast(t as text) from \"Odd ones\" t order by 1");

        var kinds = Kinds((await BenchAsync(project, "--table", "Odd ones", "--rate", "300", "--seconds", "1")).ShouldEndWith(0), "base");

        kinds.ShouldAllBe(k => Number(k, "requests") > 50 && Number(k, "failed") == 0 && Number(k, "missing") == 0);
        (await project.AskAsync("select cast(t as text) from \"Odd ones\" t order by 1")).ShouldBe(before);
    }
}

/// <summary><c>tandem bench traffic</c>: what it asks, what it counts and what it says.</summary>
public abstract class TrafficTests
{
    private static readonly string[] Tables =
    [
        "create table customers (id integer primary key, name varchar(40) not null, points integer, created_at varchar(20) default 'then')",
        "insert into customers (id, name, points) with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) select i, 'Customer ' || i, i * 3 from n",
        "create table noted (customer integer)",
    ];

    protected abstract string Engine { get; }

    /// <summary>The code with which writes fail under the trigger that fails.</summary>
    protected abstract string FailCode { get; }

    protected async Task LiveAsync()
    {
        await using var project = await StartedAsync();
        var before = await RowsAsync(project);

        var result = (await BenchAsync(project, "--rate", "200", "--seconds", "3", "--seed", "5")).ShouldEndWith(0);

        Versions(result).Select(v => v.GetProperty("version").GetString()).ShouldBe(["base", "0001_points"]);
        foreach (var version in Versions(result))
        {
            var kinds = version.GetProperty("kinds").EnumerateArray().ToList();
            version.GetProperty("tables").EnumerateArray().Single().GetString().ShouldBe(version.GetProperty("version").GetString() == "base" ? "customers" : "clients");

            // Each of the 600 is accounted for, also on a machine that is too slow for them.
            (kinds.Sum(k => Number(k, "requests")) + Number(version, "unsent")).ShouldBe(300);
            foreach (var kind in kinds)
            {
                Number(kind, "requests").ShouldBeGreaterThan(0, result.Output);
                Number(kind, "failed").ShouldBe(0, result.Output);
                Number(kind, "missing").ShouldBe(0, result.Output);
                kind.GetProperty("buckets").EnumerateArray().Sum(b => Number(b, "count")).ShouldBe(Number(kind, "requests"));
                double[] quantiles = [.. ((string[])["p50Ms", "p95Ms", "p99Ms", "maxMs"]).Select(q => kind.GetProperty(q).GetDouble())];
                quantiles.ShouldBe(quantiles.Order());
                quantiles[0].ShouldBeGreaterThan(0);
            }
        }

        (await RowsAsync(project)).ShouldBe(before);
        (await project.TandemAsync("verify")).ShouldEndWith(0);

        // One version alone, and as text.
        var old = (await project.TandemAsync("bench", "traffic", "--versions", "old", "--seconds", "1", "--yes")).ShouldEndWith(0);
        old.Output.ShouldContain("base");
        old.Output.ShouldContain("p99");
        old.Output.ShouldNotContain("0001_points");
    }

    protected async Task WritesAsync()
    {
        await using var project = await Project.OnAsync(Engine, [.. Tables, .. Trigger("note")]);

        (await BenchAsync(project, "--table", "customers", "--seconds", "1", "--writes", "0")).ShouldEndWith(0);
        (await project.AskAsync("select count(*) from noted")).ShouldBe("0");

        var kinds = Kinds((await BenchAsync(project, "--table", "customers", "--seconds", "1", "--writes", "70")).ShouldEndWith(0), "base");
        (await project.AskAsync("select count(*) from noted")).ShouldBe(Number(kinds[1], "requests").ToString(CultureInfo.InvariantCulture));
        Number(kinds[1], "requests").ShouldBeGreaterThan(Number(kinds[0], "requests"));
        (await project.AskAsync("select count(distinct customer) > 10 from noted")).ShouldBeOneOf("1", "True");
    }

    protected async Task FailureAsync()
    {
        await using var project = await Project.OnAsync(Engine, [.. Tables, .. Trigger("fail")]);

        var result = (await BenchAsync(project, "--table", "customers", "--seconds", "1")).ShouldEndWith(1);

        result.Codes().ShouldBe(["TDM6020"]);
        var kinds = Kinds(result, "base");
        Number(kinds[0], "failed").ShouldBe(0);
        Number(kinds[0], "requests").ShouldBeGreaterThan(0);
        var failure = kinds[1].GetProperty("failures").EnumerateArray().ShouldHaveSingleItem();
        failure.GetProperty("code").GetString().ShouldBe(FailCode);
        failure.GetProperty("message").GetString()!.ShouldContain("not today");
        Number(failure, "count").ShouldBe(Number(kinds[1], "requests"));
        Number(kinds[1], "failed").ShouldBe(Number(kinds[1], "requests"));
        kinds[1].GetProperty("buckets").GetArrayLength().ShouldBe(0);
    }

    protected async Task UnderWayAsync()
    {
        await using var project = await StartedAsync();
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        project.Write("migrations/0002_names.yaml", """
            title: Capitals
            why: letters
            owner: crm
            operations:
              - change_type: { table: clients, column: full_name, type: text, up: upper(full_name), down: full_name }
            checks:
              after: [ { name: not yet, sql: "select count(*) from clients where id < 0", expect: 1 } ]
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(1);

        // The run stands before its end: the tables are known, and one version is served.
        var version = Versions((await BenchAsync(project, "--seconds", "1")).ShouldEndWith(0)).ShouldHaveSingleItem();
        version.GetProperty("version").GetString().ShouldBe("0001_points");
        version.GetProperty("tables").EnumerateArray().Single().GetString().ShouldBe("clients");
        version.GetProperty("kinds").EnumerateArray().ShouldAllBe(k => Number(k, "requests") > 0 && Number(k, "failed") == 0 && Number(k, "missing") == 0);
    }

    protected async Task InterruptAsync()
    {
        await using var project = await Project.OnAsync(Engine, Tables);
        using var process = Tool.Start(
            project.Root, ["bench", "traffic", "--table", "customers", "--seconds", "3600", "--yes", "--output", "json"], ("TANDEM_DB", project.Url));
        string? said;
        do
        {
            said = await process.StandardError.ReadLineAsync();
        }
        while (said?.Contains("a second for", StringComparison.Ordinal) == false);

        said.ShouldNotBeNull();
        await Task.Delay(TimeSpan.FromSeconds(2));
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var result = (await Tool.EndAsync(process)).ShouldEndWith(0);
        result.Json().GetProperty("seconds").GetDouble().ShouldBeInRange(0, 3600);
        Kinds(result, "base").Sum(k => Number(k, "requests") - Number(k, "failed")).ShouldBeGreaterThan(0);
    }

    protected async Task RefusalsAsync()
    {
        await using var project = await Project.OnAsync(
            Engine, [.. Tables, "create table keyless (a integer)", "insert into keyless values (1)", "create table empty (id integer primary key)", .. Trigger("note")]);

        // Nobody is there to be asked.
        (await project.TandemAsync("bench", "traffic", "--table", "customers", "--output", "json")).ShouldEndWith(2).Codes().ShouldBe(["TDM6007"]);
        (await project.AskAsync("select count(*) from noted")).ShouldBe("0");
        foreach (var (arguments, said) in new[] { ("", "--table"), ("--table custmers", "customers"), ("--table keyless", "key"), ("--table empty", "rows"), ("--table customers --versions new", "live") })
        {
            var refused = (await BenchAsync(project, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldEndWith(1);
            refused.Codes().ShouldBe(["TDM6021"], arguments);
            refused.Errors.ShouldContain(said, customMessage: arguments);
        }

        var both = (await BenchAsync(project, "--table", "customers", "--table", "empty", "--seconds", "1")).ShouldEndWith(0);
        Versions(both).Single().GetProperty("leftOut").EnumerateArray().Select(t => t.GetString()).ShouldBe(["empty"]);
    }

    /// <summary>Statements that make a trigger which notes, or refuses, each update of a customer.</summary>
    protected virtual IReadOnlyList<string> Trigger(string does) =>
    [
        $"create function noting() returns trigger language plpgsql as $$ begin {(does == "fail" ? "raise exception 'not today' using errcode = 'TD001'" : "insert into noted values (new.id)")}; return null; end $$",
        "create trigger noted after update on customers for each row execute function noting()",
    ];

    private protected static Task<ToolResult> BenchAsync(Project project, params string[] arguments) =>
        project.TandemAsync(["bench", "traffic", .. arguments, "--yes", "--output", "json"]);

    private protected static List<JsonElement> Kinds(ToolResult result, string version) =>
        [.. Versions(result).Single(v => v.GetProperty("version").GetString() == version).GetProperty("kinds").EnumerateArray()];

    private protected static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static List<JsonElement> Versions(ToolResult result) => [.. result.Json().GetProperty("versions").EnumerateArray()];

    private async Task<Project> StartedAsync()
    {
        var project = await Project.OnAsync(Engine, Tables);
        project.Write("migrations/0001_points.yaml", """
            title: Points in hundredths
            why: halves are given
            owner: crm
            operations:
              - rename_column: { table: customers, from: name, to: full_name }
              - change_type: { table: customers, column: points, type: bigint, up: points * 100, down: points / 100 }
              - rename_table: { from: customers, to: clients }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        return project;
    }

    private async Task<string> RowsAsync(Project project) =>
        await project.AskAsync("select id, name, points, created_at from customers order by id") + "\n--\n"
        + await project.AskAsync($"select id, full_name, points, created_at from {(Engine == "sqlite" ? "\"clients__0001_points\"" : "\"public_0001_points\".clients")} order by id");
}
