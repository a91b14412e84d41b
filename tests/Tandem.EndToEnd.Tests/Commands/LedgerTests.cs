using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>The ledger, as it is exported.</summary>
public sealed class LedgerTests
{
    private const int Many = 100_000;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Every_form_of_it_tells_the_same_chunks(string engine)
    {
        await using var project = await Project.OnAsync(
            engine,
            "create table people (id integer primary key, code varchar(9))",
            "insert into people with recursive n(i) as (select 1 union all select i + 1 from n where i < 700) select i, 'code ' || i from n");
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);

        var chunks = (await project.TandemAsync("ledger", "--output", "json")).ShouldEndWith(0).Json().GetProperty("chunks").EnumerateArray().ToList();
        var compared = chunks.Where(c => c.GetProperty("pass").GetInt32() == 1).ToList();
        chunks.Where(c => c.GetProperty("pass").GetInt32() == 0).Sum(c => c.GetProperty("rows").GetInt64()).ShouldBe(700);
        compared.Sum(c => c.GetProperty("rows").GetInt64()).ShouldBe(700);
        compared.ShouldAllBe(c => c.GetProperty("sourceSum").GetString() == c.GetProperty("targetSum").GetString());

        var lines = Lines(await project.TandemAsync("ledger", "0001_code", "--format", "jsonl"));
        lines.Length.ShouldBe(chunks.Count);
        lines.Zip(chunks).ShouldAllBe(pair => JsonElement.DeepEquals(JsonDocument.Parse(pair.First, default).RootElement, pair.Second));

        var csv = Lines(await project.TandemAsync("ledger", "--format", "csv"));
        csv[0].ShouldBe("phase,attempt,step,pass,from,to,at,rows,mismatched,source_sum,target_sum");
        csv.Skip(1).Sum(l => long.Parse(l.Split(',')[7], CultureInfo.InvariantCulture)).ShouldBe(chunks.Sum(c => c.GetProperty("rows").GetInt64()));
        (await project.TandemAsync("ledger")).ShouldEndWith(0).Output.ShouldContain("1,400 rows");
        (await project.TandemAsync("ledger", "--format", "xml")).ShouldEndWith(2);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Asked_for_rows_it_tells_each_that_the_backfill_wrote(string engine)
    {
        await using var project = await Project.OnAsync(
            engine,
            "create table people (id integer primary key, code varchar(9), note text)",
            "insert into people with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) select i, 'code ' || i % 9, 'n' from n");
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            ledger: rows
            operations:
              - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);

        var rows = (await project.TandemAsync("ledger", "--rows", "--output", "json")).ShouldEndWith(0).Json().GetProperty("rows").EnumerateArray().ToList();
        rows.Select(r => r.GetProperty("key").GetString()!.Trim('[', ']', '"')).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 300).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal));
        rows.ShouldAllBe(r => r.GetProperty("after").GetString() != "" && r.GetProperty("after").GetString() != r.GetProperty("before").GetString());

        Lines(await project.TandemAsync("ledger", "--rows", "--format", "jsonl")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("key").GetString()).Distinct().Count().ShouldBe(300);
        Lines(await project.TandemAsync("ledger", "--rows", "--format", "csv"))[0].ShouldBe("phase,attempt,step,key,before,after");
    }

    [Fact]
    public async Task However_many_rows_there_are_they_need_little_memory()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, code varchar(9))");
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        await project.SqlAsync(
            "insert into tandem_ledger_rows (target, migration, phase, attempt, step, row_key, before_hash, after_hash)"
            + $" select target, '0001_code', 'start', 1, 'backfill people', i, '', i from (with recursive n(i) as (select 1 union all select i + 1 from n where i < {Many}) select i from n), tandem_lease");

        // Less than the lines would need together.
        const string Memory = "0x1400000";
        var json = await Tool.EndAsync(Tool.Start(project.Root, ["ledger", "--rows", "--output", "json"], ("TANDEM_DB", project.Url), ("DOTNET_GCHeapHardLimit", Memory)));
        json.ShouldEndWith(0).Json().GetProperty("rows").GetArrayLength().ShouldBe(Many);

        var table = Lines(await Tool.EndAsync(Tool.Start(project.Root, ["ledger", "--rows"], ("TANDEM_DB", project.Url), ("DOTNET_GCHeapHardLimit", Memory))));
        table[^1].ShouldBe("100,000 rows");
        table.Count(l => l.StartsWith("start  1        backfill people  ", StringComparison.Ordinal)).ShouldBe(Many);
    }

    private static string[] Lines(ToolResult result) => result.ShouldEndWith(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
