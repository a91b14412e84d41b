using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>What a person said about a difference.</summary>
public sealed record DifferenceOptions
{
    /// <summary>What has another name in the second schema: <c>table=new</c>, <c>table.column=new</c>, <c>enum.value=new</c>, <c>domain=new</c>.</summary>
    public ValueList<string> Renames { get; init; } = [];

    /// <summary>What was not renamed but goes, although something like it comes: <c>table</c>, <c>table.column</c>.</summary>
    public ValueList<string> NotRenamed { get; init; } = [];

    /// <summary>New values: <c>table.column=expression</c> over the old row.</summary>
    public ValueList<string> Up { get; init; } = [];

    /// <summary>Old values: <c>table.column=expression</c> over the new row.</summary>
    public ValueList<string> Down { get; init; } = [];

    /// <summary>Whether what holds data and is not in the second schema is dropped.</summary>
    public bool AllowDrop { get; init; }

    /// <summary>Whether the order of columns is no difference.</summary>
    public bool IgnoreColumnOrder { get; init; }

    /// <summary>Whether owners, rights, policies and row security are no difference.</summary>
    public bool IgnoreAccess { get; init; }
}
