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
        if (draft.Table(Table) is not { } table || !ConstraintNames.IsIndexFree(draft, Name))
        {
            return;
        }

        var keys = new List<IndexKey>();
        foreach (var column in Columns)
        {
            var expression = draft.Expression(column.Expression, $"the index {Name}");
            if ((column.Name is null) == (column.Expression is null))
            {
                draft.Report(ProblemCodes.Incomplete, $"Each key of the index {Name} needs either `name` or `expression`.", Name);
                return;
            }

            if (column.Name is { } name && !ConstraintNames.Exist(draft, table, [name]))
            {
                return;
            }

            keys.Add(new IndexKey(column.Name, expression, column.Descending));
        }

        var named = table.Columns.Where(c => c.After is { } a
            && (keys.Any(k => k.Column == a.Name || (k.Expression is { } e && SqlLexer.Names(e, a.Name))) || (where is not null && SqlLexer.Names(where, a.Name))));
        table.Indexes.Add(new(null, new Schema.Index(Name, keys.ToValueList(), Unique)
        {
            Where = where,
            Method = draft.Engine == "sqlite" ? null : Method,
            Columns = named.Select(c => c.After!.Name).ToValueList(),
        })
        {
            EnforceLive = Enforce == Enforcement.Live,
        });
    }
}
