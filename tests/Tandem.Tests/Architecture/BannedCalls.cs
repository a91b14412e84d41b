using Microsoft.CodeAnalysis;

namespace Tandem.Tests.Architecture;

/// <summary>A type, or a member of it, that some part of the source may not use, and what to do instead.</summary>
internal sealed record BannedCall(string Name, string Remedy, params string[] In)
{
    /// <summary>The one place where it is allowed.</summary>
    public string? Except { get; init; }
}

/// <summary>Calls that the analyzers cannot ban, because they are right in some projects and wrong in others.</summary>
internal static class BannedCalls
{
    private const string MigrationFile = "src/Tandem/Migrations/MigrationFile.cs";
    private static readonly string[] Libraries = ["src/Tandem/", "src/Tandem.Postgres/", "src/Tandem.Sqlite/"];

    public static readonly IReadOnlyList<BannedCall> All =
    [
        .. Files("File", "Directory", "FileStream", "FileInfo", "DirectoryInfo"),
        new("System.Console", "return a value; only the command line prints", Libraries),
        .. Everywhere("use CultureInfo.InvariantCulture", "System.Globalization.CultureInfo.CurrentCulture", "System.Globalization.CultureInfo.CurrentUICulture"),
        .. Everywhere(
            "take a TimeProvider",
            "System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTime.Today", "System.DateTimeOffset.Now",
            "System.DateTimeOffset.UtcNow", "System.Environment.TickCount", "System.Environment.TickCount64"),
        .. Everywhere("take a Random, or give it a seed", "System.Random.Shared"),
    ];

    public static IEnumerable<string> Violations(SourceCode code) =>
        from file in code.Files
        from name in code.Names(file)
        let member = Name(name.Symbol)
        let type = name.Symbol.ContainingType is { } holder ? Name(holder) : null
        from banned in All
        where (banned.Name == member || banned.Name == type)
            && banned.In.Any(folder => file.FilePath.StartsWith(folder, StringComparison.Ordinal)) && file.FilePath != banned.Except
        select $"{SourceCode.Place(name.Name)}: {banned.Name} is banned here: {banned.Remedy}";

    private static string Name(ISymbol symbol) =>
        symbol is INamedTypeSymbol or INamespaceSymbol ? symbol.ToDisplayString() : $"{symbol.ContainingType?.ToDisplayString()}.{symbol.Name}";

    private static IEnumerable<BannedCall> Files(params string[] types) => types.Select(type =>
        new BannedCall($"System.IO.{type}", "only MigrationFile and the command line touch files; take the text or a Stream", "src/Tandem/") { Except = MigrationFile });

    private static IEnumerable<BannedCall> Everywhere(string remedy, params string[] names) => names.Select(name => new BannedCall(name, remedy, "src/"));
}
