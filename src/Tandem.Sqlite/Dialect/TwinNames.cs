using System.Globalization;
using Tandem.Databases;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The names of what the engine makes for one migration. Everything but the twins begins with <see cref="Prefix"/>;
/// twins have a name that people write, and are registered in <c>tandem_objects</c>.
/// </summary>
/// <param name="Ordinal">The migration's number in this target.</param>
/// <param name="Migration">The migration's id.</param>
internal sealed record TwinNames(int Ordinal, string Migration)
{
    /// <summary>What all names of hidden objects begin with.</summary>
    public const string Prefix = "_tandem_";

    /// <summary>
    /// Stands behind each name of a storage in the text of the engine's triggers. A name with this mark is exchanged
    /// in the stored text when storages change names; users' expressions do not hold it.
    /// </summary>
    public const string Mark = "/*@tandem*/";

    /// <summary>Whether a name is one that the engine gives to what it hides.</summary>
    public static bool IsHidden(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && name.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') is var end and > 0
        && name[Prefix.Length + end] == '_';

    /// <summary>The names for a migration.</summary>
    public static TwinNames Of(RenderContext context) => new(context.Ordinal, context.Migration);

    /// <summary>A storage's name as the engine's triggers write it.</summary>
    public static string Marked(string storage) => SqliteText.Quote(storage) + Mark;

    /// <summary>The new version's table while the old one has the plain name.</summary>
    public string Twin(string table) => $"{table}__{Migration}";

    /// <summary>The table of the version that is called so, when another version has the plain name.</summary>
    public static string Version(string table, string version) => $"{table}__{version}";

    /// <summary>The old version's table once the new one has the plain name.</summary>
    public string Retired(string table) => Hidden("old", table);

    /// <summary>An index of the new version until it gets its own name.</summary>
    public string NewIndex(string index) => Hidden("newix", index);

    /// <summary>An index of the old version once it gave its name away.</summary>
    public string OldIndex(string index) => Hidden("oldix", index);

    /// <summary>The index of a key or unique rule of the new version as long as it does not hold: no index of a person's can have its name.</summary>
    public string NewRule(string rule) => Hidden("newrule", rule);

    /// <summary>The same of the old version.</summary>
    public string OldRule(string rule) => Hidden("oldrule", rule);

    /// <summary>A trigger; <paramref name="what"/> says which.</summary>
    public string Trigger(string what, string table) => Hidden(what, table);

    /// <summary>A pattern (GLOB) of everything hidden that belongs to this migration.</summary>
    public string OwnPattern => Hidden("*", "")[..^1];

    /// <summary>Where the before-images of a row update are.</summary>
    public string Images(int number) => Hidden("rows", number.ToString(CultureInfo.InvariantCulture));

    private string Hidden(string what, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Ordinal}_{what}_{name}");
}
