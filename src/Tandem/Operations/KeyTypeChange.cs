using System.Text;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>How a key column changes its type.</summary>
/// <param name="Type">The new type.</param>
/// <param name="Up">The new value; null for a plain cast.</param>
/// <param name="Down">The old value; null for a plain cast.</param>
/// <param name="Default">The key column's default in the new version; null for none.</param>
internal sealed record KeyType(string Type, string? Up, string? Down, string? Default)
{
    /// <summary>The two keys, where each version draws its own and no expression leads from one to the other.</summary>
    public DrawnKey? Drawn { get; init; }
}

/// <summary>
/// Gives a key column another type, and with it every column that refers to it by a foreign key, in whichever table and
/// over as many tables as it takes: all of them get the same lens, or look the key up where each version draws its own.
/// </summary>
internal sealed class KeyTypeChange(ChangeDraft draft, KeyType to)
{
    private sealed record Member(TableDraft Table, DraftPair<Column> Column)
    {
        public string Name { get; } = Column.After!.Name;

        public string Subject => $"{Table.Name}.{Name}";
    }

    /// <summary>Whether a column cannot change its type without others: it is part of a key, or referred to, or drawn from a sequence.</summary>
    public static bool Concerns(ChangeDraft draft, TableDraft table, DraftPair<Column> column)
    {
        var name = column.After!.Name;
        return table.IsKey(name) || column.After.Identity != IdentityKind.None
            || draft.Referencing(table.Name).Any(r => r.Key.After!.ReferencedColumns.Contains(name));
    }

    /// <summary>Does it, or reports why it cannot be.</summary>
    public void Apply(TableDraft table, DraftPair<Column> column)
    {
        var root = new Member(table, column);
        var family = Family(root);
        var problems = draft.Problems.Count;
        foreach (var member in family)
        {
            Check(member, member == root, family);
        }

        if (to.Drawn is not null && family.Count > 1 && draft.WithDrawnKey is { } other)
        {
            draft.Report(ProblemCodes.KeyNotFound, $"The key of {other.Name} is drawn anew by this migration, too: rows of one could need keys of the other before they are there.", root.Subject,
                "Change one of the two keys in a migration of its own.");
        }

        if (draft.Problems.Count > problems)
        {
            return;
        }

        var followers = family.Where(m => m != root).Select(m => $"{m.Subject}{(m.Column.Before!.Type == to.Type ? " (which is already)" : "")}").ToList();
        if (followers.Count > 0)
        {
            draft.Report(ProblemCodes.ForeignKeysFollow, $"With {root.Subject}, {string.Join(", ", followers)} {(followers.Count == 1 ? "becomes" : "become")} {to.Type}.", root.Subject);
        }

        if (to.Drawn is null)
        {
            draft.Report(
                ProblemCodes.KeyOutgrows,
                $"From complete on, {table.Name} may hold keys that do not fit {column.Before!.Type}; rows with such a key cannot go back.",
                root.Subject);
        }
        else if (family.Count > 1)
        {
            table.DrawnKey = to.Drawn;
            draft.Report(ProblemCodes.DrawnKeyIsFixed, $"Until sunset {root.Subject} can be changed through one version only: by old applications until complete, by new ones from then on."
                + (family.Exists(m => m != root && m.Table == table) ? $" Through the other one, a row of {table.Name} must come before those that refer to it, also within one statement." : ""), root.Subject);
        }

        foreach (var member in family)
        {
            Change(member, root);
        }
    }

    private List<Member> Family(Member root)
    {
        var family = new List<Member> { root };
        for (var i = 0; i < family.Count; i++)
        {
            var (table, column) = (family[i].Table, family[i].Name);
            foreach (var (other, key) in draft.Referencing(table.Name).Where(r => r.Table.Before is not null))
            {
                var pairs = key.After!.ReferencedColumns.Zip(key.After.Columns).Where(p => p.First == column);
                family.AddRange(pairs.Select(p => new Member(other, other.Column(p.Second)!)).Where(m => !family.Contains(m)).ToList());
            }
        }

        return family;
    }

    private void Check(Member member, bool isRoot, List<Member> family)
    {
        var (table, column) = (member.Table, member.Column);
        ColumnUse.Check(draft, table, column, isRoot && to.Drawn is not null ? ColumnFate.Moved : ColumnFate.Retyped);
        foreach (var key in table.ForeignKeys.Select(f => f.After).OfType<ForeignKey>())
        {
            foreach (var (own, referenced) in key.Columns.Zip(key.ReferencedColumns).Where(p => p.First == member.Name))
            {
                if (!family.Exists(m => m.Table.Name == key.ReferencedTable && m.Name == referenced))
                {
                    draft.Report(ProblemCodes.KeyRefersElsewhere, $"{table.Name}.{own} refers to {key.ReferencedTable}.{referenced}, which keeps its type.", member.Subject);
                }
                else if (to.Drawn is not null && Hinders(member, key, family[0]) is { } why)
                {
                    draft.Report(ProblemCodes.KeyNotFound, $"{table.Name}.{own} {why}", member.Subject);
                }
            }
        }

        if (isRoot && to.Drawn is not null)
        {
            return;
        }

        if (column.After!.Identity != IdentityKind.None && !TypeNames.IsInteger(to.Type))
        {
            draft.Report(ProblemCodes.SequenceNeedsInteger, $"{member.Subject} gets its values from a sequence, which cannot give {to.Type}.", member.Subject);
        }
        else if (column.After is { Identity: IdentityKind.None, DefaultValue: { } value } && (isRoot ? to.Default is null : FollowingDefault(column.After) is null))
        {
            draft.Report(
                ProblemCodes.Incomplete,
                $"{member.Subject} has the default {value}, which may not fit {to.Type}: {(isRoot ? "give `default`" : "drop it in an operation before this one")}.",
                member.Subject);
        }

        var root = family[0];
        if (!isRoot && !(Carries(to.Up, root.Table.Before!, root.Column.Before!.Name) && Carries(to.Down, root.Table.Before!, root.Name)))
        {
            draft.Report(
                ProblemCodes.KeyExpression,
                $"{member.Subject} follows {root.Subject}, but `up` or `down` reads more than {root.Name}.",
                member.Subject);
        }
    }

    /// <summary>Why a key cannot be looked up when a row that refers to it is written.</summary>
    private static string? Hinders(Member member, ForeignKey key, Member root) =>
        root.Table.Before!.RowSecurityForced ? $"refers to a row of {root.Table.Name} that row security, which is forced, may hide from its owner, too: its key could not be looked up."
        : key.Deferrable is not null ? "may refer to a row that comes later in the transaction (DEFERRABLE): its key could not be looked up."
        : key.Columns.Any(c => c != member.Name && member.Table.Column(c) is { After.Nullable: true }) ? "may hold a value that is not there in a row whose other columns of the foreign key are NULL."
        : !key.Validated ? "may refer to rows that are not there (NOT VALID): they have no key in the new version."
        : null;

    private void Change(Member member, Member root)
    {
        var (table, column, isRoot) = (member.Table, member.Column, member == root);
        var (name, before, current) = (member.Name, column.Before!, column.After!);
        if (before.Type == to.Type && !isRoot)
        {
            // It has the type already; its foreign key is made anew, because what it refers to is.
            ColumnUse.RenewForeignKeys(table, name);
            return;
        }

        var (uniques, indexes, rootName) = (table.Uniques.Count, table.Indexes.Count, root.Name);
        ColumnUse.Reattach(draft, table, column, name);
        foreach (var unique in table.Uniques.Skip(uniques))
        {
            unique.EnforceLive = true;
        }

        foreach (var index in table.Indexes.Skip(indexes))
        {
            index.EnforceLive = index.After!.Unique;
        }

        table.KeyEnforceLive |= table.IsKey(name);
        table.Add(
            isRoot && to.Drawn is not null
                ? new Column(name, to.Type, Nullable: false, to.Default) { Comment = current.Comment }
                : current with
                {
                    Type = to.Type,
                    Default = current.Identity != IdentityKind.None ? current.DefaultValue : isRoot ? to.Default : FollowingDefault(current),
                    Collation = null,
                    Sequence = current.Sequence is { } sequence && sequence.Type == before.Type ? sequence with { Type = to.Type } : current.Sequence,
                },
            column);
        table.Remove(column);
        if (to.Drawn is { } drawn)
        {
            if (!isRoot)
            {
                table.AddLens(new Lens(
                    [before.Name], [name],
                    [new LensExpression(name, drawn.Follow(Side.New, before.Name, to.Type))],
                    [new LensExpression(before.Name, drawn.Follow(Side.Old, name, before.Type))]) { LooksUp = true, Outgrows = true });
            }

            return;
        }

        table.AddLens(new Lens(
            [before.Name], [name],
            [new LensExpression(name, Carried(to.Up, root.Column.Before!.Name, before.Name) ?? Cast(before.Name, to.Type))],
            [new LensExpression(before.Name, Carried(to.Down, rootName, name) ?? Cast(name, before.Type))]) { Outgrows = true });
    }

    /// <summary>Whether an expression reads the key column and nothing else, in words that can be put in terms of another column.</summary>
    private static bool Carries(string? expression, Table table, string column)
    {
        var tokens = expression is null ? [] : SqlLexer.Tokenize(expression);
        return !tokens.Any(t => t.Is("select") || t.IsSymbol("."))
            && !table.Columns.Any(c => c.Name != column && expression is not null && SqlLexer.Names(expression, c.Name));
    }

    /// <summary>An expression that <see cref="Carries"/>, over another column: what is no function and no type is the column.</summary>
    private static string? Carried(string? expression, string from, string column)
    {
        if (expression is null || from == column)
        {
            return expression;
        }

        var tokens = SqlLexer.Tokenize(expression);
        var text = new StringBuilder();
        var at = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var isName = tokens[i].IsName
                && string.Equals(tokens[i].Value, from, StringComparison.OrdinalIgnoreCase);
            var isType = i > 0 && (tokens[i - 1].IsSymbol("::") || tokens[i - 1].Is("as"));
            if (isName && !isType && !(i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(")))
            {
                text.Append(expression, at, tokens[i].Position - at).Append(SqlName.Quote(column));
                at = tokens[i].Position + tokens[i].Text.Length;
            }
        }

        return text.Append(expression, at, expression.Length - at).ToString();
    }

    /// <summary>The default of a column that follows the key, as one of the new type; null where it has none, or none that fits.</summary>
    private string? FollowingDefault(Column column) => column.DefaultValue is not { } value ? null
        : TypeNames.IsInteger(to.Type) && TypeNames.IsInteger(column.Type) ? value
        : FittingDefault.Of(value, column.Type, to.Type, cast: to.Up is null);

    private static string Cast(string column, string type) => $"CAST({SqlName.Quote(column)} AS {type})";
}
