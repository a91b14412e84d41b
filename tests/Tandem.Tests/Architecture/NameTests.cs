using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed partial class NameTests
{
    private static readonly string[] SaysNothing = ["Core", "Common", "Utils", "Helpers", "Abstractions", "Manager"];

    [Fact]
    public void Folders_and_projects_are_called_by_what_they_hold() => Rules.Hold(
        from top in new[] { "src", "tests", "bench", "examples" }
        from folder in Repository.Folders(top)
        from word in folder.Split('/')[^1].Split('.')
        where SaysNothing.Contains(word, StringComparer.OrdinalIgnoreCase)
        select $"{folder}: {word} says nothing about what is in it; use a word of the problem");

    [Fact]
    public void Nothing_is_left_for_later() => Rules.Hold(
        from path in Repository.Files("src", ".cs", ".sql", ".csproj", ".js", ".css", ".html", ".md")
        from line in Repository.Read(path).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where ForLater().IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void No_test_is_switched_off() => Rules.Hold(
        from path in Repository.Files("tests", ".cs")
        let root = CSharpSyntaxTree.ParseText(Repository.Read(path), path: path).GetRoot()
        from argument in root.DescendantNodes().OfType<AttributeArgumentSyntax>()
        where argument.NameEquals?.Name.Identifier.Text == "Skip"
        select $"{SourceCode.Place(argument)}: repair the test or take it out; a missing server is what [PostgresFact] is for");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException")]
    private static partial Regex ForLater();
}
