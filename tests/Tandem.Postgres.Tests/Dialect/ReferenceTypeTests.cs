using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Postgres.Tests.Life;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Columns of a foreign key whose types the server does not compare: said by the plan, and only where it is so.</summary>
public sealed class ReferenceTypeTests
{
    private const string Script =
        """
        create domain ident as bigint;
        create domain nested as ident;
        create table owners (id bigint primary key, code varchar(9) unique, nr ident unique, deep nested unique);
        create table pets (id integer primary key, owner bigint references owners, code varchar(9) references owners (code), nr ident references owners (nr), note text);
        insert into owners values (1, 'a', 1, 1); insert into pets values (1, 1, 'a', 1, 'x');
        """;

    [PostgresTheory]
    [InlineData("change_type: { table: pets, column: owner, type: numeric }", "pets.owner refers to owners.id, whose type the server does not compare with numeric.")]
    [InlineData("change_type: { table: pets, column: code, type: bytea, up: \"convert_to(code, 'UTF8')\", down: \"convert_from(code, 'UTF8')\" }", "pets.code refers to owners.code, whose type the server does not compare with bytea.")]
    [InlineData("add_foreign_key: { table: pets, columns: [ note ], references: { table: owners, columns: [ id ] } }", "pets.note refers to owners.id, whose type the server does not compare with text.")]
    public async Task What_the_server_does_not_compare_is_told_by_the_plan(string operation, string message)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await target.ExecuteAsync(Script);
        var found = (await PlanAsync(target, operation)).Findings.Where(f => f.Severity == Severity.Error).ToList();
        found.ShouldContain(f => f.Code == ProblemCodes.KeyRefersElsewhere && f.Message == message);
    }

    [PostgresTheory]
    [InlineData("change_type: { table: pets, column: owner, type: integer }")]
    [InlineData("change_type: { table: pets, column: code, type: text }")]
    [InlineData("change_type: { table: pets, column: code, type: character(9) }")]
    [InlineData("change_type: { table: pets, column: nr, type: smallint }")]
    [InlineData("add_foreign_key: { table: pets, columns: [ id ], references: { table: owners, columns: [ nr ] } }")]
    [InlineData("add_foreign_key: { table: pets, columns: [ id ], references: { table: owners, columns: [ deep ] } }")]
    public async Task What_it_compares_goes_live(string operation)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Oldest);
        await target.ExecuteAsync(Script);
        var plan = await PlanAsync(target, operation);
        plan.Findings.Where(f => f.Severity == Severity.Error && !f.NeedsConsent).ShouldBeEmpty();
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });
        await runner.StartAsync(plan with { Findings = [] }, default);
        await runner.CompleteAsync(plan.Migration, false, false, default);
    }

    private static Task<Plan> PlanAsync(PostgresTarget target, string operation) =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse("0001_types.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
}
