using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Makes ids that our history takes out of the names of other histories, and keeps them apart.</summary>
internal sealed partial class ImportIds
{
    private const int Longest = 48;
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id for a name: the name itself where it can be one.</summary>
    public string Of(string name)
    {
        var id = Foreign().Replace(name, "_").Trim('_');
        id = id.Length == 0 ? "migration" : id;
        if (id.Length > Longest)
        {
            id = $"{id[..(Longest - 7)]}_{Fingerprint.OfText(name)[..6]}";
        }

        var unique = id;
        for (var n = 2; !taken.Add(unique); n++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{id[..Math.Min(id.Length, Longest - 4)]}_{n}");
        }

        return unique;
    }

    /// <summary>A title out of a name: words instead of marks.</summary>
    public static string Title(string description) =>
        string.Join(' ', description.Split(['_', '-', '.'], StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } title ? title : "Imported migration";

    [GeneratedRegex("[^A-Za-z0-9_-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();
}
