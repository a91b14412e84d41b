using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite;

public sealed class SqliteExaminerTests : IDisposable
{
    private readonly SqliteTestFile test = new(
        "CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, age INTEGER, note TEXT COLLATE NOCASE)",
        "INSERT INTO people(name, age, note) VALUES ('Ada Lovelace', 36, '{\"a\": 1}'), ('Plato', 80, '{}'), ('Jean  Paul', NULL, 'no json')",
        "CREATE TABLE audit(what TEXT)",
        "CREATE VIEW adults AS SELECT name FROM people WHERE age >= 18",
        "CREATE VIEW ids AS SELECT id FROM people",
        "CREATE TRIGGER note_name AFTER UPDATE ON people BEGIN INSERT INTO audit VALUES (new.name); END",
        "CREATE TRIGGER note_of AFTER UPDATE OF age ON people BEGIN INSERT INTO audit VALUES (new.id); END");

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task A_lens_that_loses_nothing_has_no_problem()
    {
        var problems = await ExamineAsync(await ChangeAsync(
            "name", [("first", "substr(name, 1, instr(name || ' ', ' ') - 1)"), ("rest", "substr(name, instr(name || ' ', ' '))")], "first || rest"));
        problems.Where(p => p.Code != ProblemCodes.DependentWouldBreak).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("uper(name)", "first", "TDM2201", "no such function: uper")]
    [InlineData("\"nosuch\"", "first", "TDM2201", "no such column: nosuch")]
    [InlineData("max(name)", "first", "TDM2201", "misuse of aggregate")]
    [InlineData("name) || (name", "first", "TDM2201", "closes a parenthesis")]
    [InlineData("name; DROP TABLE people", "first", "TDM2201", "semicolon")]
    [InlineData("name || ?", "first", "TDM2201", "parameter")]
    [InlineData("'open", "first", "TDM2201", "cannot be read")]
    [InlineData(" ", "first", "TDM2201", "empty")]
    [InlineData("json_extract(note, '$.a')", "name", "TDM2202", "1 of 3 sample rows (malformed JSON)")]
    [InlineData("upper(name)", "first", "TDM2205", "For 3 of 3 sample rows")]
    [InlineData("nullif(name, 'Plato')", "first", "TDM2203", "gives NULL for 1 of 3 sample rows")]
    [InlineData("name || random()", "first", "TDM2206", "random()")]
    [InlineData("name || datetime('now')", "first", "TDM2206", "datetime()")]
    [InlineData("name || CURRENT_DATE", "first", "TDM2206", "CURRENT_DATE")]
    [InlineData("(SELECT min(what) FROM audit)", "first", "TDM2206", "reads other rows")]
    [InlineData("name", "last", "TDM2201", "`down` for people.name does not compile: no such column: last")]
    public async Task An_expression_that_goes_wrong_is_said(string up, string down, string code, string message)
    {
        var problems = await ExamineAsync(await ChangeAsync("name", [("first", up)], down));
        var problem = problems.First(p => p.Code.Id == code);
        problem.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_query_of_nothing_but_values_reads_the_row_alone() =>
        (await ExamineAsync(await ChangeAsync("name", [("first", "(SELECT CASE WHEN name = '' THEN name ELSE name END)")], "(SELECT first)"))).ShouldNotContain(p => p.Code.Id == "TDM2206");

    [Fact]
    public async Task An_up_that_fails_for_a_row_is_an_error_here_because_the_old_application_would_fail()
    {
        var problems = await ExamineAsync(await ChangeAsync("note", [("first", "json_extract(note, '$.a')")], "first"));
        var problem = problems.Single(p => p.Code == ProblemCodes.ExpressionFailsForRows);
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain("makes the old application's own statement fail");
        problem.Subject.ShouldBe("people.first");
    }

    [Fact]
    public async Task Images_differ_by_case_and_type_too()
    {
        test.Run("UPDATE people SET note = 'ABC'");
        (await ExamineAsync(await ChangeAsync("note", [("first", "lower(note)")], "first")))
            .Single().Code.ShouldBe(ProblemCodes.LossyRoundTrip);
        (await ExamineAsync(await ChangeAsync("age", [("first", "CAST(age AS TEXT)")], "first")))
            .Where(p => p.Code == ProblemCodes.LossyRoundTrip).ShouldBeEmpty("the column makes the text a number again");
    }

    [Fact]
    public async Task Text_for_a_column_of_numbers_is_noticed()
    {
        var change = await ChangeAsync("name", [("first", "name")], "first", "INTEGER");
        var problem = (await ExamineAsync(change)).Single(p => p.Code == ProblemCodes.ExpressionTypeDoesNotFit);
        (problem.Severity, problem.Message).ShouldBe((Severity.Warning,
            "`up` for people.first gives text for 3 of 3 sample rows, and the column is declared INTEGER; SQLite stores it as it is."));
    }

    [Fact]
    public async Task A_strict_column_refuses_what_does_not_fit()
    {
        if (!SqliteCapabilities.Current.StrictTables())
        {
            return;
        }

        var change = await ChangeAsync("name", [("first", "name")], "first", "INTEGER");
        change = change with { After = change.After! with { Strict = true } };
        var problem = (await ExamineAsync(change)).Single(p => p.Code == ProblemCodes.ExpressionTypeDoesNotFit);
        (problem.Severity, problem.Subject).ShouldBe((Severity.Error, "people.first"));
    }

    [Fact]
    public async Task Views_and_triggers_that_would_break_are_named()
    {
        var problems = await ExamineAsync(await ChangeAsync("name", [("first", "name")], "first"));
        problems.Select(p => (p.Code.Id, p.Subject)).ShouldBe([("TDM5101", "adults"), ("TDM5101", "note_name")], ignoreOrder: true);
        problems[0].Message.ShouldContain("no such column");
        (await ExamineAsync(await ChangeAsync("age", [("years", "age")], "years")))
            .Select(p => p.Subject).ShouldBe(["adults", "note_of"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_name_that_the_query_around_it_would_take_over_is_named()
    {
        test.Run("CREATE TABLE pets(pet TEXT, name TEXT, owner INTEGER)");
        test.Run("CREATE VIEW namesakes AS SELECT pet FROM pets WHERE EXISTS (SELECT 1 FROM people WHERE id = owner AND name = pet)");
        test.Run("CREATE VIEW all_pets AS SELECT name, (SELECT count(*) FROM people WHERE id = owner) AS owners FROM pets");
        test.Run("CREATE TRIGGER pet_log AFTER INSERT ON audit BEGIN UPDATE pets SET owner = (SELECT max(id) FROM people WHERE name = pet); END");
        var problems = (await ExamineAsync(await ChangeAsync("name", [("first", "name")], "first"))).Where(p => p.Code == ProblemCodes.DependentWouldBreak).ToList();
        problems.Select(p => p.Subject).ShouldBe(["adults", "note_name", "namesakes", "pet_log"], ignoreOrder: true);
        problems.Single(p => p.Subject == "namesakes").Message.ShouldBe(
            "The view namesakes reads people.name now and would silently read pets.name after the change.");
    }

    [Fact]
    public async Task A_quoted_name_that_would_become_a_string_is_named()
    {
        test.Run("CREATE VIEW quoted AS SELECT \"name\" AS n FROM people");
        test.Run("CREATE VIEW text AS SELECT id, \"a string\" AS s FROM people");
        test.Run("CREATE TRIGGER quoted_too AFTER DELETE ON people BEGIN SELECT OLD.\"name\"; UPDATE people SET age = 1 WHERE \"name\" = 'x'; END");
        var problems = await ExamineAsync(await ChangeAsync("name", [("first", "name")], "first"));
        problems.Where(p => p.Code == ProblemCodes.DependentWouldBreak).Select(p => p.Subject)
            .ShouldBe(["adults", "note_name", "quoted", "quoted_too"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_view_that_is_broken_already_is_not_blamed_on_the_change()
    {
        test.Run("CREATE VIEW broken AS SELECT missing FROM people");
        (await ExamineAsync(await ChangeAsync("name", [("first", "name")], "first"))).ShouldNotContain(p => p.Subject == "broken");
    }

    [Fact]
    public async Task A_dropped_table_breaks_the_views_that_read_it()
    {
        var schema = await test.Database().InspectAsync(default);
        (await ExamineAsync(new TableChange(schema.Table("people"), null))).Select(p => p.Subject).ShouldBe(["adults", "ids"]);
    }

    [Fact]
    public async Task A_new_table_or_index_that_cannot_be_made_is_said()
    {
        var change = await ChangeAsync("age", [("years", "age")], "years");
        change = change with
        {
            After = change.After! with
            {
                Checks = [new CheckConstraint(null, "yers > 0", [])],
                Indexes = [new Tandem.Schema.Index("by_years", [new IndexKey("years")])],
            },
        };
        var problem = (await ExamineAsync(change)).Single(p => p.Code == ProblemCodes.NewShapeImpossible);
        problem.Message.ShouldBe("The table people cannot be made for the new version: no such column: yers.");

        test.Run("CREATE INDEX by_years ON audit(what)");
        change = change with { After = change.After! with { Checks = [] } };
        (await ExamineAsync(change)).Single(p => p.Code == ProblemCodes.NewShapeImpossible)
            .Message.ShouldBe("The index by_years of people cannot be made for the new version: index by_years already exists.");
    }

    [Theory]
    [InlineData("nope", "The view v does not compile: no such column: nope.")]
    [InlineData("\"nope\"", "The view v does not compile: no such column: nope.")]
    [InlineData("frm", "The view v does not compile")]
    public async Task A_new_view_that_cannot_be_read_is_said(string column, string message)
    {
        var made = new ObjectChange(null, new View("v", $"select {column} from people"));
        var problem = (await test.Database().ExamineAsync(new Inquiry([], [], []) { Objects = [made] }, default)).Problems.ShouldHaveSingleItem();
        (problem.Code, problem.Message[..message.Length]).ShouldBe((ProblemCodes.ViewDoesNotCompile, message));

        // What SQL of the migration makes before, nobody knows.
        (await test.Database().ExamineAsync(new Inquiry([], [], []) { Objects = [made], HasScripts = true }, default)).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task New_views_see_the_new_version_and_each_other()
    {
        var change = await ChangeAsync("age", [("years", "age")], "years");
        ValueList<ObjectChange> objects = [new(null, new View("v", "select years from people")), new(null, new View("w", "select years from v"))];
        (await test.Database().ExamineAsync(new Inquiry([change], [], []) { Objects = objects }, default)).Problems.ShouldNotContain(p => p.Code == ProblemCodes.ViewDoesNotCompile);
    }

    [Fact]
    public async Task A_view_s_triggers_are_tried_over_its_new_query()
    {
        test.Run("CREATE TRIGGER of_ids INSTEAD OF DELETE ON ids BEGIN DELETE FROM people WHERE id = old.id; END");
        var before = (await test.Database().InspectAsync(default)).Views.Single(v => v.Name == "ids");
        async Task<ValueList<Problem>> WithAsync(string query) =>
            (await test.Database().ExamineAsync(new Inquiry([], [], []) { Objects = [new(before, new View("ids", query))] }, default)).Problems;
        (await WithAsync("select id, name from people")).ShouldBeEmpty();
        (await WithAsync("select name from people")).ShouldHaveSingleItem().Message.ShouldStartWith("The triggers of the view ids would not work over its new query: no such column: old.id");
    }

    [Theory]
    [InlineData("INSERT INTO nope VALUES (new.id)", "no such table: main.nope")]
    [InlineData("UPDATE people SET nope = 1", "no such column: nope")]
    public async Task A_new_trigger_that_cannot_fire_is_said(string act, string message)
    {
        async Task<ValueList<Problem>> WithAsync(string does) => (await test.Database().ExamineAsync(
            new Inquiry([], [], []) { Objects = [new(null, new Trigger("t", $"CREATE TRIGGER t AFTER INSERT ON people BEGIN {does}; END") { Table = "people", OnInsert = true })] }, default)).Problems;
        var problem = (await WithAsync(act)).ShouldHaveSingleItem();
        (problem.Code, problem.Message).ShouldBe((ProblemCodes.TriggerDoesNotCompile, $"The trigger t of people does not compile: {message}."));
        (await WithAsync("INSERT INTO audit VALUES (function_of_the_application(new.id))")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_kept_check_follows_a_renamed_column()
    {
        test.Run("CREATE TABLE item(a INTEGER CHECK (a > 0), b AS (a + 1))");
        var before = (await test.Database().InspectAsync(default)).Table("item")!;
        var after = before with { Columns = [before.Columns[0] with { Name = "z" }, before.Columns[1]] };
        var change = new TableChange(before, after)
        {
            Columns = [new Pair<Column>(before.Columns[0], after.Columns[0]), new Pair<Column>(before.Columns[1], after.Columns[1])],
            Checks = [new Pair<CheckConstraint>(before.Checks[0], before.Checks[0])],
        };
        (await ExamineAsync(change)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Row_updates_and_checks_are_compiled()
    {
        var people = (await test.Database().InspectAsync(default)).Table("people")!;
        var examination = await test.Database().ExamineAsync(
            new Inquiry(
            [],
            [
                new RowChange(1, RowChangeKind.Update, people) { Set = [new LensExpression("name", "trim(name)")], Where = "age > 1" },
                new RowChange(2, RowChangeKind.Update, people) { Set = [new LensExpression("nme", "trm(name)")], Where = "ag > 1" },
            ],
            [
                new DataCheck("fine", "select count(*) from people;", "0"),
                new DataCheck("a CTE", "with x as (select 1 as a) select a from x", "1"),
                new DataCheck("two", "select 1, 2", "0"),
                new DataCheck("write", "delete from people", "0"),
                new DataCheck("wrong", "select nothing from people", "0"),
            ]),
            default);
        examination.Problems.Select(p => p.Code.Id).ShouldBe(["TDM2208", "TDM2208", "TDM2208", "TDM2207", "TDM2207", "TDM2207"]);
        examination.Tables.Single().ShouldBe(new TableSize("people", 3, examination.Tables.Single().Bytes) { Counted = true });
        examination.Tables.Single().Bytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Examining_writes_nothing_and_reads_old_and_new_rows_alike()
    {
        test.Run("WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO people(id, name, note) SELECT i, 'n' || i, '{}' FROM n");
        test.Run("UPDATE people SET note = 'no json' WHERE id = 5000");
        var before = await File.ReadAllBytesAsync(test.Path);
        var problems = await ExamineAsync(await ChangeAsync("note", [("first", "json_extract(note, '$')")], "first"));
        problems.First(p => p.Code == ProblemCodes.ExpressionFailsForRows).Message.ShouldContain("2 of 1000 sample rows");
        (await File.ReadAllBytesAsync(test.Path)).ShouldBe(before);
    }

    [Theory]
    [InlineData("date(born)", null)]
    [InlineData("date()", "date()")]
    [InlineData("strftime('%Y', born)", null)]
    [InlineData("strftime('%Y')", "strftime()")]
    [InlineData("datetime(born, 'localtime')", "datetime()")]
    [InlineData("coalesce(date, 'now')", null)]
    [InlineData("random", null)]
    [InlineData("\"CURRENT_DATE\"", null)]
    [InlineData("hex(randomblob(4))", "randomblob()")]
    public void Functions_that_vary_are_known(string sql, string? expected) => SqliteExpression.Variable(sql).ShouldBe(expected);

    private async Task<TableChange> ChangeAsync(string old, (string Column, string Up)[] ups, string down, string type = "TEXT")
    {
        var before = (await test.Database().InspectAsync(default)).Table("people")!;
        var added = ups.Select(u => new Column(u.Column, type, u.Column != "first" || !u.Up.Contains("nullif", StringComparison.Ordinal))).ToList();
        var kept = before.Columns.Where(c => c.Name != old).ToList();
        return new TableChange(before, before with { Columns = [.. kept, .. added], Triggers = [] })
        {
            Columns =
            [
                .. kept.Select(c => new Pair<Column>(c, c)),
                new Pair<Column>(before.Column(old), null),
                .. added.Select(c => new Pair<Column>(null, c)),
            ],
            Lenses = [new Lens([old], added.Select(c => c.Name).ToValueList(), ups.Select(u => new LensExpression(u.Column, u.Up)).ToValueList(), [new LensExpression(old, down)])],
        };
    }

    private async Task<ValueList<Problem>> ExamineAsync(TableChange change) =>
        (await test.Database().ExamineAsync(new Inquiry([change], [], []), default)).Problems;
}
