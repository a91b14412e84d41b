using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>
/// Checks, indexes and generated columns whose expressions name a column that a lens replaces or that goes. On a column of
/// another type they are made again with the text that they have; the server says whether it takes it, and rows are counted
/// before the new rule holds. Until then the old one does.
/// </summary>
internal static class ExpressionUse
{
    private const string Renew = "Drop it in an operation before this one, and add the new form after it";

    /// <summary>Reports what can neither be made again nor go along.</summary>
    public static void Check(ChangeDraft draft, TableDraft table, DraftPair<Column> column, ColumnFate fate)
    {
        var name = column.After!.Name;
        var subject = $"{table.Name}.{name}";
        foreach (var check in Checks(table, name))
        {
            if (fate == ColumnFate.Moved || (fate == ColumnFate.Retyped ? Unusual(check.After!) is not null : NamesOthers(table, Text(table, check), name)))
            {
                var why = fate == ColumnFate.Retyped && Unusual(check.After!) is { } what ? $", and is {what}" : "";
                draft.Report(
                    ProblemCodes.UsedByConstraint, $"The check {check.After!.Name ?? check.After.Expression} uses {subject}{why}.", subject,
                    $"{Renew} (`drop_check`, `add_check`).");
            }
        }

        foreach (var index in Indexes(table, name).Where(i => fate == ColumnFate.Moved || (fate != ColumnFate.Retyped && i.After!.Unique)))
        {
            draft.Report(
                ProblemCodes.UsedByConstraint, $"The index {index.After!.Name} uses {subject} in an expression.", subject,
                $"{Renew} (`drop_index`, `create_index`).");
        }

        foreach (var generated in table.Columns.Where(c => c != column && c.After?.Generated is { } g && SqlLexer.Names(Now(table, c, g), name)))
        {
            if (!(fate == ColumnFate.Retyped && draft.Engine == "sqlite" && IsFree(table, generated.After!)))
            {
                draft.Report(
                    ProblemCodes.UsedByConstraint, $"The generated column {generated.After!.Name} uses {subject}.", subject,
                    "Drop the generated column in an operation before this one (`drop_column`), and add it again in a later migration: generated where the engine can, else filled by an expression (`add_column` with `up`).");
            }
        }
    }

    /// <summary>Makes checks and indexes again whose expressions name the column, or lets them go with it.</summary>
    public static void Detach(ChangeDraft draft, TableDraft table, string name, string? successor)
    {
        foreach (var check in Checks(table, name).ToList())
        {
            var after = check.After!;
            var text = Text(table, check);
            Leave(table.Checks, check);
            if (successor is null)
            {
                draft.Report(ProblemCodes.GoesAlong, $"The check {after.Name ?? after.Expression} of {table.Name} goes with the column {name}.", table.Name);
            }
            else
            {
                table.Checks.Add(new(null, after with { Expression = text }));
                draft.Report(ProblemCodes.RuleMadeAgain, $"The check {after.Name ?? after.Expression} of {table.Name} is made again over {name}, with the text that it has.", $"{table.Name}.{name}");
            }
        }

        foreach (var index in Indexes(table, name).ToList())
        {
            var after = index.After!;
            var again = InNewNames(table, index);
            Leave(table.Indexes, index);
            if (successor is null)
            {
                draft.Report(ProblemCodes.GoesAlong, $"The index {after.Name} goes with the column {name} of {table.Name}.", table.Name);
            }
            else
            {
                table.Indexes.Add(new(null, again));
                draft.Report(ProblemCodes.RuleMadeAgain, $"The index {after.Name} of {table.Name} is made again over {name}, with the expressions that it has.", $"{table.Name}.{name}");
            }
        }
    }

    /// <summary>The index with its expressions in the names of the new version.</summary>
    public static Schema.Index InNewNames(TableDraft table, DraftPair<Schema.Index> index) => index.After! with
    {
        Keys = index.After!.Keys.Select(k => k.Expression is { } e ? k with { Expression = Now(table, index, e) } : k).ToValueList(),
        Where = index.After.Where is { } where ? Now(table, index, where) : null,
    };

    private static IEnumerable<DraftPair<CheckConstraint>> Checks(TableDraft table, string name) =>
        table.Checks.Where(c => c.After is { } a && (a.Columns.Contains(name) || SqlLexer.Names(Text(table, c), name)));

    private static IEnumerable<DraftPair<Schema.Index>> Indexes(TableDraft table, string name) => table.Indexes.Where(i => i.After is { } a
        && ((a.Where is { } where && SqlLexer.Names(Now(table, i, where), name)) || a.Keys.Any(k => k.Expression is { } e && SqlLexer.Names(Now(table, i, e), name))));

    private static string Text(TableDraft table, DraftPair<CheckConstraint> check) => Now(table, check, check.After!.Expression);

    // What was there before has its text in the old version's names.
    private static string Now<T>(TableDraft table, DraftPair<T> pair, string expression)
        where T : class => pair.Before is null ? expression : table.InNewNames(expression);

    private static void Leave<T>(List<DraftPair<T>> all, DraftPair<T> pair)
        where T : class
    {
        if (pair.Before is null)
        {
            all.Remove(pair);
        }
        else
        {
            pair.After = null;
        }
    }

    private static bool NamesOthers(TableDraft table, string expression, string name) =>
        table.Columns.Any(c => c.After is { } a && a.Name != name && SqlLexer.Names(expression, a.Name));

    /// <summary>What a check is that one made again would not be, or null.</summary>
    private static string? Unusual(CheckConstraint check) =>
        !check.Enforced ? "NOT ENFORCED" : !check.Validated ? "NOT VALID" : check.NoInherit ? "NO INHERIT" : check.Inherited ? "inherited" : null;

    /// <summary>Whether no rule looks at a generated column: it then takes any value, whichever version's application wrote.</summary>
    private static bool IsFree(TableDraft table, Column column) => column.Nullable
        && table.PrimaryKey?.Columns.Contains(column.Name) != true
        && table.Uniques.All(u => u.After?.Columns.Contains(column.Name) != true)
        && table.ForeignKeys.All(f => f.After?.Columns.Contains(column.Name) != true)
        && !Checks(table, column.Name).Any() && !Indexes(table, column.Name).Any()
        && table.Indexes.All(i => i.After is not { Unique: true } a || !a.Columns.Contains(column.Name));
}
