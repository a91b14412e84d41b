using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tandem.Tests.Architecture;

/// <summary>One name in a file that leads to another folder of the same project.</summary>
internal sealed record FolderArrow(string Project, string From, string To, string Place, string Target);

/// <summary>The order in which src/Tandem is read, and the arrows between folders.</summary>
internal static class FolderOrder
{
    /// <summary>A folder may use itself and those before it. Files beside the folders may use all.</summary>
    public static readonly IReadOnlyList<string> Folders =
    [
        "Problems", "Schema", "Steps", "Journal", "Databases", "Operations", "Migrations",
        "Planning", "Differences", "Policy", "Running", "Rehearsal", "Consumers", "Remote",
    ];

    /// <summary>Project and first folder of <c>src/Project/Folder/…</c>; the folder of a file beside the folders is "".</summary>
    public static (string Project, string Folder) Home(string path)
    {
        var parts = path.Split('/');
        return (parts.ElementAtOrDefault(1) ?? "", parts.Length > 3 ? parts[2] : "");
    }

    public static IEnumerable<FolderArrow> Arrows(SourceCode code) =>
        from file in code.Files
        let home = Home(file.FilePath)
        from name in code.Names(file)
        from target in Targets(name.Name, name.Symbol)
        where target.Project == home.Project && target.Folder != home.Folder
        select new FolderArrow(home.Project, home.Folder, target.Folder, SourceCode.Place(name.Name), name.Symbol.ToDisplayString());

    /// <summary>What breaks the order of src/Tandem, each with the way to go.</summary>
    public static IEnumerable<string> Violations(SourceCode code) =>
        from arrow in Arrows(code)
        where arrow.Project == "Tandem" && arrow.From.Length > 0 && Rank(arrow.To) > Rank(arrow.From)
        group arrow by (arrow.From, arrow.To, arrow.Place) into line
        select $"{line.Key.Place}: {line.Key.From} may not use {Shown(line.Key.To)} ({line.First().Target}). "
            + $"Move what both need to {line.Key.From} or above it, or this code to {Shown(line.Key.To)} or below it.";

    /// <summary>Arrows that lie on a circle of folders; files beside the folders are nobody's circle.</summary>
    public static IEnumerable<string> Circles(SourceCode code)
    {
        var arrows = Arrows(code).Where(arrow => arrow.From.Length > 0 && arrow.To.Length > 0).ToList();
        var next = arrows.ToLookup(arrow => (arrow.Project, Folder: arrow.From), arrow => (arrow.Project, Folder: arrow.To));
        return from arrow in arrows
               where Reaches(next, (arrow.Project, arrow.To), (arrow.Project, arrow.From))
               group arrow by (arrow.Project, arrow.From, arrow.To) into pair
               select $"{pair.First().Place}: src/{pair.Key.Project}/{pair.Key.From} uses {pair.Key.To} ({pair.First().Target}), "
                   + $"and {pair.Key.To} leads back to {pair.Key.From}. Choose which of them stands above and move the other arrow's end.";
    }

    private static IEnumerable<(string Project, string Folder)> Targets(SimpleNameSyntax name, ISymbol symbol)
    {
        if (symbol is INamespaceSymbol space)
        {
            return name.Ancestors().OfType<UsingDirectiveSyntax>().Any() ? FolderOf(space) : [];
        }

        var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        return type is null ? [] : type.OriginalDefinition.DeclaringSyntaxReferences.Select(place => Home(place.SyntaxTree.FilePath)).Take(1);
    }

    /// <summary>A using directive names a folder of Tandem even while the folder holds no type that is used.</summary>
    private static IEnumerable<(string Project, string Folder)> FolderOf(INamespaceSymbol space)
    {
        var parts = space.ToDisplayString().Split('.');
        return parts.Length == 2 && parts[0] == "Tandem" && Folders.Contains(parts[1]) ? [("Tandem", parts[1])] : [];
    }

    private static int Rank(string folder)
    {
        var rank = Folders.ToList().IndexOf(folder);
        return rank < 0 ? int.MaxValue : rank;
    }

    private static string Shown(string folder) => folder.Length == 0 ? "the files beside the folders" : folder;

    private static bool Reaches(
        ILookup<(string, string), (string, string)> next, (string, string) from, (string, string) to)
    {
        var seen = new HashSet<(string, string)> { from };
        var open = new Queue<(string, string)>(seen);
        while (open.TryDequeue(out var here))
        {
            if (here == to)
            {
                return true;
            }

            foreach (var there in next[here].Where(seen.Add))
            {
                open.Enqueue(there);
            }
        }

        return false;
    }
}
