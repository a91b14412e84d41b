using Shouldly;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>The sums that a verification leaves in the ledger.</summary>
public sealed class VerifySumsTests
{
    private const string Twin = "\"customers__0007_next\"";

    [Theory]
    [InlineData($"UPDATE {Twin} SET email = 'x' WHERE id = 2")]
    [InlineData($"UPDATE {Twin} SET called = 'x' WHERE id = 2")]
    [InlineData($"DELETE FROM {Twin} WHERE id = 2")]
    public void They_are_those_of_what_each_side_holds(string damage)
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE)",
            "INSERT INTO customers (id, name, email) VALUES (1, 'Ada', 'a'), (2, 'Bo', 'b'), (3, 'Cy', NULL)");
        using var life = new Life(file, Changes.Replace(Changes.Customers, ["name"], [new Column("called", "TEXT")], ["upper(name)"], ["lower(called)"]));
        life.Start();
        foreach (var trigger in file.Run("SELECT name FROM sqlite_master WHERE type = 'trigger'").Rows)
        {
            file.Run($"DROP TRIGGER \"{trigger[0]}\"");
        }

        Sums(file, life).ShouldBe((0, Sum(file, "customers", "upper(name)"), Sum(file, Twin, "called")));
        Sums(file, life).Source.ShouldBe(Sums(file, life).Target);
        file.Run(damage);
        var damaged = Sums(file, life);
        damaged.ShouldBe((1, Sum(file, "customers", "upper(name)"), Sum(file, Twin, "called")));
        damaged.Source.ShouldNotBe(damaged.Target);
    }

    private static long Sum(SqliteTestFile file, string table, string called) => (long)file.Value($"SELECT tandem_sum(tandem_hash(id, email, {called})) FROM {table}")!;

    private static (long Mismatched, long Source, long Target) Sums(SqliteTestFile file, Life life)
    {
        var walk = life.Steps(Phase.Start).Single(s => s.Mode == StepMode.Verification).Walk!;
        var found = file.File.Run(
            new SqlStatement(walk.Work, new("after", ""), new("upto", "3"), new("end", "3"), new("size", 10L)), new SqliteLimits(TimeSpan.FromSeconds(5)));
        return (found.Number("mismatched"), found.Number("source_sum"), found.Number("target_sum"));
    }
}
