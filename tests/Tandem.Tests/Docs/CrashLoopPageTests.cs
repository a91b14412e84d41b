using Shouldly;
using Tandem.Tests.Architecture;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Docs;

/// <summary>The committed results of the nightly crash loop: whole, of cases that exist, and without a failure.</summary>
public sealed class CrashLoopPageTests
{
    private readonly string text = Repository.Read(CrashLoopPage.Path).ReplaceLineEndings("\n");

    [Fact]
    public void It_is_what_the_loop_writes() => CrashLoopPage.Parse(text).Render().ShouldBe(text);

    [Fact]
    public void It_tells_of_cases_that_there_are()
    {
        var known = CrashLoopPage.Servers.SelectMany(s => CrashLoops.Cases(s == "SQLite" ? "sqlite" : "postgres"), (s, c) => (c, s)).ToHashSet();
        CrashLoopPage.Parse(text).Cells.Select(c => (c.Case, c.Server)).ShouldBeSubsetOf(known);
    }

    [Fact]
    public void No_life_ended_otherwise_than_undisturbed()
    {
        CrashLoopPage.Parse(text).Cells.ShouldNotBeEmpty();
        CrashLoopPage.Parse(text).Cells.Where(c => c.Cell.Failed > 0).ShouldBeEmpty();
    }
}
