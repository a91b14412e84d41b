using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class LockFileTests
{
    [Fact]
    public void What_is_written_is_read_back_and_fits()
    {
        var history = Of(("0001_a", ""), ("0002_b", ""), ("0003_c", "depends_on: [0001_a, 0002_b]\n"));
        var text = LockFile.Of(history).Text;
        Read(text).Text.ShouldBe(text);
        Read(text.Replace("\n", "\r\n", StringComparison.Ordinal)).ShouldBe(LockFile.Of(history));
        Read(text).Compare(history, "tandem.lock").ShouldBeEmpty();
    }

    [Fact]
    public void Each_difference_is_named()
    {
        var locked = LockFile.Of(Of(("0001_a", ""), ("0002_b", ""), ("0003_c", ""), ("0004_d", "")));
        var now = Of(("0001_a", "why: another\n"), ("0003_c", ""), ("0004_d", "depends_on: [0001_a]\n"), ("0005_e", ""));
        var found = locked.Compare(now, "tandem.lock");
        found.ShouldAllBe(p => p.Code == ProblemCodes.LockDiffers);
        found.Select(p => p.Message).ShouldBe(
        [
            Edited("0001_a", now, locked, 0),
            "0002_b is locked, but its file is missing.",
            "0003_c comes after 0001_a; locked, it comes after 0002_b.",
            Edited("0004_d", now, locked, 3),
            "0004_d comes after 0001_a; locked, it comes after 0003_c.",
            "0005_e is not in the lock.",
        ]);
    }

    [Fact]
    public void A_draft_may_have_any_text()
    {
        var locked = LockFile.Of(Of(("0001_a", ""))).With("0002_b", ["0001_a"]);
        var found = Read(locked.Text).Compare(Of(("0001_a", ""), ("0002_b", "why: x\n")), "tandem.lock");
        found.Select(p => p.Code).ShouldBe([ProblemCodes.LockDraft]);
    }

    [Fact]
    public void Lines_cannot_be_edited_taken_out_or_moved()
    {
        var lines = LockFile.Of(Of(("0001_a", ""), ("0002_b", "depends_on: []\n"), ("0003_c", ""))).Text.Split('\n');
        var first = Array.FindIndex(lines, l => l.StartsWith("0001", StringComparison.Ordinal));
        Code(lines.Where((_, i) => i != first)).ShouldBe(ProblemCodes.LockMalformed);
        Code(lines.Select((l, i) => i == first ? lines[first + 1] : i == first + 1 ? lines[first] : l)).ShouldBe(ProblemCodes.LockMalformed);
        Code(lines.Select((l, i) => i == first ? l.Replace("0001_a", "0001_x", StringComparison.Ordinal) : l)).ShouldBe(ProblemCodes.LockMalformed);
        Code(["what is this"]).ShouldBe(ProblemCodes.LockMalformed);
        Code([.. lines[..^1], "<<<<<<< ours", "x", ">>>>>>> theirs"]).ShouldBe(ProblemCodes.LockConflict);
    }

    private static string Edited(string id, History now, LockFile locked, int index) =>
        $"{id} was edited: its text is {now.Find(id)!.File.Hash[..12]}, the lock has {locked.Migrations[index].Hash[..12]}.";

    private static ProblemCode Code(IEnumerable<string> lines) =>
        Should.Throw<TandemException>(() => Read(string.Join('\n', lines))).Problems.Single().Code;

    private static LockFile Read(string text) => LockFile.Parse(new MigrationFile("migrations/tandem.lock", text));

    private static History Of(params (string Id, string More)[] files) => History.Of(files.Select(f => MigrationParser.Parse(
        new MigrationFile($"migrations/{f.Id}.yaml", $"title: T\n{f.More}operations:\n  - drop_table: {{ table: t }}\n"))));
}
