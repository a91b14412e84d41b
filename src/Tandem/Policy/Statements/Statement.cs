using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>A statement of an SQL text.</summary>
/// <param name="Acts">What it does; at least one.</param>
internal sealed record Statement(ValueList<Act> Acts)
{
    /// <summary>The words because of which the server takes it in no transaction; null when it does.</summary>
    public string? NeedsNoTransaction => Acts.OfType<NeedsNoTransaction>().FirstOrDefault()?.What;
}
