using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server whether it can compare the columns of a foreign key that comes, or whose column gets another type.</summary>
internal static class PostgresReferenceExaminer
{
    // The server's own rule: an equality of the key's operator family takes both types, or the referring one turns into it by itself.
    private const string Query =
        """
        WITH RECURSIVE below (side, type) AS (
            (SELECT 'own', pg_catalog.to_regtype(@own)::oid
             UNION ALL
             SELECT 'key', coalesce(
                pg_catalog.to_regtype(nullif(@key, ''))::oid,
                (SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass(@table) AND a.attname = @column)))
            UNION ALL
            SELECT b.side, y.typbasetype FROM below b JOIN pg_catalog.pg_type y ON y.oid = b.type WHERE y.typtype = 'd'
        ), plain AS (
            SELECT b.side, b.type FROM below b JOIN pg_catalog.pg_type y ON y.oid = b.type WHERE y.typtype <> 'd'
        ), types AS (
            SELECT o.type AS own, k.type AS key FROM plain o, plain k WHERE o.side = 'own' AND k.side = 'key'
        ), classes AS (
            SELECT c.opcfamily, c.opcintype FROM types t, pg_catalog.pg_opclass c JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
            WHERE c.opcdefault AND (c.opcintype = t.key OR EXISTS (
                SELECT FROM pg_catalog.pg_cast k WHERE k.castsource = t.key AND k.casttarget = c.opcintype AND k.castmethod = 'b' AND k.castcontext = 'i'))
        )
        SELECT count(*) AS rows FROM types t WHERE t.own <> t.key
          AND NOT EXISTS (
            SELECT FROM classes c JOIN pg_catalog.pg_amop o ON o.amopfamily = c.opcfamily AND o.amopstrategy = 3
            WHERE o.amoplefttype = c.opcintype AND o.amoprighttype = t.own)
          AND NOT EXISTS (
            SELECT FROM classes c JOIN pg_catalog.pg_cast k ON k.casttarget = c.opcintype WHERE k.castsource = t.own AND k.castcontext = 'i')
        """;

    // Of a table in another schema nothing is in the model: whether it is there, and has a key of just these columns.
    private const string KeyQuery =
        """
        SELECT count(t.oid) AS there, count(i.indexrelid) AS keys
        FROM (SELECT pg_catalog.to_regclass(@table)::oid AS oid) t
        LEFT JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND (
            SELECT string_agg('"' || replace(a.attname, '"', '""') || '"', ',' ORDER BY a.attname::text COLLATE "C") FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1])) = @columns
        """;

    /// <summary>A problem for each pair of columns that the server does not compare, and for each table of another schema that a new foreign key cannot refer to.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var change in changes.Where(c => c.After is not null))
        {
            var after = change.After!;
            foreach (var key in after.ForeignKeys.Where(f => f.ReferencedSchema is not null && !f.Columns.All(c => !IsNew(change, f, c))))
            {
                problems.AddRange(await ElsewhereAsync(reading, after.Name, key, cancellationToken).ConfigureAwait(false));
            }

            foreach (var (key, own, referenced) in after.ForeignKeys.SelectMany(f => f.Columns.Zip(f.ReferencedColumns, (o, r) => (Key: f, Own: o, Referenced: r))).Where(p => IsNew(change, p.Key, p.Own)))
            {
                var target = changes.FirstOrDefault(c => key.ReferencedSchema is null && c.After?.Name == key.ReferencedTable)?.After?.Column(referenced)?.Type;
                var answer = await reading.QueryAsync(
                    new SqlStatement(
                        Query,
                        new SqlArgument("own", after.Column(own)!.Type),
                        new SqlArgument("key", target ?? ""),
                        new SqlArgument("table", Table(key, schema)),
                        new SqlArgument("column", referenced)),
                    cancellationToken).ConfigureAwait(false);
                if (answer.Number("rows") > 0)
                {
                    problems.Add(new Problem(
                        ProblemCodes.KeyRefersElsewhere,
                        $"{after.Name}.{own} refers to {key.ReferencedTable}.{referenced}, whose type the server does not compare with {after.Column(own)!.Type}.",
                        Subject: $"{after.Name}.{own}"));
                }
            }
        }

        return problems;
    }

    private static async Task<IReadOnlyList<Problem>> ElsewhereAsync(PostgresReading reading, string table, ForeignKey key, CancellationToken cancellationToken)
    {
        var answer = await reading.QueryAsync(
            new SqlStatement(
                KeyQuery,
                new SqlArgument("table", Table(key, "")),
                new SqlArgument("columns", string.Join(',', key.ReferencedColumns.Order(StringComparer.Ordinal).Select(PostgresText.Quote)))),
            cancellationToken).ConfigureAwait(false);
        if (answer.Number("there") == 0)
        {
            return [new Problem(ProblemCodes.NoSuchTable, $"The foreign key {key.Name} of {table} refers to {key.ReferencedTable}, which is not there.", Subject: table, Remedy: "Make the table first, by a migration of its own schema.")];
        }

        return answer.Number("keys") > 0 ? []
            : [new Problem(ProblemCodes.NoKeyReferredTo, $"The foreign key {key.Name} of {table} refers to {string.Join(", ", key.ReferencedColumns)} of {key.ReferencedTable}, and no key or unique rule is of just these columns.", Subject: table)];
    }

    private static string Table(ForeignKey key, string schema) => PostgresText.Name(key.ReferencedSchema ?? schema, key.ReferencedName);

    private static bool IsNew(TableChange change, ForeignKey key, string own) =>
        change.Before?.Column(own)?.Type != change.After!.Column(own)!.Type
        || change.Before.ForeignKeys.All(f => f.ReferencedTable != key.ReferencedTable || !f.Columns.SequenceEqual(key.Columns));
}
