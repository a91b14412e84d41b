namespace Tandem.Operations;

/// <summary>
/// Marks a record of two parts whose lists are written as a mapping: the key gives the first part, the value the
/// second. <c>when: { mismatches: "&gt; 0" }</c> is a list of one threshold.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WrittenAsMappingAttribute : Attribute;
