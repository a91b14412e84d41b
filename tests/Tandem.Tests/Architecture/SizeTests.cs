using Shouldly;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed class SizeTests
{
    private const string RatchetFile = "tests/Tandem.Tests/Architecture/ratchet.txt";

    [Fact]
    public void Nothing_is_bigger_than_a_reader_can_hold() =>
        Rules.Hold(Sizes.Violations(SourceCode.Product, Sizes.ReadRatchet(Repository.Read(RatchetFile))));

    [Fact]
    public void Files_methods_constructors_and_interfaces_are_measured()
    {
        var code = new SourceCode(
        [
            ("src/A.cs", "class A(int a, int b)\n{\n  void M()\n  {\n  }\n\n  int M(int x) => 1;\n}\n"),
            ("src/B.cs", "record B(int A, int B, int C, int D, int E, int F, int G, int H);\n"),
            ("src/I.cs", "interface I { int P { get; } void M(); event System.Action E; class Nested { } }"),
        ]);

        Sizes.All(code).Select(measure => $"{measure.Key} {measure.Size}").ShouldBe(
        [
            "file src/A.cs 8", "constructor src/A.cs A.new 2", "method src/A.cs A.M 3",
            "file src/B.cs 1",
            "file src/I.cs 1", "interface src/I.cs I 3", "method src/I.cs I.P 1", "method src/I.cs I.M 1",
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("", "file src/A.cs: 401, the limit is 400. Divide it.")]
    [InlineData("file src/A.cs 400", "file src/A.cs: 401, and ratchet.txt allows 400. It may only shrink.")]
    [InlineData("file src/A.cs 402", "file src/A.cs: shrunk to 401. Write that into ratchet.txt instead of 402.")]
    [InlineData("file src/A.cs 401\nfile src/B.cs 500", "file src/B.cs: within the limit or gone. Take its line out of ratchet.txt.")]
    [InlineData("# why\nfile src/A.cs 401", null)]
    public void The_ratchet_may_only_shrink(string ratchet, string? violation)
    {
        var code = new SourceCode([("src/A.cs", new string('\n', 400) + "class A;")]);

        Sizes.Violations(code, Sizes.ReadRatchet(ratchet)).ShouldBe(violation is null ? [] : [violation]);
    }
}
