using Shouldly;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Rights;

/// <summary>What a plan says about access, and when it is stale because of it.</summary>
public sealed class AccessPlanTests
{
    private static readonly string[] Roles = ["reader", "clerk", "staff"];

    private const string Tables =
        """
        grant <staff> to <clerk>;
        create table customers (id integer primary key, name text, secret text);
        insert into customers values (1, 'Ada', 's');
        grant select on customers to <clerk>, <staff>;
        create table notes (id integer primary key);
        """;

    [PostgresFact]
    public async Task What_opens_and_what_closes_is_said()
    {
        await using var walk = await CreateAsync();
        var grant = await walk.PlanAsync("  - grant: { on: customers, privileges: [ select ], to: [ <reader> ] }\n");
        Said(grant, ProblemCodes.AccessWidens).ShouldBe($"From live on {walk.Name("reader")} may SELECT the table customers, in the old version, too.");
        Said(await walk.PlanAsync("  - revoke: { on: customers, privileges: [ select ], from: [ <staff> ] }\n"), ProblemCodes.AccessNarrows)
            .ShouldBe($"From complete on {walk.Name("staff")} may not SELECT the table customers, in any version; until then both give it.");
        Said(await walk.PlanAsync("  - set_row_security: { table: customers, enabled: true }\n"), ProblemCodes.AccessNarrows).ShouldContain("no row at all: it has no policy");
        Said(await walk.PlanAsync("  - create_policy: { table: customers, name: own, using: id > 0 }\n"), ProblemCodes.PolicyIdle).ShouldContain("does nothing");

        await walk.DoAsync("alter table customers enable row level security; create policy own on customers using (id > 0); create policy less on customers as restrictive using (id > 0)");
        Said(await walk.PlanAsync("  - set_row_security: { table: customers, enabled: false }\n"), ProblemCodes.AccessWidens).ShouldContain("open to everybody who may read the table");
        Said(await walk.PlanAsync("  - drop_policy: { table: customers, name: less }\n"), ProblemCodes.AccessWidens).ShouldContain("more rows of customers");
        Said(await walk.PlanAsync("  - drop_policy: { table: customers, name: own }\n"), ProblemCodes.AccessNarrows).ShouldContain("fewer rows of customers");
        Said(await walk.PlanAsync("  - create_policy: { table: customers, name: more, using: id > 1 }\n"), ProblemCodes.AccessWidens).ShouldContain("more rows of customers");
        var altered = await walk.PlanAsync("  - alter_policy: { table: customers, name: own, using: id > 2 }\n");
        Said(altered, ProblemCodes.AccessWidens).ShouldBe(Said(altered, ProblemCodes.AccessNarrows));
    }

    [PostgresFact]
    public async Task A_revoke_that_leaves_the_right_and_a_grant_that_covers_hidden_columns_need_consent()
    {
        await using var walk = await CreateAsync();
        var left = (await walk.PlanAsync("  - revoke: { on: customers, privileges: [ select ], from: [ <clerk> ] }\n")).Findings.Single(f => f.Code == ProblemCodes.RightRemains);
        left.Message.ShouldBe($"{walk.Name("clerk")} keeps SELECT on table customers as {walk.Name("staff")} has it.");
        left.Severity.ShouldBe(Severity.Error);
        (await walk.PlanAsync("  - revoke: { on: customers, privileges: [ select ], from: [ <clerk>, <staff> ] }\n")).Findings.ShouldNotContain(f => f.Code == ProblemCodes.RightRemains);
        (await walk.PlanAsync(
            """
              - drop_column: { table: customers, column: secret, down: "null" }
              - grant: { on: customers, privileges: [ select ], to: [ <reader> ] }
            """)).Findings.Single(f => f.Code == ProblemCodes.GrantCoversHidden).Message.ShouldBe($"Until sunset the right of {walk.Name("reader")} on customers covers customers.secret, too.");
        var columns = await walk.StartAsync(
            """
              - drop_column: { table: customers, column: secret, down: "null" }
              - grant: { on: customers, columns: [ id, name ], privileges: [ select ], to: [ <reader> ] }
            """);
        columns.HasErrors.ShouldBeFalse();
        await walk.CompleteAsync();
        (await walk.TryAsync("reader", null, "select id, name from customers")).ShouldBe("1|Ada -1");
        (await walk.TryAsync("reader", null, "select * from customers")).ShouldBe("denied");
        (await walk.PlanAsync("  - grant: { on: customers, privileges: [ select ], to: [ <reader> ] }\n", "0002_more")).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.GrantCoversHidden);
        await walk.Runner.SunsetAsync(RightsWalk.Id, true, default);
        (await walk.PlanAsync("  - grant: { on: customers, privileges: [ select ], to: [ <reader> ] }\n", "0002_more")).HasErrors.ShouldBeFalse();
    }

    [PostgresFact]
    public async Task Policies_over_what_changes_are_refused_unless_they_get_another_text()
    {
        await using var walk = await CreateAsync();
        await walk.DoAsync("create policy own on customers using (name <> ''); alter table customers enable row level security");
        const string retype = "  - change_type: { table: customers, column: name, type: varchar(20), up: name, down: name }\n";
        (await walk.PlanAsync(retype)).Findings.Single(f => f.Code == ProblemCodes.PolicyUsesColumn).Code.Remedy.ShouldContain("alter_policy");
        (await walk.PlanAsync(retype + "  - alter_policy: { table: customers, name: own, roles: [ <clerk> ] }\n")).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.PolicyUsesColumn);
        (await walk.PlanAsync(retype + "  - alter_policy: { table: customers, name: own, using: \"length(name) > 0\" }\n")).HasErrors.ShouldBeFalse();
        (await walk.PlanAsync(retype + "  - drop_policy: { table: customers, name: own }\n")).HasErrors.ShouldBeFalse();
        (await walk.PlanAsync("  - drop_table: { table: customers }\n")).Findings.ShouldNotContain(f => f.Code == ProblemCodes.PolicyUsesColumn);

        // A condition that the server would not take is found by the plan, in the names of the new version.
        (await walk.PlanAsync("  - rename_column: { table: customers, from: name, to: title }\n  - alter_policy: { table: customers, name: own, using: \"name = 'x'\" }\n"))
            .Findings.Select(f => f.Code).ShouldContain(ProblemCodes.CheckDoesNotCompile);
        (await walk.PlanAsync("  - rename_column: { table: customers, from: name, to: title }\n  - alter_policy: { table: customers, name: own, using: \"title = 'x'\" }\n")).HasErrors.ShouldBeFalse();
    }

    [PostgresFact]
    public async Task Row_security_that_would_bind_the_runner_is_refused()
    {
        await using var walk = await CreateAsync();
        await walk.DoAsync("alter table customers owner to <staff>; grant usage, create on schema public to <staff>");
        await using var staff = walk.As("staff");
        const string forced = "  - set_row_security: { table: customers, enabled: true, forced: true }\n";
        (await walk.PlanAsync(forced, by: staff)).HasErrors.ShouldBeFalse();
        (await walk.PlanAsync(forced + "  - drop_column: { table: customers, column: secret, down: \"null\" }\n", by: staff)).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.RowSecurityBindsRunner);

        // Where it is forced already, whatever changes the table's rows or shape needs to see them all.
        await walk.DoAsync("alter table customers enable row level security, force row level security");
        foreach (var change in new[]
        {
            "  - drop_column: { table: customers, column: secret, down: \"null\" }\n", "  - create_index: { table: customers, name: by_name, columns: [ { name: name } ] }\n",
            "  - drop_table: { table: customers }\n", "  - update_rows: { table: customers, set: [ { column: name, value: \"'x'\" } ] }\n",
        })
        {
            (await walk.PlanAsync(change, by: staff)).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.RowSecurityBindsRunner, change);
            (await walk.PlanAsync(change)).Findings.Select(f => f.Code).ShouldNotContain(ProblemCodes.RowSecurityBindsRunner, change);
        }

        (await walk.PlanAsync("  - set_row_security: { table: customers, forced: false }\n", by: staff)).HasErrors.ShouldBeFalse();
        await walk.DoAsync("alter role <staff> bypassrls");
        (await walk.PlanAsync("  - drop_column: { table: customers, column: secret, down: \"null\" }\n", by: staff)).HasErrors.ShouldBeFalse();
    }

    [PostgresFact]
    public async Task A_plan_is_stale_when_rights_policies_owners_or_default_privileges_changed()
    {
        await using var walk = await CreateAsync();
        const string rename = "  - rename_column: { table: customers, from: name, to: title }\n";
        foreach (var (change, what) in new[]
        {
            ("grant delete on customers to <reader>", "Who owns or may use the table customers"),
            ("grant select (name) on customers to <reader>", "Who owns or may use the table customers"),
            ("alter table customers owner to <staff>", "Who owns or may use the table customers"),
            ("create policy own on customers using (true)", "The policy own of customers"),
            ("alter policy own on customers to <reader>", "The policy own of customers"),
            ("alter default privileges in schema public grant select on tables to <reader>", "What new objects are open to"),
        })
        {
            var plan = await walk.PlanAsync(rename);
            await walk.DoAsync(change);
            var refused = await Should.ThrowAsync<TandemException>(() => walk.Runner.StartAsync(plan, default));
            refused.Problems[0].Code.ShouldBe(ProblemCodes.StalePlan);
            refused.Message.ShouldContain(what);
            (await walk.PlanAsync(rename)).PlanHash.ShouldNotBe(plan.PlanHash, change);
        }

        // What the plan does not touch does not matter to it.
        var last = await walk.PlanAsync(rename);
        await walk.DoAsync("grant select on notes to <reader>");
        (await walk.PlanAsync(rename)).PlanHash.ShouldBe(last.PlanHash);
        await walk.Runner.StartAsync(last, default);
    }

    /// <summary>A journal of before fingerprints covered rights: what runs goes on to every end, and nothing is compared in silence.</summary>
    [PostgresFact]
    public async Task A_run_with_a_fingerprint_of_the_first_form_goes_on()
    {
        await using var walk = await CreateAsync();
        const string rename = "  - rename_column: { table: customers, from: name, to: title }\n";
        var plan = await walk.StartAsync(rename);
        await walk.DoAsync("update tandem.runs set fingerprint = replace(fingerprint, '2:', ''), plan_json = replace(plan_json, '\"fingerprint\":\"2:', '\"fingerprint\":\"')");
        (await walk.AskAsync("select count(*)::text from tandem.runs where fingerprint like '2:%' or plan_json like '%\"2:%'")).ShouldBe("0");
        await walk.DoAsync("grant select on customers to <reader>; drop function tandem.renew_rights(text); update tandem.meta set value = 'of then' where name = 'engine'");

        await walk.CompleteAsync();
        await walk.RollbackAsync();
        (await walk.Runner.StartAsync(await walk.Runner.PlanAsync(RightsWalk.Id, default), default)).State.ShouldBe(RunState.Live);
        await walk.RollbackAsync();
        await walk.Runner.SunsetAsync(RightsWalk.Id, true, default);

        // A plan of then that has not begun is not carried out on what it did not look at.
        var old = (await walk.PlanAsync(rename)) with { Fingerprint = plan.Fingerprint[2..] };
        var refused = await Should.ThrowAsync<TandemException>(() => walk.Runner.StartAsync(old, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.StalePlan);
        refused.Message.ShouldContain("did not cover rights and policies");
        await walk.StartAsync(rename);
        (await walk.AskAsync("select bool_and(fingerprint like '2:%')::text from tandem.runs where baseline = 0")).ShouldBe("true");
    }

    private static Task<RightsWalk> CreateAsync() => RightsWalk.CreateAsync(PostgresVersions.Newest, Roles, Tables);

    private static string Said(Plan plan, ProblemCode code)
    {
        plan.HasErrors.ShouldBeFalse();
        return plan.Findings.First(f => f.Code == code).Message;
    }
}
