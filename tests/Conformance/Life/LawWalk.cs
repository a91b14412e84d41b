using System.Globalization;
using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Tests.Conformance.Life;

/// <summary>How many rows' values do not come back by <c>up</c> and <c>down</c> is counted on all rows, whichever version is served.</summary>
/// <param name="target">The target.</param>
/// <param name="triesAll">Whether rows that the other version wrote last are tried too, where what it wrote does not come back.</param>
internal sealed class LawWalk(ITestTarget target, bool triesAll)
{
    private const string Id = "0001_change";
    private const int Rows = 300;

    private const string File = """
        title: Split the name, count in numbers
        operations:
          - rename_column: { table: people, from: nick, to: nickname }
          - split_column:
              table: people
              column: name
              into:
                - name: first_name
                  type: text
                  nullable: false
                  up: { postgres: "split_part(trim(name), ' ', 1)", sqlite: "substr(trim(name), 1, instr(trim(name) || ' ', ' ') - 1)" }
                - name: last_name
                  type: text
                  up: { postgres: "nullif(substr(trim(name), strpos(trim(name) || ' ', ' ') + 1), '')", sqlite: "nullif(substr(trim(name), instr(trim(name) || ' ', ' ') + 1), '')" }
              down: "first_name || coalesce(' ' || last_name, '')"
          - change_type: { table: people, column: score, type: integer, up: "cast(score as integer) + length(nick)", down: "cast(score - length(nickname) as text)" }
        """;

    private readonly Runner runner = new(target.Database, new RunnerOptions
    {
        OldQuiet = TimeSpan.Zero, FirstBatch = 20, SmallestBatch = 5, LargestBatch = 50, ShowKeys = true, Jitter = new Random(1),
    });

    /// <summary>Three old values and one new one do not come back; the numbers stay the same while live, retired and undone.</summary>
    public async Task RunAsync()
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text not null, nick text not null, score text)");
        var values = Enumerable.Range(1, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"({i}, 'First{i} Last{i}', 'n{i % 7}', '{i}')"));
        await target.ExecuteAsync($"insert into people (id, name, nick, score) values {string.Join(", ", values)}");
        await target.ExecuteAsync("update people set name = '  Lead Blank' where id = 3");
        await target.ExecuteAsync("update people set name = 'Trail ' where id = 250");
        await target.ExecuteAsync("update people set score = '007' where id = 7");

        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", File).Require(), default);
        await runner.StartAsync(plan, default);
        await target.ExecuteAsync(TableNames.New("update {people} set first_name = 'Mary Ann', last_name = 'Smith' where id = 100", target, plan));
        await CheckAsync();

        await runner.CompleteAsync(Id, false, true, default);
        await CheckAsync();
        await runner.RollbackAsync(Id, default);
        await CheckAsync();
    }

    private async Task CheckAsync()
    {
        var report = await runner.VerifyAsync(Id, null, default);
        report.IsClean.ShouldBeTrue("a value that does not come back is no disagreement");
        var laws = report.Tables.ShouldHaveSingleItem().Laws;
        laws.Select(l => string.Join(", ", l.Columns)).ShouldBe(["people.name", "people.first_name, people.last_name", "people.score", "people.score"], ignoreOrder: true);
        Check(laws, Side.Old, "people.name", triesAll ? Rows : Rows - 1, "3", "250");
        Check(laws, Side.New, "people.first_name", triesAll ? Rows : Rows - 2, "100");
        Check(laws, Side.Old, "people.score", Rows, "7");
        Check(laws, Side.New, "people.score", triesAll ? Rows : Rows - 1);

        var sample = (await runner.VerifyAsync(Id, 60, default)).Tables[0];
        sample.Laws.ShouldAllBe(l => l.Rows <= sample.Rows && l.Rows > 0 && l.Rows >= sample.Rows - 2);
        sample.Rows.ShouldBeLessThan(Rows);
    }

    private static void Check(ValueList<TriedLaw> laws, Side over, string column, long tried, params string[] keys)
    {
        var law = laws.Single(l => l.Over == over && l.Columns[0] == column);
        (law.Rows, law.Broken, law.Failed, law.Untried).ShouldBe((tried, keys.Length, 0L, 0L), $"{over} {column}");
        law.Keys.ShouldBe(keys, ignoreOrder: true);
    }
}
