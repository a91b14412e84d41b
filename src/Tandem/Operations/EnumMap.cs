using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>How the values of a type's two versions stand for each other.</summary>
internal sealed class EnumMap
{
    private readonly EnumType type;
    private readonly Dictionary<string, string> up;
    private readonly Dictionary<string, string> down;

    public EnumMap(ChangeDraft draft, EnumType type, AlterEnum wish)
    {
        this.type = type;
        var before = draft.Problems.Count;
        Check(draft, wish);
        up = type.Values.ToDictionary(v => v, v => Other(wish.Rename, v) ?? Other(wish.Remove, v) ?? v, StringComparer.Ordinal);
        After = draft.Problems.Count > before ? type.Values : Values(draft, wish);
        down = [];
        if (draft.Problems.Count == before)
        {
            CheckTargets(draft, wish);
            CollectDown(draft, wish);
        }

        IsSound = draft.Problems.Skip(before).All(p => p.Severity != Severity.Error) && EnumRules.AreDistinct(draft, type.Name, After);
    }

    /// <summary>The values of the new version, in order.</summary>
    public ValueList<string> After { get; }

    public bool IsSound { get; }

    /// <summary>Whether no view compares with a value that the new version does not have; reports those that do.</summary>
    public bool FitsViews(ChangeDraft draft)
    {
        var gone = type.Values.Where(v => !After.Contains(v)).ToHashSet(StringComparer.Ordinal);
        var replaced = draft.Objects.All.Where(o => o.Before is View).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var naming = draft.Schema.Views.Where(v => !replaced.Contains(v.Name)
                && draft.Schema.Dependents.Any(d => d.Kind == DependentKind.View && d.Name == v.Name && d.Table == type.Name)
                && SqlLexer.Tokenize(v.Definition).Any(t => t.Kind == SqlLexer.TokenKind.StringLiteral && gone.Contains(t.Value)))
            .Select(v => v.Name).ToList();
        foreach (var view in naming)
        {
            draft.Report(
                ProblemCodes.ObjectInUse, $"The view {view} names a value of {type.Name} that the new version does not have.", view,
                "Give the view its new text (`replace_view`) or drop it (`drop_view`) in an operation before this one.");
        }

        return naming.Count == 0;
    }

    /// <summary>Gives a column of the type a successor with the new values; false, with problems reported, where that cannot be.</summary>
    public bool Exchange(ChangeDraft draft, TableDraft table, DraftPair<Column> column)
    {
        var name = column.After!.Name;
        var subject = $"{table.Name}.{name}";
        if (TypeUse.IsArray(column.After.Type, type.Name))
        {
            draft.Report(ProblemCodes.NotInPlace, $"{subject} holds arrays of {type.Name}, whose values cannot be renamed or removed.", subject);
            return false;
        }

        var value = column.After.DefaultValue;
        if (value is not null && Literal(value) is null)
        {
            draft.Report(ProblemCodes.Incomplete, $"{subject} has the default {value}, which names no single value of {type.Name}.", subject, "Change the default in an operation before this one (`set_default`).");
            return false;
        }

        if (!ColumnUse.Detach(draft, table, column, name, ColumnFate.Moved))
        {
            return false;
        }

        var old = column.Before!;
        table.Add(column.After! with { Default = value is null ? null : Quote(up.GetValueOrDefault(Literal(value)!, Literal(value)!)) }, column);
        table.Remove(column);
        table.AddLens(new Lens([old.Name], [name], [new LensExpression(name, Case(old.Name, up))], [new LensExpression(old.Name, Case(name, down))]) { MakesType = true });
        return true;
    }

    private static string? Other(ValueList<ValuePair> pairs, string value) => pairs.FirstOrDefault(p => p.Value == value)?.Other;

    private void Check(ChangeDraft draft, AlterEnum wish)
    {
        foreach (var value in wish.Rename.Concat(wish.Remove).Select(p => p.Value).Where(v => !type.Values.Contains(v)))
        {
            draft.Report(ProblemCodes.NoSuchObject, $"The type {type.Name} has no value {value}.", type.Name);
        }

        foreach (var value in wish.Rename.Select(r => r.Other).Concat(wish.AddsOnly ? [] : wish.Add.Select(a => a.Value)).Where(v => type.Values.Contains(v)))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The type {type.Name} has the value {value} already.", type.Name);
        }

        if (wish.Add.Count + wish.Rename.Count + wish.Remove.Count == 0)
        {
            draft.Report(ProblemCodes.Incomplete, "Give `add`, `rename` or `remove`.", type.Name);
        }
    }

    private ValueList<string> Values(ChangeDraft draft, AlterEnum wish)
    {
        var values = type.Values.Where(v => Other(wish.Remove, v) is null).Select(v => Other(wish.Rename, v) ?? v).ToList();
        foreach (var added in wish.Add.Where(a => !wish.AddsOnly || !type.Values.Contains(a.Value)))
        {
            var neighbour = added.Before ?? added.After;
            var place = neighbour is null ? values.Count : values.IndexOf(neighbour);
            if (place < 0 || (added.Before is not null && added.After is not null))
            {
                draft.Report(ProblemCodes.NoSuchObject, $"There is no one place for {added.Value} in the type {type.Name}.", type.Name);
                continue;
            }

            values.Insert(added.After is null ? place : place + 1, added.Value);
        }

        return values.ToValueList();
    }

    private void CheckTargets(ChangeDraft draft, AlterEnum wish)
    {
        foreach (var removed in wish.Remove)
        {
            if (!After.Contains(removed.Other))
            {
                draft.Report(ProblemCodes.ValueWithoutMapping, $"{removed.Value} becomes {removed.Other}, which the new version does not have.", type.Name);
            }
            else
            {
                draft.Report(ProblemCodes.ValuesMerge, $"The new version sees {removed.Other} where the old one sees {removed.Value}.", type.Name);
            }
        }
    }

    private void CollectDown(ChangeDraft draft, AlterEnum wish)
    {
        if (wish.Rename.Count + wish.Remove.Count == 0)
        {
            return;
        }

        foreach (var value in After)
        {
            var old = wish.Rename.FirstOrDefault(r => r.Other == value)?.Value ?? (type.Values.Contains(value) ? value : Other(wish.Down, value));
            if (old is null || !type.Values.Contains(old))
            {
                draft.Report(ProblemCodes.ValueWithoutMapping, $"The old version has nothing to see where the new one sees {value}.", type.Name);
            }
            else
            {
                down[value] = old;
            }
        }
    }

    /// <summary>The one value that a default is, or null.</summary>
    private static string? Literal(string text) => SqlLexer.Tokenize(text) is [{ Kind: SqlLexer.TokenKind.StringLiteral } literal, ..] tokens
        && (tokens.Count == 1 || tokens[1].IsSymbol("::")) ? literal.Value : null;

    private static string Case(string column, Dictionary<string, string> map)
    {
        var text = $"CAST({SqlName.Quote(column)} AS text)";
        var changed = map.Where(m => m.Key != m.Value).OrderBy(m => m.Key, StringComparer.Ordinal).ToList();
        return changed.Count == 0
            ? text
            : $"CASE {text} {string.Concat(changed.Select(m => $"WHEN {Quote(m.Key)} THEN {Quote(m.Value)} "))}ELSE {text} END";
    }

    private static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
