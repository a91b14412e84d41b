using System.Text;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Tests.Docs;

/// <summary>The reference of schema files: each record of the model once, in the order in which the file comes to it.</summary>
internal static class SchemaFilePage
{
    public static string Text()
    {
        var text = new StringBuilder(
            """
            # The schema file

            A schema file says what a database holds: every object that Tandem manages, in YAML (or strict JSON, when its name ends in `.json`).
            `tandem schema --format yaml` writes one, of a database or of a version; `tandem diff` takes one as a side. Unknown keys are errors;
            anchors, aliases and tags are refused. An editor completes and checks the file with [the JSON Schema](schema-file.schema.json).

            What is left out is as the meaning says: no key, no default, not unique. Types and expressions are the database's own SQL.


            """);
        var records = new List<Type> { typeof(SchemaFile) };
        for (var i = 0; i < records.Count; i++)
        {
            text.Append(i == 0 ? "" : $"\n## {Heading(records[i])}\n\n{ModelMeaning.Of(records[i])}\n\n");
            text.Append("| key | value | required | meaning |\n|---|---|---|---|\n");
            foreach (var key in FileForm.Of(records[i]).Keys)
            {
                var inner = FileForm.ItemOf(key.Type) ?? key.Type;
                records.AddRange((FileChoice.Of(inner)?.Types.Values ?? (ScalarBinder.CanBind(inner) ? [] : [inner])).Except(records).ToList());
                text.Append(FormattableString.Invariant($"| `{key.Name}` | {Value(key.Type)} | {(key.Required ? "yes" : "")} | {ReferencePages.Cell(ModelMeaning.Of(key))} |\n"));
            }
        }

        return text.ToString();
    }

    private static string Value(Type type) => FileForm.ItemOf(type) is { } item
        ? FileChoice.Of(item) is { } choice ? $"list of mappings, each of one key: {string.Join(", ", choice.Types.Select(t => $"[`{t.Key}`](#{Anchor(t.Value)})"))}"
            : ScalarBinder.CanBind(item) ? $"list of {ReferencePages.Kind(item)}s" : $"list of [{Heading(item).ToLowerInvariant()}](#{Anchor(item)})"
        : ScalarBinder.CanBind(type) ? ReferencePages.Kind(type) : $"[{Heading(type).ToLowerInvariant()}](#{Anchor(type)})";

    private static string Heading(Type type)
    {
        var words = FileForm.Snake(type.Name).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Anchor(Type type) => FileForm.Snake(type.Name).Replace('_', '-');
}
