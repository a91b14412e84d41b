using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>A migration worked out against a schema, before the database was asked about its data.</summary>
/// <param name="Changes">What changes, table by table.</param>
/// <param name="Updates">The row updates.</param>
/// <param name="Before">The checks on the old version.</param>
/// <param name="After">The checks on the new version.</param>
/// <param name="Problems">What does not fit.</param>
public sealed record MigrationDraft(
    ValueList<TableChange> Changes,
    ValueList<RowUpdate> Updates,
    ValueList<DataCheck> Before,
    ValueList<DataCheck> After,
    ValueList<Problem> Problems)
{
    /// <summary>Applies the operations of a migration to a schema, one after the other. Pure.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="schema">The schema before it.</param>
    /// <param name="engine">The engine's name in files: <c>postgres</c> or <c>sqlite</c>.</param>
    public static MigrationDraft Of(Migration migration, DatabaseSchema schema, string engine)
    {
        ArgumentNullException.ThrowIfNull(migration);
        var draft = new ChangeDraft(schema, engine);
        foreach (var operation in migration.Operations)
        {
            draft.Apply(operation);
        }

        foreach (var change in draft.Changes.Where(c => c.Before is { NotUnderstood.Count: > 0 }))
        {
            draft.Report(ProblemCodes.NotUnderstood, $"{change.Name}: {string.Join("; ", change.Before!.NotUnderstood)}.", change.Name);
        }

        return new MigrationDraft(
            draft.Changes,
            draft.Updates,
            Checks(draft, migration.Checks?.Before),
            Checks(draft, migration.Checks?.After),
            draft.Problems.Concat(draft.Changes.SelectMany(NotCarried)).ToValueList());
    }

    // The columns that take another's place are made anew, without what a person has set on it.
    private static IEnumerable<Problem> NotCarried(TableChange change) =>
        from column in change.Columns.Where(p => p.Dropped).Select(p => p.Before!)
        where column.NotCarried.Count > 0 && change.After is not null
        let subject = $"{change.Name}.{column.Name}"
        select new Problem(
            ProblemCodes.NotUnderstood,
            $"{subject} has {string.Join(", ", column.NotCarried)}, which no column of the new version gets.",
            Subject: subject)
        {
            Severity = Severity.Warning,
        };

    private static ValueList<DataCheck> Checks(ChangeDraft draft, ValueList<CheckText>? texts) =>
        (texts ?? []).Select(t => (t, Sql: draft.Expression(t.Sql, $"the check {t.Name}")))
            .Where(p => p.Sql is not null)
            .Select(p => new DataCheck(p.t.Name, p.Sql!, p.t.Expect))
            .ToValueList();
}
