using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>One thing of a table in the old and in the new version.</summary>
/// <param name="Before">In the old version; null when the change adds it.</param>
/// <param name="After">In the new version; null when the change takes it away.</param>
/// <param name="EnforceLive">A constraint: enforced as soon as the new version is live, not from complete on.</param>
public sealed record Pair<T>(T? Before, T? After, bool EnforceLive = false)
    where T : class
{
    /// <summary>In both versions.</summary>
    [JsonIgnore]
    public bool Kept => Before is not null && After is not null;

    /// <summary>Only in the new version.</summary>
    [JsonIgnore]
    public bool Added => Before is null;

    /// <summary>Only in the old version.</summary>
    [JsonIgnore]
    public bool Dropped => After is null;
}

/// <summary>The value of one column, computed from the columns of the other version.</summary>
/// <param name="Column">The column that gets the value.</param>
/// <param name="Sql">The expression in the database's own SQL; it names the other version's columns.</param>
public sealed record LensExpression(string Column, string Sql);

/// <summary>
/// The pair of expressions that keeps an old and a new representation of the same facts in agreement. A row agrees
/// when <c>new ≡ up(old)</c> or <c>old ≡ down(new)</c>, compared as images.
/// </summary>
/// <param name="Old">Columns of the old version that the new version replaces; empty when it only adds.</param>
/// <param name="New">Columns of the new version that the old version lacks; empty when it only drops.</param>
/// <param name="Up">One expression for each of <paramref name="New"/>, over the old version's row.</param>
/// <param name="Down">One expression for each of <paramref name="Old"/>, over the new version's row.</param>
public sealed record Lens(
    ValueList<string> Old, ValueList<string> New, ValueList<LensExpression> Up, ValueList<LensExpression> Down)
{
    /// <summary>
    /// Whether the new version may, once it alone is served, hold values that <see cref="Down"/> cannot express. Such a
    /// row is stored and marked, its old columns are NULL, and the way back is refused as long as there is one.
    /// </summary>
    public bool Outgrows { get; init; }

    /// <summary>
    /// Whether the columns' own type is another in each version although it has one name: the values of an enumerated type
    /// change. Both expressions give texts, and nothing can be tried before the new type is there.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MakesType { get; init; }

    /// <summary>
    /// Whether an expression may give another value each time: what it gave once stays, and computing it again proves nothing.
    /// The database finds that out when the lens is tried.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Varies { get; init; }

    /// <summary>Whether it is <see cref="Down"/> alone that varies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UpIsSteady { get; init; }

    /// <summary>Whether it is <see cref="Up"/> alone that varies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DownIsSteady { get; init; }

    /// <summary>Whether the values are looked up in another table, by functions that are made when the change starts: see <see cref="DrawnKey"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LooksUp { get; init; }

    /// <summary>Whether the expressions can be tried before anything is made: the types and functions that they need are there.</summary>
    [JsonIgnore]
    public bool CanBeTried => !MakesType && !LooksUp;

    /// <summary>Whether the expressions that give a side give the same each time.</summary>
    public bool IsSteady(Side gives) => !Varies || (gives == Side.New ? UpIsSteady : DownIsSteady);
}

/// <summary>
/// Everything that one migration changes about one table, as a value: the shape of both versions and how each row's
/// representation leads to the other. Operations make it; providers read it.
/// </summary>
/// <param name="Before">The table in the old version; null when the migration creates it.</param>
/// <param name="After">The table in the new version; null when the migration drops it.</param>
public sealed record TableChange(Table? Before, Table? After)
{
    /// <summary>
    /// Every column of either version. A kept pair shares its storage (it may be renamed and change nullability or
    /// default); columns of a lens stand as dropped and added pairs.
    /// </summary>
    public ValueList<Pair<Column>> Columns { get; init; } = [];

    /// <summary>The lenses; no column is in two of them.</summary>
    public ValueList<Lens> Lenses { get; init; } = [];

    /// <summary>Unique constraints of either version.</summary>
    public ValueList<Pair<UniqueConstraint>> Uniques { get; init; } = [];

    /// <summary>Check constraints of either version. A kept check's expression is that of the old version; the database renames columns in it.</summary>
    public ValueList<Pair<CheckConstraint>> Checks { get; init; } = [];

    /// <summary>Whether a primary key that only the new version has is enforced as soon as that version is live.</summary>
    public bool KeyEnforceLive { get; init; }

    /// <summary>Exclusion constraints of either version.</summary>
    public ValueList<Pair<ExclusionConstraint>> Exclusions { get; init; } = [];

    /// <summary>Foreign keys of either version.</summary>
    public ValueList<Pair<ForeignKey>> ForeignKeys { get; init; } = [];

    /// <summary>Indexes of either version.</summary>
    public ValueList<Pair<Schema.Index>> Indexes { get; init; } = [];

    /// <summary>Facts that this table holds in its own rows in one version, and another table in the other version.</summary>
    public ValueList<TableLink> Links { get; init; } = [];

    /// <summary>The key for which each version draws values, where other tables refer to it; null in every other case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrawnKey? DrawnKey { get; init; }

    /// <summary>How the table is divided in the new version, where that is all that changes; null in every other case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TablePartitioning? Partitioning { get; init; }

    /// <summary>How a table that the migration makes is divided from the first row on; null in every other case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TablePartitioning? MadePartitions { get; init; }

    /// <summary>The name in the old version, else in the new.</summary>
    [JsonIgnore]
    public string Name => (Before ?? After)!.Name;

    /// <summary>Columns that share their storage.</summary>
    [JsonIgnore]
    public IEnumerable<Pair<Column>> Carried => Columns.Where(c => c.Kept);

    /// <summary>Carried columns whose rows the database numbers otherwise in the new version: there is one way for both, the base's.</summary>
    [JsonIgnore]
    public IEnumerable<Pair<Column>> Renumbered => Carried.Where(IsRenumbered);

    /// <summary>The primary key: one pair when both versions have it over the same stored columns, carrying the same ones along, else what goes and what comes.</summary>
    [JsonIgnore]
    public IEnumerable<Pair<PrimaryKey>> PrimaryKeys
    {
        get
        {
            var (before, after) = (Before?.PrimaryKey, After?.PrimaryKey);
            if (before is not null && after is not null && Carries(before.Columns, after.Columns) && Carries(before.Include ?? [], after.Include ?? []))
            {
                return [new Pair<PrimaryKey>(before, after)];
            }

            return new[] { new Pair<PrimaryKey>(before, null), new Pair<PrimaryKey>(null, after, KeyEnforceLive) }
                .Where(p => p.Before is not null || p.After is not null);
        }
    }

    /// <summary>Whether an application of the new version sees another shape (names, columns, defaults) than one of the old.</summary>
    [JsonIgnore]
    public bool ShapeDiffers =>
        Before is null || After is null || Before.Name != After.Name || Lenses.Count > 0
        || Columns.Any(c => !c.Kept || c.Before!.Name != c.After!.Name || (c.Before.Default != c.After.Default && !IsRenumbered(c)));

    /// <summary>Whether something that is set on the table as a whole changes: there is one such setting for both versions, in force from the switch on.</summary>
    [JsonIgnore]
    public bool SettingsDiffer => Before is not null && After is not null
        && (Before.Comment != After.Comment || Before.Options != After.Options || Carried.Any(c => c.Before!.Settings != c.After!.Settings) || Before.ReplicaIdentity != After.ReplicaIdentity
            || Before.RowSecurity != After.RowSecurity || Before.RowSecurityForced != After.RowSecurityForced);

    /// <summary>Whether nothing else changes: such a change needs to understand nothing of the table.</summary>
    [JsonIgnore]
    public bool OnlySettingsDiffer => SettingsDiffer && WithSettingsOf(Before!, After!) == After;

    /// <summary>
    /// Whether nothing changes but settings of the table as a whole, comments, and indexes that forbid nothing, of a table whose rows lie in itself:
    /// the server does that whatever else there is to the table.
    /// </summary>
    [JsonIgnore]
    public bool OnlyIndexesAndCommentsDiffer => Before is not null && After is not null
        && Indexes.All(i => i.Before == i.After || (Before.PartitionKey is null && (i.Kept || !(i.Before ?? i.After)!.Unique)))
        && WithSettingsOf(Before, After) with { Indexes = After.Indexes, Columns = Before.Columns.Select(c => After.Column(c.Name) is { } a ? c with { Comment = a.Comment, Settings = a.Settings } : c).ToValueList() } == After;

    /// <summary>Whether nothing changes but the names of what the table's foreign keys refer to.</summary>
    [JsonIgnore]
    public bool OnlyReferencesAreRenamed => Before is not null && After is not null && Before != After && Links.Count == 0 && Lenses.Count == 0
        && ForeignKeys.All(f => f.Kept && f.Before! with { ReferencedTable = f.After!.ReferencedTable, ReferencedColumns = f.After.ReferencedColumns } == f.After)
        && Before with { ForeignKeys = After.ForeignKeys } == After;

    /// <summary>Columns only the new version has that no lens fills: they take their default.</summary>
    [JsonIgnore]
    public IEnumerable<Column> PlainAdded =>
        Columns.Where(c => c.Added && !Lenses.Any(l => l.New.Contains(c.After!.Name))).Select(c => c.After!);

    /// <summary>Columns only the old version has that no lens fills: they take their default.</summary>
    [JsonIgnore]
    public IEnumerable<Column> PlainDropped =>
        Columns.Where(c => c.Dropped && !Lenses.Any(l => l.Old.Contains(c.Before!.Name))).Select(c => c.Before!);

    /// <summary>Whether rows of the table look up the key that the table itself draws anew: it refers to itself, directly or over other tables.</summary>
    [JsonIgnore]
    public bool LooksItselfUp => DrawnKey is not null && Lenses.Any(l => l.LooksUp);

    /// <summary>The change without its lenses, and so without what they give.</summary>
    public TableChange WithoutLenses()
    {
        var (old, @new) = (Lenses.SelectMany(l => l.Old).ToList(), Lenses.SelectMany(l => l.New).ToList());
        return this with
        {
            After = After! with { Columns = After.Columns.Where(c => !@new.Contains(c.Name)).Concat(old.Select(o => Before!.Column(o)!)).ToValueList() },
            Lenses = [],
            Columns = Columns.Where(c => !(c.Added && @new.Contains(c.After!.Name))).Select(c => c.Dropped && old.Contains(c.Before!.Name) ? c with { After = c.Before } : c).ToValueList(),
        };
    }

    private static bool IsRenumbered(Pair<Column> pair) => pair is { Before: { } before, After: { } after } && (before.Identity != after.Identity || before.Sequence != after.Sequence);

    private static Table WithSettingsOf(Table table, Table other) => table with
    {
        Comment = other.Comment,
        Options = other.Options,
        Columns = table.Columns.Select(c => other.Column(c.Name) is { } o ? c with { Settings = o.Settings } : c).ToValueList(),
        ReplicaIdentity = other.ReplicaIdentity,
        RowSecurity = other.RowSecurity,
        RowSecurityForced = other.RowSecurityForced,
    };

    private bool Carries(ValueList<string> before, ValueList<string> after) => before.Select(Successor).SequenceEqual(after, StringComparer.Ordinal);

    private string? Successor(string column) => Columns.FirstOrDefault(c => c.Kept && c.Before!.Name == column)?.After!.Name;
}

/// <summary>Which of the two versions of a change is meant.</summary>
public enum Side
{
    /// <summary>The version before the migration.</summary>
    Old,

    /// <summary>The version that the migration makes.</summary>
    New,
}
