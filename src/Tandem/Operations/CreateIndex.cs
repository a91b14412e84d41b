using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Builds an index while applications go on.</summary>
[Description("Builds an index while applications go on.")]
public sealed record CreateIndex : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The index's name.</summary>
    [Description("The index's name.")]
    public required string Name { get; init; }

    /// <summary>Its keys, in order.</summary>
    [Description("Its keys, in order.")]
    public required ValueList<IndexColumn> Columns { get; init; }

    /// <summary>Whether it enforces uniqueness; then it is enforced from complete on, unless enforce says live.</summary>
    [Description("Whether it enforces uniqueness; then it is enforced from complete on, unless enforce says live.")]
    public bool Unique { get; init; }

    /// <summary>The condition of a partial index.</summary>
    [Description("The condition of a partial index.")]
    public SqlText? Where { get; init; }

    /// <summary>The access method (PostgreSQL), for example gin.</summary>
    [Description("The access method (PostgreSQL), for example gin.")]
    public string? Method { get; init; }

    /// <summary>Columns that are carried along without being keys (PostgreSQL).</summary>
    [Description("Columns that are carried along without being keys, so that queries are answered by the index alone (PostgreSQL).")]
    public ValueList<string> Include { get; init; } = [];

    /// <summary>A unique index: whether two rows without a value collide (PostgreSQL 15).</summary>
    [Description("A unique index: whether two rows without a value collide (PostgreSQL from 15 on).")]
    public bool NullsNotDistinct { get; init; }

    /// <summary>Storage parameters (PostgreSQL).</summary>
    [Description("Storage parameters (PostgreSQL), for example `{ fillfactor: 70 }`.")]
    public ValueList<StorageParameter> With { get; init; } = [];

    /// <summary>The tablespace (PostgreSQL).</summary>
    [Description("The tablespace (PostgreSQL).")]
    public string? Tablespace { get; init; }

    /// <summary>Its comment (PostgreSQL).</summary>
    [Description("Its comment (PostgreSQL).")]
    public string? Comment { get; init; }

    /// <summary>A unique index: when the rule begins to hold.</summary>
    [Description("A unique index: when the rule begins to hold.")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} gets an index {Name} on {string.Join(", ", Columns.Select(c => c.Name ?? "an expression"))}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var where = draft.Expression(Where, $"where of the index {Name}");
        if (draft.Table(Table) is not { } table || !ConstraintNames.IsIndexFree(draft, table, Name))
        {
            return;
        }

        if (!IsSound(draft, table) || Keys(draft, table) is not { } keys)
        {
            return;
        }

        var named = table.Columns.Where(c => c.After is { } a
            && (keys.Any(k => k.Column == a.Name || (k.Expression is { } e && SqlLexer.Names(e, a.Name))) || (where is not null && SqlLexer.Names(where, a.Name)) || Include.Contains(a.Name)));
        var onPostgres = draft.Engine != "sqlite";
        table.Indexes.Add(new(null, new Schema.Index(Name, keys.ToValueList(), Unique)
        {
            Where = where,
            Method = onPostgres ? OtherMethod : null,
            Include = onPostgres ? Include : [],
            NullsNotDistinct = NullsNotDistinct,
            Options = onPostgres ? Text(With) : null,
            Tablespace = onPostgres ? Tablespace : null,
            Comment = onPostgres ? Comment : null,
            Columns = named.Select(c => c.After!.Name).ToValueList(),
        })
        {
            EnforceLive = Enforce == Enforcement.Live,
        });
    }

    // As SQL reads the word. The usual one goes without saying.
    private string? OtherMethod => Method?.ToLowerInvariant() is { } method && method != "btree" ? method : null;

    private ValueList<IndexKey>? Keys(ChangeDraft draft, TableDraft table)
    {
        var keys = new List<IndexKey>();
        foreach (var column in Columns)
        {
            var expression = draft.Expression(column.Expression, $"the index {Name}");
            if ((column.Name is null) == (column.Expression is null))
            {
                draft.Report(ProblemCodes.Incomplete, $"Each key of the index {Name} needs either `name` or `expression`.", Name);
                return null;
            }

            if (column.Name is { } name && !ConstraintNames.Exist(draft, table, [name]))
            {
                return null;
            }

            // What only sorts or places rows is PostgreSQL's; one file serves both engines.
            var collation = draft.Expression(column.Collation, $"the collation of the index {Name}");
            var onPostgres = draft.Engine != "sqlite";
            var options = string.Join(' ', new[]
            {
                collation is null ? null : $"COLLATE {SqlName.Quote(collation)}",
                onPostgres && column.OperatorClass is { } @class ? $"{string.Join('.', @class.Split('.').Select(SqlName.Quote))}{(Text(column.OperatorClassOptions) is { } text ? $" ({text})" : "")}" : null,
            }.OfType<string>());
            var usual = column.Descending ? NullsPlace.First : NullsPlace.Last;
            keys.Add(new IndexKey(column.Name, expression, column.Descending, options.Length == 0 ? null : options)
            {
                Nulls = onPostgres && column.Nulls is { } place && place != usual ? $"NULLS {(place == NullsPlace.First ? "FIRST" : "LAST")}" : null,
            });
        }

        return keys.ToValueList();
    }

    private bool IsSound(ChangeDraft draft, TableDraft table)
    {
        var before = draft.Problems.Count;
        if (draft.Engine == "sqlite" && NullsNotDistinct)
        {
            draft.Report(
                ProblemCodes.NotOnThisEngine, $"The index {Name}: to SQLite rows without a value never collide.", Name,
                "Index an expression that has a value for them, for example `coalesce(code, '')`.");
        }

        if (NullsNotDistinct && !Unique)
        {
            draft.Report(ProblemCodes.Incomplete, $"The index {Name} says what collides, but it is not unique.", Name, "Give `unique: true`, or leave `nulls_not_distinct` out.");
        }

        if (draft.Engine != "sqlite" && OtherMethod is not null && (Unique || Columns.Any(c => c.Descending || c.Nulls is not null)))
        {
            draft.Report(
                ProblemCodes.NotOnThisEngine, $"The index {Name}: only btree is unique or sorted, {Method} is neither.", Name,
                "Leave out `unique`, `descending` and `nulls`, or the `method`.");
        }

        foreach (var column in Columns.Where(c => c.OperatorClassOptions.Count > 0 && c.OperatorClass is null))
        {
            draft.Report(ProblemCodes.Incomplete, $"A key of the index {Name} has parameters of an operator class that is not named.", Name, "Give `operator_class`.");
        }

        return (Include.Count == 0 || ConstraintNames.Exist(draft, table, Include)) && draft.Problems.Count == before;
    }

    private static string? Text(ValueList<StorageParameter> parameters) => parameters.Count == 0
        ? null
        : string.Join(", ", parameters.Select(p => $"{SqlName.Quote(p.Name)}='{p.Value.Replace("'", "''", StringComparison.Ordinal)}'"));
}
