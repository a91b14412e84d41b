using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Migrations.Imports;
using Tandem.Planning;
using Tandem.Postgres.Tests.Life;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.History;

/// <summary>What pgroll promises of a migration holds of the imported one: what each version shows, and which writes fail.</summary>
public sealed class PgrollPromiseTests : IAsyncLifetime
{
    private const string Tables = """
        operations:
          - create_table: { name: owners, columns: [ { name: id, type: int, pk: true } ] }
          - create_table:
              name: items
              columns:
                - { name: id, type: int, pk: true }
                - { name: name, type: text, nullable: true }
                - { name: owner, type: int, nullable: true }
        """;

    private readonly List<MigrationFile> files = [];
    private PostgresTarget target = null!;
    private Workspace workspace = null!;

    public async Task InitializeAsync()
    {
        target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        workspace = new Workspace(target.Database, new RunnerOptions { Jitter = new Random(1), OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
    }

    public async Task DisposeAsync() => await target.DisposeAsync();

    [PostgresFact]
    public async Task Rules_bind_new_writers_from_the_start_and_old_ones_go_through_up()
    {
        var all = await StartLastAsync(("01_tables", Tables), ("02_products", """
            operations:
              - rename_table: { from: items, to: products }
              - rename_column: { table: products, from: owner, to: owner_id }
              - create_constraint:
                  table: products
                  name: fk_owner
                  type: foreign_key
                  columns: [ owner_id ]
                  references: { table: owners, columns: [ id ] }
                  up: { owner_id: "SELECT CASE WHEN EXISTS (SELECT 1 FROM owners WHERE owners.id = owner_id) THEN owner_id END" }
                  down: { owner_id: owner_id }
              - alter_column: { table: products, column: name, name: label, nullable: false, check: { name: long, constraint: length(name) > 2 }, up: "coalesce(name, '') || '---'", down: "rtrim(name, '-')" }
              - add_column: { table: products, column: { name: shout, type: text, unique: true }, up: "upper(coalesce(products.name, '') || id)" }
            """));
        await target.ExecuteAsync("insert into public.owners values (1)");

        await target.ExecuteAsync("insert into public.items values (1, 'ax', 1), (2, null, 9)");
        (await target.RowsAsync("select id, label, owner_id, shout from public_02_products.products order by id")).ShouldBe(["1|ax---|1|AX1", "2|---|NULL|2"]);
        await target.ExecuteAsync("insert into public_02_products.products values (3, 'saw', 1, 'S')");
        (await target.RowsAsync("select name, owner from public.items where id = 3")).ShouldBe(["saw|1"]);
        await FailsAsync("23503", "insert into public_02_products.products values (4, 'saw', 9, 'T')");
        await FailsAsync("23514", "insert into public_02_products.products values (4, 'x', 1, 'T')");
        await FailsAsync("23505", "insert into public_02_products.products values (4, 'saw', 1, 'S')");

        await workspace.Runner.RollbackAsync(all[^1], default);
        (await target.RowsAsync("select id, name, owner from public.items order by id")).ShouldBe(["1|ax|1", "2|NULL|9", "3|saw|1"]);
        await workspace.Runner.StartAsync(await PlanAsync(all[^1]), default);
        await workspace.Runner.CompleteAsync(all[^1], false, true, default);
        await FailsAsync("23503", "insert into public.products (id, label, owner_id, shout) values (4, 'saw', 9, 'T')");
        await FailsAsync("23514", "insert into public.products (id, label, owner_id, shout) values (4, 'x', 1, 'T')");
    }

    [PostgresFact]
    public async Task What_one_migration_makes_and_changes_again_comes_apart()
    {
        await StartLastAsync(("01_all", """
            operations:
              - create_table: { name: t, columns: [ { name: id, type: int, pk: true }, { name: a, type: text, default: "'none'" }, { name: gone, type: text } ] }
              - create_table: { name: short_lived, columns: [ { name: id, type: int, pk: true } ] }
              - alter_column: { table: t, column: a, type: int, up: "1", down: a::text }
              - drop_column: { table: t, column: gone, down: "''" }
              - drop_table: { name: short_lived }
            """));

        await target.ExecuteAsync("insert into public_01_all_2.t values (1, 5)");
        (await target.RowsAsync("select a from public_01_all_2.t")).ShouldBe(["5"]);
    }

    private async Task<List<string>> StartLastAsync(params (string Name, string Text)[] history)
    {
        files.AddRange(PgrollHistory.Read([.. history.Select(f => new MigrationFile(f.Name + ".yaml", f.Text))]).Files("m"));
        foreach (var file in files)
        {
            await workspace.Runner.StartAsync(await PlanAsync(file.Id), default);
            if (file != files[^1])
            {
                await workspace.Runner.CompleteAsync(file.Id, false, true, default);
            }
        }

        return [.. files.Select(f => f.Id)];
    }

    private async Task<Plan> PlanAsync(string id)
    {
        var plan = await workspace.PlanAsync(MigrationParser.Parse(files.Single(f => f.Id == id)).Require(), default);
        plan.HasErrors.ShouldBeFalse(string.Join('\n', plan.Findings));
        return plan;
    }

    private async Task FailsAsync(string state, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => target.ExecuteAsync(sql))).SqlState.ShouldBe(state, sql);
}
