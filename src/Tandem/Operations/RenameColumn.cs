using System.ComponentModel;

namespace Tandem.Operations;

/// <summary>Gives a column another name; both names are served while live.</summary>
[Description("Gives a column another name. Old applications go on using the old name, new ones use the new.")]
public sealed record RenameColumn : Operation
{
    /// <summary>The table.</summary>
    [Description("The table, by its name in the old version.")]
    public required string Table { get; init; }

    /// <summary>The column's name now.</summary>
    [Description("The column's name now.")]
    public required string From { get; init; }

    /// <summary>Its name in the new version.</summary>
    [Description("The column's name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {From} of {Table} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
    }
}
