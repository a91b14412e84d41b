using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Moves columns of a table into a table of their own; both forms are served and kept in agreement.</summary>
[Description("Moves columns of a table into a table of their own that shares its key, or refers to it under a key of its own. Both forms are served and kept in agreement.")]
public sealed record ExtractTable : Operation
{
    /// <summary>The table that has the columns.</summary>
    [Description("The table that has the columns.")]
    public required string Table { get; init; }

    /// <summary>The columns that move.</summary>
    [Description("The columns that move. They keep their names, types, defaults and rules.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The new table.</summary>
    [Description("The new table.")]
    public required string Into { get; init; }

    /// <summary>What the key's columns are called in the new table.</summary>
    [Description("What the columns of the table's primary key are called in the new table, in the key's order; as in the table when left out.")]
    public ValueList<string>? Key { get; init; }

    /// <summary>The primary key of the new table's own.</summary>
    [Description("A column that is the new table's primary key instead, of values that the database draws. Each row refers to its row of the table by the columns of `key`, which are unique.")]
    public NewColumn? OwnKey { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table, Into];

    /// <inheritdoc />
    public override string Summarize() => $"{string.Join(", ", Columns)} of {Table} move into the table {Into}, under {(OwnKey is null ? "the same key" : $"a key of its own, {OwnKey.Name}")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table || !draft.IsFree(Into) || !ConstraintNames.Exist(draft, table, Columns))
        {
            return;
        }

        var before = draft.Problems.Count(p => p.Severity == Severity.Error);
        var key = KeyOf(draft, table);
        var own = DrawnColumn(draft);
        foreach (var name in Columns.Distinct(StringComparer.Ordinal))
        {
            Look(draft, table.Column(name)!);
        }

        var rules = Rules(table);
        foreach (var name in Columns.Distinct(StringComparer.Ordinal))
        {
            ColumnUse.Detach(draft, table, table.Column(name)!, null, ColumnFate.Moved);
        }

        if (draft.Problems.Count(p => p.Severity == Severity.Error) > before)
        {
            return;
        }

        draft.Create(Made(table, key, own, rules));
        table.AddLink(new TableLink(table.Before!.Name, Into, Side.New)
        {
            Key = key.ToValueList(),
            Columns = Columns.Select(c => new LinkedColumn(c, c, table.Column(c)!.Before!.Default)).ToValueList(),
        });
        foreach (var name in Columns)
        {
            table.Remove(table.Column(name)!);
        }
    }

    private List<LinkedColumn> KeyOf(ChangeDraft draft, TableDraft table)
    {
        var columns = table.PrimaryKey?.Columns ?? [];
        if (columns.Count == 0 || table.Before is not { PrimaryKey: { } old } || !old.Columns.SequenceEqual(columns.Select(c => table.Column(c)?.Before?.Name ?? "")))
        {
            draft.Report(ProblemCodes.LinkNeedsKey, $"{Table} has no primary key that was there before this migration.", Table);
            return [];
        }

        var names = Key ?? columns;
        if (names.Count != columns.Count)
        {
            draft.Report(ProblemCodes.Incomplete, $"`key` of {Into} needs a name for each of {string.Join(", ", columns)}.", Into);
            return [];
        }

        foreach (var twice in names.Concat(Columns).Concat(OwnKey is { } own ? [own.Name] : []).GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The table {Into} would have the column {twice.Key} twice.", $"{Into}.{twice.Key}");
        }

        return columns.Select((c, i) => new LinkedColumn(table.Column(c)!.Before!.Name, names[i])).ToList();
    }

    /// <summary>The key of its own; rows that come from the other version get none but by themselves.</summary>
    private Column? DrawnColumn(ChangeDraft draft)
    {
        if (OwnKey?.Freeze(draft, Into) is not { } column)
        {
            return null;
        }

        if (!IsDrawn(column, draft.Engine))
        {
            draft.Report(ProblemCodes.OwnKeyNotDrawn, $"Nothing gives {Into}.{column.Name} a value for a row that comes from {Table}.", $"{Into}.{column.Name}");
        }

        return column with { Nullable = false };
    }

    /// <summary>Whether the database gives a row without a value of this column, the only one of the primary key, one of its own.</summary>
    internal static bool IsDrawn(Column column, string engine) => column.Generated is null
        && (column.Identity != IdentityKind.None || (column.Default is { } value && !IsConstant(value))
            || (engine == "sqlite" && string.Equals(column.Type, "INTEGER", StringComparison.OrdinalIgnoreCase)));

    private void Look(ChangeDraft draft, DraftPair<Column> column)
    {
        var subject = $"{Table}.{column.After!.Name}";
        if (column.Before is not { } old || old != column.After)
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{subject} is already made or changed by an earlier operation of this migration.", subject);
        }
        else if (old.Default is { } value ? !IsConstant(value) : !old.Nullable || DomainUse.Of(draft, old.Type).Any(d => !d.Nullable))
        {
            draft.Report(
                ProblemCodes.NothingStandsForAbsence,
                old.Default is not null ? $"The default of {subject} is not a constant: {old.Default}."
                    : old.Nullable ? $"The domain of {subject}, {old.Type}, takes no NULL, and the column has no default." : $"{subject} is required and has no default.",
                subject);
        }
    }

    /// <summary>Rules that concern the moved columns alone go with them; what else hangs on the columns is for the common rules to say.</summary>
    private Table Rules(TableDraft table)
    {
        bool Moved(IEnumerable<string> columns) => columns.Any() && columns.All(Columns.Contains);
        return new Table(Into, [])
        {
            Uniques = Taken(table.Uniques, u => Moved(u.Columns)),
            Checks = Taken(table.Checks, c => Moved(c.Columns)),
            ForeignKeys = Taken(table.ForeignKeys, f => Moved(f.Columns)),
            Indexes = Taken(table.Indexes, i => Moved(i.Columns.Concat(i.Include).Concat(i.Keys.Select(k => k.Column).OfType<string>()))),
        };
    }

    private static ValueList<T> Taken<T>(List<DraftPair<T>> pairs, Func<T, bool> goes)
        where T : class
    {
        var taken = pairs.Where(p => p.Before is not null && p.Before == p.After && goes(p.After)).ToList();
        var items = taken.Select(p => p.After!).ToValueList();
        foreach (var pair in taken)
        {
            pair.After = null;
        }

        return items;
    }

    private Table Made(TableDraft table, List<LinkedColumn> key, Column? own, Table rules)
    {
        var keys = key.Select((k, i) =>
        {
            var column = table.Column(table.PrimaryKey!.Columns[i])!.After!;
            return new Column(k.Part, column.Type, Nullable: false) { Collation = column.Collation };
        });
        var names = key.Select(k => k.Part).ToValueList();
        var reference = new ForeignKey(UsualName.Of(Into, names, "fkey"), names, table.Name, table.PrimaryKey!.Columns)
        {
            OnDelete = ReferentialAction.Cascade,
            OnUpdate = ReferentialAction.Cascade,
        };
        return rules with
        {
            Columns = (own is null ? keys : keys.Prepend(own)).Concat(Columns.Select(c => table.Column(c)!.After!)).ToValueList(),
            PrimaryKey = new PrimaryKey(UsualName.Of(Into, [], "pkey"), own is null ? names : [own.Name]),
            Uniques = own is null ? rules.Uniques : rules.Uniques.Append(new UniqueConstraint(UsualName.Of(Into, names, "key"), names)).ToValueList(),
            ForeignKeys = rules.ForeignKeys.Append(reference).ToValueList(),
            WithoutRowId = false,
            Strict = table.Before!.Strict,
        };
    }

    /// <summary>A literal, perhaps with a sign or a cast: the same value for every row and at any time.</summary>
    internal static bool IsConstant(string text)
    {
        var cast = false;
        return SqlLexer.Tokenize(text).All(t =>
        {
            cast |= t.IsSymbol("::");
            return t.Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number
                || t.IsSymbol("-") || t.IsSymbol("+") || t.Is("null") || t.Is("true") || t.Is("false")
                || (cast && (t.IsName
                    || t.IsSymbol("::") || t.IsSymbol("(") || t.IsSymbol(")") || t.IsSymbol(",") || t.IsSymbol("[") || t.IsSymbol("]") || t.IsSymbol(".")));
        });
    }
}
