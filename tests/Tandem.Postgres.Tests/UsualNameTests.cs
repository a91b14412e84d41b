using Shouldly;
using Tandem.Migrations;
using Tandem.Postgres.Tests.Life;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>Names that nobody gives are those that the server would give.</summary>
public sealed class UsualNameTests : IAsyncLifetime
{
    private PostgresTarget target = null!;

    public async Task InitializeAsync() => target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);

    public async Task DisposeAsync() => await target.DisposeAsync();

    [PostgresFact]
    public async Task They_are_cut_where_the_server_cuts_them()
    {
        string[] tables = ["t", new('t', 63), new('t', 40), string.Concat(Enumerable.Repeat("ü", 31))];
        string[] columns = ["c", new('c', 63), new('c', 35), string.Concat(Enumerable.Repeat("ö", 30)) + "o"];
        foreach (var (table, column) in tables.SelectMany(t => columns.Select(c => (t, c))))
        {
            await target.ExecuteAsync($"create table \"{table}\" (\"{column}\" serial primary key, b int unique, unique (\"{column}\", b), foreign key (b) references \"{table}\")");
            string[] usual =
            [
                UsualName.Of(table, [], "pkey"), UsualName.Of(table, ["b"], "key"), UsualName.Of(table, [column, "b"], "key"),
                UsualName.Of(table, ["b"], "fkey"), UsualName.Of(table, [column], "seq"),
            ];

            (await target.RowsAsync($"select conname::text from pg_constraint where conrelid = '\"{table}\"'::regclass and contype <> 'n' union all select relname::text from pg_class where relkind = 'S'"))
                .ShouldBe(usual, ignoreOrder: true);
            await target.ExecuteAsync($"drop table \"{table}\"");
        }
    }

    [PostgresFact]
    public async Task A_table_with_the_longest_name_and_one_whose_names_are_taken_are_made()
    {
        var workspace = new Workspace(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });
        var name = new string('t', 63);
        await target.ExecuteAsync("create table public.users (id serial primary key, mail text unique)");
        var text = $"""
            title: Names
            operations:
              - create_table: @ name: {name}, columns: [ @ name: id, type: integer, identity: serial #, @ name: mail, type: text # ], primary_key: [ id ], uniques: [ @ columns: [ mail ] # ] #
              - rename_table: @ from: users, to: people #
              - create_table: @ name: users, columns: [ @ name: id, type: integer, identity: serial #, @ name: mail, type: text # ], primary_key: [ id ], uniques: [ @ columns: [ mail ] # ] #
              - create_table: @ name: brief, columns: [ @ name: id, type: integer # ] #
              - drop_table: @ table: brief #

            """.Replace('@', '{').Replace('#', '}');
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_names.yaml", text).Require(), default);
        plan.HasErrors.ShouldBeFalse(string.Join('\n', plan.Findings));

        await workspace.Runner.StartAsync(plan, default);
        await workspace.Runner.CompleteAsync("0001_names", false, true, default);
        await target.ExecuteAsync($"insert into public.{name} (mail) values ('a'); insert into public.users (mail) values ('b'); insert into public.people (mail) values ('c')");

        (await target.RowsAsync("select conname::text from pg_constraint where conrelid = 'public.users'::regclass and contype <> 'n' order by 1")).ShouldBe(["users_mail_key1", "users_pkey1"]);
        (await target.RowsAsync("select pg_get_serial_sequence('public.users', 'id') union all select pg_get_serial_sequence('public.people', 'id')")).ShouldBe(["public.users_id_seq1", "public.users_id_seq"]);
        (await workspace.DriftAsync(default)).Differences.ShouldBeEmpty();
        await workspace.Runner.RollbackAsync("0001_names", default);
        (await target.RowsAsync("select mail from public.users")).ShouldBe(["c"]);
    }

    /// <summary>The server would cut the number off again.</summary>
    [PostgresFact]
    public async Task A_number_finds_room_behind_letters_of_several_bytes()
    {
        var workspace = new Workspace(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });
        var name = string.Concat(Enumerable.Repeat("ü", 26));
        await target.ExecuteAsync($"create sequence public.\"{name}_number_seq\"");
        var text = $$"""
            title: Names
            operations:
              - create_table: { name: {{name}}, columns: [ { name: number, type: integer, identity: serial } ], primary_key: [ number ] }

            """;
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_names.yaml", text).Require(), default), default);
        await workspace.Runner.CompleteAsync("0001_names", false, true, default);
        (await target.RowsAsync("select relname::text from pg_class where relkind = 'S' and relname like '%_number_se%' order by 1")).ShouldBe([$"{name}_number_se1", $"{name}_number_seq"]);
    }
}
