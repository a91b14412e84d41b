using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Architecture;

public sealed class InterfaceTests
{
    /// <summary>The seam to a provider.</summary>
    private static readonly string[] Seam = ["IDatabase", "IDialect", "ISession"];

    [Fact]
    public void An_interface_has_two_implementations_or_is_the_seam_to_a_provider() => Rules.Hold(Violations(SourceCode.Product));

    [Fact]
    public void An_interface_with_one_implementation_is_found()
    {
        var code = new SourceCode([("src/A.cs", "interface ISession; interface IOne; interface ITwo<T>; class A : IOne, ITwo<int>; record B : ITwo<string>;")]);

        Violations(code).ShouldHaveSingleItem().ShouldStartWith("src/A.cs: IOne has 1 implementation");
    }

    private static IEnumerable<string> Violations(SourceCode code)
    {
        var types = code.Types().Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default).ToList();
        return from type in types
               where type.TypeKind == TypeKind.Interface && !Seam.Contains(type.Name)
               let count = types.Count(other => other.TypeKind is TypeKind.Class or TypeKind.Struct && Implements(other, type))
               where count < 2
               select $"{type.Locations[0].SourceTree!.FilePath}: {type.Name} has {count} implementation{(count == 1 ? "" : "s")}. "
                   + "Use the class itself, or a delegate; an interface pays from the second on.";
    }

    private static bool Implements(INamedTypeSymbol type, INamedTypeSymbol wanted) =>
        type.AllInterfaces.Any(one => SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, wanted));
}
