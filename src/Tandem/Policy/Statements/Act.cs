using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>One thing that a statement does, as far as its text tells.</summary>
internal abstract record Act
{
    /// <summary>Whether writers of a table wait while its lock is held, on PostgreSQL.</summary>
    public virtual bool BlocksWriters => false;

    /// <summary>Whether it reads or writes many rows, so that it takes its time.</summary>
    public virtual bool TakesTime => false;

    /// <summary>The relation it is about; empty where it is about none.</summary>
    public virtual string On => "";
}

/// <summary>What it does is not understood.</summary>
/// <param name="Why">Why, as the end of a sentence: "runs code whose text is not looked at".</param>
internal sealed record NotUnderstood(string Why) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => true;
}

/// <summary>Neither rows nor the definition of a table that is there change, or only in an instant that blocks nobody.</summary>
internal sealed record Harmless : Act;

/// <summary>Something comes that nobody uses yet.</summary>
internal sealed record Makes(string Kind, string Name) : Act;

/// <summary>A table comes.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Certain">Whether it cannot be there already.</param>
/// <param name="Temporary">Whether it is the session's own.</param>
internal sealed record CreatesTable(string Table, bool Certain, bool Temporary) : Act
{
    public ValueList<ColumnText> Columns { get; init; } = [];

    public ValueList<ConstraintText> Constraints { get; init; } = [];

    /// <summary>The partitioned table it belongs to.</summary>
    public string? PartitionOf { get; init; }

    public override bool BlocksWriters => PartitionOf is not null;

    public override string On => Table;
}

/// <summary>A column comes.</summary>
internal sealed record AddsColumn(string Table, ColumnText Column, bool IfMissing) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => Column.FillsRows || Column.Constraints.Any(c => c.Kind is ConstraintKind.Check or ConstraintKind.Unique or ConstraintKind.PrimaryKey);

    public override string On => Table;
}

/// <summary>A column goes.</summary>
internal sealed record DropsColumn(string Table, string Column, bool Cascade) : Act
{
    public override bool BlocksWriters => true;

    public override string On => Table;
}

/// <summary>Something gets another name or place.</summary>
/// <param name="Kind">What it is: column, table, view, schema, …</param>
/// <param name="Name">Its name; a column's with its table.</param>
/// <param name="To">The new name, or the new schema.</param>
internal sealed record Renames(string Kind, string Name, string To) : Act
{
    public override bool BlocksWriters => Kind is "table" or "column";

    public override string On => Kind == "column" ? Name[..Name.LastIndexOf('.')] : Kind == "table" ? Name : "";
}

/// <summary>A column gets another type.</summary>
internal sealed record ChangesType(string Table, string Column, string Type, bool Computes) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => true;

    public override string On => Table;
}

/// <summary>A column must have a value, or need not any more.</summary>
internal sealed record SetsNotNull(string Table, string Column, bool Required) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => Required;

    public override string On => Table;
}

/// <summary>A constraint comes.</summary>
internal sealed record AddsConstraint(string Table, ConstraintText Constraint) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => Constraint is { NotValid: false, UsesIndex: false };

    public override string On => Table;
}

/// <summary>A constraint is proved for the rows that are there.</summary>
internal sealed record ValidatesConstraint(string Table, string Name) : Act
{
    public override bool TakesTime => true;

    public override string On => Table;
}

/// <summary>A part of a table's definition changes in an instant, for which everybody else waits.</summary>
internal sealed record AltersTable(string Table) : Act
{
    public override bool BlocksWriters => true;

    public override string On => Table;
}

/// <summary>Triggers do not fire.</summary>
internal sealed record SilencesTriggers(string What) : Act
{
    public override bool BlocksWriters => true;
}

/// <summary>Rows are not hidden any more, or rights are given.</summary>
/// <param name="What">What is done: "gives select on customers to PUBLIC".</param>
/// <param name="Relations">The relations concerned; empty where they are not named.</param>
/// <param name="Columns">The columns; empty for all.</param>
internal sealed record WidensAccess(string What, ValueList<string> Relations, ValueList<string> Columns) : Act;

/// <summary>A table is stored anew as a whole.</summary>
/// <param name="Table">The table or index; empty for all.</param>
/// <param name="How">The words that do it: "VACUUM FULL".</param>
internal sealed record StoresAnew(string Table, string How) : Act
{
    public override bool BlocksWriters => true;

    public override bool TakesTime => true;

    public override string On => Table;
}

/// <summary>A partition comes or goes.</summary>
internal sealed record MovesPartition(string Table, string Partition, bool Attaches, bool Concurrently) : Act
{
    public override bool BlocksWriters => !Concurrently;

    public override bool TakesTime => Attaches;

    public override string On => Table;
}

/// <summary>An index comes.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">Its name; null where the server chooses it.</param>
/// <param name="Concurrently">Whether writers go on.</param>
/// <param name="Columns">How many keys it has.</param>
internal sealed record BuildsIndex(string Table, string? Name, bool Concurrently, int Columns) : Act
{
    /// <summary>Its first key where that is a column.</summary>
    public string? Lead { get; init; }

    /// <summary>Whether it is for a partitioned table alone, without its partitions.</summary>
    public bool Only { get; init; }

    public bool Unique { get; init; }

    /// <summary>Whether it may be there already.</summary>
    public bool IfMissing { get; init; }

    public override bool BlocksWriters => !Concurrently;

    public override bool TakesTime => true;

    public override string On => Table;
}

/// <summary>Indexes are built anew.</summary>
internal sealed record RebuildsIndex(string What, bool Concurrently) : Act
{
    public override bool BlocksWriters => !Concurrently;

    public override bool TakesTime => true;
}

/// <summary>Objects go.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Names">Their names.</param>
internal sealed record Drops(string Kind, ValueList<string> Names) : Act
{
    public bool Cascade { get; init; }

    public bool Concurrently { get; init; }

    public bool IfThere { get; init; }

    /// <summary>The table that a trigger, policy or rule is on.</summary>
    public string? Table { get; init; }

    public override bool BlocksWriters => Kind is "table" or "trigger" or "policy" or "rule" || (Kind == "index" && !Concurrently);

    public override string On => Table ?? (Kind == "table" && Names.Count == 1 ? Names[0] : "");
}

/// <summary>Tables are emptied.</summary>
internal sealed record Truncates(ValueList<string> Tables, bool Cascade) : Act
{
    public override bool BlocksWriters => true;

    public override string On => Tables.Count == 1 ? Tables[0] : "";
}

/// <summary>Rows are written.</summary>
/// <param name="Verb">update, delete, insert, merge or copy.</param>
/// <param name="Table">The table.</param>
/// <param name="All">Whether nothing says which rows.</param>
internal sealed record WritesRows(string Verb, string Table, bool All) : Act
{
    /// <summary>Whether there may be many: all but rows that are written out.</summary>
    public bool Many { get; init; } = true;

    /// <summary>Columns that are given a value twice.</summary>
    public ValueList<string> Twice { get; init; } = [];

    public override bool TakesTime => Many;

    public override string On => Table;
}

/// <summary>An enumerated type gets a value or another name for one.</summary>
internal sealed record ChangesEnum(string Type, string Value, bool Renames, bool Placed) : Act;

/// <summary>A domain gets rules.</summary>
/// <param name="Domain">Its name.</param>
/// <param name="IsNew">Whether the domain is made with them.</param>
/// <param name="NotValid">Whether they are not proved for the rows that are there.</param>
internal sealed record ConstrainsDomain(string Domain, bool IsNew, bool NotValid) : Act
{
    public override bool BlocksWriters => !IsNew && !NotValid;

    public override bool TakesTime => BlocksWriters;
}

/// <summary>A materialized view is computed anew.</summary>
internal sealed record Refreshes(string View, bool Concurrently) : Act
{
    public override bool TakesTime => true;

    public override string On => View;
}

/// <summary>Tables are locked.</summary>
internal sealed record LocksTables(string Tables, string Mode) : Act
{
    public override bool BlocksWriters => Mode is not ("ACCESS SHARE" or "ROW SHARE" or "ROW EXCLUSIVE" or "SHARE UPDATE EXCLUSIVE");
}

/// <summary>A setting of the session changes.</summary>
internal sealed record Sets(string Setting) : Act;

/// <summary>A transaction begins or ends.</summary>
internal sealed record DividesTransaction(string Word) : Act;

/// <summary>The server takes it in no transaction.</summary>
/// <param name="What">The words that say so.</param>
internal sealed record NeedsNoTransaction(string What) : Act;
