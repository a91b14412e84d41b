using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>What a person said about names of two schemas, found in them.</summary>
internal sealed class DifferenceNames
{
    private readonly Dictionary<string, string> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Table, string Column), string> columns = [];
    private readonly Dictionary<(string Enum, string Value), string> values = [];
    private readonly Dictionary<string, string> domains = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Table, string Column), string> up = [];
    private readonly Dictionary<(string Table, string Column), string> down = [];
    private readonly HashSet<(string Table, string? Column)> notRenamed = [];
    private readonly List<Problem> problems = [];

    private DifferenceNames()
    {
    }

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>The domains that are called otherwise in the second schema, with their names there.</summary>
    public IReadOnlyDictionary<string, string> Domains => domains;

    public static DifferenceNames Read(DatabaseSchema from, DatabaseSchema to, DifferenceOptions options)
    {
        var names = new DifferenceNames();
        foreach (var text in options.Renames)
        {
            names.Rename(from, text);
        }

        names.Check(to);
        foreach (var text in options.NotRenamed)
        {
            if (names.Found("--no-rename", text, text, from) is { } found)
            {
                names.notRenamed.Add(found);
            }
        }

        names.Expressions("--up", options.Up, names.up, from, to);
        names.Expressions("--down", options.Down, names.down, from, to);
        return names;
    }

    /// <summary>What is left of it for the next migration, when everything has the second schema's names: the expressions that no operation used.</summary>
    public DifferenceNames Behind(ValueList<Operation> operations)
    {
        var behind = new DifferenceNames();
        var used = operations.Select(ColumnOf).ToHashSet();
        foreach (var (said, kept) in new[] { (up, behind.up), (down, behind.down) })
        {
            foreach (var ((table, column), expression) in said.Where(e => !used.Contains((Table(e.Key.Table), Column(e.Key.Table, e.Key.Column)))))
            {
                kept[(Table(table), Column(table, column))] = expression;
            }
        }

        return behind;
    }

    /// <summary>What a table of the first schema is called in the second.</summary>
    public string Table(string first) => tables.GetValueOrDefault(first, first);

    /// <summary>What a column of a table of the first schema is called in the second.</summary>
    public string Column(string firstTable, string first) => columns.GetValueOrDefault((firstTable, first), first);

    /// <summary>What a value of an enumerated type of the first schema is called in the second.</summary>
    public string Value(string type, string first) => values.GetValueOrDefault((type, first), first);

    public bool IsNotRenamed(string table, string? column = null) => notRenamed.Contains((table, column));

    public string? Up(string table, string column) => up.GetValueOrDefault((table, column));

    public string? Down(string table, string column) => down.GetValueOrDefault((table, column));

    private static (string Table, string Column)? ColumnOf(Operation operation) => operation switch
    {
        AddColumn added => (added.Table, added.Name),
        DropColumn dropped => (dropped.Table, dropped.Column),
        ChangeType changed => (changed.Table, changed.Column),
        AlterColumn changed => (changed.Table, changed.Column),
        _ => null,
    };

    private void Rename(DatabaseSchema from, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || equals == text.Length - 1)
        {
            Report("--rename", text, "it says no new name");
            return;
        }

        var (old, name) = (text[..equals], text[(equals + 1)..]);
        if (ValueOf(from, old) is var (type, value))
        {
            values[(type.Name, value)] = name;
        }
        else if (HasDomain(from, old))
        {
            domains[old] = name;
        }
        else if (Found("--rename", text, old, from) is var (table, column))
        {
            if (column is null)
            {
                tables[table] = name;
            }
            else
            {
                columns[(table, column)] = name;
            }
        }
    }

    // A table's new name may be said behind that of its column.
    private void Check(DatabaseSchema to)
    {
        foreach (var (table, name) in tables.Where(t => to.Table(t.Value) is null).ToList())
        {
            Report("--rename", $"{table}={name}", $"the second schema has no table {name}");
            tables.Remove(table);
        }

        foreach (var ((table, column), name) in columns.Where(c => to.Table(Table(c.Key.Table))?.Column(c.Value) is null).ToList())
        {
            Report("--rename", $"{table}.{column}={name}", $"the second schema has no column {name} in {Table(table)}");
            columns.Remove((table, column));
        }

        foreach (var ((type, value), name) in values.Where(v => to.Enums.All(e => e.Name != v.Key.Enum || !e.Values.Contains(v.Value))).ToList())
        {
            Report("--rename", $"{type}.{value}={name}", $"the second schema has no value {name} of {type}");
            values.Remove((type, value));
        }

        foreach (var (domain, name) in domains.Where(d => !HasDomain(to, d.Value)).ToList())
        {
            Report("--rename", $"{domain}={name}", $"the second schema has no domain {name}");
            domains.Remove(domain);
        }
    }

    private void Expressions(string option, ValueList<string> texts, Dictionary<(string, string), string> into, DatabaseSchema from, DatabaseSchema to)
    {
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || string.IsNullOrWhiteSpace(text[(equals + 1)..]))
            {
                Report(option, text, "it says no expression");
            }
            else if (Found(option, text, text[..equals], from, to) is (var table, { } column))
            {
                into[(table, column)] = text[(equals + 1)..].Trim();
            }
        }
    }

    private (string Table, string? Column)? Found(string option, string text, string named, params DatabaseSchema[] schemas)
    {
        foreach (var schema in schemas)
        {
            if (schema.Table(named) is not null)
            {
                return (named, null);
            }

            foreach (var table in schema.Tables.Where(t => named.StartsWith(t.Name + ".", StringComparison.Ordinal)))
            {
                if (table.Column(named[(table.Name.Length + 1)..]) is { } column)
                {
                    return (table.Name, column.Name);
                }
            }
        }

        Report(option, text, $"there is no {named}");
        return null;
    }

    private static bool HasDomain(DatabaseSchema schema, string name) => schema.Objects.Any(o => o is Domain && o.Name == name);

    private static (EnumType Type, string Value)? ValueOf(DatabaseSchema schema, string named) => schema.Enums
        .Where(e => named.StartsWith(e.Name + ".", StringComparison.Ordinal) && schema.Table(e.Name) is null)
        .Select(e => (e, Value: named[(e.Name.Length + 1)..]))
        .Where(p => p.e.Values.Contains(p.Value))
        .Select(p => ((EnumType, string)?)p).FirstOrDefault();

    private void Report(string option, string text, string why) =>
        problems.Add(new Problem(ProblemCodes.NothingOfThatName, $"{option} {text}: {why}."));
}
