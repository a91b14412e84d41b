using Shouldly;
using Tandem.Differences;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;
using Grant = Tandem.Schema.Grant;
using GrantOperation = Tandem.Operations.Grant;

namespace Tandem.Tests.Differences;

public sealed class ObjectDifferenceTests
{
    private static readonly Table People = new("people", [new Column("id", "bigint", Nullable: false), new Column("name", "text")]) { PrimaryKey = new PrimaryKey("people_pkey", ["id"]) };

    private static readonly DatabaseSchema Was = new("public", [People]) { Roles = [new ServerRole("reader", false, []), new ServerRole("writer", false, [])] };

    [Fact]
    public void Enumerated_types_come_grow_and_go()
    {
        var mood = Was with { Enums = [new EnumType("mood", ["good", "bad"])] };
        Differ.Operations(Was, mood).ShouldBe([new CreateEnum { Name = "mood", Values = ["good", "bad"] }]);
        Differ.Operations(mood, Was).ShouldBe([new DropEnum { Name = "mood" }]);
        Differ.Operations(mood, Was with { Enums = [new EnumType("mood", ["best", "good", "fair", "bad", "worst"])] }).ShouldBe(
            [new AlterEnum { Name = "mood", Add = [new() { Value = "best", Before = "good" }, new() { Value = "fair", After = "good" }, new() { Value = "worst", After = "bad" }] }]);
        Differ.Operations(mood, Was with { Enums = [new EnumType("mood", ["fine", "bad"])] }, new() { Renames = ["mood.good=fine"] }).ShouldBe(
            [new AlterEnum { Name = "mood", Rename = [new("good", "fine")] }]);
        Differ.Found(Differ.Between(mood, Was with { Enums = [new EnumType("mood", ["good"])] })).ShouldBe(["TDM1404 mood"]);
    }

    [Fact]
    public void Domains_come_change_and_go()
    {
        var plain = new Domain("code", "text") { Checks = [new CheckConstraint("short", "(length(VALUE) < 9)", [])] };
        DatabaseSchema With(Domain domain) => Was with { Objects = [domain] };
        Differ.Operations(Was, With(plain)).ShouldBe([new CreateDomain { Name = "code", Type = "text", Checks = [new() { Name = "short", Expression = new("(length(VALUE) < 9)") }] }]);
        Differ.Operations(With(plain), Was).ShouldBe([new DropDomain { Name = "code" }]);
        Differ.Operations(With(plain), With(plain with { Nullable = false, Default = "'x'", Checks = [new CheckConstraint("shorter", "length(VALUE) < 8", [])] })).ShouldBe(
            [new AlterDomain { Name = "code", Default = new("'x'"), Nullable = false, AddChecks = [new() { Name = "shorter", Expression = new("length(VALUE) < 8") }], DropChecks = ["short"] }]);
        Differ.Operations(With(plain), With(plain with { Checks = [new CheckConstraint("short", "length(VALUE) < 8", [])] })).ShouldBe(
            [new AlterDomain { Name = "code", AddChecks = [new() { Name = "short", Expression = new("length(VALUE) < 8") }], DropChecks = ["short"] }]);
        Differ.Found(Differ.Between(With(plain), With(plain with { Type = "varchar" }))).ShouldBe(["TDM1404 code"]);
    }

    [Fact]
    public void Sequences_come_and_change_and_go_with_consent()
    {
        var numbers = Was with { Sequences = [new Sequence("numbers", "bigint", 1, 1)] };
        Differ.Operations(Was, numbers).ShouldBe([new CreateSequence { Name = "numbers" }]);
        Differ.Operations(numbers, Was with { Sequences = [new Sequence("numbers", "bigint", 1, 5) { Cycle = true }] }).ShouldBe([new AlterSequence { Name = "numbers", Increment = 5, Cycle = true }]);
        Differ.Found(Differ.Between(numbers, Was)).ShouldBe(["TDM1403 numbers"]);
        Differ.Operations(numbers, Was, new() { AllowDrop = true }).ShouldBe([new DropSequence { Name = "numbers" }]);
    }

    [Fact]
    public void A_domain_keeps_its_columns_under_another_name_in_a_migration_before_the_others()
    {
        static DatabaseSchema With(string domain, string size) => Was with
        {
            Objects = [new Domain(domain, "integer")],
            Access = [new ObjectAccess(new ObjectName("domain", domain), "anna"), new ObjectAccess(new ObjectName("table", "scores"), "anna")],
            Tables = [.. Was.Tables, new Table("scores", [new Column("id", "integer"), new Column("points", domain), new Column(size, "integer")])],
        };
        var options = new DifferenceOptions { Renames = ["grade=mark", "scores.size=width"] };
        var difference = Differ.Between(With("grade", "size"), With("mark", "width"), options);
        difference.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.SeveralStages);
        difference.Stages.ShouldBe(
        [
            [new RenameDomain { From = "grade", To = "mark" }],
            [new RenameColumn { Table = "scores", From = "size", To = "width" }],
        ]);
        Differ.Between(With("grade", "size"), With("mark", "size"), options with { Renames = ["grade=mark"] }).Stages.ShouldBe([[new RenameDomain { From = "grade", To = "mark" }]]);
        Differ.Between(With("grade", "size"), With("mark", "size"), options with { Renames = ["grade=points"] }).Problems.ShouldContain(p => p.Message == "--rename grade=points: the second schema has no domain points.");
    }

    [Fact]
    public void Views_come_behind_what_they_read_and_go_before_it()
    {
        var views = Was with { Views = [new View("a", "SELECT * FROM b"), new View("b", "SELECT people.id FROM people") { Comment = "people" }] };
        Differ.Operations(Was, views).ShouldBe([new CreateView { Name = "b", Query = new("SELECT people.id FROM people"), Comment = "people" }, new CreateView { Name = "a", Query = new("SELECT * FROM b") }]);
        Differ.Operations(views, Was).ShouldBe([new DropView { Name = "a" }, new DropView { Name = "b" }]);
        Differ.Operations(views, views with { Views = [views.Views[0], new View("b", "SELECT people.name FROM people") { Comment = "people" }] }).ShouldBe([new ReplaceView { Name = "b", Query = new("SELECT people.name FROM people") }]);
        Differ.Operations(views, views with { Views = [views.Views[0], views.Views[1] with { Comment = null }] }).ShouldBe([new SetComment { Kind = "view", Name = "b" }]);
        Differ.Between(views, views with { Views = [views.Views[0], views.Views[1] with { Definition = " SELECT people.id\n   FROM people" }] }).Stages.ShouldBeEmpty();
    }

    [Fact]
    public void Views_over_a_materialized_view_that_stays_stay_as_well()
    {
        static DatabaseSchema With(string columns) => Was with
        {
            Views = [new View("kept", $"SELECT {columns} FROM people", Materialized: true), new View("over", $"SELECT {columns} FROM kept"), new View("plain", $"SELECT {columns} FROM people")],
            Needs = [new ObjectNeed(new ObjectName("view", "over"), new ObjectName("materialized view", "kept"))],
        };
        var difference = Differ.Between(With("id"), With("id, name"));
        difference.Stages.ShouldHaveSingleItem().ShouldHaveSingleItem().ShouldBeOfType<ReplaceView>().Name.ShouldBe("plain");
        Differ.Found(difference).ShouldBe(["TDM1404 kept", "TDM1404 over"]);
    }

    [Fact]
    public void A_materialized_view_has_one_query()
    {
        static DatabaseSchema With(string query) => Was with { Views = [new View("m", query, Materialized: true)] };
        Differ.Operations(Was, With("SELECT 1")).ShouldBe([new CreateView { Name = "m", Query = new("SELECT 1"), Materialized = true }]);
        var unfilled = Was with { Views = [new View("m", "SELECT 1", Materialized: true) { WithData = false }] };
        Differ.Operations(Was, unfilled).ShouldBe([new CreateView { Name = "m", Query = new("SELECT 1"), Materialized = true, WithData = false }]);
        Differ.Between(With("SELECT 1"), unfilled).Stages.ShouldBeEmpty();
        var difference = Differ.Between(With("SELECT 1"), With("SELECT 2"));
        difference.Stages.ShouldBeEmpty();
        difference.Problems.ShouldHaveSingleItem().Message.ShouldContain("Its rows cannot be of two queries.");
    }

    [Theory]
    [InlineData("""CREATE OR REPLACE FUNCTION public.f(a integer, "B b" text DEFAULT 'x, y'::text, VARIADIC rest numeric[] DEFAULT '{}'::numeric[])""", "RETURNS integer", "integer, text, numeric[]")]
    [InlineData("CREATE OR REPLACE FUNCTION public.f(double precision, timestamp with time zone, OUT a character varying)", "RETURNS character varying", "double precision, timestamp with time zone")]
    [InlineData("CREATE OR REPLACE PROCEDURE public.f(INOUT a mood)", null, "mood")]
    [InlineData("CREATE OR REPLACE FUNCTION public.f()", "RETURNS TABLE(id integer, name text)", "")]
    public void Functions_are_written_with_all_their_parameters(string head, string? returns, string arguments)
    {
        var procedure = head.Contains("PROCEDURE", StringComparison.Ordinal);
        var text = $"{head}\n {(returns is null ? "" : returns + "\n ")}LANGUAGE plpgsql\n{(procedure ? "" : " STABLE STRICT SECURITY DEFINER COST 7\n")} SET search_path TO 'public', 'pg_temp'\nAS $function$begin null; end$function$";
        var routine = new Routine("f", arguments, text)
        {
            Code = procedure ? RoutineKind.Procedure : RoutineKind.Function,
            Language = "plpgsql",
            Returns = returns?["RETURNS ".Length..],
        };

        var made = Differ.Operations(Was, Was with { Objects = [routine] }).ShouldHaveSingleItem().ShouldBeOfType<CreateFunction>();

        made.Parameters.Where(p => p.Mode != ParameterMode.Out).Count().ShouldBe(arguments.Length == 0 ? 0 : arguments.Split(", ").Length);
        made.Settings.ShouldBe([new("search_path", "'public', 'pg_temp'")]);
        made.SecurityDefiner.ShouldBe(procedure ? null : true);
    }

    [Fact]
    public void Functions_are_replaced_by_what_is_other_and_dropped_last()
    {
        var one = Function("one", "integer", "SELECT 1");
        var two = Was with { Objects = [one, Function("one", "text", "SELECT 'x'")], Views = [new View("v", "SELECT one(1)")] };
        Differ.Operations(two, two with { Objects = [one with { Definition = one.Definition.Replace("SELECT 1", "SELECT 2", StringComparison.Ordinal) }, two.Objects[1]] })
            .ShouldBe([new ReplaceFunction { Name = "one", Arguments = ["integer"], Body = "SELECT 2" }]);
        Differ.Operations(two, Was).ShouldBe([new DropView { Name = "v" }, new DropFunction { Name = "one", Arguments = ["text"] }, new DropFunction { Name = "one", Arguments = ["integer"] }]);
    }

    [Fact]
    public void An_aggregate_is_made()
    {
        var sum = new Routine("total", "integer", "CREATE OR REPLACE AGGREGATE public.total (integer) (SFUNC = int4pl, STYPE = integer)") { Code = RoutineKind.Aggregate };
        Differ.Operations(Was, Was with { Objects = [sum] }).ShouldBe(
            [new CreateFunction { Name = "total", Kind = CodeKind.Aggregate, Parameters = [new() { Type = "integer" }], Body = "SFUNC = int4pl, STYPE = integer" }]);
    }

    [Fact]
    public void Code_of_a_library_is_not_written()
    {
        var routine = new Routine("c", "", "CREATE OR REPLACE FUNCTION public.c()\n RETURNS integer\n LANGUAGE c\nAS '$libdir/x', $function$c$function$") { Language = "c", Returns = "integer" };
        Differ.Found(Differ.Between(Was, Was with { Objects = [routine] })).ShouldBe(["TDM1404 c()"]);

        // Its usual cost is 1, where that of other functions is 100.
        var dear = routine with { Definition = routine.Definition.Replace("LANGUAGE c\n", "LANGUAGE c\n COST 100\n", StringComparison.Ordinal) };
        Differ.Found(Differ.Between(Was with { Objects = [routine] }, Was with { Objects = [dear] })).ShouldBe(["TDM1404 c()"]);
    }

    [Fact]
    public void Triggers_come_and_go_and_do_both_where_they_change_under_their_name()
    {
        DatabaseSchema With(params string[] definitions) => Was with
        {
            Tables = [People with { Triggers = definitions.Select(d => new Trigger("stamp", d) { Table = "people", OnUpdate = true }).ToValueList() }],
        };
        const string definition = "CREATE TRIGGER stamp AFTER INSERT OR UPDATE OF name ON public.people FOR EACH ROW WHEN ((new.name IS NOT NULL)) EXECUTE FUNCTION stamp('x')";
        Differ.Operations(Was, With(definition)).ShouldBe(
            [new CreateTrigger { Table = "people", Name = "stamp", Events = new("INSERT OR UPDATE OF name"), When = new("new.name IS NOT NULL"), Execute = new("stamp('x')") }]);
        Differ.Operations(With(definition), Was).ShouldBe([new DropTrigger { Table = "people", Name = "stamp" }]);
        Differ.Between(With(definition), With("""CREATE TRIGGER "stamp" AFTER insert or update of "name" ON "people" FOR EACH ROW WHEN (new.name is not null) EXECUTE FUNCTION stamp('x')""")).Stages.ShouldBeEmpty();
        Differ.Operations(With(definition), With(definition.Replace("'x'", "'y'", StringComparison.Ordinal))).ShouldBe(
        [
            new DropTrigger { Table = "people", Name = "stamp" },
            new CreateTrigger { Table = "people", Name = "stamp", Events = new("INSERT OR UPDATE OF name"), When = new("new.name IS NOT NULL"), Execute = new("stamp('y')") },
        ]);
        Differ.Operations(Was, With("CREATE CONSTRAINT TRIGGER stamp AFTER INSERT ON people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()")).ShouldBe(
            [new CreateTrigger { Table = "people", Name = "stamp", Events = new("INSERT"), Constraint = true, Deferrable = Deferral.Deferred, Execute = new("stamp()") }]);
        Differ.Operations(Was, With("CREATE CONSTRAINT TRIGGER stamp AFTER INSERT ON people NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION stamp()")).ShouldBe(
            [new CreateTrigger { Table = "people", Name = "stamp", Events = new("INSERT"), Constraint = true, Execute = new("stamp()") }]);
        Differ.Operations(Was, With("CREATE TRIGGER stamp AFTER UPDATE ON people REFERENCING OLD TABLE AS was NEW TABLE AS \"Is\" FOR EACH STATEMENT EXECUTE FUNCTION stamp()")).ShouldBe(
            [new CreateTrigger { Table = "people", Name = "stamp", Events = new("UPDATE"), Each = TriggerFor.Statement, OldRows = "was", NewRows = "Is", Execute = new("stamp()") }]);
        Differ.Found(Differ.Between(Was, With("CREATE CONSTRAINT TRIGGER stamp AFTER INSERT ON people FROM pets FOR EACH ROW EXECUTE FUNCTION stamp()"))).ShouldBe(["TDM1404 stamp on people"]);
    }

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER UPDATE OF name ON people WHEN new.id > 1 BEGIN UPDATE people SET name = 'a;b' WHERE id = CASE WHEN 1 THEN 2 END; SELECT 1; END", "UPDATE OF name", TriggerTiming.After, "new.id > 1")]
    [InlineData("CREATE TRIGGER IF NOT EXISTS t delete ON people BEGIN SELECT 1; END;", "delete", TriggerTiming.Before, null)]
    public void SQLite_triggers_are_read_in_their_parts(string definition, string events, TriggerTiming timing, string? when)
    {
        var to = Was with { Tables = [People with { Triggers = [new Trigger("t", definition) { Table = "people" }] }] };
        var made = Differ.Operations(Was, to, engine: "sqlite").ShouldHaveSingleItem().ShouldBeOfType<CreateTrigger>();
        (made.Events.Any, made.Timing, made.When?.Any).ShouldBe((events, timing, when));
    }

    [Fact]
    public void A_trigger_on_a_new_table_needs_a_second_migration()
    {
        var table = new Table("log", [new Column("id", "bigint")]) { Triggers = [new Trigger("stamp", "CREATE TRIGGER stamp AFTER INSERT ON public.log FOR EACH ROW EXECUTE FUNCTION stamp()") { Table = "log" }] };
        var difference = Differ.Between(Was, Was.Replace(null, table));
        difference.Stages.Select(s => s.Single().GetType().Name).ShouldBe(["CreateTable", "CreateTrigger"]);
        Differ.Found(difference).ShouldBe(["TDM1410 "]);
        var files = DifferenceFile.Of(difference, "migrations/0007_log.yaml", "Log", "why").ToList();
        files.Select(f => f.Name).ShouldBe(["migrations/0007_log.yaml", "migrations/0007_log_2.yaml"]);
        files[1].Text.ShouldContain("depends_on: [ \"0007_log\" ]");
    }

    [Fact]
    public void Policies_and_rights_follow_unless_access_is_left_out()
    {
        var to = Was with
        {
            Objects = [new RowPolicy("own", "people") { Command = "SELECT", Roles = ["reader"], Using = "(name = CURRENT_USER)" }],
            Access = [new ObjectAccess(new ObjectName("table", "people"), "owner") { Grants = [new("owner", "SELECT"), new("reader", "SELECT"), new("reader", "INSERT"), new("reader", "UPDATE", "name"), new("writer", "DELETE", Grantable: true)] }],
        };
        var from = Was with { Access = [new ObjectAccess(new ObjectName("table", "people"), "owner") { Grants = [new Grant("reader", "SELECT")] }] };
        Differ.Between(from, to).Stages.SelectMany(s => s).ShouldBe(
        [
            new CreatePolicy { Table = "people", Name = "own", Command = PolicyCommand.Select, Roles = ["reader"], Using = new("(name = CURRENT_USER)") },
            new GrantOperation { On = "people", Privileges = ["insert"], To = ["reader"] },
            new GrantOperation { On = "people", Privileges = ["delete"], To = ["writer"], WithGrantOption = true },
            new GrantOperation { On = "people", Columns = ["name"], Privileges = ["update"], To = ["reader"] },
        ]);
        Differ.Between(from, to, new() { IgnoreAccess = true }).Stages.ShouldBeEmpty();
        Differ.Between(Was, to with { Objects = [] }).Stages.ShouldBeEmpty();
        var policy = (RowPolicy)to.Objects[0];
        Differ.Operations(to, to with { Objects = [policy with { Roles = [], Using = "true" }] }).ShouldBe([new AlterPolicy { Table = "people", Name = "own", Roles = ["public"], Using = new("true") }]);
        Differ.Operations(to, to with { Objects = [] }).ShouldBe([new DropPolicy { Table = "people", Name = "own" }]);
        Differ.Operations(to, to with { Objects = [policy with { Permissive = false, Comment = "Own rows" }] }).ShouldBe(
        [
            new DropPolicy { Table = "people", Name = "own" },
            new CreatePolicy { Table = "people", Name = "own", Restrictive = true, Command = PolicyCommand.Select, Roles = ["reader"], Using = new("(name = CURRENT_USER)"), Comment = "Own rows" },
        ]);
        Differ.Operations(to, to with { Access = [to.Access[0] with { Grants = [new("owner", "SELECT"), new("reader", "SELECT"), new("reader", "INSERT"), new("reader", "UPDATE", "name")] }] })
            .ShouldBe([new Revoke { On = "people", Privileges = ["delete"], From = ["writer"] }]);
    }

    /// <summary>Who owns what a migration makes is not known before.</summary>
    [Fact]
    public void Rights_on_what_comes_are_all_that_is_said_of_its_access()
    {
        var log = new Table("log", [new Column("id", "bigint", Nullable: false)]) { PrimaryKey = new("log_pkey", ["id"]) };
        ObjectAccess On(string table, params Grant[] grants) => new(new ObjectName("table", table), "owner") { Grants = [new("owner", "SELECT"), .. grants] };
        Differ.Operations(Was with { Access = [On("people")] }, Was with { Tables = [log, .. Was.Tables], Access = [On("people"), On("log", new Grant("reader", "SELECT"))] })
            .OfType<GrantOperation>().ShouldBe([new GrantOperation { On = "log", Privileges = ["select"], To = ["reader"] }]);
    }

    [Fact]
    public void Extensions_come_and_what_has_no_operation_is_told()
    {
        Differ.Operations(Was, Was with { Objects = [new Extension("citext", "1.6") { Schema = "public" }] }).ShouldBe([new CreateExtension { Name = "citext", Version = "1.6" }]);
        Differ.Found(Differ.Between(Was, Was with { Objects = [new Collation("pair", "locale = 'C'")], Unmanaged = [new UnmanagedObject("foreign table", "far")] }))
            .ShouldBe(["TDM1404 pair", "TDM1404 far"]);
    }

    private static Routine Function(string name, string arguments, string body) =>
        new(name, arguments, $"CREATE OR REPLACE FUNCTION public.{name}({arguments})\n RETURNS text\n LANGUAGE sql\nAS $function${body}$function$") { Language = "sql", Returns = "text" };
}
