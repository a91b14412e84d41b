using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>The rules for SQL of the migration's own. What an operation does in its safe form needs none.</summary>
internal static class ScriptLint
{
    /// <summary>Every rule by its name. A rule is one file in this folder.</summary>
    public static IReadOnlyDictionary<string, Func<LintSubject, IEnumerable<Problem>>> Rules { get; } =
        new Dictionary<string, Func<LintSubject, IEnumerable<Problem>>>(StringComparer.Ordinal)
        {
            [nameof(AttachedPartitions)] = AttachedPartitions.Check,
            [nameof(Cascades)] = Cascades.Check,
            [nameof(CheckScans)] = CheckScans.Check,
            [nameof(ColumnDrops)] = ColumnDrops.Check,
            [nameof(ColumnRenames)] = ColumnRenames.Check,
            [nameof(DetachedPartitions)] = DetachedPartitions.Check,
            [nameof(DomainConstraints)] = DomainConstraints.Check,
            [nameof(ExclusionBuilds)] = ExclusionBuilds.Check,
            [nameof(ForeignKeyScans)] = ForeignKeyScans.Check,
            [nameof(HalfDoneScripts)] = HalfDoneScripts.Check,
            [nameof(HeldLocks)] = HeldLocks.Check,
            [nameof(IndexBuilds)] = IndexBuilds.Check,
            [nameof(IndexDrops)] = IndexDrops.Check,
            [nameof(MissingDowns)] = MissingDowns.Check,
            [nameof(NotNullScans)] = NotNullScans.Check,
            [nameof(NullsAllowed)] = NullsAllowed.Check,
            [nameof(ObjectRenames)] = ObjectRenames.Check,
            [nameof(PrimaryKeyBuilds)] = PrimaryKeyBuilds.Check,
            [nameof(Reindexing)] = Reindexing.Check,
            [nameof(RewritingColumns)] = RewritingColumns.Check,
            [nameof(RowChanges)] = RowChanges.Check,
            [nameof(ScriptForms)] = ScriptForms.Check,
            [nameof(ScriptRequiredColumns)] = ScriptRequiredColumns.Check,
            [nameof(SilentTriggers)] = SilentTriggers.Check,
            [nameof(StatementsOutsideTransactions)] = StatementsOutsideTransactions.Check,
            [nameof(TableDrops)] = TableDrops.Check,
            [nameof(TableLocks)] = TableLocks.Check,
            [nameof(TableRebuilds)] = TableRebuilds.Check,
            [nameof(Timeouts)] = Timeouts.Check,
            [nameof(Truncations)] = Truncations.Check,
            [nameof(TypeChanges)] = TypeChanges.Check,
            [nameof(UniqueBuilds)] = UniqueBuilds.Check,
            [nameof(UnknownStatements)] = UnknownStatements.Check,
            [nameof(UnqualifiedNames)] = UnqualifiedNames.Check,
            [nameof(ValuePlaces)] = ValuePlaces.Check,
            [nameof(ValueRenames)] = ValueRenames.Check,
            [nameof(ViewRefreshes)] = ViewRefreshes.Check,
        };
}
