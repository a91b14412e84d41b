namespace Tandem.Operations;

/// <summary>
/// Marks a record that may be written as one of its values alone: <c>mismatches: "&gt; 0"</c> is
/// <c>mismatches: { is: "&gt; 0" }</c>.
/// </summary>
/// <param name="property">The property that the value alone stands for; a text.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShortFormAttribute(string property) : Attribute
{
    /// <summary>The property.</summary>
    public string Property => property;
}
