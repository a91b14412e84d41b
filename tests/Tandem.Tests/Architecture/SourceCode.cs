using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tandem.Tests.Architecture;

/// <summary>
/// C# files read together as one compilation, so that a rule asks what a name means and not how it is written. Packages
/// that this test project does not bring stay unresolved; rules look at our own names and those of .NET only.
/// </summary>
internal sealed class SourceCode
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly Lazy<SourceCode> LazyProduct =
        new(() => new SourceCode(Repository.Files("src", ".cs").Select(path => (path, Repository.Read(path)))));

    private readonly CSharpCompilation compilation;

    // Several rules ask, and binding all of the product takes long.
    private readonly ConcurrentDictionary<SyntaxTree, IReadOnlyList<(SimpleNameSyntax Name, ISymbol Symbol)>> names = [];

    public SourceCode(IEnumerable<(string Path, string Text)> files)
    {
        Files = [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path))];
        compilation = CSharpCompilation.Create(
            "Tandem",
            [.. Files, CSharpSyntaxTree.ParseText(ImplicitUsings)],
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    /// <summary>All of src.</summary>
    public static SourceCode Product => LazyProduct.Value;

    public IReadOnlyList<SyntaxTree> Files { get; }

    /// <summary>The types that the files declare, nested ones too.</summary>
    public IEnumerable<INamedTypeSymbol> Types() =>
        from file in Files
        let model = compilation.GetSemanticModel(file)
        from declaration in file.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let type = model.GetDeclaredSymbol(declaration)
        where type is not null
        select type;

    /// <summary>What the names in a file mean: types, their members and namespaces. In using directives, too.</summary>
    public IReadOnlyList<(SimpleNameSyntax Name, ISymbol Symbol)> Names(SyntaxTree file) => names.GetOrAdd(file, Bind);

    private IReadOnlyList<(SimpleNameSyntax Name, ISymbol Symbol)> Bind(SyntaxTree file)
    {
        var model = compilation.GetSemanticModel(file);
        return
        [
            .. from name in file.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
               let info = model.GetSymbolInfo(name)
               let symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault()
               where symbol is not null
               select (name, symbol),
        ];
    }

    /// <summary>For messages: <c>src/Tandem/Steps/Step.cs:12</c>.</summary>
    public static string Place(SyntaxNode node) =>
        $"{node.SyntaxTree.FilePath}:{node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1}";

    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        where !Path.GetFileName(path).StartsWith("Tandem", StringComparison.Ordinal)
        select MetadataReference.CreateFromFile(path);
}
