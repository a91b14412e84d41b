namespace Tandem.Migrations.Imports;

/// <summary>Names in the order in which people count: <c>upgrade_9</c> before <c>upgrade_10</c>, <c>1.9.0</c> before <c>1.10.0</c>; else letter by letter.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var one = x.AsSpan();
        var other = y.AsSpan();
        while (one.Length > 0 && other.Length > 0)
        {
            var (digits, others) = (Digits(one), Digits(other));
            var order = digits > 0 && others > 0 ? Numbers(one[..digits], other[..others]) : one[0].CompareTo(other[0]);
            if (order != 0)
            {
                return order;
            }

            one = one[Math.Max(1, digits)..];
            other = other[Math.Max(1, others)..];
        }

        return one.Length != other.Length ? one.Length - other.Length : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;

    private static int Numbers(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var a = one.TrimStart('0');
        var b = other.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }
}
