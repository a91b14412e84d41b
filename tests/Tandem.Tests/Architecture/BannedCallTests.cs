using Shouldly;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed class BannedCallTests
{
    [Fact]
    public void Nobody_calls_what_is_banned() => Rules.Hold(BannedCalls.Violations(SourceCode.Product));

    [Theory]
    [InlineData("src/Tandem/Running/A.cs", "var x = File.ReadAllText(\"a\");", "System.IO.File")]
    [InlineData("src/Tandem/Running/A.cs", "using var x = new FileStream(\"a\", FileMode.Open);", "System.IO.FileStream")]
    [InlineData("src/Tandem/Migrations/MigrationFile.cs", "var x = File.ReadAllText(\"a\");", null)]
    [InlineData("src/Tandem.Cli/A.cs", "var x = File.ReadAllText(\"a\"); Console.Write(x);", null)]
    [InlineData("src/Tandem.Postgres/A.cs", "System.Console.WriteLine();", "System.Console")]
    [InlineData("src/Tandem.Cli/A.cs", "var x = DateTime.UtcNow;", "System.DateTime.UtcNow")]
    [InlineData("src/Tandem.Cli/A.cs", "var x = 1.ToString(System.Globalization.CultureInfo.CurrentCulture);", "System.Globalization.CultureInfo.CurrentCulture")]
    public void A_banned_call_is_found(string path, string statement, string? banned)
    {
        var code = new SourceCode([(path, $"class A {{ void M() {{ {statement} }} }}")]);

        BannedCalls.Violations(code).Distinct().Select(line => line.Split(' ')[1]).ShouldBe(banned is null ? [] : [banned]);
    }
}
