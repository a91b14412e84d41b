using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed partial class DocPageTests
{
    [Fact]
    public void Every_problem_has_its_page_and_every_page_its_problem() =>
        Rules.Hold(Differences("docs/reference/problems", [.. ProblemIds()]));

    [Fact]
    public void Every_operation_has_its_page_and_every_page_its_operation() =>
        Rules.Hold(Differences("docs/reference/operations", [.. OperationNames()]));

    [Fact]
    public void A_problem_code_is_used_once() => ProblemIds().ShouldBeUnique();

    [Theory]
    [InlineData("RenameColumn", "rename_column")]
    [InlineData("Sql", "sql")]
    public void An_operation_is_called_by_its_type(string type, string name) => Snake(type).ShouldBe(name);

    private static IEnumerable<string> ProblemIds()
    {
        var codes = typeof(ProblemCode).Assembly.GetType("Tandem.Problems.ProblemCodes")
            ?? throw new InvalidOperationException("Tandem.Problems.ProblemCodes is where problem codes stand");
        return from field in codes.GetFields(BindingFlags.Public | BindingFlags.Static)
               where field.FieldType == typeof(ProblemCode)
               select ((ProblemCode)field.GetValue(null)!).Id;
    }

    private static IEnumerable<string> OperationNames() =>
        from type in typeof(Operation).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract
        select Snake(type.Name);

    private static IEnumerable<string> Differences(string folder, string[] names)
    {
        names.ShouldNotBeEmpty();
        var pages = Repository.Files(folder, ".md").Select(Path.GetFileNameWithoutExtension).Where(page => page != "README").ToList();
        return names.Except(pages).Select(name => $"{folder}/{name}.md: missing")
            .Concat(pages.Except(names).Select(page => $"{folder}/{page}.md: nothing in the code is called {page}"));
    }

    private static string Snake(string type) => WordStart().Replace(type, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
