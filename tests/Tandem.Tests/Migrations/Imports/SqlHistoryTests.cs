using Shouldly;
using Tandem.Migrations;
using Tandem.Migrations.Imports;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Steps;
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
    public void Postgrator_says_the_way_behind_the_number()
    {
        var history = Read(("010.do.third.sql", "c"), ("9.do.sql", "b"), ("9.undo.because.sql", "x"), ("001.do.first-one.sql", "a"), ("9.do.again.sql", "z"));
        history.Layout.ShouldBe("postgrator");
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe([("001_first-one", "a", null), ("9", "b", "x"), ("010_third", "c", null)]);
        history.Problems.ShouldHaveSingleItem().Place!.File.ShouldBe("9.do.again.sql");
    }

    [Theory]
    [InlineData("1_a.up.sql", "-- no-transaction\ncreate index concurrently i on t (x);", false)]
    [InlineData("1_a.sql", "--! Previous: -\n--! Hash: sha1:0\n\n--! no-transaction\ncreate index concurrently i on t (x);", false)]
    [InlineData("1_a.sql", "-- atlas:txmode none\n\n-- Create index\ncreate index concurrently i on t (x);", false)]
    [InlineData("V1__a.sql", "-- Index.\n-- flyway:executeInTransaction=false\ncreate index concurrently i on t (x);", false)]
    [InlineData("1_a.up.sql", "-- It needs no-transaction.\nselect 1;", null)]
    [InlineData("1_a.up.sql", "select 1;\n-- no-transaction\nselect 2;", null)]
    public void Comments_in_front_say_that_a_script_runs_outside_a_transaction(string name, string sql, bool? expected) =>
        Read((name, sql)).Migrations[0].Transaction.ShouldBe(expected);

    [Fact]
    public void The_marks_that_pg_dump_sets_around_its_script_are_taken_off()
    {
        var history = Read(("1_a.up.sql", "--\n-- PostgreSQL database dump\n--\n\n\\restrict Zk3\n\nselect 1;\n\n\\unrestrict Zk3\n"));
        history.Migrations[0].Up.ShouldEndWith("\n\nselect 1;");
        history.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.ImportedDifferently);
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
            ("2024-02-01-000000_b/up.sql", "b"), ("2024-02-01-000000_b/down.sql", "-- nothing\n"), ("2024-01-01-000000_add_a/up.sql", "a"),
            ("2024-01-01-000000_add_a/down.sql", "x"), ("2024-02-01-000000_b/metadata.toml", "run_in_transaction = false"));
        history.Layout.ShouldBe("diesel");
        history.Migrations.Select(m => (m.Id, m.Title, m.Down, m.Transaction))
            .ShouldBe([("2024-01-01-000000_add_a", "add a", "x", null), ("2024-02-01-000000_b", "b", null, false)]);
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
    public void Changesets_of_Liquibase_become_a_migration_each()
    {
        var history = Read(
            ("db/02-more.sql", """
                -- liquibase formatted sql

                -- changeset "Ada L":"idx 1" runInTransaction:false dbms:postgresql,h2 context:prod
                create index concurrently i on a (x);
                -- rollback drop index i;
                --changeset ada:other dbms:mysql
                create table a (x int) engine = innodb;
                """),
            ("db/01-first.sql", """
                --liquibase formatted sql
                --changeset ada:1
                --comment: the beginning
                create table a (x int);
                insert into a values (1);
                --rollback delete from a;
                --rollback drop table a;

                --changeset ada:2 splitStatements:false endDelimiter:/ runOnChange:true
                --preconditions onFail:MARK_RAN
                create function f() returns int language sql as 'select 1';
                /* liquibase rollback
                drop function f();
                */
                --changeset ada:3
                select 1;
                --rollback empty
                --changeset ada:4
                create view v as select 1;
                /* liquibase rollback drop view v; */
                """),
            ("db/changelog.xml", "<databaseChangeLog/>"));

        history.Layout.ShouldBe("liquibase");
        history.Migrations.Select(m => (m.Id, m.Down, m.Transaction)).ShouldBe(
            [("01-first_1", "delete from a;\ndrop table a;", null), ("01-first_2", "drop function f();", null), ("01-first_3", null, null), ("01-first_4", "drop view v;", null), ("02-more_idx_1", "drop index i;", false)]);
        history.Migrations[0].Up.ShouldBe("--comment: the beginning\ncreate table a (x int);\ninsert into a values (1);");
        foreach (var (part, line) in new[] { ("end with /", 9), ("carried out once", 9), ("--preconditions onFail", 10), ("context prod", 3), ("is for mysql", 6), ("changelog.xml", 0) })
        {
            history.Problems.ShouldContain(p => p.Message.Contains(part, StringComparison.Ordinal) && p.Place!.Line == line, $"{part} in line {line}:\n{string.Join('\n', history.Problems)}");
        }
    }

    [Fact]
    public void What_Liquibase_leaves_out_or_fills_in_is_not_carried_out_unsaid()
    {
        var history = Read(("a.sql", """
            --liquibase formatted sql
            --changeset a:1 dbms:!mysql failOnError:false
            insert into t values ('${who}');
            --ignoreLines:1
            insert into t values ('never');
            insert into t values ('always');
            --ignoreLines:start
            insert into t values ('never');
            --ignoreLines:end
            --changeset a:2 ignore:true
            drop table t;
            --changeset a:3 dbms:postgresql
            select 3;
            --changeset a:4 dbms:sqlite
            select 4;
            """));
        history.Migrations.Select(m => m.Id).ShouldBe(["a_1", "a_3", "a_4"]);
        history.Migrations[0].Up.ShouldBe("insert into t values ('${who}');\ninsert into t values ('always');");
        foreach (var (part, line) in new[] { ("${who} has no value", 3), ("stops the run", 2), ("2 is ignored", 10), ("3 is for postgresql alone", 12), ("4 is for sqlite alone", 14) })
        {
            history.Problems.ShouldContain(p => p.Message.Contains(part, StringComparison.Ordinal) && p.Place!.Line == line, $"{part} in line {line}:\n{string.Join('\n', history.Problems)}");
        }

        history.Problems.Count.ShouldBe(5);
    }

    /// <summary>A value may hold what others take for the end of a line.</summary>
    [Theory]
    [InlineData("-- +goose Up\r\ninsert into t values ('a\u2028b\u0085c\fd');\r\n-- +goose Down\r\ndelete from t;\r\n", "delete from t;")]
    [InlineData("--liquibase formatted sql\r\n--changeset a:1\r\ninsert into t values ('a\u2028b\u0085c\fd');\r\n--rollback delete from t;\r\n", "delete from t;")]
    public void Values_are_kept_as_they_are(string text, string down)
    {
        var migration = Read(("1_a.sql", text)).Migrations.ShouldHaveSingleItem();
        (migration.Up, migration.Down).ShouldBe(("insert into t values ('a\u2028b\u0085c\fd');", down));
        MigrationParser.Parse(Read(("1_a.sql", text)).Files("m").Single()).Require().Operations[0].ShouldBeOfType<Sql>().Up.ShouldBe(new SqlText("insert into t values ('a\u2028b\u0085c\fd');"));
    }

    [Fact]
    public void A_number_brings_both_ways_together()
    {
        var history = Read(("01_make.up.sql", "a"), ("1_drop.down.sql", "b"), ("2_x.up.sql", "c"), ("2_y.up.sql", "d"), ("2_y.down.sql", "e"));
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe([("01_make", "a", "b"), ("2_x", "c", null), ("2_y", "d", "e")]);
    }

    [Fact]
    public void A_folder_without_a_script_is_no_migration()
    {
        var history = Read(("2024-01-01-000000_a/up.sql", "select 1;"), ("2024-01-02-000000_b/metadata.toml", "run_in_transaction = false"));
        history.Migrations.ShouldHaveSingleItem().Up.ShouldBe("select 1;");
        history.Problems.ShouldHaveSingleItem().Message.ShouldContain("2024-01-02-000000_b/metadata.toml");
    }

    [Fact]
    public void Marks_divide_files_of_their_like()
    {
        var migrate = Read(
            ("1_a.sql", "-- Ours\n-- +migrate Up\n-- +migrate StatementBegin\ncreate function f() as $$ begin; end $$;\n-- +migrate StatementEnd\n\n-- +migrate Down\ndrop function f;\n"),
            ("2_b.sql", "-- +migrate Up notransaction\nvacuum;\n"));
        migrate.Layout.ShouldBe("sql-migrate");
        migrate.Migrations.Select(m => (m.Up, m.Down, m.Transaction)).ShouldBe([("create function f() as $$ begin; end $$;", "drop function f;", null), ("vacuum;", null, false)]);

        var node = Read(("1700000000000_a.sql", "-- Up Migration\ncreate table a (x int);\n\n--- Down Migration ---\ndrop table a;\n"));
        (node.Layout, node.Migrations[0].Up, node.Migrations[0].Down).ShouldBe(("node-pg-migrate", "create table a (x int);", "drop table a;"));

        var tern = Read(
            ("001_a.sql", "create table a (x int);\n\n---- create above / drop below ----\n\ndrop table a;\n"),
            ("002_b.sql", "insert into a values (1);\n"), ("003_c.sql", "---- tern: disable-tx ----\nvacuum;\n---- create above / drop below ----\n"));
        tern.Layout.ShouldBe("tern");
        tern.Migrations.Select(m => (m.Up, m.Down, m.Transaction)).ShouldBe(
            [("create table a (x int);", "drop table a;", null), ("insert into a values (1);", null, null), ("vacuum;", null, false)]);
        tern.Problems.ShouldBeEmpty();

        var mybatis = Read(
            ("20240102_b.sql", "-- // make b\n-- Migration SQL that makes the change goes here.\ncreate table b (x int);\n\n-- //@UNDO\n-- SQL to undo the change goes here.\ndrop table b;\n"),
            ("20240101_a.sql", "--// make a\ncreate table a (x int);\n\n--//@UNDO\n"));
        mybatis.Layout.ShouldBe("mybatis");
        mybatis.Migrations.Select(m => (m.Id, m.Up!.Split('\n')[^1], m.Down?.Split('\n')[^1])).ShouldBe(
            [("20240101_a", "create table a (x int);", null), ("20240102_b", "create table b (x int);", "drop table b;")]);
        mybatis.Problems.ShouldBeEmpty();

        // A file that is one way by its name does not hold both, whatever its comments say.
        Read(("1_a.up.sql", "-- Up migration of a\nselect 1;"), ("1_a.down.sql", "-- Down migration\nselect 2;")).Layout.ShouldBe("golang-migrate");
    }

    [Fact]
    public void Folders_of_prisma_have_no_way_back()
    {
        var history = Read(
            ("migration_lock.toml", "provider = \"postgresql\"\n"), ("20240201000000_/migration.sql", "b"), ("20240101000000_init/migration.sql", "a"), ("20240101000000_init/down.sql", "x"));
        history.Layout.ShouldBe("prisma");
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe([("20240101000000_init", "a", "x"), ("20240201000000", "b", null)]);
        history.Problems.ShouldHaveSingleItem().Message.ShouldContain("migration_lock.toml");
    }

    [Fact]
    public void Letters_before_the_number_do_not_hide_a_history()
    {
        var history = Read(("V0010.Ten.up.sql", "j"), ("V0009.Nine.up.sql", "i"), ("V0009.Nine.down.sql", "x"));
        history.Layout.ShouldBe("plain");
        history.Migrations.Select(m => (m.Id, m.Title, m.Up, m.Down)).ShouldBe([("V0009_Nine", "Nine", "i", "x"), ("V0010_Ten", "Ten", "j", null)]);
    }

    [Theory]
    [InlineData("upgrade_2.sql", "upgrade_9.sql", "upgrade_10.sql", "upgrade_100.sql")]
    [InlineData("1.9.0.sql", "1.10.0.sql", "2.0.0.sql", "10.0.0.sql")]
    [InlineData("a/7.sql", "a/10.sql", "b/8.sql", "c.sql")]
    public void Numbers_inside_of_names_count_as_numbers(params string[] names)
    {
        var history = Read([.. names.Reverse().Select(n => (n, n))]);
        history.Migrations.Select(m => m.Up).ShouldBe(names);
        history.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void What_only_psql_understands_is_taken_off_or_named()
    {
        var history = Read(
            ("1_a.sql", "\\set ON_ERROR_STOP on\n\\echo it's here\nselect '\n\\echo stays';\n  \\timing\nselect 2;\n"),
            ("2_b.sql", "select 1;\n\\i other.sql\n\\set owner joe\n"),
            ("3_c.sql", "copy t (a) from stdin;\n1\n\\.\n"));
        history.Migrations[0].Up.ShouldBe("select '\n\\echo stays';\n\nselect 2;");
        history.Migrations[1].Up.ShouldBe("select 1;\n\\i other.sql\n\\set owner joe");
        history.Problems.Select(p => (p.Code.Id, p.Place!.File, p.Place.Line)).ShouldBe(
            [("TDM1303", "1_a.sql", 0), ("TDM1301", "2_b.sql", 2), ("TDM1301", "2_b.sql", 3), ("TDM1301", "3_c.sql", 1)]);
        history.Problems[0].Message.ShouldContain("\\echo, \\set, \\timing");
    }

    [Fact]
    public void What_holds_for_many_files_is_said_once()
    {
        var history = Read([.. Enumerable.Range(1, 7).Select(i => ($"{i}_a.sql", "begin; select 1; commit;")), ("a.md", ""), ("meta/b.json", ""), ("8_c.js", "")]);
        history.Problems.Select(p => p.Message).ShouldBe(
        [
            "8_c.js is no part of the history's form.", "a.md, meta/b.json are no part of the history's form.",
            "Its own BEGIN and COMMIT were left out: every script is one transaction. So in 7 files: 1_a.sql, 2_a.sql, 3_a.sql, 4_a.sql, 5_a.sql and 2 more.",
        ]);
    }

    [Fact]
    public void Only_statements_before_the_first_mark_are_named()
    {
        var history = Read(("1_a.sql", "/*\n * Copyright: select, nothing\n */\n-- why\n-- +migrate Up\nselect 1;\n"), ("2_b.sql", "\n/* why */ set x = 1;\nset y = 2;\n-- +migrate Up\nselect 2;\n"));
        history.Migrations.Select(m => m.Up).ShouldBe(["select 1;", "select 2;"]);
        history.Problems.Select(p => (p.Message, p.Place!.File, p.Place.Line)).ShouldBe([("Text before the first mark.", "2_b.sql", 2)]);
    }

    [Fact]
    public void Consent_is_written_for_what_was_found_and_no_more()
    {
        var history = Read(("1_a.up.sql", "a"), ("1_a.down.sql", "x"), ("2_b.up.sql", "b"), ("3_c.up.sql", "c"), ("3_c.down.sql", "z"), ("4_d.up.sql", "d"), ("4_d.down.sql", "y"), ("5_e.up.sql", "e"), ("5_e.down.sql", "w"));
        var accepted = history.Accept(
            "They never went back",
            [
                new ScriptEffect { NotRestored = [] }, new ScriptEffect { Rewritten = ["t"] }, new ScriptEffect { DownFailure = "no" },
                new ScriptEffect { NotRestored = ["table: t (left over)"] }, new ScriptEffect { DownFailure = "no row", DownFailedOnRows = true },
            ]);
        accepted.Migrations.Select(m => string.Join(' ', m.Accepts)).ShouldBe(["", "TDM2085 TDM2093", "TDM2085", "TDM2091", "TDM2086"]);
        accepted.Migrations.Select(m => m.Down).ShouldBe(["x", null, null, "y", "w"]);
        var file = MigrationParser.Parse(accepted.Files("m").ElementAt(1)).Require();
        file.Accept!.Select(c => (c.Code, c.Reason)).ShouldBe([("TDM2085", "They never went back"), ("TDM2093", "They never went back")]);
        history.Accept("why", []).Migrations.Select(m => string.Join(' ', m.Accepts)).ShouldBe(["", "TDM2085", "", "", ""]);
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
    [InlineData("-- of 63\n;\nBEGIN;\ncreate table a (x int);\n;\nCOMMIT;\nupdate a set x = 1;\n", "-- of 63\n;\ncreate table a (x int);\n;\nupdate a set x = 1;")]
    [InlineData("begin; select 1; commit; begin; select 2; commit;", "select 1;   select 2;")]
    [InlineData("begin; create trigger t after insert on a begin select 1; end; commit", "create trigger t after insert on a begin select 1; end;")]
    [InlineData("begin; select 1; rollback to x; commit", "begin; select 1; rollback to x; commit")]
    [InlineData("create table a (x int); commit; begin; update a set x = 1", "create table a (x int);   update a set x = 1")]
    [InlineData("select 1; commit; begin", "select 1;")]
    [InlineData("select 1; commit", "select 1; commit")]
    [InlineData("select 1; commit; begin; select 2; commit", "select 1; commit; begin; select 2; commit")]
    [InlineData("begin; select 1; commit; begin", "begin; select 1; commit; begin")]
    [InlineData("begin", "begin")]
    [InlineData("begin; select 1", "begin; select 1")]
    public void A_transaction_around_all_is_taken_off(string sql, string expected) =>
        Read(("1_a.up.sql", sql)).Migrations[0].Up.ShouldBe(expected);

    [Fact]
    public void A_transaction_with_comments_alone_is_nothing()
    {
        const string Nothing = "BEGIN;\n--\n-- Alter field\n--\nCOMMIT;\n";
        var history = Read(("1_a.up.sql", "a"), ("1_a.down.sql", Nothing), ("2_b.up.sql", Nothing), ("2_b.down.sql", Nothing), ("3_c.up.sql", "\\echo done\n"));
        history.Migrations.Select(m => (m.Up, m.Down)).ShouldBe([("a", null)]);
        history.Problems.Select(p => p.Message).Where(m => m.StartsWith("2_b", StringComparison.Ordinal)).ShouldBe(["2_b holds no statement; there is no migration for it."]);
    }

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
    public void A_sqitch_plan_orders_its_changes()
    {
        var history = Read(
            ("sqitch.plan", "%syntax-version=1.0.0\r\n%project=shop\r\n\r\nusers 2024-01-01T00:00:00Z Ann <a@b> # Users\r\n@v1 2024-01-02T00:00:00Z Ann <a@b> # First\r\norders [users] 2024-01-03T00:00:00Z Ann <a@b> # Orders\r\nusers [users@v1] 2024-01-04T00:00:00Z Ann <a@b> # Again\r\nlost 2024-01-05T00:00:00Z Ann <a@b>\r\n"),
            ("deploy/orders.sql", "-- Deploy shop:orders to pg\n-- requires: users\n\nBEGIN;\n\ncreate table orders (id int);\n\nCOMMIT;\n"), ("revert/orders.sql", "begin; drop table orders; commit;"), ("verify/orders.sql", "select 1/0;"),
            ("deploy/users@v1.sql", "create table users (id int);"), ("revert/users@v1.sql", "drop table users;"),
            ("deploy/users.sql", "alter table users add x int;"), ("revert/users.sql", "alter table users drop x;"), ("deploy/not_planned.sql", "select 7;"));
        history.Layout.ShouldBe("sqitch");
        history.Migrations.Select(m => (m.Id, m.Up, m.Down)).ShouldBe(
            [("users_v1", "create table users (id int);", "drop table users;"), ("orders", "-- Deploy shop:orders to pg\n-- requires: users\n\n\ncreate table orders (id int);", "drop table orders;"), ("users", "alter table users add x int;", "alter table users drop x;")]);
        history.Problems.Where(p => p.Code == ProblemCodes.NotImported).Select(p => p.Place!.File).ShouldBe(["sqitch.plan", "deploy/not_planned.sql"]);
    }

    [Fact]
    public void A_sqitch_plan_may_have_another_name()
    {
        var history = Read(
            ("db/shop.plan", "%syntax-version=1.0.0\n%project=shop\n\nz/users 2024-01-01T00:00:00Z Ann <a@b>\na/orders [z/users] 2024-01-03T00:00:00Z Ann <a@b>\n"),
            ("db/deploy/a/orders.sql", "create table orders (id int);"), ("db/revert/a/orders.sql", "drop table orders;"), ("db/verify/a/orders.sql", "select 1/0;"),
            ("db/deploy/z/users.sql", "create table users (id int);"));
        history.Layout.ShouldBe("sqitch");
        history.Migrations.Select(m => (m.Up, m.Down)).ShouldBe([("create table users (id int);", null), ("create table orders (id int);", "drop table orders;")]);
        history.Problems.Where(p => p.Code == ProblemCodes.NotImported).ShouldBeEmpty();
        Read(("notes.plan", "Monday: rest"), ("1_a.sql", "select 1;")).Layout.ShouldBe("plain");
    }

    [Fact]
    public void Folders_tell_the_ways_apart()
    {
        var history = Read(("db/down/001_a.sql", "x"), ("db/up/001_a.sql", "a"), ("db/up/002_b.sql", "b"), ("db/verify/001_a.sql", "v"), ("revert/c.sql", "z"));
        history.Migrations.Select(m => (m.Up, m.Down)).ShouldBe([("a", "x"), ("b", null)]);
        history.Problems.Select(p => p.Place!.File).ShouldBe(["db/verify/001_a.sql", "revert/c.sql"], ignoreOrder: true);
    }

    [Fact]
    public void What_a_literal_holds_stays_to_the_letter()
    {
        var history = Read(("1_a.up.sql", "insert into t values ('two  \n\u2028lines \n');   \n\nselect 1;\n"), ("2_b.up.sql", "create function f() returns int as $$\r\n  select 1  \r\n$$ language sql;\r\n"));
        history.Migrations[0].Up.ShouldBe("insert into t values ('two  \n\u2028lines \n');   \n\nselect 1;");
        history.Migrations[1].Up.ShouldBe("create function f() returns int as $$\n  select 1  \n$$ language sql;");
        history.Problems.Single().Place!.File.ShouldBe("2_b.up.sql");
    }

    [Fact]
    public void Numbers_and_versions_that_are_there_twice_are_told()
    {
        var plain = Read(("3_b.up.sql", "b"), ("03_a.up.sql", "a"), ("4_c.up.sql", "c"));
        plain.Migrations.Select(m => m.Up).ShouldBe(["a", "b", "c"]);
        plain.Problems.Single().Message.ShouldContain("03_a and 3_b");
        var flyway = Read(("V1__a.sql", "a"), ("V1.0__b.sql", "b"), ("U1__a.sql", "x"), ("U01.0__a.sql", "y"));
        flyway.Migrations.Select(m => m.Up).ShouldBe(["a", "b"]);
        flyway.Problems.Select(p => p.Message).ShouldContain(m => m.Contains("V1__a.sql and V1.0__b.sql"));
        flyway.Problems.Select(p => p.Message).ShouldContain(m => m.Contains("U01.0__a.sql"));
        Read(("1_a.sql", "a"), ("1_a.down.sql", "x"), ("1_a_down.sql", "y")).Problems.Single().Message.ShouldContain("1_a_down.sql");
    }

    [Fact]
    public void A_file_without_statements_is_left_out_and_told()
    {
        var history = Read(("1_a.up.sql", "a"), ("2_b.up.sql", "-- squashed into 1\n;\n"), ("2_b.down.sql", ""), ("3_c.up.sql", "c"));
        history.Migrations.Select(m => m.Id).ShouldBe(["1_a", "3_c"]);
        history.Problems.Single().Message.ShouldContain("2_b");
        History.Of(history.Files("m").Select(MigrationParser.Parse)).Order.ShouldBe(["1_a", "3_c"]);
    }

    [Fact]
    public void An_empty_directory_is_no_history() =>
        Read(("readme.md", "x")).Problems.ShouldContain(p => p.Code == ProblemCodes.NoHistoryFound);

    private static ImportedHistory Read(params (string Name, string Text)[] files) =>
        SqlHistory.Read([.. files.Select(f => new MigrationFile(f.Name, f.Text))]);
}
