using System.Text.RegularExpressions;

namespace Tandem.Tests.Conformance.Life;

/// <summary>Every case, by name.</summary>
public static partial class LifeCases
{
    private static readonly IReadOnlyList<LifeCase> Every =
    [
        .. ColumnCases.All,
        .. TableCases.All,
        .. KeyCases.All,
        .. ScriptCases.All,
        .. ObjectCases.All,
        .. FunctionCases.All,
        .. RowCases.All,
        .. AttributeCases.All,
        .. LinkCases.All,
        .. SqliteCases.All,
        .. HardCases.All,
        .. RuleCases.All,
        .. StorageCases.All,
        .. AccessCases.All,
        .. PatternCases.All,
        .. DomainCases.All,
        .. RowLinkCases.All,
        .. PartitionCases.All,
        .. PartitionRuleCases.All,
        .. PartitioningCases.All,
        .. WorkerCases.All,
    ];

    /// <summary>The names of the cases for an engine, of those that its version can do, as theory data.</summary>
    public static IEnumerable<string> Names(string engine, Version? version = null) =>
        Every.Where(c => (c.Engine is null || c.Engine == engine) && (version is null || c.Since is null || version >= c.Since)).Select(c => c.Name);

    /// <summary>Whether a version of its engine can do the case.</summary>
    public static bool Serves(string name, Version version) => Every.All(c => c.Name != name || c.Since is null || version >= c.Since);

    /// <summary>For each operation the first case of the engine that has it.</summary>
    public static IReadOnlySet<string> FirstOfEach(string engine)
    {
        var operations = new HashSet<string>(StringComparer.Ordinal);
        return Every.Where(c => (c.Engine is null || c.Engine == engine) && Operation().Matches(c.Operations).Select(m => operations.Add(m.Groups[1].Value)).ToList().Contains(true))
            .Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The case of this name.</summary>
    public static LifeCase Get(string name) => Every.Single(c => c.Name == name);

    [GeneratedRegex(@"^\s*- (\w+):", RegexOptions.Multiline)]
    private static partial Regex Operation();
}
