using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What the planner is told of columns together.</summary>
public enum StatisticsKind
{
    /// <summary>How many different combinations there are.</summary>
    Ndistinct,

    /// <summary>Whether one value tells another.</summary>
    Dependencies,

    /// <summary>Which combinations are the most frequent.</summary>
    Mcv,
}

/// <summary>Lets the planner gather statistics over several columns or over expressions.</summary>
[Description("Lets the planner gather statistics over several columns, or over expressions (PostgreSQL). They are one thing for both versions, there from complete on; ANALYZE fills them.")]
public sealed record CreateStatistics : Operation
{
    private const int MostItems = 8;
    private static readonly StatisticsKind[] All = [StatisticsKind.Ndistinct, StatisticsKind.Dependencies, StatisticsKind.Mcv];

    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>Their name.</summary>
    [Description("Their name.")]
    public required string Name { get; init; }

    /// <summary>What they are over, as SQL writes it.</summary>
    [Description("What they are over, as SQL writes it, in the new version's columns: city, zip, (lower(name)).")]
    public required SqlText On { get; init; }

    /// <summary>What the planner is told; everything when left out.</summary>
    [Description("What the planner is told; everything when left out. For a single expression there is nothing to choose.")]
    public ValueList<StatisticsKind>? Kinds { get; init; }

    /// <summary>How much is gathered.</summary>
    [Description("How much is gathered, as SET STATISTICS takes it; the server's usual when left out.")]
    public int? Target { get; init; }

    /// <summary>Their comment.</summary>
    [Description("Their comment.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The planner gathers statistics {Name} over columns of {Table}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("extended statistics", "Leave the operation out for SQLite, in a file of its own.")
            || draft.Expression(On, $"the statistics {Name}") is not { } on || draft.Table(Table) is not { } table || !IsSound(draft, table, on))
        {
            return;
        }

        var gone = draft.Objects.Gone<Statistics>(Name);
        if (gone is null && (draft.Schema.Find("statistics", Name) is not null || draft.Objects.Has<Statistics>(Name)))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"There are statistics {Name}.", Name);
            return;
        }

        var after = new Statistics(Name, Table, $"CREATE STATISTICS {SqlName.Quote(draft.Schema.Name)}.{SqlName.Quote(Name)}{Words} ON {on.Trim()} FROM {SqlName.Quote(Table)}") { Target = Target, Comment = Comment };
        if (gone is not null)
        {
            draft.Objects.Return(gone, after);
            return;
        }

        draft.Objects.Add(new ObjectChange(null, after) { On = [Table] });
        draft.TakesEffectAtComplete($"The statistics {Name} come", Name);
    }

    // Where all are wanted, the server says none.
    private string Words => Kinds is { Count: > 0 } kinds && !All.All(kinds.Contains)
        ? $" ({string.Join(", ", All.Where(kinds.Contains).Select(k => k.ToString().ToLowerInvariant()))})"
        : "";

    private bool IsSound(ChangeDraft draft, TableDraft table, string on)
    {
        var items = Items(on);
        var columns = items.Where(i => i is [{ IsName: true }]).Select(i => i[0].Name).ToList();
        var wrong = items.Exists(i => i.Count == 0) ? "a comma stands where nothing is"
            : items.Count > MostItems ? $"the server takes {MostItems} at most"
            : columns.Distinct(StringComparer.Ordinal).Count() < columns.Count ? "a column is named twice"
            : Target is < -1 ? "`target` is not below 0; left out, or -1, it is the server's usual"
            : items.Count == 1 && columns.Count == 1 ? "a single column has statistics anyway"
            : items.Count == 1 && Kinds is { Count: > 0 } ? "for a single expression there are no kinds to choose"
            : null;
        if (wrong is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"The statistics {Name} cannot be so: {wrong}.", Name, "Give at least two columns or one expression, each once, leave `kinds` out for a single expression, and let `target` be from 0 to 10000.");
            return false;
        }

        return columns.Count == 0 || ConstraintNames.Exist(draft, table, columns.ToValueList());
    }

    // What stands between commas outside of brackets.
    private static List<List<SqlLexer.Token>> Items(string on)
    {
        var (items, depth) = (new List<List<SqlLexer.Token>> { new() }, 0);
        foreach (var token in SqlLexer.Tokenize(on))
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (depth == 0 && token.IsSymbol(","))
            {
                items.Add([]);
            }
            else
            {
                items[^1].Add(token);
            }
        }

        return items;
    }
}
