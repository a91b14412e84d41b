using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresExaminerTests
{
    private const string Customers =
        """
        revoke create on schema public from public;
        create type mood as enum ('good', 'bad');
        create domain small as integer;
        create domain smaller as small;
        create table "Kunden" (id int primary key, name text, code text, amount numeric, mood text, doc json);
        insert into "Kunden"
        select i, case when i % 10 = 0 then null else 'Ann Alp' || i end, case when i % 5 = 0 then 'x' else i::text end, i + 0.5, 'good', '{"a": 1}'
        from generate_series(1, 100) i;
        create function pick(a text) returns text language sql volatile as $$ select a $$;
        create function pure(a text) returns text language sql immutable as $$ select a $$;
        """;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_sound_lens_has_no_problem_and_the_table_is_measured(int major)
    {
        await using var target = await Target.CreateAsync(Customers, major: major);

        var examination = await ExamineAsync(
            target, Split("split_part(name, ' ', 1)", "nullif(substr(name, strpos(name, ' ') + 1), '')", "first || coalesce(' ' || last, '') -- so"));

        examination.Problems.ShouldBeEmpty();
        examination.Tables.Single().Table.ShouldBe("Kunden");
        examination.Tables.Single().Rows.ShouldBe(100);
        examination.Tables.Single().Bytes.ShouldBeGreaterThan(8192);
    }

    [PostgresFact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        await using var target = await Target.CreateAsync(Customers);

        var examination = await ExamineAsync(target, Split("split_part(nam, ' ', 1)", "count(*)", "first || middle"));

        examination.Problems.Select(p => (p.Code.Id, p.Subject)).ShouldBe(
            [("TDM2201", "Kunden.first"), ("TDM2201", "Kunden.last"), ("TDM2201", "Kunden.name")]);
        examination.Problems[0].Message.ShouldBe(
            "The expression `up` of Kunden.first does not compile: column \"nam\" does not exist; SQLSTATE 42703. Place: character 12.");
    }

    [PostgresTheory]
    [InlineData("code::int", "integer", true, "TDM2202", "fails for 20 of 100 sampled rows: A text is not valid for the type (SQLSTATE 22P02).")]
    [InlineData("name", "text", false, "TDM2203", "gives NULL for 10 of 100 sampled rows")]
    [InlineData("code", "integer", true, "TDM2204", "it gives text, which is not assigned to integer without a cast.")]
    [InlineData("code", "smaller", true, "TDM2204", "it gives text, which is not assigned to smaller without a cast.")]
    [InlineData("doc", "circle", true, "TDM2204", "cannot cast type json to circle")]
    [InlineData("now()", "timestamptz", true, "TDM2206", "now")]
    [InlineData("CURRENT_DATE", "date", true, "TDM2206", "CURRENT_DATE")]
    [InlineData("pick(name)", "text", true, "TDM2206", "pick is volatile")]
    [InlineData("(select max(id) from \"Kunden\")", "integer", true, "TDM2206", "it reads other rows")]
    [InlineData("1 from \"Kunden\"; drop table \"Kunden\"", "integer", true, "TDM2201", "it is not exactly one expression")]
    [InlineData("", "integer", true, "TDM2201", "it is not exactly one expression")]
    [InlineData("1)), (('x'", "integer", true, "TDM2201", "does not compile")]
    [InlineData("generate_series(1, 2)", "integer", true, "TDM2201", "set-returning functions are not allowed in VALUES")]
    [InlineData("row_number() over ()", "bigint", true, "TDM2201", "window functions are not allowed in VALUES")]
    public async Task A_problem_of_up_is_found(string up, string type, bool nullable, string code, string message)
    {
        await using var target = await Target.CreateAsync(Customers);

        var examination = await ExamineAsync(target, Add(up, type, nullable));

        var problem = examination.Problems.ShouldHaveSingleItem();
        problem.Code.Id.ShouldBe(code);
        problem.Subject.ShouldBe("Kunden.extra");
        problem.Message.ShouldContain(message);
    }

    [PostgresTheory]
    [InlineData("(select case when code is distinct from name then extract(day from to_timestamp(id)) end)")]
    [InlineData("(select substring(x from 1 for 2)::int from (select id::text as x) y)", "it reads other rows")]
    [InlineData("(select (select max(id) from \"Kunden\"))", "it reads other rows")]
    public async Task A_query_of_nothing_but_values_reads_the_row_alone(string up, string? reason = null)
    {
        await using var target = await Target.CreateAsync(Customers);

        var found = (await ExamineAsync(target, Add(up, "integer", true))).Problems.Where(p => p.Code.Id == "TDM2206");

        found.Select(p => p.Message.Contains(reason!, StringComparison.Ordinal)).ShouldBe(reason is null ? [] : [true]);
    }

    [PostgresTheory]
    [InlineData("pure(name)", "text")]
    [InlineData("null", "circle")]
    [InlineData("'5'", "integer")]
    [InlineData("id", "bigint")]
    [InlineData("amount", "integer")]
    [InlineData("id", "text")]
    [InlineData("code", "character varying(10)")]
    [InlineData("doc", "jsonb")]
    [InlineData("mood::mood", "mood")]
    [InlineData("array[id]", "bigint[]")]
    [InlineData("id::smaller", "bigint")]
    [InlineData("amount", "smaller")]
    [InlineData("array[id]::smaller[]", "bigint[]")]
    [InlineData("code", "not_made_yet")]
    [InlineData("\"Kunden\".id", "integer")]
    [InlineData("age(to_timestamp(id), to_timestamp(0))", "interval")]
    public async Task What_can_be_assigned_is_no_problem(string up, string type)
    {
        await using var target = await Target.CreateAsync(Customers);

        // A type that the migration makes itself makes the trial impossible, not the expression wrong.
        (await ExamineAsync(target, Add(up, type, true))).Problems.Where(p => p.Severity == Severity.Error).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_way_back_that_loses_something_is_counted()
    {
        await using var target = await Target.CreateAsync(Customers + "update \"Kunden\" set name = ' Ann  Alp' where id < 4");

        var lossy = await ExamineAsync(target, Split("split_part(trim(name), ' ', 1)", "split_part(trim(name), ' ', 2)", "first || ' ' || last"));
        var failing = await ExamineAsync(target, Replace("code", "number", "integer", "code::int", "(1 / (number - 1))::text"));
        var scale = await ExamineAsync(target, Replace("amount", "cents", "bigint", "amount * 100", "cents / 100.0"));

        lossy.Problems.ShouldHaveSingleItem().Message.ShouldBe(
            "For 3 of 100 sampled rows, `down` does not restore Kunden.name from what `up` makes of it.");
        failing.Problems.Select(p => p.Message).ShouldBe(
        [
            "The expression `up` of Kunden.number fails for 20 of 100 sampled rows: A text is not valid for the type (SQLSTATE 22P02). They would be quarantined.",
            "`down` of Kunden.code fails for 1 of 100 sampled rows: A text is not valid for the type (SQLSTATE 22P02).",
            "For 79 of 100 sampled rows, `down` does not restore Kunden.code from what `up` makes of it.",
        ]);
        scale.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.LossyRoundTrip);
        scale.Problems[0].Message.ShouldStartWith("For 100 of 100", customMessage: "0.50 is another image than 0.5");
    }

    [PostgresFact]
    public async Task Row_updates_and_checks_are_compiled()
    {
        await using var target = await Target.CreateAsync(Customers);
        var table = (await target.Database.InspectAsync(CancellationToken.None)).Table("Kunden")!;

        var examination = await target.Database.ExamineAsync(
            new Inquiry(
            [],
            [
                new RowChange(1, RowChangeKind.Update, table) { Set = [new LensExpression("name", "upper(name)"), new LensExpression("id", "code")], Where = "id > 5" },
                new RowChange(2, RowChangeKind.Update, table) { Set = [new LensExpression("name", "nam"), new LensExpression("none", "1")], Where = "id > 'x' or nowhere" },
            ],
            [
                new DataCheck("fine", "select count(*) from \"Kunden\" where name is null;", "10"),
                new DataCheck("two", "select id, name from \"Kunden\"", "0"),
                new DataCheck("wrong", "select count(*) from nowhere", "0"),
                new DataCheck("writes", "delete from \"Kunden\"", "0"),
                new DataCheck("several", "select 1; select 2", "0"),
            ]),
            CancellationToken.None);

        examination.Problems.Select(p => (p.Code.Id, p.Subject)).ShouldBe(
        [
            ("TDM2204", "Kunden.id"), ("TDM2208", "Kunden.name"), ("TDM2208", "Kunden.none"), ("TDM2208", "Kunden"),
            ("TDM2207", "two"), ("TDM2207", "wrong"), ("TDM2207", "writes"), ("TDM2207", "several"),
        ]);
        (await target.Server.ScalarAsync<long>("select count(*) from \"Kunden\"")).ShouldBe(100);
    }

    [PostgresFact]
    public async Task A_large_table_is_sampled_over_its_pages()
    {
        await using var target = await Target.CreateAsync(
            "create table \"Kunden\" (id int primary key, name text); insert into \"Kunden\" select i, 'n' || i from generate_series(1, 250000) i; analyze \"Kunden\"");

        var examination = await ExamineAsync(target, Add("1 / (id % 2)", "integer", true));

        examination.Tables.Single().Rows.ShouldBeInRange(245_000, 255_000);
        examination.Problems.ShouldHaveSingleItem().Message.ShouldContain("sampled rows: Division by zero");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Others_who_may_create_where_expressions_find_functions_are_named(int major)
    {
        await using var target = await Target.CreateAsync(Customers, major: major);
        var stranger = $"stranger_{Guid.NewGuid():N}";
        await target.Server.ExecuteAsync($"create role {stranger}; grant create on schema public to {stranger}, current_user");

        var named = await ExamineAsync(target, Replace("name", "label", "text", "upper(name)", "label"));
        var plain = await ExamineAsync(target, Replace("name", "label", "text", "name", "label"));
        await target.Server.ExecuteAsync($"grant tandem to {stranger}");
        var trusted = await ExamineAsync(target, Replace("name", "label", "text", "name || ''", "label"));
        await target.Server.ExecuteAsync($"drop owned by {stranger}; drop role {stranger}; grant create on schema public to public");
        var open = await ExamineAsync(target, Replace("name", "label", "text", "name || ''", "label"));

        var problem = named.Problems.Single(p => p.Code == ProblemCodes.PathOpen);
        problem.Severity.ShouldBe(Severity.Warning);
        problem.Message.ShouldStartWith($"{stranger} may create in the schema public, where `up` and `down` of Kunden find functions and operators: ");
        plain.Problems.ShouldNotContain(p => p.Code == ProblemCodes.PathOpen);
        trusted.Problems.ShouldNotContain(p => p.Code == ProblemCodes.PathOpen);
        open.Problems.ShouldContain(p => p.Code == ProblemCodes.PathOpen && p.Message.StartsWith("PUBLIC may create in the schema public"));
    }

    private static async Task<Examination> ExamineAsync(Target target, Func<Table, TableChange> change)
    {
        var table = (await target.Database.InspectAsync(CancellationToken.None)).Table("Kunden")!;
        return await target.Database.ExamineAsync(new Inquiry([change(table)], [], []) { Objects = [new(null, new Domain("not_made_yet", "text"))] }, CancellationToken.None);
    }

    private static Func<Table, TableChange> Add(string up, string type, bool nullable) =>
        table => Change(table, new Lens([], ["extra"], [new LensExpression("extra", up)], []), [], [new Column("extra", type, nullable)]);

    private static Func<Table, TableChange> Replace(string old, string column, string type, string up, string down) => table => Change(
        table,
        new Lens([old], [column], [new LensExpression(column, up)], [new LensExpression(old, down)]),
        [old],
        [new Column(column, type)]);

    private static Func<Table, TableChange> Split(string first, string last, string down) => table => Change(
        table,
        new Lens(
            ["name"],
            ["first", "last"],
            [new LensExpression("first", first), new LensExpression("last", last)],
            [new LensExpression("name", down)]),
        ["name"],
        [new Column("first", "text"), new Column("last", "text")]);

    private static TableChange Change(Table table, Lens lens, string[] dropped, Column[] added) =>
        new(table, table with { Columns = [.. table.Columns.Where(c => !dropped.Contains(c.Name)), .. added] })
        {
            Columns =
            [
                .. table.Columns.Select(c => new Pair<Column>(c, dropped.Contains(c.Name) ? null : c)),
                .. added.Select(c => new Pair<Column>(null, c)),
            ],
            Lenses = [lens],
        };
}
