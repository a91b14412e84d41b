using System.Text;

namespace Tandem.Schema;

/// <summary>Names for constraints, indexes and sequences that nobody named: those that PostgreSQL gives, cut where it cuts them.</summary>
public static class UsualName
{
    private const int MostBytes = 63;

    /// <summary>The table, the columns if there are any, and a word for the kind.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="columns">The names of the columns, none where the kind of name has none.</param>
    /// <param name="label">The kind: pkey, key, fkey, check, seq.</param>
    public static string Of(string table, IEnumerable<string> columns, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var (first, second) = (Encoding.UTF8.GetBytes(table), Encoding.UTF8.GetBytes(string.Join('_', columns)));
        var room = MostBytes - label.Length - 1 - (second.Length > 0 ? 1 : 0);
        var (head, rest) = (first.Length, Math.Min(second.Length, MostBytes));

        // The longer part loses, byte for byte.
        while (head + rest > room)
        {
            (head, rest) = head > rest ? (head - 1, rest) : (head, rest - 1);
        }

        return string.Join('_', new[] { Cut(first, head), Cut(second, rest), label }.Where(p => p.Length > 0));
    }

    // No character is cut in two.
    private static string Cut(byte[] text, int most)
    {
        while (most > 0 && most < text.Length && (text[most] & 0xC0) == 0x80)
        {
            most--;
        }

        return Encoding.UTF8.GetString(text, 0, most);
    }
}
