using Shouldly;
using Tandem.Operations;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class RowInsertTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Counters_go_on_behind_given_keys(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table a (id int generated always as identity primary key, n varchar(3)); create table b (id bigserial primary key, n text)");
        await life.BaseAsync("insert into b (n) values ('first')");
        const string New = "0001_rows";
        await life.StartAsync(New, Rows("a", 1, 7), Rows("b", 2));
        (await life.BaseAsync("insert into a (n) values ('x') returning id")).ShouldBe("8");
        (await life.BaseAsync("insert into b (n) values ('x') returning id")).ShouldBe("3");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id from a order by id")).ShouldBe("8");
        (await life.BaseAsync("select id from b order by id")).ShouldBe("1; 3");
    }

    private static InsertRows Rows(string table, params int[] ids) => new()
    {
        Table = table,
        Rows = [.. ids.Select(id => (Tandem.Schema.ValueList<NewCell>)[new NewCell("id", new CellValue(CellKind.Number, Text(id))), new NewCell("n", new CellValue(CellKind.Text, "n"))])],
    };

    private static string Text(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
