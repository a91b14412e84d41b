using Shouldly;
using Tandem.Sqlite.Dialect;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>When two stored values are the same image.</summary>
public sealed class ImagesTests
{
    // Both sides of what SQLite turns into another kind when it stores it, and the ends of whole numbers, which have no equal among the others.
    private const string Values =
        "NULL, 0, 1, 1.0, 1.5, -0.0, 1e18, 1000000000000000000, 9223372036854775807, 9223372036854775807.0, -9223372036854775807 - 1, -9223372036854775808.0, 9e999,"
        + " '', '0', '1', '1.0', ' 1', '1.5', '1e18', 'a', 'A', 'a' || char(0) || 'b', 'a' || char(0) || 'c', x'', x'31', x'61', x'00'";

    [Theory]
    [InlineData("TEXT", "varchar(20)")]
    [InlineData("REAL", "double precision")]
    [InlineData("INTEGER", "bigint")]
    [InlineData("NUMERIC", "decimal(10, 2)")]
    [InlineData("BLOB", "")]
    [InlineData("TEXT", "REAL")]
    [InlineData("TEXT COLLATE NOCASE", "TEXT")]
    public void Columns_are_compared_to_the_byte_and_the_type_whatever_is_left_out_for_their_types(string one, string other)
    {
        using var file = new SqliteTestFile(
        [
            $"CREATE TABLE a (n INTEGER PRIMARY KEY, v {one})",
            $"CREATE TABLE b (n INTEGER PRIMARY KEY, v {other})",
            .. new[] { "a", "b" }.SelectMany(t => Values.Split(", ").Select(v => $"INSERT INTO {t} (v) VALUES ({v})")),
        ]);
        string Pairs(string same) => string.Join(' ', file.Run($"SELECT s.n || '-' || t.n FROM a AS s, b AS t WHERE {same} ORDER BY s.n, t.n").Rows.Select(r => r[0]));

        Pairs(Images.Same("s.v", "t.v", one, other)).ShouldBe(Pairs(Images.Same("s.v", "t.v")));
        Pairs(Images.Same("s.v", "t.v", one, other)).ShouldContain("1-1");
    }
}
