using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What a migration brings is compiled by the server when it is planned, and not first at start or complete.</summary>
public sealed class BroughtTests
{
    private const string New = "0001_new";

    private const string People =
        """
        create table people (id int primary key, name text not null, note text, doc json);
        create table towns (id int not null unique, name text);
        create view short as select id, name from people;
        create sequence counter;
        create function plain() returns int language sql as 'select 1';
        create type old_mood as enum ('fair');
        create table made (id int primary key, n int generated always as (id + 1) stored, m int generated always as identity, town int);
        create schema elsewhere; create table elsewhere.things (id int primary key, name text, at text, unique (name, at));
        insert into people values (1, 'a', 'b');
        """;

    private const string Grouped = "select id, name, count(*) as n from people group by id";
    private const string Towns = "select id, name, count(*) as n from towns group by id";
    private static readonly AddColumn City = new() { Table = "people", Name = "city", Type = new("text") };
    private static readonly AddPrimaryKey TownKey = new() { Table = "towns", Columns = ["id"] };
    private static readonly CreateEnum Mood = new() { Name = "mood", Values = ["glad", "sad"] };

    /// <summary>What is refused, with the code and a part of the message.</summary>
    public static IEnumerable<(Operation[] Operations, string Code, string Message)> Refused =>
    [
        Case("TDM2218", "people.city cannot have the type nope: type \"nope\" does not exist", City with { Type = new("nope") }),
        Case("TDM2218", "people.city", City with { Type = new("nope[]") }),
        Case("TDM2218", "people.city", City with { Type = new("varchar(0)") }),
        Case("TDM2218", "people.name", new ChangeType { Table = "people", Column = "name", Type = new("nope"), Up = new("name"), Down = new("name") }),
        Case("TDM2218", "people.name", new AlterColumn { Table = "people", Column = "name", Type = new("nope"), Up = new("name"), Down = new("name") }),
        Case("TDM2218", "pets.id", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("nope") }], PrimaryKey = ["id"] }),
        Case("TDM2218", "The domain d", new CreateDomain { Name = "d", Type = "nope" }),
        Case("TDM2218", "f(nope) takes or gives nope", Function("int", "nope")),
        Case("TDM2218", "f(integer) takes or gives nope", Function("nope", "int")),
        Case("TDM2218", "f(integer) takes or gives nope", Function("setof nope", "int")),
        Case("TDM2032", "The column people.city has the type old_mood, which this migration drops", new DropEnum { Name = "old_mood" }, City with { Type = new("old_mood[]") }),
        Case("TDM2219", "The default of people.city", City with { Type = new("int"), Default = new("'abc'") }),
        Case("TDM2219", "function nope() does not exist", City with { Default = new("nope()") }),
        Case("TDM2219", "The default of people.city", City with { Default = new("name") }),
        Case("TDM2219", "cannot cast type integer to date", City with { Type = new("date"), Default = new("1 + 1") }),
        Case("TDM2219", "The collation of people.city", City with { Collation = new("\"nope\"") }),
        Case("TDM2219", "pets.n", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "n", Type = new("int"), Generated = new("nope + 1"), Stored = true }], PrimaryKey = ["id"] }),
        Case("TDM2219", "The default of people.id", new SetDefault { Table = "people", Column = "id", Default = new("'abc'") }),
        Case("TDM2219", "The default of a parameter of the function f(integer) does not compile: A text is not valid for the type", Takes("int", "'x'")),
        Case("TDM2219", "function nope() does not exist", Takes("int", "nope()")),
        Case("TDM2219", "column \"id\" does not exist", Takes("int", "id")),
        Case("TDM2219", "the server takes no subquery there", Takes("int", "(select 1)")),
        Case("TDM2219", "The default of the domain d", new CreateDomain { Name = "d", Type = "int", Default = new("'abc'") }),
        Case("TDM2219", "The check c of the domain d", new CreateDomain { Name = "d", Type = "int", Checks = [new() { Name = "c", Expression = new("nope > 0") }] }),
        Case("TDM2220", "The check c of people does not compile: column \"nope\" does not exist", new AddCheck { Table = "people", Name = "c", Expression = new("nope > 0") }),
        Case("TDM2220", "the server takes no subquery there", new AddCheck { Table = "people", Name = "c", Expression = new("id in (select id from towns)") }),
        Case("TDM2220", "The check c of pets", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }], PrimaryKey = ["id"], Checks = [new() { Name = "c", Expression = new("nope > 0") }] }),
        Case("TDM2220", "function nope(text) does not exist", Index(new() { Expression = new("nope(name)") })),
        Case("TDM2220", "is not immutable", Index(new() { Expression = new("now() + id * interval '1 s'") })),
        Case("TDM2220", "The index i of people", Index(new() { Name = "name" }) with { Where = new("nope > 0") }),
        Case("TDM2221", "column \"nope\" does not exist", View("select nope from people")),
        Case("TDM2221", "relation \"nope\" does not exist", View("select id from nope")),
        Case("TDM2221", "syntax error", View("select id frm people wher")),
        Case("TDM2221", "The view v has several columns id", View("select id, id from people")),
        Case("TDM2221", "The view short", new ReplaceView { Name = "short", Query = new("select nope from people") }),
        Case("TDM2221", "The view v", new CreateView { Name = "v", Materialized = true, Query = new("select nope from people") }),
        Case("TDM2221", "The view v does not compile: column p.city does not exist", City, Stored("select p.city from people p")),
        Case("TDM2221", "The view v does not compile: relation \"pets\" does not exist", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }], PrimaryKey = ["id"] }, Stored("select p.id from people p, pets t")),
        Case("TDM2037", "is made at the start and reads pets, which is not called so before complete", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }], PrimaryKey = ["id"] }, Stored("select id from pets")),
        Case("TDM2037", "is made at the start and reads towns", new RenameTable { From = "towns", To = "cities" }, new RenameTable { From = "people", To = "towns" }, Stored("select t.name from cities c, towns t")),
        Case("TDM2221", "The view v reads people, which the new version does not have", new RenameTable { From = "people", To = "persons" }, View("select count(*) as n from people")),
        Case("TDM2221", "column \"note\" does not exist", new RenameColumn { Table = "people", From = "note", To = "text" }, View("select note from people")),
        Case("TDM2221", "reads towns", new DropTable { Table = "towns" }, View("select p.id from people p, towns t where t.name = p.name")),
        Case("TDM2221", "reads short", new DropView { Name = "short" }, View("select id from short")),
        Case("TDM2221", "The view v groups by less than it shows", TownKey, View(Towns)),
        Case("TDM2221", "groups by less than it shows", TownKey, new CreateView { Name = "v", Materialized = true, Query = new(Towns) }),
        Case("TDM2221", "groups by less than it shows", City, View(Grouped)),
        Case("TDM2221", "groups by less than it shows", new DropPrimaryKey { Table = "people" }, View(Grouped)),
        Case("TDM2223", "The function f(integer) does not compile: column \"nope\" does not exist", Function("int", "int") with { Body = "select nope from people where id = $1" }),
        Case("TDM2223", "function nope(integer) does not exist", Function("int", "int") with { Parameters = [new() { Name = "a", Type = "int" }], Body = "select nope(a)" }),
        Case("TDM2223", "column \"note\" does not exist", new RenameColumn { Table = "people", From = "note", To = "text" }, Function("text", "int") with { Body = "select note from people" }),
        Case("TDM2031", "The trigger t of people calls the function nope(), which is not there", new CreateTrigger { Table = "people", Name = "t", Events = new("insert"), Execute = new("nope()") }),
        Case("TDM2031", "calls the function plain(), which does not return trigger", Fires("insert") with { Execute = new("plain()") }),
        Case("TDM2014", "The trigger t of people cannot fire for \"insert or fly\"", Fires("insert or fly")),
        Case("TDM2002", "The table people has no column nope", Fires("update of name, nope")),
        Case("TDM2222", "The condition of the trigger t of people does not compile: column new.nope does not exist", Fires("insert") with { When = new("new.nope > 1") }),
        Case("TDM2222", "missing FROM-clause entry for table \"old\"", Fires("insert or update") with { When = new("old.id > 1") }),
        Case("TDM2031", "is written in nope, which the server does not have", Function("int", "int") with { Language = "nope" }),
        Case("TDM2031", "sets nope_setting, which the server does not know", Function("int", "int") with { Settings = [new("nope_setting", "1")] }),
        Case("TDM2217", "The unique rule people_doc_key of people cannot be built over doc: btree does not take json", new AddUnique { Table = "people", Columns = ["doc"] }),
        Case("TDM2217", "The primary key of pets cannot be built over id", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("json") }], PrimaryKey = ["id"] }),
        Case("TDM2217", "The index i of people cannot be built: the server has no method nope", Index(new() { Name = "name" }) with { Method = "nope" }),
        Case("TDM2217", "hash takes one column", Index(new() { Name = "name" }) with { Method = "hash", Columns = [new() { Name = "name" }, new() { Name = "id" }] }),
        Case("TDM2217", "hash includes no other columns", Index(new() { Name = "name" }) with { Method = "hash", Include = ["id"] }),
        Case("TDM2217", "the server has no tablespace nope", Index(new() { Name = "name" }) with { Tablespace = "nope" }),
        Case("TDM2217", "nope_ops does not take text", Index(new() { Name = "name", OperatorClass = "nope_ops" })),
        Case("TDM2217", "int4_ops does not take text", Index(new() { Name = "name", OperatorClass = "int4_ops" })),
        Case("TDM2217", "The index i of people cannot be built over name: collation", Index(new() { Name = "name", Collation = new("nope") })),
        Case("TDM2218", "only functions can take or give it", City with { Type = new("record") }),
        Case("TDM2218", "a table cannot hold rows of itself", City with { Type = new("people") }),
        Case("TDM2219", "it is not immutable", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "at", Type = new("timestamptz"), Generated = new("now()"), Stored = true }], PrimaryKey = ["id"] }),
        Case("TDM2219", "it reads n, which is generated itself", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "n", Type = new("int"), Generated = new("id + 1"), Stored = true }, new() { Name = "m", Type = new("int"), Generated = new("n + 1"), Stored = true }], PrimaryKey = ["id"] }),
        Case("TDM2219", "the server takes no subquery there", City with { Default = new("(select 'x')") }),
        Case("TDM2001", "refers to elsewhere.nope, which is not there", Refers("id") with { References = new() { Schema = "elsewhere", Table = "nope", Columns = ["id"] } }),
        Case("TDM2152", "refers to name of elsewhere.things, and no key or unique rule is of just these columns", Refers("id") with { References = new() { Schema = "elsewhere", Table = "things", Columns = ["name"] } }),
        Case("TDM2014", "has 1 columns, and refers to 2", Refers("id") with { References = new() { Schema = "elsewhere", Table = "things", Columns = ["name", "at"] } }),
        Case("TDM2221", "has a place for a value, $1", View("select $1::int as a")),
        Case("TDM2063", "which cannot give text", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("text"), Identity = Tandem.Schema.IdentityKind.ByDefault }], PrimaryKey = ["id"] }),
        Case("TDM2004", "people has a column ctid of the server's own", City with { Name = "ctid" }),
        Case("TDM2004", "people has a column xmin of the server's own", new RenameColumn { Table = "people", From = "note", To = "xmin" }),
        Case("TDM2004", "The name old_mood is taken", new RenameTable { From = "towns", To = "old_mood" }),
        Case("TDM2004", "The name old_mood is taken", new CreateView { Name = "old_mood", Query = new("select 1 as a") }),
        Case("TDM2004", "The name towns_id_key is taken", new AddUnique { Table = "people", Name = "towns_id_key", Columns = ["note"] }),
        Case("TDM2014", "its least value 10 is not below its greatest 1", new CreateSequence { Name = "s", Minimum = 10, Maximum = 1 }),
        Case("TDM2014", "it starts at 100", new CreateSequence { Name = "s", Start = 100, Maximum = 10 }),
        Case("TDM2014", "its step is 0", new CreateSequence { Name = "s", Increment = 0 }),
        Case("TDM2014", "smallint holds numbers", new CreateSequence { Name = "s", Type = "smallint", Maximum = 100_000 }),
        Case("TDM2014", "it starts at 1, and", new AlterSequence { Name = "counter", Minimum = 100 }),
        Case("TDM2030", "does not know the option nope of views", View("select id from people") with { Options = "security_barrier = true, nope = 1" }),
        Case("TDM2030", "does not know the parameter nope of btree indexes", Index(new() { Name = "name" }) with { With = [new("fillfactor", "70"), new("nope", "1")] }),
        Case("TDM2030", "does not know the parameter nope of btree indexes", Index(new() { Name = "name" }) with { Method = "BTREE", With = [new("nope", "1")] }),
        Case("TDM2030", "check_option takes local, cascaded, not nope", View("select id from people") with { Options = "check_option=nope" }),
        Case("TDM2030", "security_barrier takes true or false, not nope", View("select id from people") with { Options = "security_barrier = nope" }),
        Case("TDM2030", "fillfactor takes a number from 10 to 100, not 5", Index(new() { Name = "name" }) with { With = [new("fillfactor", "5")] }),
        Case("TDM2030", "fillfactor takes a number from 10 to 100, not much", Index(new() { Name = "name" }) with { With = [new("fillfactor", "much")] }),
        Case("TDM2030", "pages_per_range takes a number from 1 to 131072, not 0", Index(new() { Name = "name" }) with { Method = "brin", With = [new("pages_per_range", "0")] }),
        Case("TDM2030", "buffering takes on, off, auto, not maybe", Index(new() { Expression = new("point(id, id)") }) with { Method = "gist", With = [new("buffering", "maybe")] }),
        Case("TDM2030", "nothing can be written through it: it has GROUP", View("select name from people group by name") with { Options = "check_option=local" }),
        Case("TDM2030", "it has DISTINCT", View("select distinct name from people") with { Options = "check_option=local" }),
        Case("TDM2030", "it has JOIN", View("select p.id from people p left join towns t on t.id = p.id") with { Options = "check_option=local" }),
        Case("TDM2030", "it has UNION", View("select id from people union select id from towns") with { Options = "check_option=local" }),
        Case("TDM2030", "it has LIMIT", View("select id from people limit 3") with { Options = "check_option=cascaded" }),
        Case("TDM2030", "it reads several tables", View("select p.id from people p, towns t where t.id = p.id") with { Options = "check_option=local" }),
        Case("TDM2030", "it reads a query", View("select id from (select id from people) p") with { Options = "check_option=local" }),
        Case("TDM2030", "it reads a function", View("select id from generate_series(1, 3) id") with { Options = "check_option=local" }),
        Case("TDM2030", "it reads no table", View("select 1 as id") with { Options = "check_option=local" }),
        Case("TDM2030", "it begins with WITH", View("with x as (select 1) select id from people") with { Options = "check_option=local" }),
        Case("TDM2030", "The view short has the option check_option", new ReplaceView { Name = "short", Query = new("select id, name from people offset 1"), Options = "check_option=local" }),
        Case("TDM2014", "Behind a parameter with a `default` all have one", Function("int", "int") with { Parameters = [new() { Type = "int", Default = "1" }, new() { Type = "int" }] }),
        Case("TDM2014", "Several parameters have the name a", Function("int", "int") with { Parameters = [new() { Name = "a", Type = "int" }, new() { Name = "a", Type = "text" }] }),
        Case("TDM2014", "Only parameters that take a value", Function("int", "int") with { Parameters = [new() { Name = "a", Type = "int", Mode = ParameterMode.Out, Default = "1" }] }),
        Case("TDM2014", "By its parameters it returns integer, not text", Function("text", "int") with { Parameters = [new() { Name = "a", Type = "int", Mode = ParameterMode.Out }] }),
        Case("TDM2014", "it has no `rows`", Function("int", "int") with { Rows = 5 }),
        Case("TDM2014", "are above 0", Function("int", "int") with { Cost = -1 }),
        Case("TDM2014", "it has no `rows`", new ReplaceFunction { Name = "plain", Rows = 5 }),
        Case("TDM2014", "No function in SQL returns trigger", new CreateFunction { Name = "f", Returns = "trigger", Body = "select 1" }),
        Case("TDM2014", "A function that returns trigger has no parameters", Function("trigger", "int") with { Language = "plpgsql", Body = "begin return new; end" }),
        Case("TDM2014", "no parameter tells which", Function("anyelement", "int")),
        Case("TDM2014", "its events name insert twice", Fires("insert or INSERT")),
        Case("TDM2014", "pets.n is filled in several ways at once", new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "n", Type = new("serial"), Default = new("1") }], PrimaryKey = ["id"] }),
        Case("TDM2014", "has 2 columns, and refers to 1", Refers("id", "town") with { References = new() { Table = "towns", Columns = ["id"] } }),
        Case("TDM2014", "would set n, which is generated", Refers("n") with { OnDelete = Tandem.Schema.ReferentialAction.SetNull }),
        Case("TDM2152", "made_town_fkey of made refers to id of short_towns, and no key or unique rule is of just these columns", new CreateTable { Name = "short_towns", Columns = [new() { Name = "id", Type = new("int") }] }, Refers("town") with { References = new() { Table = "short_towns", Columns = ["id"] } }),
        Case("TDM2054", "made.n gets its values from the database", new UpdateRows { Table = "made", Set = [new() { Column = "n", Value = new("1") }] }),
        Case("TDM2054", "made.m gets its values from the database", new UpdateRows { Table = "made", Set = [new() { Column = "m", Value = new("1") }] }),
        Case("TDM2014", "people.name must not be NULL", new UpdateRows { Table = "people", Set = [new() { Column = "name", Value = new("NULL") }] }),
        Case("TDM2222", "new.n is generated, and has no value before the row is stored", Fires("insert") with { Table = "made", Timing = TriggerTiming.Before, When = new("NEW.n > 1") }),
        Case("TDM2217", "the server takes fewer columns", Index(new() { Name = "id" }) with { Columns = [.. Enumerable.Repeat(new IndexColumn { Name = "id" }, 33)] }),
        Case("TDM2217", "over id: gin does not take integer", Index(new() { Name = "id" }) with { Method = "gin" }),
        Case("TDM2220", "gist does not take text", Index(new() { Expression = new("lower(name)") }) with { Method = "gist" }),
        Case("TDM2218", "a column holds one value", City with { Type = new("setof int") }),
        Case("TDM2218", "The domain d cannot have the type serial", new CreateDomain { Name = "d", Type = "serial" }),
        Case("TDM2218", "a of the type d cannot have the type nope", new CreateType { Name = "d", Attributes = [new() { Name = "a", Type = "nope" }] }),
        Case("TDM2219", "The collation of the domain d", new CreateDomain { Name = "d", Type = "int", Collation = "\"C\"" }),
        Case("TDM2219", "The collation of a of the type d", new CreateType { Name = "d", Attributes = [new() { Name = "a", Type = "int", Collation = "\"C\"" }] }),
        Case("TDM2221", "The column r of the view v has a type that only functions give", View("select row(1, 2) as r")),
        Case("TDM2220", "The exclusion constraint x of people does not compile: gist does not take integer", Apart("using gist (id with =)")),
        Case("TDM2220", "operator does not exist: text && text", Apart("using gist (name with &&)")),
        Case("TDM2220", "indexes of the method gin exclude nothing", Apart("using gin (name with =)")),
        Case("TDM2220", "column \"nope\" does not exist", Apart("using gist (int4range(id, id) with &&) where (nope > 0)")),
        Case("TDM2220", "it is not of the form", Apart("using gist (int4range(id, id) with &&")),
        Case("TDM2031", "The extension earthdistance needs the extension cube, which is not there", new CreateExtension { Name = "earthdistance" }),
        Case("TDM2031", "The server has no extension nope", new CreateExtension { Name = "nope" }),
        Case("TDM2031", "The server has no extension citext in the version 0.0; it has", new CreateExtension { Name = "citext", Version = "0.0" }),
    ];

    private static (Operation[] Operations, string Code, string Message) Case(string code, string message, params Operation[] operations) => (operations, code, message);

    private static CreateView View(string query) => new() { Name = "v", Query = new(query) };

    private static CreateFunction Takes(string type, string value) => Function("int", type) with { Parameters = [new() { Name = "p", Type = type, Default = value }] };

    private static AddExclusion Apart(string exclude) => new() { Table = "people", Name = "x", Exclude = new(exclude) };

    private static AddForeignKey Refers(params string[] columns) => new() { Table = "made", Columns = [.. columns], References = new() { Table = "towns", Columns = ["id"] } };

    private static CreateView Stored(string query) => View(query) with { Materialized = true };

    private static CreateTrigger Fires(string events) => new() { Table = "people", Name = "t", Events = new(events), Execute = new("suppress_redundant_updates_trigger()") };

    private static CreateIndex Index(IndexColumn column) => new() { Table = "people", Name = "i", Columns = [column] };

    private static CreateFunction Function(string returns, string takes) => new() { Name = "f", Parameters = [new() { Type = takes }], Returns = returns, Body = "select 1" };

    [PostgresTheory]
    [EndMajors]
    public async Task What_the_server_would_not_take_is_refused_in_the_plan(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        foreach (var (operations, code, message) in Refused)
        {
            var errors = (await life.ReviewAsync(Life.Migration(New, operations))).Findings.Where(f => f.Severity == Severity.Error).ToList();
            errors.ShouldContain(f => f.Code.Id == code && f.Message.Contains(message), $"{operations[^1].Summarize()} {string.Join(" ", errors)}");
        }
    }

    /// <summary>What stands for itself within one migration, or on what is there, is no problem, and goes through to the end.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_the_migration_itself_makes_is_known(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        var plan = await life.ReviewAsync(Life.Migration(
            New,
            new CreateDomain { Name = "feeling", Type = "mood", Default = new("'glad'") },
            Mood,
            new CreateExtension { Name = "citext" },
            new CreateSequence { Name = "numbers" },
            City with { Type = new("mood"), Default = new("'glad'") },
            City with { Name = "felt", Type = new("feeling[]") },
            City with { Name = "ci", Type = new("citext"), Default = new("'x'") },
            City with { Name = "nr", Type = new("bigint"), Default = new("0") },
            new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("bigserial") }, new() { Name = "nr", Type = new("bigint"), Default = new("nextval('numbers')") }, new() { Name = "name", Type = new("varchar(20)"), Default = new("'x'::text || 'y'") }], PrimaryKey = ["id"] },
            new CreateFunction { Name = "twice", Parameters = [new() { Type = "int" }], Returns = "int", Body = "select $1 * 2" },
            new CreateFunction { Name = "named", Parameters = [new() { Name = "name", Type = "int" }, new() { Name = "a", Type = "int" }], Returns = "text", Body = "select lower(name) from people where id = a and city is not null limit a" },
            new CreateFunction { Name = "stamp", Returns = "trigger", Language = "plpgsql", Body = "begin return new; end" },
            new CreateTrigger { Table = "people", Name = "stamps", Events = new("insert or update of note"), When = new("new.note is not null"), Execute = new("stamp('a')") },
            new CreateIndex { Table = "people", Name = "by_note", Columns = [new() { Name = "note", Collation = new("C"), OperatorClass = "text_pattern_ops", Descending = true }], Include = ["id"] },
            new AddUnique { Table = "people", Name = "once", Columns = ["note", "name"] },
            new CreateFunction { Name = "put", Parameters = [new() { Name = "a", Type = "int" }], Returns = "int", Body = "insert into pets (id) values (a); select a + $1" },
            new CreateFunction { Name = "all_pets", Returns = "setof pets", Body = "select * from pets" },
            View("select p.id, p.city, twice(p.id) as two, count(*) as n from people p join pets on true group by p.id, p.city"),
            new CreateView { Name = "w", Query = new("with x as (select id from v) select id, (select max(name) from pets) as most from x") },
            new CreateView { Name = "through", Options = "check_option = LOCAL, security_barrier", Query = new("select only_those.id, name is distinct from note as other, extract(year from now()) as y from only people only_those (id) where id in (select id from towns limit 3) or id > 0") },
            new CreateIndex { Table = "people", Name = "placed", Method = "BTREE", Columns = [new() { Name = "note", OperatorClass = "pg_catalog.text_pattern_ops" }] },
            new CreateIndex { Table = "people", Name = "filled", Columns = [new() { Name = "note" }], With = [new("fillfactor", "70"), new("deduplicate_items", "of")] },
            new CreateFunction { Name = "many", Rows = 5, Returns = "setof record", Parameters = [new() { Name = "a", Type = "int", Default = "1" }, new() { Name = "a", Type = "int4", Mode = ParameterMode.Out }, new() { Name = "b", Type = "int", Mode = ParameterMode.Out }], Body = "select 1, 2" },
            new CreateFunction { Name = "usual", Parameters = [new() { Name = "m", Type = "mood", Default = "'glad'" }, new() { Name = "n", Type = "numeric(5,2)", Default = "1 + 1" }, new() { Name = "r", Type = "int", Mode = ParameterMode.Out }, new() { Name = "e", Type = "anyelement", Default = "'x'::text" }, new() { Name = "l", Type = "text[]", Mode = ParameterMode.Variadic, Default = "array['=']" }], Body = "select 1" },
            new CreateView { Name = "stored", Materialized = true, Query = new("select t.name as city, p.name as pets, count(*) as felt from people p join towns t on t.id = p.id group by t.name, p.name") },
            new ReplaceView { Name = "short", Query = new("select id, city from people") }));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select city from short")).ShouldBe("glad");
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        (await life.BaseAsync("select city from short")).ShouldBe("glad");
    }

    /// <summary>What hangs on more than the plan can lay before the server is left to its start.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_cannot_be_tried_is_not_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, $"{People} create schema aside_{major}; create table aside_{major}.hidden as select 5 as n;");
        var plan = await life.ReviewAsync(Life.Migration(
            New,
            new CreateFunction { Name = "whole", Parameters = [new() { Name = "p", Type = "people" }], Returns = "text", Body = "select p.name || p.note" },
            new CreateFunction { Name = "placed", Parameters = [new() { Type = "people" }], Returns = "text", Body = "select $1.name" },
            new CreateFunction { Name = "own", Parameters = [new() { Name = "id", Type = "int" }], Returns = "text", Body = "select name from people where people.id = own.id" },
            new CreateFunction { Name = "quoted", Parameters = [new() { Name = "who?", Type = "text" }], Returns = "text", Body = "select upper(\"who?\")" },
            new CreateFunction { Name = "elsewhere", Returns = "int", Body = "select n from hidden", Settings = [new("search_path", $"aside_{major}")] }));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        (await life.BaseAsync("select whole(p), placed(p), own(1), quoted('x'), elsewhere() from people p")).ShouldBe("ab|a|a|X|5");
    }

    /// <summary>What hangs on types, views and numbers that the migration makes is known to nobody before it.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_reads_what_the_migration_makes_is_not_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, $"{People} create domain feeling as old_mood; create table days (id int primary key, felt feeling default 'fair'); insert into days values (1);");
        var plan = await life.ReviewAsync(Life.Migration(
            New,
            new CreateDomain { Name = "moment", Type = "timestamptz" },
            new CreateDomain { Name = "price", Type = "numeric(10,2)" },
            Mood,
            new CreateDomain { Name = "moods", Type = "mood[]" },
            new AddColumn { Table = "people", Name = "seen", Type = new("moment") },
            new AlterEnum { Name = "old_mood", Add = [new() { Value = "foul" }] },
            new SetDefault { Table = "days", Column = "felt", Default = new("'foul'") },
            new CreateTable
            {
                Name = "offers",
                Columns =
                [
                    new() { Name = "id", Type = new("serial"), Nullable = false }, new() { Name = "price", Type = new("price") }, new() { Name = "felt", Type = new("moods") },
                    new() { Name = "cents", Type = new("bigint"), Generated = new("(price * 100)::bigint"), Stored = true },
                    new() { Name = "title", Type = new("text") }, new() { Name = "length", Type = new("int"), Generated = new("octet_length(title)"), Stored = true },
                    new() { Name = "short", Type = new("boolean"), Generated = new("length(title) < 10"), Stored = true },
                ],
                PrimaryKey = ["id"],
            },
            View("select date_trunc('day', seen) as day from people"),
            new CreateView { Name = "felt", Query = new("select felt[1] as first, price / 2 as half from offers") },
            new CreateView { Name = "stored", Materialized = true, Query = new("select id, name from people") },
            new CreateView { Name = "again", Materialized = true, Query = new("select id from stored") },
            new CreateView { Name = "counted", Query = new("select count(*) as n from again") },
            new CreateFunction { Name = "last", Returns = "timestamptz", Body = "select max(date_trunc('day', seen)) from people" },
            new CreateFunction { Name = "count_of", Returns = "bigint", Body = "select count(*) from stored" },
            new CreateFunction { Name = "glad", Parameters = [new() { Name = "m", Type = "mood" }], Returns = "boolean", Body = "select m = 'glad'" },
            new CreateFunction { Name = "joined", Parameters = [new() { Name = "items", Type = "text[]", Mode = ParameterMode.Variadic }], Returns = "text", Body = "select array_to_string(items, '+')" },
            new CreateFunction { Name = "twice", Parameters = [new() { Name = "a", Type = "int", Mode = ParameterMode.Inout }], Body = "select a * 2" }));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.BaseAsync("insert into days values (2); insert into offers (price, felt, title) values (5, '{sad}', 'a')");
        (await life.BaseAsync("select felt, cents, short, (select felt from days where id = 2) from offers")).ShouldBe("{sad}|500|t|foul");
        (await life.BaseAsync("select n, count_of(), glad('glad'), joined('a', 'b'), twice(3), last() is null, (select first from felt), (select count(*) from v) from counted")).ShouldBe("1|1|t|a+b|6|t|sad|1");
        await life.RollbackAsync(New);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
    }

    /// <summary>A name that a query gives to rows of its own is no table, and a view may have the name of another one's column.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_a_query_calls_like_a_table_that_goes_is_not_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        var plan = await life.ReviewAsync(Life.Migration(
            New,
            new RenameTable { From = "people", To = "persons" },
            new DropTable { Table = "towns" },
            new ReplaceView { Name = "short", Query = new("select id, name, note from persons") },
            new CreateView { Name = "note", Query = new("select note from short") },
            View("with people as (select * from persons where id > 0) select p.id, p.note is distinct from towns.note as other from people p join persons towns on towns.id = p.id")));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select * from v")).ShouldBe("1|f");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select * from note")).ShouldBe("b");
    }

    /// <summary>A view that is there goes on as it is where only the table beneath it gets a column; made anew, it needs more than the key.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_view_that_is_made_again_over_another_type_needs_more_than_the_key(int major)
    {
        await using var life = await Life.CreateAsync(major, $"{People} create view v as {Grouped}");
        (await life.ReviewAsync(Life.Migration(New, City))).Findings.ShouldNotContain(f => f.Severity == Severity.Error);

        ChangeType wider = new() { Table = "people", Column = "name", Type = new("varchar(50)"), Up = new("name"), Down = new("name") };
        var refused = (await life.ReviewAsync(Life.Migration(New, wider))).Findings.Single(f => f.Code == ProblemCodes.ViewDoesNotCompile);
        refused.Message.ShouldContain("The view v groups by less than it shows");
        refused.EffectiveRemedy.ShouldContain("Group by every column");

        // The remedy carries.
        await life.StartAsync(New, new ReplaceView { Name = "v", Query = new($"{Grouped}, name") });
        await life.CompleteAsync(New);
        var plan = await life.ReviewAsync(Life.Migration("0002_next", wider));
        plan.HasErrors.ShouldBeFalse();
        await life.RestartAsync(plan);
        await life.CompleteAsync("0002_next");
        (await life.BaseAsync("select * from v")).ShouldBe("1|a|1");
    }
}
