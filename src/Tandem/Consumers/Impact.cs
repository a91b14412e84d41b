using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Consumers;

/// <summary>What becomes of something that uses a table or column.</summary>
public enum ImpactVerdict
{
    /// <summary>It does not work any more, or the database refuses the change because of it.</summary>
    Breaks,

    /// <summary>Nobody can say without knowing it better.</summary>
    Unknown,

    /// <summary>It goes on with less: slower, with a rule less, with other rows.</summary>
    Degrades,

    /// <summary>It goes on as before.</summary>
    Safe,
}

/// <summary>One thing that uses a table or column, judged.</summary>
/// <param name="Use">The fact.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record ImpactLine(ObjectUse Use, ImpactVerdict Verdict, string Reason);

/// <summary>What a change does to everything that uses what it changes.</summary>
/// <param name="Subjects">What is changed.</param>
/// <param name="Lines">Everything that uses it, worst first.</param>
public sealed record Impact(ValueList<ImpactSubject> Subjects, ValueList<ImpactLine> Lines)
{
    /// <summary>How many statements that the server keeps count of were looked at; null when it keeps none.</summary>
    public long? Statements { get; init; }

    /// <summary>Why no statements, or not all, could be looked at; or null.</summary>
    public string? Unseen { get; init; }

    /// <summary>Judges what was found.</summary>
    public static Impact Of(ValueList<ImpactSubject> subjects, UseFindings found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var lines = found.Uses.Select(ImpactJudge.Judge)
            .OrderBy(l => l.Verdict)
            .ThenByDescending(l => l.Use.Calls ?? long.MaxValue)
            .ThenBy(l => l.Use.Kind, StringComparer.Ordinal)
            .ThenBy(l => l.Use.Name, StringComparer.Ordinal)
            .ThenBy(l => $"{l.Use.Subject}", StringComparer.Ordinal);
        return new Impact(subjects, lines.ToValueList()) { Statements = found.Statements, Unseen = found.Unseen };
    }

    /// <summary>The same where the plan knows better: what it refuses because of an object that would break, breaks.</summary>
    public Impact Heeding(IEnumerable<Problem> findings)
    {
        var broken = findings.Where(f => f.Code == ProblemCodes.DependentWouldBreak && f.Subject is not null).ToLookup(f => f.Subject!, f => f.Message, StringComparer.Ordinal);
        var lines = Lines.Select(l => broken[l.Use.Name.Split(" on ")[0]].FirstOrDefault() is { } message ? l with { Verdict = ImpactVerdict.Breaks, Reason = message } : l);
        return this with { Lines = lines.OrderBy(l => l.Verdict).ToValueList() };
    }

    /// <summary>The table, view or column of one that a person named: <c>table</c>, <c>table.column</c>, <c>view.column</c>, <c>schema.table.column</c>; names may hold points.</summary>
    /// <exception cref="TandemException">There is none of that name.</exception>
    public static ImpactSubject Named(DatabaseSchema schema, string name, Fate fate)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(name);
        var own = schema.Name + ".";
        foreach (var text in name.StartsWith(own, StringComparison.Ordinal) ? new[] { name, name[own.Length..] } : [name])
        {
            if (schema.Table(text) is not null)
            {
                return new ImpactSubject(text, null, fate);
            }

            if (schema.Views.FirstOrDefault(v => v.Name == text) is { } view)
            {
                return fate != Fate.Retyped ? new ImpactSubject(text, null, fate) { Kind = view.Kind }
                    : throw new TandemException(new Problem(ProblemCodes.WrongUsage, $"{text} is a {view.Kind}, which has no type.", Subject: text, Remedy: "Name a column, or ask for `drop` or `rename`."));
            }

            for (var point = text.IndexOf('.', StringComparison.Ordinal); point >= 0; point = text.IndexOf('.', point + 1))
            {
                if (schema.Table(text[..point]) is { } table)
                {
                    var column = text[(point + 1)..];
                    return table.Column(column) is not null ? new ImpactSubject(table.Name, column, fate) : throw NoColumn(table.Name, column, table.Columns.Select(c => c.Name));
                }

                // Which columns a view has the database is asked when it looks for what uses them.
                if (schema.Views.FirstOrDefault(v => v.Name == text[..point]) is { } whole)
                {
                    return new ImpactSubject(whole.Name, text[(point + 1)..], fate) { Kind = whole.Kind };
                }
            }
        }

        throw new TandemException(Missing(schema, name));
    }

    /// <summary>What changes of a migration take from those who use the old version.</summary>
    public static ValueList<ImpactSubject> SubjectsOf(IEnumerable<TableChange> changes) =>
        changes.Where(c => c.Before is not null).SelectMany(SubjectsOf).ToValueList();

    private static IEnumerable<ImpactSubject> SubjectsOf(TableChange change)
    {
        var table = change.Before!.Name;
        if (change.After is null)
        {
            return [new ImpactSubject(table, null, Fate.Dropped)];
        }

        var columns = change.Columns.Where(c => c.Before is not null).Select(c => (c.Before!.Name, Fate: FateOf(change, c)));
        return columns.Where(c => c.Fate is not null).Select(c => new ImpactSubject(table, c.Name, c.Fate!.Value))
            .Concat(change.After.Name == table ? [] : [new ImpactSubject(table, null, Fate.Renamed)]);
    }

    private static Fate? FateOf(TableChange change, Pair<Column> column) => column switch
    {
        { After: { } after } when after.Name != column.Before!.Name => Fate.Renamed,
        { After: { } after } => after.Type == column.Before!.Type ? null : Fate.Retyped,
        _ => change.After!.Column(column.Before!.Name) is null ? Fate.Dropped : Fate.Retyped,
    };

    // A name may hold points: what has the name up to one of them is what was meant.
    private static Problem Missing(DatabaseSchema schema, string name)
    {
        var parts = name.Split('.');
        var known = Enumerable.Range(1, parts.Length).Select(n => string.Join('.', parts.Take(n))).FirstOrDefault(n => schema.Partitions.Any(p => p.Name == n));
        return known is not null ? MissingTable.Of(schema, known)
            : MissingTable.Of(schema, parts[0]) with { Message = $"There is no table {name}.", Subject = name };
    }

    /// <summary>That a table or view has no column of a name.</summary>
    public static TandemException NoColumn(string relation, string column, IEnumerable<string> columns)
    {
        var meant = NearestName.Find(column, columns);
        return new TandemException(new Problem(
            ProblemCodes.NoSuchColumn, $"{relation} has no column {column}.", Subject: $"{relation}.{column}", Remedy: meant is null ? null : $"Did you mean {meant}?"));
    }
}
