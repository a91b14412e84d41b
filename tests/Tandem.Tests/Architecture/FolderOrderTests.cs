using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed class FolderOrderTests
{
    [Fact]
    public void Folders_of_Tandem_use_only_what_stands_above_them() =>
        Rules.Hold(FolderOrder.Violations(SourceCode.Product));

    [Fact]
    public void Every_folder_of_Tandem_has_its_place_in_the_order() =>
        Repository.Files("src/Tandem", ".cs").Select(path => FolderOrder.Home(path).Folder).Where(folder => folder.Length > 0).Distinct()
            .ShouldBeSubsetOf(FolderOrder.Folders, "name the new folder in FolderOrder.Folders, at the place where it is read");

    [Fact]
    public void Folders_of_a_project_do_not_go_in_circles() =>
        Rules.Hold(FolderOrder.Circles(SourceCode.Product));

    [Fact]
    public void Namespaces_follow_folders() => Rules.Hold(
        from file in SourceCode.Product.Files
        from space in file.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
        let expected = string.Join('.', file.FilePath.Split('/')[1..^1])
        where space.Name.ToString() != expected
        select $"{SourceCode.Place(space)}: the namespace is {space.Name}, the folder says {expected}");

    [Fact]
    public void An_arrow_against_the_order_is_found_however_it_is_written()
    {
        const string runner = "namespace Tandem.Running; public sealed class Runner { public int Count; }";
        string[] users =
        [
            "using Tandem.Running; namespace Tandem.Schema; class A { }",
            "namespace Tandem.Schema; class A { Tandem.Running.Runner? r; }",
            "namespace Tandem.Schema; class A { Running.Runner? r; }",
            "using R = Tandem.Running.Runner; namespace Tandem.Schema; class A { }",
        ];
        foreach (var user in users)
        {
            var code = new SourceCode([("src/Tandem/Running/Runner.cs", runner), ("src/Tandem/Schema/A.cs", user)]);

            FolderOrder.Violations(code).ShouldHaveSingleItem()
                .ShouldStartWith("src/Tandem/Schema/A.cs:1: Schema may not use Running (Tandem.Running");
        }
    }

    [Fact]
    public void A_circle_over_three_folders_is_found()
    {
        var code = new SourceCode(
        [
            ("src/P/A/X.cs", "namespace P.A; class X { P.B.Y? y; P.Root? r; }"),
            ("src/P/B/Y.cs", "namespace P.B; class Y { P.C.Z? z; }"),
            ("src/P/C/Z.cs", "namespace P.C; class Z { P.A.X? x; }"),
            ("src/P/D/V.cs", "namespace P.D; class V { P.A.X? x; }"),
            ("src/P/Root.cs", "namespace P; class Root { P.A.X? x; }"),
        ]);

        FolderOrder.Circles(code).Select(line => line.Split(':')[0])
            .ShouldBe(["src/P/A/X.cs", "src/P/B/Y.cs", "src/P/C/Z.cs"], ignoreOrder: true);
    }
}
