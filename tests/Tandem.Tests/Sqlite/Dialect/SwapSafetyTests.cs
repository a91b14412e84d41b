using Shouldly;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>A switch that meets something the plan did not know leaves everything as it was.</summary>
public sealed class SwapSafetyTests
{
    private static SqliteTestFile Customers() => new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE)",
        "CREATE VIEW v AS SELECT name FROM customers",
        "INSERT INTO customers (name) VALUES ('Ada'), ('Bo')");

    [Theory]
    [InlineData("CREATE INDEX extra ON customers (name)")]
    [InlineData("ALTER TABLE customers ADD COLUMN extra TEXT")]
    [InlineData("CREATE INDEX extra ON \"customers__0007_next\" (full_name)")]
    [InlineData("ALTER TABLE \"customers__0007_next\" ADD COLUMN extra TEXT")]
    public void What_was_changed_since_the_plan_stops_the_switch(string change)
    {
        using var file = Customers();
        using var life = new Life(file, Changes.Rename(Changes.Customers, "name", "full_name"));
        life.Start();
        file.Run(change);
        Should.Throw<GateException>(life.Complete).Code.ShouldBe("TDM5201");
        life.Check();
        file.Run("INSERT INTO customers (name) VALUES ('Cy')");
        life.Agree();
        life.Rollback();
        life.Discard();
        file.Value("SELECT count(*) FROM v").ShouldBe(3L);
    }

    [Fact]
    public void A_failure_at_the_end_of_a_switch_takes_everything_back()
    {
        using var file = Customers();
        using var life = new Life(file, Changes.Rename(Changes.Customers, "name", "full_name"));
        life.Start();
        var before = Schema(file);
        var step = life.Steps(Phase.Complete).First(s => s.Kind == StepKind.Switch || s.Id == "switch to new");
        Should.Throw<GateException>(() => life.Carry(step with { FinalGates = [.. step.FinalGates, new Gate("TDM5201", "no", "SELECT 1")] }));
        life.Check();
        Schema(file).ShouldBe(before);
        for (var i = 0; i < step.Statements.Count; i++)
        {
            var broken = step with { Statements = [.. step.Statements.Take(i), "SELECT * FROM not_there"] };
            Should.Throw<InvalidOperationException>(() => life.Carry(broken));
            Schema(file).ShouldBe(before);
        }

        life.Check();
        file.Run("UPDATE \"customers__0007_next\" SET full_name = 'Zoe' WHERE id = 1");
        file.Value("SELECT name FROM v").ShouldBe("Zoe");
        life.Complete();
        life.Agree(Phase.Revert);
    }

    private static string Schema(SqliteTestFile file) =>
        string.Join("\n", file.Run("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY rowid").Rows.Select(r => string.Join("|", r)));
}
