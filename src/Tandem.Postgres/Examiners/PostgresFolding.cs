using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks whether the server computes an expression ahead where all columns are constants, which it does with all that is immutable.</summary>
internal sealed class PostgresFolding(PostgresReading reading, CancellationToken cancellationToken)
{
    /// <summary>Whether it does; null where no value of some column's type is known.</summary>
    public async Task<bool?> IsComputedAheadAsync(string expression, Table table)
    {
        var named = table.Columns.Where(c => SqlLexer.Names(expression, c.Name)).ToList();
        var values = new List<string>();
        foreach (var column in named)
        {
            if (await ConstantAsync(column.Type).ConfigureAwait(false) is not { } constant)
            {
                return null;
            }

            values.Add($"{constant}::{column.Type} as {PostgresText.Quote(column.Name)}");
        }

        var (plan, _) = await reading.TryAsync(
            new SqlStatement($"explain (verbose, costs off) select ({expression}\n) from (select {string.Join(", ", values)}) as {PostgresText.Quote(table.Name)}"),
            cancellationToken).ConfigureAwait(false);
        var output = plan?.Rows.Select(r => (r[0] as string ?? "").Trim()).FirstOrDefault(l => l.StartsWith("Output: ", StringComparison.Ordinal));
        return output is null ? null : IsConstant(output["Output: ".Length..]);
    }

    /// <summary>Some value of a type, as a literal; null where none is known.</summary>
    private async Task<string?> ConstantAsync(string type)
    {
        var answer = await reading.QueryAsync(
            new SqlStatement(
                """
                select case
                    when t.typtype = 'd' then null
                    when t.typtype = 'e' then (select pg_catalog.quote_literal(min(e.enumlabel)) from pg_catalog.pg_enum e where e.enumtypid = t.oid)
                    when t.typcategory in ('N', 'S', 'V') then '''1'''
                    when t.typcategory = 'D' then '''2000-01-01 00:00:00+00'''
                    when t.typcategory = 'B' then '''t'''
                    when t.typcategory = 'T' then '''1 day'''
                    when t.typcategory = 'I' then '''127.0.0.1'''
                    when t.typcategory = 'A' then '''{}'''
                    when t.typcategory = 'R' then '''empty'''
                    when t.typname in ('json', 'jsonb') then '''{}'''
                    when t.typname = 'uuid' then '''00000000-0000-0000-0000-000000000000'''
                end as value
                from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@type)
                """,
                new SqlArgument("type", type)),
            cancellationToken).ConfigureAwait(false);
        return answer.Rows.Count == 0 ? null : answer.Rows[0][0] as string;
    }

    /// <summary>Whether a text is a value and its type, as the server writes constants.</summary>
    private static bool IsConstant(string text)
    {
        var typed = false;
        foreach (var token in SqlLexer.Tokenize(text))
        {
            typed |= token.IsSymbol("::");
            var isValue = token.Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number || token.IsSymbol("-") || token.Is("true") || token.Is("false") || token.Is("null");
            if (!typed && !isValue)
            {
                return false;
            }
        }

        return true;
    }
}
