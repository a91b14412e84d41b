using Shouldly;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.History;

/// <summary>Brings one database to the schema of another one by the difference between them.</summary>
internal static class CorporaDifference
{
    /// <summary>Carries the difference out; gives what no operation could say, and expects nothing else to be left.</summary>
    public static async Task<IReadOnlyList<string>> BringAsync(ITestTarget target, ITestTarget goal, string name)
    {
        var engine = (await target.Database.ConnectAsync(default)).Name;
        var (from, to) = (await target.Database.InspectAsync(default), await goal.Database.InspectAsync(default));
        var options = new DifferenceOptions { AllowDrop = true, NotRenamed = from.Tables.Where(t => to.Table(t.Name) is null).Select(t => t.Name).ToValueList() };
        var difference = SchemaDifference.Between(from, to, engine, options);
        var files = DifferenceFile.Of(difference, $"{name}.yaml", "Difference", "A test").Select(MigrationParser.Parse).ToList();
        _ = await MigrationReplay.RunAsync(Tandem.Migrations.History.Of(files), target.Database, default);

        var again = SchemaDifference.Between(await target.Database.InspectAsync(default), to, engine, new DifferenceOptions { AllowDrop = true });
        again.Stages.SelectMany(s => s).Select(o => o.Summarize()).ShouldBeEmpty();
        var left = Errors(again);
        left.ShouldBe(Errors(difference), "what was not said before is what is left, and nothing else");
        return left;
    }

    private static List<string> Errors(SchemaDifference difference) =>
        [.. difference.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Code.Id} {p.Subject}").Order(StringComparer.Ordinal)];
}
