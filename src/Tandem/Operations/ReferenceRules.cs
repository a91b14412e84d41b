using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What PostgreSQL would not take of a foreign key that comes. It says so at complete, behind the rows that refer to nothing.</summary>
internal static class ReferenceRules
{
    /// <summary>A problem for each such foreign key.</summary>
    public static IEnumerable<Problem> Check(ChangeDraft draft) =>
        from change in draft.Engine == "postgres" ? draft.Changes : []
        where change.After is not null
        from key in change.Before is null ? change.After!.ForeignKeys : change.ForeignKeys.Where(f => f.Added).Select(f => f.After!)
        where key.Definition is null
        let problem = Wrong(draft, change.After!, key)
        where problem is not null
        select problem;

    private static Problem? Wrong(ChangeDraft draft, Table table, ForeignKey key)
    {
        // What lies in another schema the server alone knows.
        var parent = key.ReferencedSchema is null ? Parent(draft, key.ReferencedTable) : null;
        if (parent is null && key.ReferencedSchema is null)
        {
            return null;
        }

        var sets = key.OnUpdate is ReferentialAction.Cascade or ReferentialAction.SetNull or ReferentialAction.SetDefault || key.OnDelete is ReferentialAction.SetNull or ReferentialAction.SetDefault;
        var computed = sets ? (key.OnDeleteColumns ?? key.Columns).Concat(key.OnUpdate is ReferentialAction.NoAction or ReferentialAction.Restrict ? [] : key.Columns).FirstOrDefault(c => table.Column(c)?.Generated is not null) : null;
        var wrong = key.Columns.Count != key.ReferencedColumns.Count ? $"has {key.Columns.Count} columns, and refers to {key.ReferencedColumns.Count}"
            : key.ReferencedColumns.Distinct(StringComparer.Ordinal).Count() < key.ReferencedColumns.Count ? "refers to a column twice"
            : computed is not null ? $"would set {computed}, which is generated"
            : parent is { Unlogged: true } && !table.Unlogged ? $"refers to {parent!.Name}, which does not outlive a crash"
            : null;
        return wrong is not null ? new Problem(ProblemCodes.Incomplete, $"The foreign key {key.Name} of {table.Name} {wrong}.", Subject: table.Name)
            : parent is null || IsKey(parent, key.ReferencedColumns) ? null
            : new Problem(ProblemCodes.NoKeyReferredTo, $"The foreign key {key.Name} of {table.Name} refers to {string.Join(", ", key.ReferencedColumns)} of {parent.Name}, and no key or unique rule is of just these columns.", Subject: table.Name);
    }

    private static Table? Parent(ChangeDraft draft, string name) =>
        draft.Changes.FirstOrDefault(c => c.After?.Name == name)?.After ?? (draft.Changes.Any(c => c.Before?.Name == name) ? null : draft.Schema.Table(name));

    // One for some rows or of expressions is none. One that holds only at the end of a transaction is told by a rule that knows the server's choice among several.
    private static bool IsKey(Table parent, ValueList<string> columns) =>
        (parent.PrimaryKey is { } key && Same(key.Columns, columns))
        || parent.Uniques.Any(u => Same(u.Columns, columns))
        || parent.Indexes.Any(i => i is { Unique: true, Where: null } && i.Keys.All(k => k.Column is not null) && Same(i.Keys.Select(k => k.Column!), columns));

    private static bool Same(IEnumerable<string> one, IEnumerable<string> other) => one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal));
}
