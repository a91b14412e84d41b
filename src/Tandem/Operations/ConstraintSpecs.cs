using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>When a rule that the new version adds begins to hold.</summary>
public enum Enforcement
{
    /// <summary>From complete on; old applications are not disturbed while both versions are served.</summary>
    Complete,

    /// <summary>As soon as the new version is live; writes of old applications can then fail.</summary>
    Live,
}

/// <summary>When a rule is looked at that may wait for the end of a transaction.</summary>
public enum Deferral
{
    /// <summary>Behind each statement, unless the transaction says SET CONSTRAINTS … DEFERRED.</summary>
    Immediate,

    /// <summary>At the end of the transaction, unless it says SET CONSTRAINTS … IMMEDIATE.</summary>
    Deferred,
}

/// <summary>Deferral in SQL and back.</summary>
internal static class Deferrals
{
    /// <summary>What stands behind the constraint, or null.</summary>
    public static string? Sql(Deferral? deferral) => deferral switch
    {
        Deferral.Immediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferral.Deferred => "DEFERRABLE INITIALLY DEFERRED",
        _ => null,
    };

    /// <summary>What a constraint's text says.</summary>
    public static Deferral? Of(string? sql) =>
        sql is null ? null : sql.EndsWith("INITIALLY DEFERRED", StringComparison.Ordinal) ? Deferral.Deferred : Deferral.Immediate;
}

/// <summary>When a row refers to nothing.</summary>
public enum ReferenceMatch
{
    /// <summary>When it has no value in one of the columns.</summary>
    Simple,

    /// <summary>When it has no value in any of them; one with values in some is refused.</summary>
    Full,
}

/// <summary>A unique rule of a new table.</summary>
public sealed record NewUnique
{
    /// <summary>The columns.</summary>
    [Description("The columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The constraint's name; table_columns_key when left out.</summary>
    [Description("The constraint's name; table_columns_key when left out.")]
    public string? Name { get; init; }

    /// <summary>Columns that its index carries along (PostgreSQL).</summary>
    [Description("Columns that its index carries along without being a part of the rule, so that queries are answered by the index alone (PostgreSQL).")]
    public ValueList<string> Include { get; init; } = [];

    /// <summary>Whether two rows without a value collide (PostgreSQL 15).</summary>
    [Description("Whether two rows without a value collide (PostgreSQL from 15 on).")]
    public bool NullsNotDistinct { get; init; }

    /// <summary>When it is looked at, where it may wait for the end of a transaction (PostgreSQL).</summary>
    [Description("When it is looked at, where it may wait for the end of a transaction (PostgreSQL): immediate, deferred. Left out, it may not wait. No foreign key can refer to such a rule.")]
    public Deferral? Deferrable { get; init; }

    /// <summary>The rule; null, with problems reported, when the engine has none like it.</summary>
    internal UniqueConstraint? Freeze(ChangeDraft draft, string table)
    {
        var name = Name ?? draft.IndexName(table, Columns, "key");
        if (draft.Engine != "sqlite" && Columns.Distinct(StringComparer.Ordinal).Count() < Columns.Count)
        {
            draft.Report(ProblemCodes.Incomplete, $"The unique rule {name} names a column twice.", name, "Name each column once.");
            return null;
        }

        if (draft.Engine != "sqlite" || (!NullsNotDistinct && Deferrable is null))
        {
            return new UniqueConstraint(name, Columns, NullsNotDistinct, Deferrals.Sql(Deferrable)) { Include = ConstraintNames.Carried(draft, Include) };
        }

        draft.Report(
            ProblemCodes.NotOnThisEngine,
            NullsNotDistinct ? $"The unique rule {name}: to SQLite rows without a value never collide." : $"The unique rule {name}: SQLite always looks at it at once.",
            name,
            NullsNotDistinct ? "Make a unique index on an expression that has a value for them, for example `coalesce(code, '')`." : "Leave `deferrable` out.");
        return null;
    }
}

/// <summary>A check of a new table.</summary>
public sealed record NewCheck
{
    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <summary>The condition.</summary>
    [Description("The condition.")]
    public required SqlText Expression { get; init; }

    /// <summary>Whether tables that inherit from this one do not get it (PostgreSQL).</summary>
    [Description("Whether tables that inherit from this one do not get it (PostgreSQL).")]
    public bool NoInherit { get; init; }

    /// <summary>The check for this engine; null, with a problem reported, when the file lacks a text for it.</summary>
    internal CheckConstraint? Freeze(ChangeDraft draft, ValueList<NewColumn> columns)
    {
        var condition = draft.Expression(Expression, $"the check {Name}");
        return condition is null ? null : new CheckConstraint(
            Name, condition, columns.Where(c => SqlLexer.Names(condition, c.Name)).Select(c => c.Name).ToValueList())
        {
            NoInherit = NoInherit && draft.Engine != "sqlite",
        };
    }
}

/// <summary>What a foreign key refers to.</summary>
public sealed record ForeignKeyTarget
{
    /// <summary>The table.</summary>
    [Description("The table.")]
    public required string Table { get; init; }

    /// <summary>The schema in which it lies, where that is not the one of the migration (PostgreSQL).</summary>
    [Description("The schema in which it lies, where that is not the one of the migration (PostgreSQL). The table must be there.")]
    public string? Schema { get; init; }

    /// <summary>Its columns.</summary>
    [Description("Its columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>What it is called in texts.</summary>
    internal string Name => Schema is null ? Table : $"{Schema}.{Table}";

    /// <summary>The schema, where it is another one than the migration's.</summary>
    internal string? Elsewhere(ChangeDraft draft) => Schema == draft.Schema.Name ? null : Schema;

    /// <summary>Whether there is such a table, as far as the migration's own schema tells; problems are reported.</summary>
    internal bool IsThere(ChangeDraft draft)
    {
        if (Schema is not null && draft.Engine == "sqlite")
        {
            draft.Report(ProblemCodes.NotOnThisEngine, $"The foreign key to {Name}: a table of SQLite refers to tables of its own file alone.", Table, "Leave `schema` out.");
            return false;
        }

        return Elsewhere(draft) is not null || (draft.Table(Table) is { } parent && ConstraintNames.Exist(draft, parent, Columns));
    }
}

/// <summary>A foreign key of a new table.</summary>
public sealed record NewForeignKey
{
    /// <summary>The referencing columns.</summary>
    [Description("The referencing columns.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>What they refer to.</summary>
    [Description("What they refer to.")]
    public required ForeignKeyTarget References { get; init; }

    /// <summary>When a row refers to nothing (PostgreSQL).</summary>
    [Description("When a row refers to nothing: without a value in one of the columns (simple, the usual), or in none of them (full: some alone are refused; PostgreSQL).")]
    public ReferenceMatch Match { get; init; }

    /// <summary>What happens to the rows when the row they refer to goes.</summary>
    [Description("What happens to the rows when the row they refer to goes.")]
    public ReferentialAction OnDelete { get; init; }

    /// <summary>The columns that are set then (PostgreSQL 15).</summary>
    [Description("The columns that `on_delete` sets when these are not all: set_null or set_default (PostgreSQL from 15 on).")]
    public ValueList<string>? OnDeleteColumns { get; init; }

    /// <summary>What happens when the key they refer to changes.</summary>
    [Description("What happens when the key they refer to changes.")]
    public ReferentialAction OnUpdate { get; init; }

    /// <summary>The constraint's name; table_columns_fkey when left out.</summary>
    [Description("The constraint's name; table_columns_fkey when left out.")]
    public string? Name { get; init; }

    /// <summary>When it is looked at, where it may wait for the end of a transaction.</summary>
    [Description("When it is looked at, where it may wait for the end of a transaction: immediate, deferred. Left out, it may not wait.")]
    public Deferral? Deferrable { get; init; }

    /// <summary>The foreign key; null, with problems reported, when what it refers to is not there.</summary>
    internal ForeignKey? Freeze(ChangeDraft draft, string table)
    {
        if ((References.Table != table || References.Schema is not null) && !References.IsThere(draft))
        {
            return null;
        }

        return Made(draft, Name ?? UsualName.Of(table, Columns, "fkey"));
    }

    /// <summary>The foreign key under a name; null, with problems reported, when it cannot be so.</summary>
    internal ForeignKey? Made(ChangeDraft draft, string name)
    {
        if (draft.Engine == "sqlite" && (Match == ReferenceMatch.Full || OnDeleteColumns is not null))
        {
            draft.Report(ProblemCodes.NotOnThisEngine, $"The foreign key {name}: SQLite has no other match than the usual one, and sets all columns when a row goes.", name, "Leave `match` and `on_delete_columns` out.");
            return null;
        }

        if (OnDeleteColumns is { } some && (OnDelete is not (ReferentialAction.SetNull or ReferentialAction.SetDefault) || some.Count == 0 || !some.All(Columns.Contains)))
        {
            draft.Report(ProblemCodes.Incomplete, $"The foreign key {name} sets columns when a row goes that cannot be set.", name, "Give `on_delete_columns` with `on_delete: set_null` or `set_default`, and columns of the foreign key.");
            return null;
        }

        var elsewhere = References.Elsewhere(draft);
        return new ForeignKey(name, Columns, elsewhere is null ? References.Table : References.Name, References.Columns)
        {
            ReferencedSchema = elsewhere,
            Match = Match == ReferenceMatch.Full ? "FULL" : null,
            OnDelete = OnDelete,
            OnDeleteColumns = OnDeleteColumns,
            OnUpdate = OnUpdate,
            Deferrable = Deferrals.Sql(Deferrable),
        };
    }
}
