using Shouldly;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Tests.Differences;

/// <summary>Differences between schemas that need no database; every file that is written is read again.</summary>
internal static class Differ
{
    /// <summary>The one migration, and nothing else.</summary>
    public static IReadOnlyList<Operation> Operations(DatabaseSchema from, DatabaseSchema to, DifferenceOptions? options = null, string engine = "postgres")
    {
        var difference = Between(from, to, options, engine);
        difference.Problems.Select(p => $"{p.Code.Id} {p.Message}").ShouldBeEmpty();
        return difference.Stages.ShouldHaveSingleItem();
    }

    public static SchemaDifference Between(DatabaseSchema from, DatabaseSchema to, DifferenceOptions? options = null, string engine = "postgres")
    {
        var difference = SchemaDifference.Between(from, to, engine, options ?? new DifferenceOptions());
        foreach (var (file, operations) in DifferenceFile.Of(difference, "0001_test.yaml", "test", "a test").Zip(difference.Stages))
        {
            Parsed(file).ShouldBe(operations, file.Text);
        }

        return difference;
    }

    /// <summary>What is found, by code and subject.</summary>
    public static IEnumerable<string> Found(SchemaDifference difference) => difference.Problems.Select(p => $"{p.Code.Id} {p.Subject}");

    public static IReadOnlyList<Operation> Parsed(MigrationFile file) =>
        [.. MigrationParser.Parse(file).Require().Operations.Select(o => o with { Place = null })];
}
