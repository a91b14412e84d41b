using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Operations;

public sealed class FunctionOperationTests
{
    private const string Head = "CREATE OR REPLACE FUNCTION public.title(who text, mark text DEFAULT '!'::text)\n RETURNS text\n LANGUAGE plpgsql\n";

    private static readonly Routine Title = new(
        "title", "text, text",
        Head + " STABLE PARALLEL SAFE STRICT SECURITY DEFINER COST 12\n SET search_path TO 'public', 'pg_temp'\n SET work_mem TO '1MB'\nAS $function$ begin return who || mark; end $function$")
    {
        Language = "plpgsql",
        Returns = "text",
    };

    private static readonly Routine Number = new("title", "integer", "CREATE OR REPLACE FUNCTION public.title(integer)\n RETURNS text\n LANGUAGE sql\n IMMUTABLE\nRETURN ($1)::text")
    {
        Language = "sql",
        Returns = "text",
    };

    private static readonly DatabaseSchema WithCode = Drafts.Crm with
    {
        Objects = [Title, Number],
        Needs =
        [
            new ObjectNeed(new ObjectName("index", "customers_by_title"), new ObjectName("function", "title(integer)")),
            new ObjectNeed(new ObjectName("table", "orders"), new ObjectName("function", "title(text, text)")) { Part = "default note" },
        ],
    };

    [Fact]
    public void A_text_of_the_servers_comes_back_to_the_letter()
    {
        RoutineText.Of(Title).ToString().ShouldBe(Title.Definition);
        RoutineText.Of(Number).ToString().ShouldBe(Number.Definition);
        RoutineText.Of(Title).Source.ShouldBe(" begin return who || mark; end ");
        RoutineText.Of(Number).Source.ShouldBe("RETURN ($1)::text");
        RoutineText.Of(Title).Settings.ShouldBe(["search_path TO 'public', 'pg_temp'", "work_mem TO '1MB'"]);
    }

    [Fact]
    public void What_a_replacement_does_not_say_stays()
    {
        var change = Of(new ReplaceFunction { Name = "title", Arguments = ["text", "TEXT"], Body = "begin return who; end", Volatility = RoutineVolatility.Volatile }).Objects.Single();
        change.Beside.ShouldBeFalse();
        ((Routine)change.After!).Definition.ShouldBe(
            Head + " PARALLEL SAFE STRICT SECURITY DEFINER COST 12\n SET search_path TO 'public', 'pg_temp'\n SET work_mem TO '1MB'\nAS $function$begin return who; end$function$");
    }

    [Theory]
    [InlineData("who", "mark", "'?'", false)]
    [InlineData("who", "mark", null, true)]
    [InlineData("who", "sign", "'!'", true)]
    [InlineData(null, "mark", "'!'", true)]
    public void Names_and_defaults_of_parameters_tell_whether_the_object_can_stay(string? first, string? second, string? value, bool beside)
    {
        var operation = new ReplaceFunction
        {
            Name = "title",
            Arguments = ["text", "text"],
            Parameters = [new RoutineParameter { Name = first, Type = "text" }, new RoutineParameter { Name = second, Type = "text", Default = value }],
        };
        var draft = MigrationDraft.Of(Migration(operation), WithCode with { Needs = [] }, "postgres");
        draft.Problems.ShouldBeEmpty();
        draft.Objects.Single().Beside.ShouldBe(beside);

        // The default of a column would go on calling the old one.
        Codes(operation).ShouldBe(beside ? ["TDM2032"] : []);
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Codes(new ReplaceFunction { Name = "title", Body = "x" }).ShouldBe(["TDM2031"]);
        Codes(new ReplaceFunction { Name = "titles", Body = "x" }).ShouldBe(["TDM2031"]);
        Codes(new ReplaceFunction { Name = "title", Arguments = ["integer"], Body = "return 'x'" }).ShouldBe(["TDM2045"]);
        Codes(new ReplaceFunction { Name = "title", Arguments = ["text", "text"], Parameters = [new RoutineParameter { Type = "integer" }] }).ShouldBe(["TDM2037"]);
        Codes(new ReplaceFunction { Name = "title", Arguments = ["text", "text"], Strict = true }).ShouldBe(["TDM2012"]);
        Codes(new DropFunction { Name = "title", Arguments = ["text", "text"] }).ShouldBe(["TDM2032"]);
        Codes(new CreateFunction { Name = "title", Parameters = [new RoutineParameter { Type = "int4" }], Returns = "text", Body = "return 'x'" }).ShouldBe(["TDM2004"]);
        Codes(new CreateFunction { Name = "titles", Body = "return 'x'" }).ShouldBe(["TDM2014"]);
        Codes(new CreateFunction { Name = "titles", Kind = CodeKind.Procedure, Returns = "text", Body = "x" }).ShouldBe(["TDM2014"]);
        Codes(new CreateFunction { Name = "total", Kind = CodeKind.Aggregate, Parameters = [new RoutineParameter { Type = "integer", Name = "x" }], Body = "sfunc = int4pl, stype = integer" }).ShouldBe(["TDM2014"]);
    }

    [Fact]
    public void Storage_does_not_call_what_is_made_after_it()
    {
        var make = new CreateFunction { Name = "code_of", Parameters = [new RoutineParameter { Type = "text" }], Returns = "text", Body = "return upper($1)" };
        Codes(make, new AddColumn { Table = "customers", Name = "code", Type = new SqlText("text"), Up = new SqlText("code_of(name)") }).ShouldContain("TDM2037");
        Codes(make, new AddCheck { Table = "customers", Name = "coded", Expression = new SqlText("code_of(name) <> ''") }).ShouldContain("TDM2037");
        Codes(make, new CreateView { Name = "codes", Query = new SqlText("select code_of(name) as code from customers") }).ShouldBeEmpty();
    }

    [Fact]
    public void SQLite_has_none()
    {
        foreach (var operation in new Operation[]
        {
            new CreateFunction { Name = "f", Returns = "text", Body = "return 'x'" }, new ReplaceFunction { Name = "f", Body = "x" }, new DropFunction { Name = "f" },
        })
        {
            var problem = MigrationDraft.Of(Migration(operation), WithCode, "sqlite").Problems.ShouldHaveSingleItem();
            problem.Code.Id.ShouldBe("TDM2030");
            problem.Message.ShouldBe("SQLite has no functions of its own.");
            problem.Remedy.ShouldBe("Let the application compute it, or write a file of its own for SQLite.");
        }
    }

    private static Migration Migration(params Operation[] operations) => new() { Id = "0001_test", Title = "test", Operations = operations.ToValueList() };

    private static MigrationDraft Of(params Operation[] operations) => MigrationDraft.Of(Migration(operations), WithCode, "postgres");

    private static string[] Codes(params Operation[] operations) => [.. Of(operations).Problems.Select(p => p.Code.Id)];
}
