using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>
/// Whether what an operation names is there: an object that no operation makes, or that is made by this migration only when the new version
/// is served, carries nothing. What lacks something waits for a later migration, and is told as left out where none comes.
/// </summary>
internal sealed class Foundations(StageDraft draft, DatabaseSchema aim)
{
    /// <summary>Whether a column can have the type in this migration.</summary>
    public bool HasType(string type) => Has(type, draft.Objects);

    /// <summary>Whether expressions can be tried with values of the type before this migration.</summary>
    public bool HadType(string type) => Has(type, draft.From);

    /// <summary>Whether the functions were there before this migration that texts name: one that comes is made only when the new version is served.</summary>
    public bool CouldCall(params IEnumerable<string?> texts) => aim.Objects.OfType<Routine>()
        .Where(r => draft.From.Find(r.Kind, r.Identity) is null).Select(r => r.Name).Distinct().All(n => texts.All(t => t is null || !SqlLexer.Names(t, n)));

    /// <summary>Whether the tables, their columns and the views are there that a text names.</summary>
    public bool CanRead(string? sql, string? ownName = null) => sql is null || (aim.Tables.Where(t => SqlLexer.Names(sql, t.Name)).All(t => HasColumns(t, sql))
        && aim.Views.Where(v => v.Name != ownName && SqlLexer.Names(sql, v.Name)).All(v => draft.Objects.Views.Any(o => o.Name == v.Name)));

    /// <summary>Whether the tables and their columns that a text names were there before this migration: a materialized view is made when it begins.</summary>
    public bool CouldRead(string sql) => aim.Tables.Where(t => SqlLexer.Names(sql, t.Name))
        .All(t => draft.From.Table(t.Name) is { } before && t.Columns.Where(c => SqlLexer.Names(sql, c.Name)).All(c => before.Column(c.Name) is not null));

    /// <summary>Whether those of the table's columns are there that a text names, and none waits for its type.</summary>
    public bool HasColumns(Table table, string? sql) => draft.Table(table.Name) is { } present
        && (sql is null || table.Columns.Where(c => SqlLexer.Names(sql, c.Name))
            .All(c => present.Column(c.Name)?.After is { } now && (HadType(c.Type) || SameText.Type(now.Type, c.Type, draft.Engine))));

    /// <summary>Whether the schema that is aimed at has a sequence of its own of this name.</summary>
    public bool HasSequence(string name) => aim.Sequences.Any(s => s.Name == name);

    private bool Has(string type, DatabaseSchema there) => Types(aim).Where(n => SqlLexer.Names(type, n)).All(Types(there).Contains);

    private static IEnumerable<string> Types(DatabaseSchema schema) =>
        schema.Enums.Select(e => e.Name).Concat(schema.Objects.Where(o => o is Domain or RangeType or CompositeType).Select(o => o.Name));
}
