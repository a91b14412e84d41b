using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What a plan says of its cost and risk, against what then happens.</summary>
public sealed class PlanTests
{
    private const int Rows = 50_000;

    // Each batch on SQLite waits for the disk and for its turn on a machine that is busy elsewhere.
    private const int FewerRows = 15_000;

    [Fact]
    public async Task Estimates_hold_on_SQLite()
    {
        await using var project = await WithCustomersAsync("sqlite", FewerRows);
        await EstimatesHoldAsync(project, FewerRows, () => NumberAsync(project, "select page_count * page_size from pragma_page_count, pragma_page_size"));
    }

    [PostgresFact]
    public async Task Estimates_hold_on_PostgreSQL()
    {
        // The log is that of all databases of a server.
        await using var server = await PostgresServer.StartAsync(PostgresVersions.Newest, new PostgresServerOptions
        {
            Fsync = false,
            Settings = new Dictionary<string, string> { ["full_page_writes"] = "off", ["autovacuum"] = "off" },
        });
        await using var project = await WithCustomersAsync("postgres", server: server);
        await project.SqlAsync("checkpoint");
        var log = await NumberAsync(project, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
        var first = await EstimatesHoldAsync(project, Rows, () => NumberAsync(project, "select pg_database_size(current_database())"));
        var written = await NumberAsync(project, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint") - log;

        // The log has the journal's tables and lines, too.
        var wal = Steps(first, "start").Sum(s => s.GetProperty("estimate").GetProperty("walBytes").GetInt64());
        ((double)written / wal).ShouldBeInRange(0.5, 2, $"{written} bytes were written, {wal} expected");
    }

    [Fact]
    public async Task A_plan_says_what_becomes_of_rows_and_calls_rules_by_what_they_are()
    {
        await using var project = await Project.OnSqliteAsync(
            "create table orders (id integer primary key, state text)", "insert into orders values (1, 'done')", "create table items (code text not null primary key)");
        project.Write("migrations/0001_rows.yaml", """
            title: Close orders
            operations:
              - update_rows: { table: orders, set: [ { column: state, value: "'closed'" } ], where: state = 'done' }
            """);
        project.Write("migrations/0002_key.yaml", """
            title: A shorter key
            operations:
              - change_primary_key: { table: items, type: varchar(20) }
            """);
        var rows = Unwrapped((await project.TypeAsync("plan 0001_rows")).ShouldEndWith(0));
        rows.ShouldContain("orders (1 row) is read in the background, and rows are changed in small pieces.");
        rows.ShouldNotContain("compared");
        rows.ShouldContain("at the earliest 14 days after complete");
        var key = Unwrapped(await project.TypeAsync("plan 0002_key"));
        key.ShouldContain("stand in the way of the primary key (code)");
        key.ShouldNotContain("foreign key");

        static string Unwrapped(ToolResult result) => string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [PostgresFact]
    public async Task Who_holds_what_a_step_must_lock_is_named()
    {
        await using var project = await WithCustomersAsync("postgres");
        await using (await project.BeginAsync("select count(*) from customers"))
        {
            // Shorter transactions are over soon and are not told.
            _ = await project.AskAsync("select pg_sleep(6)");
            var plan = await PlanAsync(project);
            var problem = plan.GetProperty("problems").EnumerateArray().Single(p => p.GetProperty("code").GetString() == "TDM2210");
            var pid = await project.AskAsync("select pid from pg_stat_activity where state = 'idle in transaction' and datname = current_database()");
            var message = problem.GetProperty("message").GetString()!;
            message.ShouldStartWith($"Process {pid} (tandem");
            message.ShouldContain("expand customers (start)");
            plan.GetProperty("risk").GetProperty("reasons").EnumerateArray().ShouldContain(r => r.GetProperty("key").GetString() == "holders");
        }

        (await PlanAsync(project)).GetProperty("problems").EnumerateArray().ShouldNotContain(p => p.GetProperty("code").GetString() == "TDM2210");
    }

    [Fact]
    public async Task What_plan_and_lint_find_is_told_once()
    {
        await using var project = await Project.OnAsync("sqlite");
        project.Write("migrations/0001_sql.yaml", "title: SQL\noperations:\n  - sql: { up: create table t (id integer) }\n");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(1).Codes().Where(c => c == "TDM2085").Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_policy_weighs_what_lint_finds(string engine)
    {
        await using var project = await Project.OnAsync(engine, "create table customers (id integer primary key)");
        project.Write("migrations/0001_note.yaml", "title: Note\nwhy: w\nowner: o\noperations:\n  - add_column: { table: customers, name: note, type: boolean }\n");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(0).Codes().ShouldNotContain("TDM3201", "notes are lint's to tell");
        project.Write("tandem.yaml", "targets: { a: { url: 'sqlite:none.db' } }\npolicy: { rules: { TDM3201: warning } }\n");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(0).Codes().ShouldContain("TDM3201");
        project.Write("tandem.yaml", "targets: { a: { url: 'sqlite:none.db' } }\npolicy: { rules: { TDM3201: error } }\n");
        var planned = (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(1);
        planned.Codes().ShouldContain("TDM3201");
        var refused = (await project.TandemAsync("start", "--yes", "--output", "json")).ShouldEndWith(1);
        string Found(JsonElement answer) => answer.GetProperty("problems").EnumerateArray().Single(p => p.GetProperty("code").GetString() == "TDM3201").GetRawText();
        Found(refused.Json()).ShouldBe(Found(planned.Json()));
        (await project.TandemAsync("status")).All.ShouldNotContain("is live");
        project.Write("tandem.yaml", "targets: { a: { url: 'sqlite:none.db' } }\npolicy: { rules: { TDM3201: error }, suppress: [ { code: TDM3201, reason: r, until: 2999-01-01 }, { code: TDM3009, reason: r, until: 2999-01-01 } ] }\n");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(0).Codes().ShouldNotContain(c => c == "TDM3201" || c == "TDM3302");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        project.Write("tandem.yaml", "targets: { a: { url: 'sqlite:none.db' } }\npolicy: { rules: { TDM3201: error } }\n");
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_page_shows_the_plan_and_needs_nothing_beside_it(string engine)
    {
        await using var project = await WithCustomersAsync(engine, rows: 20);
        project.Write("migrations/0001_split.yaml", project.Read("migrations/0001_split.yaml").Replace("title: Split", "title: Split <script>alert(1)</script> & more", StringComparison.Ordinal));
        (await project.TandemAsync("plan", "--html", "plan.html")).ShouldEndWith(0).Output.ShouldContain("The report is in plan.html.");
        var page = project.Read("plan.html");
        page.ShouldStartWith("<!doctype html>");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("url(");
        page.ShouldNotContain("@import");
        var body = XDocument.Parse(page["<!doctype html>".Length..]).Root!;
        body.Descendants("h2").Select(h => h.Value).Take(2).ShouldBe(["What happens", "Risk"]);
        body.Descendants("h1").Single().Value.ShouldBe("Split <script>alert(1)</script> & more");
        body.Descendants("details").ShouldNotBeEmpty();
        body.Descendants("details").ShouldAllBe(d => d.Attribute("open") == null);
        var plan = await PlanAsync(project);
        page.ShouldContain(plan.GetProperty("planHash").GetString()!);
        body.Descendants("table").Where(t => (string?)t.Attribute("class") == "steps").Sum(t => t.Elements("tr").Count() - 1)
            .ShouldBe(plan.GetProperty("phases").EnumerateArray().Sum(p => p.GetProperty("steps").GetArrayLength()));
        (await project.TandemAsync("plan", "--html", "nowhere/plan.html")).ShouldEndWith(2).All.ShouldContain("cannot be written");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Watched_statements_are_planned_where_a_sandbox_is_named(string engine)
    {
        await using var project = await WithCustomersAsync(engine, FewerRows);
        await project.SqlAsync("create index customers_place on customers (place)");
        await project.SqlAsync("analyze");
        project.Write("migrations/0001_split.yaml", "title: No index\nwhy: w\nowner: o\noperations:\n  - drop_index: { table: customers, name: customers_place }\n");
        var parameter = engine == "sqlite" ? "?" : "$1";
        project.Write("queries/desk.sql", $"-- who lives there\nselect id from customers where place = {parameter};\nselect name from customers where id = {parameter};\n");
        var unasked = (await PlanAsync(project)).GetProperty("trial");
        unasked.GetProperty("unknown").GetString().ShouldBe("No sandbox was named.");

        var plan = (await project.TandemAsync("plan", "--sandbox", "here", "--keep-plans", "--html", "plan.html", "--output", "json")).ShouldEndWith(0);
        plan.Codes().ShouldContain("TDM2212");
        var trial = plan.Json().GetProperty("trial");
        var queries = trial.GetProperty("queries").EnumerateArray().Where(q => q.GetProperty("source").GetString() == "desk.sql").ToList();
        queries.Select(q => q.GetProperty("verdict").GetString()).ShouldBe(["worse", "same"]);
        queries[0].GetProperty("text").GetString().ShouldBe($"select id from customers where place = {parameter}");
        queries[0].GetProperty("findings").EnumerateArray().Select(f => f.GetString()).ShouldContain("TDM2213");
        plan.Json().GetProperty("risk").GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("key").GetString()).ShouldContain("queries");
        var page = XDocument.Parse(project.Read("plan.html")["<!doctype html>".Length..]).Root!;
        page.Descendants("table").Single(t => (string?)t.Attribute("class") == "queries").Elements("tr").Count().ShouldBe(3);

        trial.GetProperty("kept").GetString()!.Replace('\\', '/').ShouldBe("queries/plans.json");
        project.Read("queries/plans.json").ShouldContain("customers_place");
        if (engine == "postgres")
        {
            // As if the statement had been much cheaper when its plan was kept.
            project.Write("queries/plans.json", System.Text.RegularExpressions.Regex.Replace(project.Read("queries/plans.json"), "\"cost\": [0-9.]+", "\"cost\": 0.5"));
            (await project.TandemAsync("plan", "--sandbox", "here", "--output", "json")).ShouldEndWith(0).Codes().ShouldContain("TDM2214");
        }
        else
        {
            (await project.TandemAsync("plan", "--keep-plans")).ShouldEndWith(2).All.ShouldContain("none is named");
            project.Write("queries/plans.json", "nonsense");
            (await project.TandemAsync("plan")).ShouldEndWith(2).All.ShouldContain("plans.json cannot be read");
        }

        (await project.TandemAsync("plan", "--queries", "nowhere")).ShouldEndWith(2).All.ShouldContain("There is no file or directory nowhere.");
    }

    private static async Task<JsonElement> EstimatesHoldAsync(Project project, int rows, Func<Task<long>> size)
    {
        var first = await PlanAsync(project);
        var table = first.GetProperty("sizes").EnumerateArray().Single();
        table.GetProperty("rows").GetInt64().ShouldBe(rows);
        table.GetProperty("counted").GetBoolean().ShouldBeTrue();
        var fill = Estimate(first, "backfill customers");
        fill.GetProperty("rows").GetInt64().ShouldBe(rows);
        fill.GetProperty("seconds").ValueKind.ShouldBe(JsonValueKind.Null);
        fill.GetProperty("secondsWhy").GetString().ShouldBe("Nothing of this kind has run here.");
        var risk = first.GetProperty("risk");
        risk.GetProperty("score").GetInt32().ShouldBe(risk.GetProperty("reasons").EnumerateArray().Sum(r => r.GetProperty("points").GetInt32()));
        risk.GetProperty("reasons").EnumerateArray().Single(r => r.GetProperty("key").GetString() == "rows").GetProperty("fact").GetString().ShouldBe($"Backfills write {rows.ToString("N0", CultureInfo.InvariantCulture)} rows.");

        var before = await size();
        (await project.TandemAsync("start")).ShouldEndWith(0);
        var grown = await size() - before;
        var disk = Steps(first, "start").Sum(s => s.GetProperty("estimate").GetProperty("diskBytes").GetInt64());

        ((double)grown / disk).ShouldBeInRange(0.5, 2, $"the database grew by {grown} bytes, {disk} were expected");
        (await project.TandemAsync("plan", "0001_split", "--output", "json")).ShouldEndWith(0).Json().GetProperty("risk").ValueKind.ShouldBe(JsonValueKind.Null, "it was begun");

        (await project.TandemAsync("complete", "--force", "--yes")).ShouldEndWith(0);
        Write(project, "0002_place", "place", "city", "street");
        var second = await PlanAsync(project);
        var known = Estimate(second, "backfill customers");
        known.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        known.GetProperty("secondsWhy").GetString()!.ShouldMatch($"^{rows.ToString("N0", CultureInfo.InvariantCulture)} rows, at [0-9,]+ rows a second as in 0001_split\\.$");

        // Rows come and go, the plan stays the one that was reviewed.
        await project.SqlAsync("insert into customers (id, place, first_name, last_name) values (100001, 'Rome Via', 'Ada', 'Last')");
        var third = await PlanAsync(project);
        third.GetProperty("planHash").GetString().ShouldBe(second.GetProperty("planHash").GetString());
        third.GetProperty("sizes").EnumerateArray().Single().GetProperty("rows").GetInt64().ShouldBe(rows + 1);
        return first;
    }

    private static async Task<Project> WithCustomersAsync(string engine, int rows = Rows, PostgresServer? server = null)
    {
        var text = engine == "postgres" ? "'Ada' || n || ' Lovelace' || n, 'Berlin' || n || ' Mainstreet' || n from generate_series(1, " + Text(rows) + ") n"
            : "'Ada' || n || ' Lovelace' || n, 'Berlin' || n || ' Mainstreet' || n from numbers";
        var with = engine == "postgres" ? "" : $"with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {Text(rows)}) ";
        string[] statements = ["create table customers (id integer primary key, name text, place text)", $"{with}insert into customers (id, name, place) select n, {text}"];
        var project = server is null ? await Project.OnAsync(engine, statements) : await Project.OnServerAsync(server, statements);
        Write(project, "0001_split", "name", "first_name", "last_name");
        return project;
    }

    private static void Write(Project project, string id, string column, string first, string second) => project.Write(
        $"migrations/{id}.yaml",
        $$"""
        title: Split
        why: w
        owner: o
        operations:
          - split_column:
              table: customers
              column: {{column}}
              into:
                - { name: {{first}}, type: text, up: { postgres: "split_part({{column}}, ' ', 1)", sqlite: "substr({{column}}, 1, instr({{column}}, ' ') - 1)" } }
                - { name: {{second}}, type: text, up: { postgres: "split_part({{column}}, ' ', 2)", sqlite: "substr({{column}}, instr({{column}}, ' ') + 1)" } }
              down: "{{first}} || ' ' || {{second}}"
        """);

    private static async Task<JsonElement> PlanAsync(Project project) => (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(0).Json();

    private static List<JsonElement> Steps(JsonElement plan, string phase) =>
        [.. plan.GetProperty("phases").EnumerateArray().Single(p => p.GetProperty("phase").GetString() == phase).GetProperty("steps").EnumerateArray()];

    private static JsonElement Estimate(JsonElement plan, string step) => Steps(plan, "start").Single(s => s.GetProperty("id").GetString() == step).GetProperty("estimate");

    private static async Task<long> NumberAsync(Project project, string query) => long.Parse(await project.AskAsync(query), CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
