using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tandem.Tests.Architecture;

/// <summary>Something measured: its kind, where it is, and how big it is.</summary>
internal sealed record Measure(string Kind, string Name, int Size)
{
    public string Key => $"{Kind} {Name}";
}

/// <summary>How big things may be, and how big they are.</summary>
internal static class Sizes
{
    public static readonly IReadOnlyDictionary<string, int> Limits = new Dictionary<string, int>
    {
        ["file"] = 400,
        ["method"] = 60,
        ["constructor"] = 6,
        ["interface"] = 7,
    };

    public static IEnumerable<Measure> All(SourceCode code) =>
        from file in code.Files
        from measure in Of(file)
        group measure.Size by (measure.Kind, measure.Name) into sizes
        select new Measure(sizes.Key.Kind, sizes.Key.Name, sizes.Max());

    /// <summary>What is too big and not in the ratchet, or does not agree with it. The ratchet may only shrink.</summary>
    public static IEnumerable<string> Violations(SourceCode code, IReadOnlyDictionary<string, int> ratchet)
    {
        var all = All(code).ToDictionary(measure => measure.Key);
        foreach (var measure in all.Values.Where(measure => measure.Size > Limits[measure.Kind]))
        {
            if (!ratchet.TryGetValue(measure.Key, out var allowed))
            {
                yield return $"{measure.Key}: {measure.Size}, the limit is {Limits[measure.Kind]}. Divide it.";
            }
            else if (measure.Size > allowed)
            {
                yield return $"{measure.Key}: {measure.Size}, and ratchet.txt allows {allowed}. It may only shrink.";
            }
            else if (measure.Size < allowed)
            {
                yield return $"{measure.Key}: shrunk to {measure.Size}. Write that into ratchet.txt instead of {allowed}.";
            }
        }

        foreach (var key in ratchet.Keys.Where(key => !all.TryGetValue(key, out var measure) || measure.Size <= Limits[measure.Kind]))
        {
            yield return $"{key}: within the limit or gone. Take its line out of ratchet.txt.";
        }
    }

    /// <summary>Lines of <c>kind name size</c>; empty lines and those that begin with # say nothing.</summary>
    public static IReadOnlyDictionary<string, int> ReadRatchet(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => (Line: line, Space: line.LastIndexOf(' ')))
            .ToDictionary(entry => entry.Line[..entry.Space], entry => int.Parse(entry.Line[entry.Space..], CultureInfo.InvariantCulture));

    private static IEnumerable<Measure> Of(SyntaxTree file)
    {
        var root = file.GetCompilationUnitRoot();
        yield return new Measure("file", file.FilePath, Lines(file, root.FullSpan.Start, root.EndOfFileToken.SpanStart));

        var statements = root.Members.OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count > 0)
        {
            yield return new Measure("method", $"{file.FilePath} (program)", Lines(file, statements[0].SpanStart, statements[^1].Span.End));
        }

        foreach (var node in root.DescendantNodes())
        {
            if (Of(node) is ({ } kind, { } name, var size))
            {
                yield return new Measure(kind, $"{file.FilePath} {Path(node)}{name}", size);
            }

            if (node is ConstructorDeclarationSyntax constructor)
            {
                yield return new Measure("constructor", $"{file.FilePath} {Path(node)}new", constructor.ParameterList.Parameters.Count);
            }
        }
    }

    private static (string? Kind, string? Name, int Size) Of(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => ("method", method.Identifier.Text, Lines(method)),
        ConstructorDeclarationSyntax constructor => ("method", "new", Lines(constructor)),
        BaseMethodDeclarationSyntax other => ("method", "operator", Lines(other)),
        LocalFunctionStatementSyntax local => ("method", local.Identifier.Text, Lines(local)),
        PropertyDeclarationSyntax property => ("method", property.Identifier.Text, Lines(property)),
        IndexerDeclarationSyntax indexer => ("method", "this", Lines(indexer)),
        // Positional records are plain data and may be as wide as their data; they are not ClassDeclarationSyntax.
        ClassDeclarationSyntax { ParameterList: { } parameters } => ("constructor", "new", parameters.Parameters.Count),
        InterfaceDeclarationSyntax type => ("interface", type.Identifier.Text, type.Members.Count(member => member is not BaseTypeDeclarationSyntax)),
        _ => default,
    };

    /// <summary>The types around a node, and for a primary constructor the type itself.</summary>
    private static string Path(SyntaxNode node)
    {
        var types = (node is ClassDeclarationSyntax ? node.AncestorsAndSelf() : node.Ancestors()).OfType<BaseTypeDeclarationSyntax>();
        return string.Concat(types.Reverse().Select(type => type.Identifier.Text + "."));
    }

    private static int Lines(SyntaxNode node) => Lines(node.SyntaxTree, node.SpanStart, node.Span.End);

    private static int Lines(SyntaxTree file, int start, int end)
    {
        var lines = file.GetText().Lines;
        var last = lines.GetLinePosition(end);
        return last.Line - lines.GetLinePosition(start).Line + (last.Character > 0 ? 1 : 0);
    }
}
