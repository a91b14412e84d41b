using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What operations on enumerated types have in common.</summary>
internal static class EnumRules
{
    public const string InsteadOnSqlite = "Let the column be text with a check (`add_check`) that lists the values, or write a file of its own for SQLite.";

    private const int LongestValue = 63;

    /// <summary>Whether the values can be those of one type.</summary>
    public static bool AreDistinct(ChangeDraft draft, string type, IEnumerable<string> values)
    {
        var fine = true;
        foreach (var twice in values.GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The type {type} has the value {twice.Key} more than once.", type);
            fine = false;
        }

        foreach (var value in values.Where(v => v.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(v) > LongestValue))
        {
            draft.Report(ProblemCodes.Incomplete, $"A value of the type {type} must have 1 to {LongestValue} bytes: '{value}'.", type);
            fine = false;
        }

        return fine;
    }
}

/// <summary>Who uses a type.</summary>
internal static class TypeUse
{
    /// <summary>The columns of the new version, as it stands now, that have the type or arrays of it.</summary>
    public static IEnumerable<(TableDraft Table, DraftPair<Column> Column)> Columns(ChangeDraft draft, string type)
    {
        var names = draft.Schema.Tables.Where(t => t.Columns.Any(c => TypeNames.IsOf(c.Type, type))).Select(t => t.Name)
            .Concat(draft.Changes.Where(c => c.After is { } a && a.Columns.Any(o => TypeNames.IsOf(o.Type, type))).Select(c => c.After!.Name))
            .Distinct(StringComparer.Ordinal).ToList();
        foreach (var table in names.Select(draft.Find).OfType<TableDraft>())
        {
            foreach (var column in table.Columns.Where(c => c.After is { } a && TypeNames.IsOf(a.Type, type)).ToList())
            {
                yield return (table, column);
            }
        }
    }

    /// <summary>Whether nothing of the new version uses the type; reports what does.</summary>
    public static bool Refuse(ChangeDraft draft, string type)
    {
        var fine = true;
        foreach (var (table, column) in Columns(draft, type))
        {
            draft.Report(ProblemCodes.ObjectInUse, $"The column {table.Name}.{column.After!.Name} has the type {type}.", type);
            fine = false;
        }

        return RefuseOthers(draft, type) && fine;
    }

    /// <summary>Reports what the migration itself gives a type that it drops, behind the operation that drops it.</summary>
    public static void Check(ChangeDraft draft)
    {
        foreach (var type in draft.Objects.All.Where(o => o is { Dropped: true, Before: EnumType or Domain or CompositeType or RangeType }).Select(o => o.Name).ToList())
        {
            var users = Columns(draft, type).Select(c => $"The column {c.Table.Name}.{c.Column.After!.Name}")
                .Concat(draft.Objects.All.Select(o => o.After).OfType<Domain>().Where(d => TypeNames.IsOf(d.Type, type)).Select(d => $"The domain {d.Name}")).ToList();
            foreach (var user in users)
            {
                draft.Report(ProblemCodes.ObjectInUse, $"{user} has the type {type}, which this migration drops.", type, "Give it another type, or leave the type where it is.");
            }
        }
    }

    // Whether an operation before this one drops what the server describes so.
    private static bool Goes(ChangeDraft draft, string user) => draft.Objects.All.Where(o => o.Dropped).Any(o => o.Before switch
    {
        Routine routine => user == $"{routine.Kind} {routine.Identity}",
        Domain or CompositeType or RangeType => Spelled(draft, o.Name).Any(n => user == $"type {n}" || user == $"type {n}[]" || user.EndsWith($" of composite type {n}", StringComparison.Ordinal)),
        _ => false,
    });

    private static IEnumerable<string> Spelled(ChangeDraft draft, string name) =>
        new[] { name, SqlName.Quote(name) }.SelectMany(n => new[] { n, $"{draft.Schema.Name}.{n}", $"{SqlName.Quote(draft.Schema.Name)}.{n}" });

    /// <summary>Whether nothing but columns of tables uses the type; reports what does.</summary>
    public static bool RefuseOthers(ChangeDraft draft, string type)
    {
        var fine = true;
        foreach (var user in draft.Schema.Dependents.Where(d => d.Kind == DependentKind.TypeUse && d.Table == type).Select(d => d.Name).Distinct().Where(n => !Goes(draft, n)))
        {
            draft.Report(ProblemCodes.ObjectInUse, $"{char.ToUpperInvariant(user[0])}{user[1..]} uses the type {type}.", type);
            fine = false;
        }

        return fine;
    }

    /// <summary>Whether the spelling of a type means this one.</summary>
    public static bool Is(string spelled, string type) =>
        spelled == type || spelled == SqlName.Quote(type);

    public static bool IsArray(string spelled, string type) => spelled.EndsWith("[]", StringComparison.Ordinal) && Is(spelled[..^2], type);
}
