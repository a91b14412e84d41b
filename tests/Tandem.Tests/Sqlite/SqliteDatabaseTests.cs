using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Sqlite;
using Xunit;

namespace Tandem.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly SqliteTestFile test = new("CREATE TABLE t(a)");

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData("sqlite:a.db", true)]
    [InlineData("SQLITE:a", true)]
    [InlineData("some/where/a.sqlite3", true)]
    [InlineData("postgres://localhost/a.db", false)]
    [InlineData("a.txt", false)]
    public void Addresses_are_recognized(string address, bool expected) => SqliteDatabase.Recognizes(address).ShouldBe(expected);

    [Theory]
    [InlineData("sqlite:")]
    [InlineData("sqlite::memory:")]
    [InlineData("sqlite://host/a.db")]
    [InlineData("sqlite:file:a.db?mode=memory")]
    [InlineData("a.txt")]
    public void Addresses_that_name_no_file_are_refused(string address) =>
        Should.Throw<TandemException>(() => SqliteDatabase.At(address)).Problems.Single().Code.ShouldBe(ProblemCodes.BadDatabaseUrl);

    [Fact]
    public void An_address_is_shown_as_written()
    {
        SqliteDatabase.At("sqlite:data/shop.db").DisplayName.ShouldBe("sqlite:data/shop.db");
        SqliteDatabase.At("data/shop.db").DisplayName.ShouldBe("sqlite:data/shop.db");
        SqliteAddress.Parse("sqlite:///var/shop.db").FullPath.ShouldBe(Path.GetFullPath("/var/shop.db"));
    }

    [Fact]
    public async Task Connecting_gives_the_dialect_of_the_library()
    {
        await using var database = test.Database();
        var dialect = await database.ConnectAsync(default);
        (dialect.Name, dialect.Capabilities.Twins, database.SchemaName).ShouldBe(("sqlite", true, "main"));
        dialect.Capabilities.Version.ShouldBe(SqliteLibrary.Version);
    }

    [Fact]
    public async Task A_missing_file_is_not_made()
    {
        var path = Path.Combine(test.Folder, "nothing.db");
        await ShouldFailAsync(path, ProblemCodes.DatabaseMissing);
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task A_directory_is_no_database() => await ShouldFailAsync(test.Folder, ProblemCodes.NotADatabase);

    [Fact]
    public async Task A_text_file_is_no_database()
    {
        var path = Path.Combine(test.Folder, "letter.db");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("Dear reader, this is a letter. ", 100)));
        await ShouldFailAsync(path, ProblemCodes.NotADatabase);
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_unreadable()
    {
        var path = Path.Combine(test.Folder, "damaged.db");
        test.Run($"VACUUM INTO '{path}'");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(100, 200).Fill(0x5a);
        await File.WriteAllBytesAsync(path, bytes);
        await ShouldFailAsync(path, ProblemCodes.DatabaseUnavailable);
    }

    [Fact]
    public async Task A_file_in_WAL_mode_that_no_reader_can_write_beside_is_told_so()
    {
        var path = Path.Combine(test.Folder, "wal.db");
        test.Run($"VACUUM INTO '{path}'");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(18, 2).Fill(2);
        await File.WriteAllBytesAsync(path, bytes);
        Directory.CreateDirectory(path + "-wal");
        (await ShouldFailAsync(path, ProblemCodes.DatabaseReadOnly)).ShouldContain("WAL mode");
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_brought_in_order_before_it_is_read()
    {
        test.Run("PRAGMA journal_mode=DELETE");
        test.Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n");
        test.Run("PRAGMA cache_size=2");
        test.Run("BEGIN");
        test.Run("UPDATE t SET a = -a");
        var copy = Path.Combine(test.Folder, "left.db");
        File.Copy(test.Path, copy);
        File.Copy(test.Path + "-journal", copy + "-journal");
        test.Run("ROLLBACK");

        await using var database = SqliteDatabase.At(copy);
        (await database.InspectAsync(default)).Tables.Count.ShouldBe(1);
        File.Exists(copy + "-journal").ShouldBeFalse();
        await using var session = await database.OpenSessionAsync(default);
        (await session.QueryAsync(new("SELECT count(*) AS n FROM t WHERE a < 0"), default)).Number("n").ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_file_is_an_empty_database()
    {
        var path = Path.Combine(test.Folder, "empty.db");
        await File.WriteAllBytesAsync(path, []);
        await using var session = await SqliteDatabase.At(path).OpenSessionAsync(default);
        (await session.QueryAsync(new("SELECT count(*) AS n FROM sqlite_schema"), default)).Number("n").ShouldBe(0);
    }

    [Fact]
    public void The_newest_library_wins()
    {
        SqliteLibrary.Best([]).ShouldBeNull();
        SqliteLibrary.Best([(1, 3_035_005), (2, 3_040_001), (3, 3_040_001)]).ShouldBe((2, 3_040_001));
        SqliteLibrary.Version.ShouldBeGreaterThanOrEqualTo(new Version(3, 35, 5));
    }

    [Theory]
    [InlineData(5, FailureKind.LockTimeout)]
    [InlineData(517, FailureKind.LockTimeout)]
    [InlineData(6, FailureKind.LockTimeout)]
    [InlineData(3, FailureKind.Permission)]
    [InlineData(23, FailureKind.Permission)]
    [InlineData(8, FailureKind.ReadOnly)]
    [InlineData(1544, FailureKind.ReadOnly)]
    [InlineData(10, FailureKind.ConnectionLost)]
    [InlineData(13, FailureKind.DiskFull)]
    [InlineData(14, FailureKind.Unavailable)]
    [InlineData(26, FailureKind.Unavailable)]
    [InlineData(11, FailureKind.Unavailable)]
    [InlineData(18, FailureKind.Data)]
    [InlineData(20, FailureKind.Data)]
    [InlineData(2067, FailureKind.Data)]
    [InlineData(1811, FailureKind.Data)]
    [InlineData(17, FailureKind.Statement)]
    [InlineData(21, FailureKind.Statement)]
    public void Codes_decide(int code, FailureKind kind) =>
        SqliteErrors.Classify(code, SqliteStage.Other, "").ShouldBe(kind);

    [Theory]
    [InlineData(nameof(SqliteStage.Rows), "integer overflow", FailureKind.Data)]
    [InlineData(nameof(SqliteStage.Rows), "malformed JSON", FailureKind.Data)]
    [InlineData(nameof(SqliteStage.Rows), "no such column: a", FailureKind.Statement)]
    [InlineData(nameof(SqliteStage.Prepare), "near \"x\": syntax error", FailureKind.Statement)]
    [InlineData(nameof(SqliteStage.Other), "error in view v after rename: no such column: a", FailureKind.Statement)]
    public void The_code_that_says_little_is_read_with_its_stage(string stage, string message, FailureKind kind) =>
        SqliteErrors.Classify(1, Enum.Parse<SqliteStage>(stage), message).ShouldBe(kind);

    private static async Task<string> ShouldFailAsync(string path, ProblemCode code)
    {
        await using var database = SqliteDatabase.At("sqlite:" + path);
        (await Should.ThrowAsync<DatabaseException>(() => database.InspectAsync(default))).ProblemCode.ShouldBe(code.Id);
        var failure = await Should.ThrowAsync<DatabaseException>(() => database.OpenSessionAsync(default));
        failure.ProblemCode.ShouldBe(code.Id);
        return failure.Message;
    }
}
