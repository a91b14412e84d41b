using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What the server would say only behind the backfills, at complete or at sunset is told by the plan.</summary>
public sealed class LateFaultTests
{
    private const string New = "0001_new";

    private const string People =
        """
        create table people (id int primary key, name text not null, note text, doc json);
        create table towns (id int primary key, name text check (name <> ''));
        create table parts (id int) partition by list (id);
        create table line (id int primary key);
        create table heir () inherits (line);
        create function quiet() returns trigger language plpgsql as 'begin return null; end';
        create type old_mood as enum ('fair');
        create function plain(int) returns int immutable language sql as 'select 1';
        create trigger noting after update of note on people for each row when (new.name is null) execute function quiet();
        insert into people values (1, 'a', 'b');
        """;

    private static readonly AddColumn City = new() { Table = "people", Name = "city", Type = new("int") };

    private static readonly (Operation[] Operations, string Code, string Message)[] Refused =
    [
        Case("TDM2014", "on a table that has partitions only a trigger for each statement reads all of its rows", Fires("parts") with { NewRows = "n" }),
        Case("TDM2014", "on a table that inherits from another one only a trigger for each statement", Fires("heir") with { NewRows = "n" }),
        Case("TDM2222", "new.xmin is the server's own, and has no value before the row is stored", Fires("people") with { Timing = TriggerTiming.Before, When = new("new.xmin is null") }),
        Case("TDM2106", "The trigger noting fires by note of people", new DropColumn { Table = "people", Column = "note" }),
        Case("TDM2106", "The trigger noting fires by name of people", Shorter),
        Case("TDM2220", "The statistics s of people cannot be made: btree does not take json", Gathers("id, doc")),
        Case("TDM2220", "btree does not take json", Gathers("id, (doc -> 'a')")),
        Case("TDM2220", "(id + 1) stands there twice", Gathers("(id + 1), (id + 1)")),
        Case("TDM2220", "id + 1 is an expression and needs brackets", Gathers("id + 1, name")),
        Case("TDM2220", "the server takes no subquery there", Gathers("id, ((select 1))")),
        Case("TDM2014", "`target` is not below 0", Gathers("id, name") with { Target = -5 }),
        Case("TDM2218", "The range type d cannot have the type nope", Range("subtype = nope")),
        Case("TDM2031", "The range type d needs values that have an order: btree does not take json", Range("subtype = json")),
        Case("TDM2031", "int4_ops does not take text", Range("subtype = text, subtype_opclass = int4_ops")),
        Case("TDM2031", "names the function float8mi, which is not there for two values of text", Range("subtype = text, subtype_diff = float8mi")),
        Case("TDM2031", "which does not return double precision", Range("subtype = int4, subtype_diff = int4mi")),
        Case("TDM2031", "has no such collation", Range("subtype = int4, collation = \"C\"")),
        Case("TDM2031", "would have to take d and cannot be there before it", Range("subtype = int4, canonical = plain")),
        Case("TDM2004", "cannot call its multirange old_mood", Range("subtype = float8, multirange_type_name = old_mood")),
        Case("TDM2014", "nope = 1 is not known", Range("subtype = int4, nope = 1")),
        Case("TDM2014", "it says no subtype", Range("subtype_diff = float8mi")),
        Case("TDM2218", "a type is no part of itself", new CreateType { Name = "d", Attributes = [new() { Name = "a", Type = "d[]" }] }),
        Case("TDM2030", "The column people.id: values of integer have a fixed size and cannot be stored EXTERNAL", new SetStorage { Table = "people", Column = "id", Storage = ColumnStorage.External }),
        Case("TDM2030", "are not compressed", City, new SetStorage { Table = "people", Column = "city", Compression = "pglz" }),
        Case("TDM2030", "n_distinct takes a number from -1", new SetStorage { Table = "people", Column = "name", With = [new("n_distinct", "-2")] }),
        Case("TDM2030", "does not know the option nope of columns", new SetStorage { Table = "people", Column = "name", With = [new("nope", "1")] }),
        Case("TDM2030", "vacuum_index_cleanup takes auto", new SetStorage { Table = "people", With = [new("vacuum_index_cleanup", "maybe")] }),
        Case("TDM2217", "nope.text_ops does not take text", Index(new() { Name = "name", OperatorClass = "nope.text_ops" })),
        Case("TDM2217", "text_ops has no parameters", Index(new() { Name = "name", OperatorClass = "text_ops", OperatorClassOptions = [new("siglen", "1")] })),
        Case("TDM2220", "siglen of tsvector_ops takes a number from 1 to 2024, not 9999", Vector("siglen", "9999")),
        Case("TDM2220", "tsvector_ops has no parameter nope, but siglen", Vector("nope", "1")),
        Case("TDM2220", "nope_ops does not take text", Index(new() { Expression = new("lower(name)"), OperatorClass = "nope_ops" })),
        Case("TDM2220", "btree does not take record", Index(new() { Expression = new("row(id, name)") })),
        Case("TDM2220", "'x' has no type", Index(new() { Expression = new("'x'") })),
        Case("TDM2220", "the server takes no subquery there", Checks("id in (values (1), (2))")),
        Case("TDM2220", "it has a place for a value, $1", Checks("id > $1")),
        Case("TDM2220", "column \"ctid\" does not exist", Checks("ctid is null")),
        Case("TDM2219", "the server takes no subquery there", new CreateDomain { Name = "d", Type = "int", Checks = [new() { Name = "c", Expression = new("value in (select 1)") }] }),
        Case("TDM2219", "it is too long for varchar(2)", City with { Type = new("varchar(2)"), Default = new("'abc'") }),
        Case("TDM2219", "cannot be of the type old_mood", Pets("old_mood", "'fair'::old_mood")),
        Case("TDM2219", "cannot call plain", Pets("int", "plain(id)")),
        Case("TDM2217", "The unique rule pets_n_key of pets cannot be built over n: it is computed when it is read", Pets("int", "id + 1") with { Uniques = [new() { Columns = ["n"] }] }),
        Case("TDM2014", "The unique rule people_id_id_key names a column twice", new AddUnique { Table = "people", Columns = ["id", "id"] }),
        Case("TDM2014", "has no `volatility`, and is not `strict`", new CreateFunction { Name = "f", Kind = CodeKind.Procedure, Strict = true, Body = "select 1" }),
        Case("TDM2218", "takes or gives people.nope%type, and people has no column nope", Function("int") with { Parameters = [new() { Name = "a", Type = "people.nope%type" }] }),
        Case("TDM2218", "takes or gives nope.id%type, and there is no table nope", Function("setof nope.id%type")),
        Case("TDM2218", "takes or gives nope, and there is no type of that name", Function("table (a nope)")),
        Case("TDM2218", "people has no column city", new RenameColumn { Table = "people", From = "note", To = "remark" }, Function("people.city%type")),
        Case("TDM2223", "relation \"nope\" does not exist", Function("int") with { Language = "plpgsql", Body = "declare x nope%rowtype; begin return 1; end" }),
        Case("TDM2223", "column \"nope\" of relation \"towns\" does not exist", Function("int") with { Language = "plpgsql", Body = "declare x towns.nope%type; begin return 1; end" }),
        Case("TDM2223", "is declared CONSTANT", Function("int") with { Language = "plpgsql", Body = "declare x constant int := 1; begin x := 2; return x; end" }),
        Case("TDM2223", "cannot be changed without restarting the server", Function("int") with { Settings = [new("max_connections", "5")] }),
        Case("TDM2031", "is nope_fn, which the server does not have built in", Function("int") with { Language = "internal", Body = "nope_fn" }),
        Case("TDM2031", "is in the file $libdir/nope, which the server does not have", Function("int") with { Language = "c", Body = "$libdir/nope" }),
        Case("TDM2223", "there is no function array_append(anyarray, anyelement)", Aggregate("anyelement", "sfunc = array_append, stype = anyarray")),
        Case("TDM2223", "no argument of any type tells which", Aggregate("int", "sfunc = array_append, stype = anyarray")),
        Case("TDM2223", "says `mstype`, and no `minvfunc`", Aggregate("int", "sfunc = int4pl, stype = int, mstype = int, msfunc = int4pl")),
        Case("TDM2223", "says `parallel = MAYBE`", Aggregate("int", "sfunc = int4pl, stype = int, parallel = maybe")),
        Case("TDM2208", "A row for pets does not fit: n: A text is not valid for the type", Pets("int", null), Row("pets", "n", "abc")),
        Case("TDM2208", "A row for towns breaks the check towns_name_check", Row("towns", "name", "")),
    ];

    private static ChangeType Shorter => new() { Table = "people", Column = "name", Type = new("varchar(50)"), Up = new("name"), Down = new("name") };

    private static (Operation[] Operations, string Code, string Message) Case(string code, string message, params Operation[] operations) => (operations, code, message);

    private static CreateTrigger Fires(string table) => new() { Table = table, Name = "t", Events = new("insert"), Execute = new("quiet()") };

    private static CreateStatistics Gathers(string on) => new() { Table = "people", Name = "s", On = new(on) };

    private static AddCheck Checks(string condition) => new() { Table = "people", Name = "c", Expression = new(condition) };

    private static CreateType Range(string range) => new() { Name = "d", Range = range };

    private static CreateIndex Index(IndexColumn column) => new() { Table = "people", Name = "i", Columns = [column] };

    private static CreateIndex Vector(string name, string value) =>
        Index(new() { Expression = new("to_tsvector('simple', name)"), OperatorClass = "tsvector_ops", OperatorClassOptions = [new(name, value)] }) with { Method = "gist" };

    private static CreateFunction Function(string returns) => new() { Name = "f", Returns = returns, Body = "select 1" };

    private static CreateFunction Aggregate(string takes, string body) => new() { Name = "f", Kind = CodeKind.Aggregate, Parameters = [new() { Type = takes }], Body = body };

    private static CreateTable Pets(string type, string? generated) => new()
    {
        Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "n", Type = new(type), Generated = generated is null ? null : new(generated) }], PrimaryKey = ["id"],
    };

    private static InsertRows Row(string table, string column, string value) => new() { Table = table, Rows = [[new("id", new(CellKind.Text, "9")), new(column, new(CellKind.Text, value))]] };

    [PostgresFact]
    public async Task What_the_server_would_say_late_is_refused_in_the_plan()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, People);
        foreach (var (operations, code, message) in Refused)
        {
            var errors = (await life.ReviewAsync(Life.Migration(New, operations))).Findings.Where(f => f.Severity == Severity.Error).ToList();
            errors.ShouldContain(f => f.Code.Id == code && f.Message.Contains(message), $"{operations[^1].Summarize()} {string.Join(" ", errors)}");
        }
    }

    /// <summary>What looks like it and works is no problem, and goes through to the end.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_works_is_not_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        var plan = await life.ReviewAsync(Life.Migration(
            New,
            new DropTrigger { Table = "people", Name = "noting" },
            Shorter,
            City,
            new CreateTrigger { Table = "people", Name = "noting", Events = new("update of name, note"), When = new("new.name is null and old.tableoid = new.tableoid"), Execute = new("quiet()") },
            new CreateTrigger { Table = "parts", Name = "all_of_it", Events = new("delete"), Each = TriggerFor.Statement, OldRows = "gone", Execute = new("quiet()") },
            new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }], PrimaryKey = ["id"], Checks = [new() { Name = "c", Expression = new("tableoid is not null") }] },
            Gathers("lower(note), (id + 1), city"),
            Range("subtype = text, collation = \"C\", subtype_opclass = text_pattern_ops"),
            new SetStorage { Table = "people", Column = "note", Storage = ColumnStorage.External, Compression = "pglz", With = [new("n_distinct", "-0.5")] },
            new SetStorage { Table = "people", Column = "city", Storage = ColumnStorage.Plain },
            Vector("siglen", "32"),
            new CreateIndex { Table = "people", Name = "sorted", Columns = [new() { Expression = new("lower(note)"), Descending = true, OperatorClass = "pg_catalog.text_ops" }] },
            new CreateIndex { Table = "line", Name = "whole", Columns = [new() { Expression = new("line") }] },
            new AddColumn { Table = "people", Name = "code", Type = new("varchar(3)"), Default = new("'abc  '") },
            new InsertRows { Table = "towns", Rows = [[new("id", new(CellKind.Text, "9")), new("name", new(CellKind.Text, "x"))]] },
            new CreateFunction { Name = "typed", Returns = "people.city%type", Language = "plpgsql", Body = "declare x people.code%type; y people%rowtype; begin return 1; end" },
            Aggregate("anycompatible", "sfunc = array_append, stype = anycompatiblearray, initcond = '{}'") with { Name = "gathered" },
            new CreateFunction { Name = "root", Returns = "float8", Language = "internal", Strict = true, Parameters = [new() { Type = "float8" }], Body = "dsqrt" }));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select gathered(id), root(4), typed() from people group by ()")).ShouldBe("{1}|2|1");
    }
}
