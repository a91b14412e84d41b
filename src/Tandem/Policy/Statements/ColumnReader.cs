using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads columns and constraints of tables. Null where something is not understood.</summary>
internal static class ColumnReader
{
    // Words that cannot belong to a type or a default.
    private static readonly string[] Ends =
    [
        "constraint", "not", "null", "check", "default", "generated", "unique", "primary", "references", "collate", "deferrable", "initially",
        "storage", "compression", "using", "as", "on", "enforced", "options",
    ];

    private static readonly string[] DefaultEnds =
        ["constraint", "not", "null", "check", "generated", "unique", "primary", "references", "deferrable", "initially", "enforced"];

    /// <summary>Whether a constraint of the table comes next, and no column.</summary>
    public static bool IsConstraint(Words words) =>
        words.IsAny("constraint", "check", "unique", "exclude") || words.Is("primary", "key") || words.Is("foreign", "key") || words.Is("not", "null");

    /// <summary>A column: name, type and what it asks for.</summary>
    public static ColumnText? Column(Words words)
    {
        if (words.Name() is not { } name)
        {
            return null;
        }

        // SQLite takes a column without a type.
        var type = words.AtEnd || words.IsAny(Ends) ? "" : words.Until(Ends).RestText;
        var column = new ColumnText(name, type);
        while (!words.AtEnd)
        {
            if (Rule(words, column) is not { } next)
            {
                return null;
            }

            column = next;
        }

        return column;
    }

    /// <summary>A constraint of the table.</summary>
    public static ConstraintText? Constraint(Words words)
    {
        var name = words.Take("constraint") ? words.Name() : null;
        var found = words.TakeAny("check", "unique", "exclude") switch
        {
            "check" => words.Group() is null ? null : new ConstraintText(ConstraintKind.Check),
            "unique" => Keys(words, ConstraintKind.Unique),
            "exclude" => new ConstraintText(ConstraintKind.Exclusion),
            _ when words.Take("primary", "key") => Keys(words, ConstraintKind.PrimaryKey),
            _ when words.Take("foreign", "key") => words.Group() is { } columns && words.Take("references")
                ? References(words, Names(columns))
                : null,
            _ when words.Take("not", "null") => words.Name() is { } column ? new ConstraintText(ConstraintKind.NotNull) { Columns = [column] } : null,
            _ => null,
        };
        return found is null ? null : found with { Name = name, NotValid = Negated(words, "valid") || Negated(words, "enforced") };
    }

    private static ColumnText? Rule(Words words, ColumnText column)
    {
        if (words.Take("constraint"))
        {
            return words.Name() is null ? null : column;
        }

        if (words.Take("default"))
        {
            // NULL ends a default, and may be one.
            return words.Take("null") ? column : words.Until(DefaultEnds) is { AtEnd: false } value ? column with { Default = value.RestText } : null;
        }

        if (words.Take("generated", "always", "as") || words.Take("generated", "by", "default", "as") || words.Take("as"))
        {
            return Generated(words, column);
        }

        var constraint = words.Take("not", "null") ? new ConstraintText(ConstraintKind.NotNull)
            : words.Take("check") ? (words.Group() is null ? null : new ConstraintText(ConstraintKind.Check))
            : words.Take("unique") ? new ConstraintText(ConstraintKind.Unique)
            : words.Take("primary", "key") ? new ConstraintText(ConstraintKind.PrimaryKey)
            : words.Take("references") ? References(words, [column.Name])
            : null;
        return constraint is not null ? column with { Constraints = [.. column.Constraints, constraint] }
            : PassesOver(words) ? column
            : null;
    }

    private static ColumnText? Generated(Words words, ColumnText column)
    {
        if (words.Take("identity"))
        {
            _ = words.Group();
            return column with { Identity = true };
        }

        if (words.Group() is null)
        {
            return null;
        }

        var stored = words.Take("stored");
        _ = words.Take("virtual");
        return column with { Generated = true, Stored = stored };
    }

    // What changes neither rows nor locks.
    private static bool PassesOver(Words words)
    {
        if (words.TakeAny("collate", "storage", "compression") is not null)
        {
            return words.Name() is not null;
        }

        if (words.Take("on", "conflict") || words.Take("initially"))
        {
            return words.Any() is not null;
        }

        if (words.Take("no", "inherit") || words.Take("not", "deferrable") || words.Take("not", "enforced") || words.Take("nulls", "not", "distinct")
            || words.Take("nulls", "distinct") || words.Take("using", "index", "tablespace"))
        {
            return true;
        }

        return words.TakeAny("null", "deferrable", "enforced", "autoincrement", "asc", "desc") is not null || (words.Take("with") && words.Group() is not null);
    }

    private static ConstraintText? Keys(Words words, ConstraintKind kind)
    {
        if (words.Take("using", "index"))
        {
            return words.Name() is null ? null : new ConstraintText(kind) { UsesIndex = true };
        }

        _ = words.Take("nulls", "not", "distinct");
        _ = words.Take("nulls", "distinct");
        return words.Group() is { } columns ? new ConstraintText(kind) { Columns = Names(columns) } : null;
    }

    private static ConstraintText? References(Words words, ValueList<string> columns)
    {
        if (words.Name() is not { } table)
        {
            return null;
        }

        _ = words.Group();
        while (words.Take("match") || words.Take("on", "delete") || words.Take("on", "update"))
        {
            _ = words.Take("no") | words.Take("set");
            _ = words.Any();
            _ = words.Group();
        }

        return new ConstraintText(ConstraintKind.ForeignKey) { References = table, Columns = columns };
    }

    private static ValueList<string> Names(Words columns) => columns.Items().Select(c => c.Name()).OfType<string>().ToValueList();

    private static bool Negated(Words words, string what)
    {
        var tokens = words.Rest.ToList();
        return Enumerable.Range(0, Math.Max(0, tokens.Count - 1)).Any(i => tokens[i].Is("not") && tokens[i + 1].Is(what));
    }
}
