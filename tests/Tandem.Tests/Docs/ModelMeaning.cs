using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tandem.Migrations;
using Tandem.Schema;

namespace Tandem.Tests.Docs;

/// <summary>What the parts of the model say about themselves: their doc comments, which the compiler demands.</summary>
internal static partial class ModelMeaning
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.ChangeExtension(typeof(DatabaseSchema).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);

    /// <summary>What a key of a schema file says.</summary>
    public static string Of(FileKey key)
    {
        var type = key.Property.DeclaringType!;
        return key.Description.Length > 0 ? key.Description
            : Text(Members.GetValueOrDefault($"P:{type.FullName}.{key.Property.Name}")?.Element("summary")
                ?? Members.GetValueOrDefault($"T:{type.FullName}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == key.Property.Name));
    }

    /// <summary>What a record says.</summary>
    public static string Of(Type record) => Text(Members.GetValueOrDefault($"T:{record.FullName}")?.Element("summary"));

    private static string Text(XElement? element) =>
        Blanks().Replace(string.Concat(element?.Nodes().Select(Text) ?? []), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{FileForm.Snake(see.Attribute("cref")!.Value.Split('.')[^1])}`",
        XElement code => $"`{code.Value}`",
        XText text => text.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
