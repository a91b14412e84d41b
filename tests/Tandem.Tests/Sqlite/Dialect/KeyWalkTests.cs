using Shouldly;
using Tandem.Databases;
using Tandem.Sqlite;
using Tandem.Sqlite.Dialect;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Where the chunks of a walk end.</summary>
public sealed class KeyWalkTests
{
    private const string One = "VALUES (1, 1), (1, 2), (2, 1), (3, 9), (4, 1), (9, 9)", Other = "VALUES (1, 2), (3, 8), (5, 1), (6, 1), (7, 1), (8, 1)";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(100)]
    public void A_chunk_has_no_more_rows_of_a_table_than_it_may_and_no_fewer_than_it_can(int size)
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE a (x INTEGER, y INTEGER, PRIMARY KEY (x, y)) WITHOUT ROWID", "CREATE TABLE b (x INTEGER, y INTEGER, PRIMARY KEY (x, y)) WITHOUT ROWID",
            $"INSERT INTO a {One}", $"INSERT INTO b {Other}",
            "CREATE TABLE c (n INTEGER PRIMARY KEY)", "CREATE TABLE d (n INTEGER PRIMARY KEY)",
            "INSERT INTO c SELECT 10 * x + y FROM a", "INSERT INTO d SELECT 10 * x + y FROM b", "CREATE TABLE empty (n INTEGER PRIMARY KEY)");

        Check(file, new KeyWalk(true, [("a", new RowIdentity(["x", "y"], false)), ("b", new RowIdentity(["x", "y"], false))]), size, c => c.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal));
        Check(file, new KeyWalk(false, [("c", new RowIdentity(["n"], false)), ("d", new RowIdentity(["n"], false))]), size, c => c);
        Ends(file, new KeyWalk(false, [("empty", new RowIdentity(["n"], false))]), size).ShouldBeEmpty();
    }

    private static void Check(SqliteTestFile file, KeyWalk walk, int size, Func<string, string> number)
    {
        var ends = Ends(file, walk, size).Select(number).ToList();
        ends[^1].ShouldBe("99");
        for (var i = 0; i < ends.Count; i++)
        {
            long Rows(string table) => (long)file.Value($"SELECT count(*) FROM {table} WHERE n > {(i == 0 ? "0" : ends[i - 1])} AND n <= {ends[i]}")!;
            var most = Math.Max(Rows("c"), Rows("d"));
            most.ShouldBeLessThanOrEqualTo(size);
            (most == size || i == ends.Count - 1).ShouldBeTrue();
        }
    }

    private static List<string> Ends(SqliteTestFile file, KeyWalk walk, int size)
    {
        string? Ask(string sql, string column, params SqlArgument[] arguments) =>
            file.File.Run(new SqlStatement(sql, arguments), new SqliteLimits(TimeSpan.FromSeconds(5))).Text(column);
        var end = Ask(walk.Start, "walk_end") ?? "";
        var ends = new List<string>();
        while (Ask(walk.Next, "upto", new("after", ends.LastOrDefault() ?? ""), new("end", end), new("size", (long)size)) is { } upto)
        {
            ends.Add(upto);
        }

        return ends;
    }
}
