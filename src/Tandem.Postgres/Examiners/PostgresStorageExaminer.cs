using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server whether values of a column can be stored as is said: those of a fixed size only in one way.</summary>
internal static class PostgresStorageExaminer
{
    /// <summary>What it would not take.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, IReadOnlyList<TableChange> changes, PostgresMade made, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var (table, column, said) in changes.SelectMany(Said).Where(s => !made.IsOf(s.Column.Type)))
        {
            var answer = await reading.QueryAsync(
                new SqlStatement(
                    """
                    select t.typstorage = 'p' as fixed, @method = '' or @method = any (s.enumvals) as known
                    from pg_catalog.pg_type t left join pg_catalog.pg_settings s on s.name = 'default_toast_compression' where t.oid = pg_catalog.to_regtype(@type)
                    """,
                    new SqlArgument("type", TypeNames.WithoutSequence(column.Type)), new SqlArgument("method", said.Compression ?? "")),
                cancellationToken).ConfigureAwait(false);
            var wrong = answer.Rows switch
            {
                [[true, _]] when said.Storage is { } storage => $"values of {column.Type} have a fixed size and cannot be stored {storage}",
                [[true, _]] when said.Compression is not null => $"values of {column.Type} have a fixed size and are not compressed",
                [[_, false]] => $"this server does not compress by {said.Compression}",
                _ => null,
            };
            if (wrong is not null)
            {
                problems.Add(new Problem(
                    ProblemCodes.NotOnThisEngine, $"The column {table}.{column.Name}: {wrong}.", Subject: $"{table}.{column.Name}", Remedy: "Leave `storage` and `compression` out, or `default`."));
            }
        }

        return problems;
    }

    private static IEnumerable<(string Table, Column Column, (string? Storage, string? Compression) Said)> Said(TableChange change) =>
        from column in change.After?.Columns ?? []
        let before = change.Carried.FirstOrDefault(p => p.After!.Name == column.Name)?.Before
        let present = before is null || before.Type != column.Type ? null : ColumnSettings.Of(before)
        let wanted = ColumnSettings.Of(column)
        let said = (Storage: wanted.Storage is "PLAIN" || wanted.Storage == present?.Storage ? null : wanted.Storage, Compression: wanted.Compression == present?.Compression ? null : wanted.Compression)
        where said.Storage is not null || said.Compression is not null
        select (change.After!.Name, column, said);
}
