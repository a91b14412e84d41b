using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What the plan owes about writes that cannot be told apart, and that it is what happens.</summary>
public sealed class WriterTests
{
    private const string New = "0001_new";

    private static ChangeType Amount(string down = "cents * rate") => new()
    {
        Table = "bills", Column = "cents", Type = new("numeric"), Up = new("cents / rate"), Down = new(down),
    };

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_that_changes_what_a_lens_reads_needs_consent(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table bills (id int primary key, cents integer, rate numeric not null default 100, note text);
            create function fix() returns trigger language plpgsql as $$ begin new.rate := 10; return new; end $$;
            create trigger fix before insert or update on bills for each row execute function fix();
            """);
        var migration = Life.Migration(New, Amount());

        var refused = await life.PlanAsync(migration);

        var problem = refused.Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput);
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain("The trigger fix of bills may change rate");
        problem.Message.ShouldContain("what a new application writes to cents");

        // What the message says is what happens: this is why it takes consent.
        var accepted = await life.PlanAsync(migration with { Accept = [new Consent { Code = "TDM2124", Reason = "seen" }] });
        accepted.HasErrors.ShouldBeFalse();
        await life.RestartAsync(accepted);
        await life.AppAsync(New, "insert into bills (id, cents, rate) values (1, 5, 100)");
        (await life.AppAsync(New, "select trunc(cents) from bills")).ShouldBe("50");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_that_changes_what_a_dropped_column_is_computed_from_needs_consent(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table bills (id int primary key, payer text, label text);
            create function tidy() returns trigger language plpgsql as $$ begin new.payer := trim(new.payer); return new; end $$;
            create trigger tidy before insert or update on bills for each row execute function tidy();
            """);
        var migration = Life.Migration(New, new DropColumn { Table = "bills", Column = "label", Down = new("upper(payer)") });

        var refused = await life.PlanAsync(migration);

        var problem = refused.Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput);
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain("The trigger tidy of bills may change payer");
        problem.Message.ShouldContain("label would then be what payer gives as it was before the trigger");

        // What the message says is what happens: this is why it takes consent.
        await life.RestartAsync(await life.PlanAsync(migration with { Accept = [new Consent { Code = "TDM2124", Reason = "seen" }] }));
        await life.AppAsync(New, "insert into bills (id, payer) values (1, ' ann')");
        (await life.BaseAsync("select payer, label from bills")).ShouldBe("ann| ANN");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_that_hands_what_a_lens_reads_to_a_procedure_needs_consent(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table bills (id int primary key, cents integer, rate numeric not null default 100);
            create procedure bump(inout r numeric) language plpgsql as $$ begin r := r * 10; end $$;
            create function fix() returns trigger language plpgsql as $$ begin call bump(new.rate); return new; end $$;
            create trigger fix before insert on bills for each row execute function fix();
            """);

        var refused = await life.PlanAsync(Life.Migration(New, Amount()));

        refused.Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput).Message.ShouldContain("The trigger fix of bills may change rate");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_that_changes_other_columns_needs_none(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table bills (id int primary key, cents integer, rate numeric not null default 100, note text);
            create function fix() returns trigger language plpgsql as $$ begin new.note := new.rate; return new; end $$;
            create trigger fix before insert or update on bills for each row execute function fix();
            create trigger off before insert on bills for each row execute function fix();
            alter table bills disable trigger off;
            """);

        var plan = await life.StartAsync(New, Amount());

        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.TriggerChangesInput);
        var shared = plan.Findings.Single(f => f.Code == ProblemCodes.SharedInputFollowsOld);
        shared.Message.ShouldContain("An update of rate alone computes cents of bills anew from cents");
        await life.AppAsync(New, "insert into bills (id, cents) values (1, 5); update bills set rate = 50");
        (await life.AppAsync(New, "select trunc(cents) from bills")).ShouldBe("10");
        await life.AppAsync(New, "update bills set rate = 10, cents = 7");
        (await life.BaseAsync("select cents from bills")).ShouldBe("70");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Inserts_with_null_are_named_for_every_lens(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table bills (id int primary key, cents integer, rate numeric default 1, due text default 'soon', was text, must text not null default 'm')");

        var plan = await life.StartAsync(
            New,
            Amount("cents") with { Up = new("coalesce(cents, 0)") },
            new ChangeType { Table = "bills", Column = "due", Type = new("varchar(9)"), Default = new("'new'"), Up = new("due"), Down = new("due") },
            new ChangeType { Table = "bills", Column = "must", Type = new("varchar(9)"), Default = new("'new'"), Nullable = false, Up = new("must"), Down = new("must") },
            new AddColumn { Table = "bills", Name = "title", Type = new("text"), Up = new("'bill ' || id") },
            new DropColumn { Table = "bills", Column = "was", Down = new("'was ' || id") });

        string Told(string column) => plan.Findings.Single(f => f.Code == ProblemCodes.InsertIsAmbiguous && f.Message.Contains(column, StringComparison.Ordinal)).Message;
        Told("cents stays").ShouldBe("A row that new applications insert into bills with NULL in cents is taken for one of an old application: cents stays NULL, and the row gets what `up` gives for that.");
        Told("in due").ShouldContain("gets what `up` gives for the old default of due");
        Told("in must").ShouldContain("is not refused, though must must not be NULL");
        Told("in title").ShouldContain("it gets what `up` gives");
        Told("into was").ShouldContain("NULL that old applications insert into was of bills is taken for not given");
        plan.Findings.Where(f => f.Code == ProblemCodes.InsertIsAmbiguous && f.Severity == Severity.Warning).ShouldHaveSingleItem().Message.ShouldContain("due");

        // And so it is.
        await life.AppAsync(New, "insert into bills (id, cents, due, must, title) values (1, null, null, null, null)");
        (await life.AppAsync(New, "select cents, due, must, title from bills")).ShouldBe("0|soon|m|bill 1");
        await life.BaseAsync("insert into bills (id, was) values (2, null)");
        (await life.BaseAsync("select was from bills where id = 2")).ShouldBe("was 2");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_default_that_comes_with_the_type_is_refused(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create domain euro as integer default 9; create table bills (id int primary key, cents euro, rate numeric, own euro default 3)");

        var plan = await life.PlanAsync(Life.Migration(New, Amount("cents") with { Up = new("cents") }));

        plan.Findings.Single(f => f.Code == ProblemCodes.DefaultOfType).Message.ShouldBe("bills.cents takes its default from the type euro.");
        plan.HasErrors.ShouldBeTrue();
        var own = await life.StartAsync(New, new ChangeType { Table = "bills", Column = "own", Type = new("text"), Default = new("'4'"), Up = new("own::text"), Down = new("own::numeric") });
        own.Findings.ShouldNotContain(f => f.Code == ProblemCodes.DefaultOfType);
        await life.AppAsync(New, "insert into bills (id, own) values (1, '5')");
        (await life.BaseAsync("select own from bills")).ShouldBe("5");
    }

    /// <summary>The column may be empty in the new version alone, and the old one has a word for that.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_row_without_a_value_is_one_of_the_version_that_allows_it(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table notes (id int primary key, text text not null); insert into notes values (1, 'one')");

        var plan = await life.StartAsync(
            New, new AlterColumn { Table = "notes", Column = "text", Nullable = true, Up = new("nullif(text, '-')"), Down = new("coalesce(text, '-')") });

        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.InsertIsAmbiguous && f.Message.Contains("is not refused where `down` gives a value"));
        await life.AppAsync(New, "insert into notes values (2, null); update notes set text = null where id = 1; insert into notes (id) values (3)");
        await life.BaseAsync("insert into notes values (4, '-'), (5, 'five')");
        const string Rows = "select string_agg(id || '=' || coalesce(text, 'NULL'), ' ' order by id) from notes";
        (await life.AppAsync(New, Rows)).ShouldBe("1=NULL 2=NULL 3=NULL 4=NULL 5=five");
        (await life.BaseAsync(Rows)).ShouldBe("1=- 2=- 3=- 4=- 5=five");

        // Once no application of the new version is there, NULL is the old version's mistake again.
        await life.RollbackAsync(New);
        (await Should.ThrowAsync<Npgsql.PostgresException>(life.BaseAsync("insert into notes (id) values (6)"))).SqlState.ShouldBe("23502");
    }

    /// <summary>What the new version requires, no row of the new version leaves out: the old version's rule holds as before.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_row_without_a_value_is_refused_where_neither_version_allows_it(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table notes (id int primary key, text text not null)");
        await life.StartAsync(New, new AlterColumn { Table = "notes", Column = "text", Up = new("nullif(text, '-')"), Down = new("coalesce(text, '-')") });

        (await Should.ThrowAsync<Npgsql.PostgresException>(life.BaseAsync("insert into notes (id) values (1)"))).SqlState.ShouldBe("23502");
        (await Should.ThrowAsync<Npgsql.PostgresException>(life.AppAsync(New, "insert into notes (id) values (1)"))).SqlState.ShouldBe("23502");
    }
}
