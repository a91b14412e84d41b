using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Chooses operations that can be carried out without losing a value, each on a column of its own.</summary>
internal sealed partial class RandomOperations(ValueList<ModelTable> tables, ModelRows? present, Values values)
{
    private readonly HashSet<string> touched = [];
    private readonly Random random = values.Random;

    public List<ModelChange> Changes { get; } = [];

    public ValueList<ModelTable> Tables { get; private set; } = tables;

    /// <summary>Adds what the migration is to be about, where it fits.</summary>
    public void Begin(Topics topics)
    {
        foreach (var table in Tables)
        {
            if (topics.HasFlag(Topics.Moves))
            {
                MoveColumns(table);
            }

            if (topics.HasFlag(Topics.Partitioning))
            {
                PartitionTable(table);
            }

            if (topics.HasFlag(Topics.Triggers))
            {
                WritingTriggers(table);
            }

            if (topics.HasFlag(Topics.Policies))
            {
                Secure(table);
            }

            if (topics.HasFlag(Topics.DrawnKeys) && table.Target is { Drawn: true } key)
            {
                ChangeDrawnKey(table, key, uuid: true);
            }
        }
    }

    /// <summary>Adds an operation, or none when the one it thought of does not fit.</summary>
    public void Try()
    {
        if (isScript)
        {
            return;
        }

        if (Tables.All(t => t.Closed))
        {
            CreateTable();
            return;
        }

        var table = Tables[random.Next(Tables.Count)];
        if (table.Closed || touched.Contains(Beside(table)))
        {
            return;
        }

        if (present is not null && random.Next(6) == 0)
        {
            TryRows(table);
            return;
        }

        if (random.Next(4) == 0)
        {
            TryObject(table);
            return;
        }

        var free = table.Columns.Where(c => c is { Drawn: false, Placing: false } && !touched.Contains($"{table.Id}.{c.Name}")).ToList();
        if (free.Count == 0)
        {
            return;
        }

        var column = free[random.Next(free.Count)];
        switch (random.Next(24))
        {
            case 0 or 1: RenameColumn(table, column); break;
            case 2 or 3: ChangeType(table, column); break;
            case 4 or 5: SplitColumn(table, column); break;
            case 6: MergeColumns(table, free); break;
            case 7 or 8: AddColumn(table); break;
            case 9: AddComputedColumn(table, column); break;
            case 10 or 11: DropColumn(table, column); break;
            case 12: NotNull(table, column); break;
            case 13: SetDefault(table, column); break;
            case 14: Indexes(table, column); break;
            case 15: Constraints(table, column); break;
            case 16: ForeignKeys(table); break;
            case 17: RenameTable(table); break;
            case 18: CreateTable(); break;
            case 19 or 20: AlterColumn(table, column); break;
            case 21: CopyColumn(table, column); break;
            case 22: AlterEnum(table, column); break;
            default: DropTable(table); break;
        }
    }

    private void TryRows(ModelTable table)
    {
        switch (random.Next(10))
        {
            case < 4: ExtractTable(table); break;
            case 8: MoveColumns(table); break;
            case 9: PartitionTable(table); break;
            case 4: InsertRows(table); break;
            case 5: UpdateRows(table); break;
            case 6: DeleteRows(table); break;
            default: Script(); break;
        }
    }

    private void RenameColumn(ModelTable table, ModelColumn column)
    {
        // SQLite's views go by names.
        if (column.Named || (column.Follows is { } source && table.Column(source).Named) || (table.IsViewed(column.Name) && !values.IsPostgres) || !HoldViews(table, column))
        {
            return;
        }

        var (from, to) = (column.Name, values.Name("renamed"));
        Add(table, "rename_column", new() { ["table"] = table.Name, ["from"] = from, ["to"] = to }, Renamed(table, from, to), from, to, c => c with
        {
            Up = (row, _) => row.Without(from).With(new KeyValuePair<string, string?>(to, row[from])),
            Down = (row, _, _) => row.Without(to).With(new KeyValuePair<string, string?>(from, row[to])),
        });
    }

    private static ModelTable Renamed(ModelTable table, string from, string to) => table with
    {
        Columns = table.Columns.Select(c => (c.Name == from ? c with { Name = to } : c) with { Follows = c.Follows == from ? to : c.Follows }).ToValueList(),
        Views = table.Views.Select(v => v with { Columns = v.Columns.Select(c => c.Column == from ? (c.Name, to) : c).ToValueList() }).ToValueList(),
        Indexes = table.Indexes.Select(i => i with { Columns = i.Columns.Select(c => c == from ? to : c).ToValueList() }).ToValueList(),
        Checks = table.Checks.Select(c => c.Column == from ? (c.Name, to) : c).ToValueList(),
        References = table.References.Select(r => r.Column == from ? r with { Column = to } : r).ToValueList(),
    };

    private void ChangeType(ModelTable table, ModelColumn column)
    {
        if (!IsFree(column) || column.Kind is not (ValueKind.Digits or ValueKind.Number) || !HoldViews(table, column))
        {
            return;
        }

        var (type, back) = column.Kind == ValueKind.Digits ? ("integer", "text") : ("text", "integer");
        var after = column with
        {
            Kind = column.Kind == ValueKind.Digits ? ValueKind.Number : ValueKind.Digits,
            Domain = null,

            // Where the old column has a default, a NULL of a new application cannot be told from an old insert.
            WritesNull = column.WritesNull && column.Default is null,
        };
        back = column.Domain is null ? back : column.Type;
        var body = new JsonObject { ["table"] = table.Name, ["column"] = column.Name, ["type"] = type };
        if (column.Default is { } value)
        {
            body["default"] = after.Literal(value);
        }

        if (random.Next(2) == 0)
        {
            body["up"] = $"cast({column.Sql} as {type})";
            body["down"] = $"cast({column.Sql} as {back})";
        }

        Add(table, "change_type", body, table.With(column.Name, after), column.Name, column.Name, c => c);
    }

    private void SplitColumn(ModelTable table, ModelColumn column)
    {
        if (!Replaceable(table, column) || column.Kind != ValueKind.Words || column.WritesNull || column.Unique || column.Default is not null)
        {
            return;
        }

        var first = new ModelColumn(values.Name("first"), ValueKind.Tag) { Nullable = column.Nullable };
        var last = new ModelColumn(values.Name("last"), ValueKind.Tag) { Nullable = true, WritesNull = true };
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["column"] = column.Name,
            ["into"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = first.Name,
                    ["type"] = "text",
                    ["nullable"] = first.Nullable,
                    ["up"] = Each($"split_part({column.Sql}, ' ', 1)", $"substr({column.Sql}, 1, instr({column.Sql} || ' ', ' ') - 1)"),
                },
                new JsonObject
                {
                    ["name"] = last.Name,
                    ["type"] = "text",
                    ["up"] = Each($"nullif(split_part({column.Sql}, ' ', 2), '')", $"nullif(substr({column.Sql}, instr({column.Sql} || ' ', ' ') + 1), '')"),
                }),
            ["down"] = $"{first.Sql} || coalesce(' ' || {last.Sql}, '')",
        };
        Add(table, "split_column", body, WithoutIndexes(table, column.Name).With(column.Name, first, last), column.Name, first.Name, c => c with
        {
            Up = (row, _) =>
            {
                var words = row[column.Name]!.Split(' ');
                return row.Without(column.Name).With(new(first.Name, words[0]), new(last.Name, words.Length > 1 ? words[1] : null));
            },
            Down = (row, _, _) => row.Without(first.Name, last.Name)
                .With(new KeyValuePair<string, string?>(column.Name, row[first.Name] + (row[last.Name] is { } second ? $" {second}" : ""))),
        });
        touched.Add($"{table.Id}.{last.Name}");
    }

    private void MergeColumns(ModelTable table, List<ModelColumn> free)
    {
        var tags = free.Where(c => Replaceable(table, c) && c is { Kind: ValueKind.Tag, Enum: null, Unique: false, Default: null }).Take(2).ToList();
        if (tags.Count < 2)
        {
            return;
        }

        var (left, right) = (tags[0], tags[1]);
        var into = new ModelColumn(values.Name("pair"), ValueKind.Pair) { Halves = (left.WritesNull, right.WritesNull) };
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["from"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = left.Name,
                    ["down"] = Each($"nullif(split_part({into.Sql}, ',', 1), '')", $"nullif(substr({into.Sql}, 1, instr({into.Sql}, ',') - 1), '')"),
                },
                new JsonObject
                {
                    ["name"] = right.Name,
                    ["down"] = Each($"nullif(split_part({into.Sql}, ',', 2), '')", $"nullif(substr({into.Sql}, instr({into.Sql}, ',') + 1), '')"),
                }),
            ["into"] = new JsonObject { ["name"] = into.Name, ["type"] = "text", ["nullable"] = false },
            ["up"] = $"coalesce({left.Sql}, '') || ',' || coalesce({right.Sql}, '')",
        };
        var after = WithoutIndexes(WithoutIndexes(table, left.Name), right.Name).With(left.Name, into).With(right.Name);
        Add(table, "merge_columns", body, after, left.Name, into.Name, c => c with
        {
            Up = (row, _) => row.Without(left.Name, right.Name).With(new KeyValuePair<string, string?>(into.Name, $"{row[left.Name]},{row[right.Name]}")),
            Down = (row, _, _) =>
            {
                var halves = row[into.Name]!.Split(',');
                return row.Without(into.Name).With(new(left.Name, halves[0].Length == 0 ? null : halves[0]), new(right.Name, halves[1].Length == 0 ? null : halves[1]));
            },
        });
        touched.Add($"{table.Id}.{right.Name}");
    }

    private void AddColumn(ModelTable table)
    {
        var kind = random.Next(2) == 0 ? ValueKind.Number : ValueKind.Tag;
        var nullable = random.Next(2) == 0;
        var column = new ModelColumn(values.Name("added"), kind)
        {
            Nullable = nullable,
            WritesNull = nullable,
            Memory = values.Number(),
            Enum = kind == ValueKind.Tag && values.IsPostgres && random.Next(2) == 0 ? CreateEnum() : null,
        };
        column = !nullable || random.Next(2) == 0 ? column with { Default = values.Value(column with { WritesNull = false }) } : column;
        var body = new JsonObject { ["table"] = table.Name, ["name"] = column.Name, ["type"] = column.Type, ["nullable"] = nullable };
        if (column.Default is not null)
        {
            body["default"] = column.Literal(column.Default);
        }

        Add(table, "add_column", body, table with { Columns = table.Columns.Append(column).ToValueList() }, column.Name, column.Name, c => c with
        {
            Up = (row, memory) => row.With(new KeyValuePair<string, string?>(column.Name, memory.Recall(column.Memory!.Value, out var value) ? value : column.Default)),
            Down = (row, _, memory) =>
            {
                memory.Remember(column.Memory!.Value, row[column.Name]);
                return row.Without(column.Name);
            },
        });
    }

    private void AddComputedColumn(ModelTable table, ModelColumn source)
    {
        if (source.Key || source.Parent is not null || source.Follows is not null || source.Enum is not null || (source.Named && !values.IsPostgres))
        {
            return;
        }

        var column = new ModelColumn(values.Name("computed"), source.Kind) { Nullable = source.Nullable, WritesNull = source.WritesNull, Follows = source.Name, Pinned = true };
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["name"] = column.Name,
            ["type"] = source.Kind == ValueKind.Number ? "integer" : "text",
            ["nullable"] = column.Nullable,
            ["up"] = source.Kind == ValueKind.Number ? $"{source.Sql} + 1" : $"{source.Sql} || '!'",
        };
        var after = table.With(source.Name, source with { Pinned = true }, column);
        Add(table, "add_column", body, after, source.Name, column.Name, c => c with
        {
            Up = (row, _) => row.With(new KeyValuePair<string, string?>(column.Name, Follow(column, row[source.Name]))),
            Down = (row, _, _) => row.Without(column.Name),
        });
    }

    /// <summary>The value of a column that follows another.</summary>
    public static string? Follow(ModelColumn column, string? value) => value is null || column.Copies ? value
        : column.Kind == ValueKind.Number ? Text.Number(int.Parse(value, CultureInfo.InvariantCulture) + 1)
        : value + "!";

    private void DropColumn(ModelTable table, ModelColumn column)
    {
        if (!Replaceable(table, column) || column.Unique || table.Columns.Count(c => !c.Key) < 2)
        {
            return;
        }

        var body = new JsonObject { ["table"] = table.Name, ["column"] = column.Name };
        var fallback = column.Default;
        if (!column.WritesNull && fallback is null)
        {
            // Some older version may require it, even where this one does not.
            fallback = values.Value(column with { WritesNull = false })!;
            body["down"] = column.Literal(fallback);
        }

        Add(table, "drop_column", body, WithoutIndexes(table, column.Name).With(column.Name), column.Name, column.Name, c => c with
        {
            Up = (row, _) => row.Without(column.Name),
            Down = (row, older, _) => row.With(new KeyValuePair<string, string?>(column.Name, older is null ? fallback : older[column.Name])),
        });
    }

    /// <summary>A view that one change asks to be made anew stands in the way of another: what it shows changes one at a time.</summary>
    private bool HoldViews(ModelTable table, ModelColumn column)
    {
        var shown = table.Views.Where(v => v.Columns.Any(c => c.Column == column.Name)).SelectMany(v => v.Columns.Select(c => $"{table.Id}.{c.Column}")).ToList();
        if (shown.Exists(touched.Contains))
        {
            return false;
        }

        touched.UnionWith(shown);
        return true;
    }

    private static bool IsFree(ModelColumn column) => column is { Key: false, Pinned: false, Parent: null, Follows: null };

    private static bool Replaceable(ModelTable table, ModelColumn column) => IsFree(column) && !table.IsViewed(column.Name);

    private static ModelTable WithoutIndexes(ModelTable table, string column) =>
        table with { Indexes = table.Indexes.Where(i => !i.Columns.Contains(column)).ToValueList() };

    private static JsonObject Each(string postgres, string sqlite) => new() { ["postgres"] = postgres, ["sqlite"] = sqlite };

    private void Add(ModelTable table, string keyword, JsonObject body, ModelTable after, string from, string to, Func<ModelChange, ModelChange> meaning)
    {
        touched.Add($"{table.Id}.{from}");
        touched.Add($"{table.Id}.{to}");
        Changes.Add(meaning(new ModelChange(table.Id, new JsonObject { [keyword] = body })));
        Tables = Tables.Select(t => t.Id == table.Id ? after with { Changed = true } : t).ToValueList();
    }
}
