using System.Reflection;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>A spot in a file.</summary>
/// <param name="Path">For the source map: <c>operations[0].into[1]</c>.</param>
/// <param name="Shown">For people: <c>split_column.into[1]</c>.</param>
internal readonly record struct Spot(string Path, string Shown)
{
    public Spot Key(string name) => new(Join(Path, name), Join(Shown, name));

    public Spot Item(int index) => new($"{Path}[{index}]", $"{Shown}[{index}]");

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

/// <summary>Makes records from the values of a file and reports everything that does not fit.</summary>
internal sealed class Binder(List<Problem> problems, SourceMap places, string root = "a migration file")
{
    private static readonly MethodInfo ListMethod =
        typeof(Binder).GetMethod(nameof(ListOf), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly ScalarBinder scalars = new(problems);

    /// <summary>The record that a mapping stands for; null when it is no mapping.</summary>
    public object? BindRecord(Type type, FileNode node, SourceSpan place, Spot spot)
    {
        if (node is not MapNode map)
        {
            Report(ProblemCodes.WrongKind, $"{Subject(spot)} must be a mapping of keys to values, not {node.Kind}.", place);
            return null;
        }

        var form = FileForm.Of(type);
        var values = new Dictionary<FileKey, object?>();
        var excused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            if (form.Key(entry.Key) is { } key)
            {
                excused.Add(key.Name);
                if (BindKey(key, entry, spot.Key(key.Name)) is { } value)
                {
                    values.Add(key, value);
                }
            }
            else if (ReportUnknownKey(entry, form.Keys.Select(k => k.Name), spot) is { } meant)
            {
                // One slip of the pen is one problem: the key that was meant is not missing besides.
                excused.Add(meant);
            }
        }

        foreach (var key in form.Keys.Where(k => k.Required && !excused.Contains(k.Name)))
        {
            Report(ProblemCodes.MissingKey, $"{Subject(spot)} needs the key `{key.Name}`.", place);
        }

        return form.Create(values);
    }

    private object? BindKey(FileKey key, MapEntry entry, Spot spot)
    {
        places.Add(spot.Path, entry.Value is ScalarNode ? entry.Value.Place : entry.Place);
        if (entry.Value is ScalarNode { IsEmpty: true } && key.Type != typeof(CellValue))
        {
            Report(ProblemCodes.EmptyValue, $"`{spot.Shown}` has no value.", entry.Place);
            return null;
        }

        var before = problems.Count;
        var value = Bind(key.Type, entry.Value, spot);
        if (key.Filled && before == problems.Count)
        {
            ReportEmptiness(value, entry, spot);
        }

        return value;
    }

    private void ReportEmptiness(object? value, MapEntry entry, Spot spot)
    {
        if (value is string text && string.IsNullOrWhiteSpace(text))
        {
            Report(ProblemCodes.EmptyValue, $"`{spot.Shown}` is blank.", entry.Value.Place);
        }
        else if (value is System.Collections.ICollection { Count: 0 } or IReadOnlyCollection<object> { Count: 0 })
        {
            Report(ProblemCodes.EmptyList, $"`{spot.Shown}` needs at least one entry.", entry.Place);
        }
    }

    private object? Bind(Type type, FileNode node, Spot spot)
    {
        if (FileForm.ItemOf(type) is { } item)
        {
            return FileForm.IsMappingEntry(item) ? BindEntries(item, node, spot) : BindList(item, node, spot);
        }

        if (FileChoice.Of(type) is { } choice)
        {
            return BindChoice(choice, node, spot);
        }

        if (type == typeof(SqlText))
        {
            return BindSql(node, spot);
        }

        if (type == typeof(CellValue))
        {
            return BindCell(node, spot);
        }

        return ScalarBinder.CanBind(type)
            ? scalars.Bind(type, node, spot)
            : BindRecord(type, FileForm.ShortFormOf(type) is { } key && node is ScalarNode ? new MapNode(node.Place, [new MapEntry(key, node.Place, node)]) : node, node.Place, spot);
    }

    private object? BindList(Type item, FileNode node, Spot spot)
    {
        if (node is not ListNode list)
        {
            var hint = node is ScalarNode { Value: var text } && text.Length < 40 && !text.Contains('\n', StringComparison.Ordinal)
                ? $" Write [{text}] for a list of one."
                : "";
            Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be a list, not {node.Kind}.{hint}", node.Place);
            return null;
        }

        var values = new List<object?>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var child = spot.Item(i);
            places.Add(child.Path, list.Items[i].Place);
            if (list.Items[i] is ScalarNode { IsEmpty: true } && FileChoice.Of(item) is null)
            {
                Report(ProblemCodes.EmptyValue, $"`{child.Shown}` has no value.", list.Items[i].Place);
            }
            else
            {
                values.Add(Bind(item, list.Items[i], child));
            }
        }

        return MakeList(item, values);
    }

    private object? BindEntries(Type item, FileNode node, Spot spot)
    {
        if (node is not MapNode map)
        {
            Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be a mapping of names to values, not {node.Kind}.", node.Place);
            return null;
        }

        var form = FileForm.Of(item);
        var values = new List<object?>();
        foreach (var entry in map.Entries)
        {
            var value = BindKey(form.Keys[1], entry, spot.Key(entry.Key));
            values.Add(form.Create(new Dictionary<FileKey, object?> { [form.Keys[0]] = entry.Key, [form.Keys[1]] = value }));
        }

        return MakeList(item, values);
    }

    private static object MakeList(Type item, List<object?> values) =>
        ListMethod.MakeGenericMethod(item).Invoke(null, [values])!;

    private static ValueList<T> ListOf<T>(List<object?> values) => values.OfType<T>().ToValueList();

    private object? BindChoice(FileChoice choice, FileNode node, Spot spot)
    {
        if (node is not MapNode { Entries: [var entry] })
        {
            var found = node is MapNode map ? $"a mapping with {map.Entries.Count} keys" : node.Kind;
            Report(choice.Misformed, $"`{spot.Shown}` must be a mapping with one key, the {choice.One}, not {found}.", node.Place);
            return null;
        }

        places.Add(spot.Path, entry.Place);
        if (!choice.Types.TryGetValue(entry.Key, out var type))
        {
            var meant = NearestName.Find(entry.Key, choice.Types.Keys);
            Report(
                choice.Unknown,
                $"`{Short(entry.Key)}` is not {(choice.One[0] == 'o' ? "an" : "a")} {choice.One}.",
                entry.Place,
                meant is null
                    ? $"The {choice.Several} are {string.Join(", ", choice.Types.Keys)}."
                    : $"Did you mean `{meant}`?");
            return null;
        }

        // `- drop_table:` with nothing below it lacks its keys; saying which helps more than "no value".
        var content = entry.Value is ScalarNode { IsEmpty: true } ? new MapNode(entry.Place, []) : entry.Value;
        var record = BindRecord(type, content, entry.Place, new Spot(spot.Path, entry.Key));
        return record is Operation operation ? operation with { Place = entry.Place } : record;
    }

    private CellValue? BindCell(FileNode node, Spot spot)
    {
        if (node is ScalarNode scalar)
        {
            return CellForm.Of(scalar);
        }

        var sql = node is MapNode { Entries: [{ Key: "sql", Value: ScalarNode text }] }
            ? new SqlText(scalars.Sql(text, spot.Key("sql")))
            : BindSql(node, spot);
        return sql is null ? null : new CellValue(Steps.CellKind.Sql, "", sql);
    }

    private SqlText? BindSql(FileNode node, Spot spot)
    {
        if (node is ScalarNode scalar)
        {
            return new SqlText(scalars.Sql(scalar, spot));
        }

        if (node is not MapNode map)
        {
            Report(
                ProblemCodes.WrongKind,
                $"`{spot.Shown}` must be an SQL text or a mapping with a text per engine, not {node.Kind}.",
                node.Place);
            return null;
        }

        var form = FileForm.Of(typeof(SqlText));
        var engines = form.Keys.Where(k => k.Property.Name != nameof(SqlText.Any)).ToArray();
        var values = new Dictionary<FileKey, object?>();
        foreach (var entry in map.Entries)
        {
            var child = spot.Key(entry.Key);
            var engine = engines.FirstOrDefault(e => e.Name == entry.Key);
            if (engine is null)
            {
                ReportUnknownKey(entry, engines.Select(e => e.Name), spot);
            }
            else if (entry.Value is ScalarNode { IsEmpty: false } text)
            {
                places.Add(child.Path, text.Place);
                values.Add(engine, scalars.Sql(text, child));
            }
            else
            {
                Report(ProblemCodes.WrongKind, $"`{child.Shown}` must be an SQL text, not {entry.Value.Kind}.", entry.Value.Place);
            }
        }

        if (map.Entries.Count == 0)
        {
            Report(ProblemCodes.MissingKey, $"`{spot.Shown}` needs a text for at least one engine.", node.Place);
        }

        return (SqlText)form.Create(values);
    }

    private string? ReportUnknownKey(MapEntry entry, IEnumerable<string> known, Spot spot)
    {
        var names = known.ToArray();
        var meant = NearestName.Find(entry.Key, names);
        Report(
            ProblemCodes.UnknownKey,
            spot.Shown.Length == 0
                ? $"`{Short(entry.Key)}` is not a key of {root}."
                : $"`{Short(entry.Key)}` is not a key of `{spot.Shown}`.",
            entry.Place,
            meant is null ? $"The keys here are {string.Join(", ", names)}." : $"Did you mean `{meant}`?");
        return meant;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";

    private string Subject(Spot spot) => spot.Shown.Length == 0 ? $"{char.ToUpperInvariant(root[0])}{root[1..]}" : $"`{spot.Shown}`";

    private void Report(ProblemCode code, string message, SourceSpan place, string? remedy = null) =>
        problems.Add(new Problem(code, message, place, Remedy: remedy));
}
