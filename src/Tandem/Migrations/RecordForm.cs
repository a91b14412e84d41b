using System.Collections;
using System.Text.Json.Nodes;
using Tandem.Operations;

namespace Tandem.Migrations;

/// <summary>
/// Records as a file has them: what the binder reads from it is the same record again. Operations that hold rows' values are
/// not written.
/// </summary>
internal static class RecordForm
{
    /// <summary>The operation under its keyword.</summary>
    public static JsonObject Of(Operation operation) => Entry(FileChoice.Operations, operation);

    /// <summary>The record, without what is as it would be if it were left out.</summary>
    public static JsonObject Mapping(object record)
    {
        var form = FileForm.Of(record.GetType());
        var bare = form.Create(form.Keys.Where(k => k.Required).ToDictionary(k => k, k => k.Property.GetValue(record)));
        var mapping = new JsonObject();
        foreach (var key in form.Keys)
        {
            if (key.Property.GetValue(record) is { } value && (key.Required || !value.Equals(key.Property.GetValue(bare))))
            {
                mapping[key.Name] = Node(value);
            }
        }

        return mapping;
    }

    private static JsonNode Node(object value) => value switch
    {
        SqlText { Any: { } any, Postgres: null, Sqlite: null } => any,
        string text => text,
        bool yes => yes,
        int number => number,
        long number => number,
        Enum choice => FileForm.Snake(choice.ToString()),
        IEnumerable items when FileForm.ItemOf(value.GetType()) is { } item && FileForm.IsMappingEntry(item) => Entries(items, FileForm.Of(item)),
        IEnumerable items when FileForm.ItemOf(value.GetType()) is { } item && FileChoice.Of(item) is { } choice => new JsonArray([.. items.Cast<object>().Select(i => Entry(choice, i))]),
        IEnumerable items => new JsonArray([.. items.Cast<object>().Select(Node)]),
        _ => Mapping(value),
    };

    private static JsonObject Entry(FileChoice choice, object record) => new() { [choice.Keyword(record.GetType())] = Mapping(record) };

    private static JsonObject Entries(IEnumerable items, FileForm form)
    {
        var mapping = new JsonObject();
        foreach (var item in items)
        {
            mapping[(string)form.Keys[0].Property.GetValue(item)!] = Node(form.Keys[1].Property.GetValue(item)!);
        }

        return mapping;
    }
}
