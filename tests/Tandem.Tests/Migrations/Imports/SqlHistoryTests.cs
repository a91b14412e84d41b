using Shouldly;
using Tandem.Migrations;
using Tandem.Migrations.Imports;
using Tandem.Operations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations.Imports;

public sealed class SqlHistoryTests
{
    [Fact]
    public void Numbers_order_a_golang_history_not_names()
    {
        var history = Read(("10_third.up.sql", "c"), ("9_second.up.sql", "b"), ("9_second.down.sql", "x"), ("1_first.up.sql", "a"), ("notes.txt", ""));
        history.Layout.ShouldBe("golang-migrate");
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe([("1_first", "a", null), ("9_second", "b", "x"), ("10_third", "c", null)]);
        history.Problems.ShouldHaveSingleItem().Message.ShouldContain("notes.txt");
        var files = history.Files("migrations").ToList();
        History.Of(files.Select(MigrationParser.Parse)).Order.ShouldBe(["1_first", "9_second", "10_third"]);
        files[1].Text.ShouldContain("Imported from 9_second.up.sql, 9_second.down.sql (golang-migrate)");
    }

    [Fact]
    public void Flyway_versions_are_compared_part_by_part_and_repeatables_come_last()
    {
        var history = Read(
            ("V1.10__ten.sql", "j"), ("V1_2__two.sql", "b"), ("V1__one.sql", "a"), ("V20240101120000__late.sql", "z"), ("U1.2__two.sql", "ub"),
            ("R__views.sql", "r"), ("V1.2.1__patch.sql", "${owner} c"), ("V1.10__ten.sql.conf", "executeInTransaction=false\n"), ("U7__lost.sql", "x"));
        history.Layout.ShouldBe("flyway");
        history.Migrations.Select(m => m.Id).ShouldBe(["V1__one", "V1_2__two", "V1_2_1__patch", "V1_10__ten", "V20240101120000__late", "R__views"]);
        history.Migrations[1].Down.ShouldBe("ub");
        history.Migrations[3].Transaction.ShouldBe(false);
        history.Problems.Select(p => p.Message).ShouldContain(m => m.Contains("${owner}"));
        history.Problems.ShouldContain(p => p.Message.Contains("U7__lost.sql"));
        history.Problems.ShouldContain(p => p.Code == ProblemCodes.ImportedDifferently && p.Place!.File == "R__views.sql");
    }

    [Fact]
    public void Diesel_directories_are_read_with_their_settings()
    {
        var history = Read(
            ("2024-02-01-000000_b/up.sql", "b"), ("2024-02-01-000000_b/down.sql", "-- nothing\n"), ("2024-01-01-000000_a/up.sql", "a"),
            ("2024-01-01-000000_a/down.sql", "x"), ("2024-02-01-000000_b/metadata.toml", "run_in_transaction = false"));
        history.Layout.ShouldBe("diesel");
        history.Migrations.Select(m => (m.Id, m.Down, m.Transaction)).ShouldBe([("2024-01-01-000000_a", "x", null), ("2024-02-01-000000_b", null, false)]);
    }

    [Fact]
    public void Marks_divide_files_of_dbmate_and_goose()
    {
        var dbmate = Read(("20240101_a.sql", "-- migrate:up transaction:false\ncreate index concurrently i on t (x);\n\n-- migrate:down\ndrop index i;\n"));
        (dbmate.Layout, dbmate.Migrations[0].Up, dbmate.Migrations[0].Down, dbmate.Migrations[0].Transaction)
            .ShouldBe(("dbmate", "create index concurrently i on t (x);", "drop index i;", false));

        var goose = Read(
            ("00002_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nselect 2;\n"),
            ("00001_a.sql", "-- +goose Up\n-- +goose StatementBegin\ncreate function f() as $$ begin; end $$;\n-- +goose StatementEnd\n-- +goose ENVSUB ON\n-- +goose Down\ndrop function f;\n"),
            ("00003_c.go", "package x"));
        goose.Layout.ShouldBe("goose");
        goose.Migrations.Select(m => (m.Id, m.Up, m.Down, m.Transaction)).ShouldBe(
            [("00001_a", "create function f() as $$ begin; end $$;", "drop function f;", null), ("00002_b", "select 2;", null, false)]);
        goose.Problems.ShouldContain(p => p.Message.Contains("ENVSUB") && p.Place!.Line == 5);
        goose.Problems.ShouldContain(p => p.Message.Contains("00003_c.go"));
    }

    [Fact]
    public void Plain_files_find_their_way_back()
    {
        var history = Read(("002-b.sql", "b"), ("001-a.sql", "a"), ("001-a.down.sql", "x"), ("002-b_rollback.sql", "y"));
        history.Layout.ShouldBe("plain");
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe([("001-a", "a", "x"), ("002-b", "b", "y")]);
    }

    [Theory]
    [InlineData("BEGIN;\ncreate table a (x text default 'commit;');\nCOMMIT;\n", "create table a (x text default 'commit;');")]
    [InlineData("start transaction; select 1; end transaction", "select 1;")]
    [InlineData("begin", "begin")]
    [InlineData("begin; select 1", "begin; select 1")]
    public void A_transaction_around_all_is_taken_off(string sql, string expected) =>
        Read(("1_a.up.sql", sql)).Migrations[0].Up.ShouldBe(expected);

    [Fact]
    public void Ids_are_such_as_our_history_takes()
    {
        var history = Read(("1_größe & maß.up.sql", "a"), ($"2_{new string('x', 80)}.up.sql", "b"), ("3_A.up.sql", "c"), ("03_a.up.sql", "d"));
        foreach (var file in history.Files("m"))
        {
            MigrationParser.Parse(file).Require().Id.Length.ShouldBeLessThanOrEqualTo(MigrationParser.LongestId);
        }
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData("  indented\nfirst line")]
    [InlineData("tab\there\nand\r\nreturn")]
    [InlineData("quotes \"\" '' and \\ and # and : and {\n\n  - x\n")]
    [InlineData("trailing   \nspaces\u2028and marks")]
    [InlineData("insert into t values ('null'), ('true'), ('~')")]
    [InlineData("null")]
    public void A_text_is_read_back_as_it_was(string sql)
    {
        var history = new ImportedHistory("plain", [new ImportedMigration("1_a", "a.sql", "yes") { Up = sql }], []);
        var migration = MigrationParser.Parse(history.Files("m").Single()).Require();
        ((Sql)migration.Operations[0]).Up.Any.ShouldBe(sql);
        migration.Title.ShouldBe("yes");
    }

    [Fact]
    public void An_empty_directory_is_no_history() =>
        Read(("readme.md", "x")).Problems.ShouldContain(p => p.Code == ProblemCodes.NoHistoryFound);

    private static ImportedHistory Read(params (string Name, string Text)[] files) =>
        SqlHistory.Read([.. files.Select(f => new MigrationFile(f.Name, f.Text))]);
}
