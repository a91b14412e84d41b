namespace Tandem.Operations;

/// <summary>The changes of one migration while its operations are applied one after the other.</summary>
internal sealed class ChangeDraft
{
}
