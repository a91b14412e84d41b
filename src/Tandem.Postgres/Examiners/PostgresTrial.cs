using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>What came of trying a query on sampled rows.</summary>
/// <param name="Seen">Rows tried.</param>
/// <param name="Hits">Rows for which the query said true.</param>
/// <param name="Failed">Rows for which it failed.</param>
/// <param name="FirstFailure">The first failure, without values.</param>
/// <param name="Untried">Why nothing could be tried, or null.</param>
internal sealed record TrialOutcome(long Seen, long Hits, long Failed, string? FirstFailure, string? Untried);

/// <summary>Compiles and tries expressions. Answers are sentences about what is wrong, or null.</summary>
internal sealed class PostgresTrial(PostgresReading reading, CancellationToken cancellationToken)
{
    /// <summary>That an expression of a column, rule or trigger has a query in it, which the server would say only when it makes them.</summary>
    public static string? QueryIn(string expression)
    {
        var tokens = SqlLexer.Tokenize(expression);
        return Enumerable.Range(0, tokens.Count).Any(i => tokens[i].Is("select") || (i > 0 && tokens[i - 1].IsSymbol("(") && (tokens[i].Is("values") || tokens[i].Is("table") || tokens[i].Is("with")))) ? "the server takes no subquery there." : null;
    }

    /// <summary>A place for a value in a text, <c>$1</c>, which nobody gives; null where there is none.</summary>
    public static string? PlaceIn(string sql) => SqlLexer.Tokenize(sql).FirstOrDefault(t => t.Kind == SqlLexer.TokenKind.Parameter && t.Text.StartsWith('$')).Text;

    /// <summary>What is wrong with an expression over these rows. VALUES takes what an assignment takes: no aggregates, no sets.</summary>
    public Task<string?> CompileAsync(string rows, string expression) =>
        CompileAsync($"select _tandem_v.x from {rows} cross join lateral (values ((", expression, "\n))) _tandem_v (x) limit 0");

    /// <summary>What is wrong with a condition over these rows.</summary>
    public Task<string?> CompileConditionAsync(string rows, string condition) =>
        CompileAsync($"select 1 from {rows} where (", condition, "\n) limit 0");

    /// <summary>What is wrong with a query that must give one column.</summary>
    public async Task<string?> CompileQueryAsync(string sql)
    {
        if (PostgresText.Split(sql) is not [var query])
        {
            return "it is not exactly one statement.";
        }

        const string before = "select * from (";
        var (result, failure) = await reading.TryAsync(
            new SqlStatement($"{before}{query}\n) as q limit 0"), cancellationToken).ConfigureAwait(false);
        return failure is not null ? Describe(failure, before.Length, query)
            : result!.Columns.Count == 1 ? null
            : string.Create(CultureInfo.InvariantCulture, $"it gives {result.Columns.Count} columns instead of one.");
    }

    /// <summary>Whether the server has no type of this name; false also where the name cannot be read.</summary>
    public async Task<bool> LacksTypeAsync(string type)
    {
        var (answer, _) = await reading.TryAsync(
            new SqlStatement("select pg_catalog.to_regtype(@type) is null as lacks", new SqlArgument("type", type)), cancellationToken).ConfigureAwait(false);
        return answer?.Rows[0][0] is true;
    }

    /// <summary>Why a value of an expression cannot be assigned to a column of this type.</summary>
    public async Task<string?> FitsAsync(string rows, string expression, string type)
    {
        // A type that the migration itself makes is not there yet.
        var (known, _) = await reading.TryAsync(
            new SqlStatement("select pg_catalog.to_regtype(@type)::oid as type", new SqlArgument("type", type)),
            cancellationToken).ConfigureAwait(false);
        if (known?.Rows[0][0] is not long target)
        {
            return null;
        }

        var (_, failure) = await reading.TryAsync(
            new SqlStatement($"select _tandem_v.x from {rows} cross join lateral (values (({expression}\n)::{type})) _tandem_v (x) limit 0"),
            cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            return PostgresErrors.Describe(failure);
        }

        // A bare literal takes the type of where it goes.
        if (SqlLexer.Tokenize(expression) is [{ Kind: SqlLexer.TokenKind.StringLiteral } or { Text: "null" or "NULL" }])
        {
            return null;
        }

        var given = $"select _tandem_v.x from {rows} cross join lateral (values (({expression}\n))) _tandem_v (x)";
        var answer = await reading.QueryAsync(
            new SqlStatement(
                PostgresQueries.Read("assignable").Replace("/*expression*/", given, StringComparison.Ordinal),
                new SqlArgument("target", target)),
            cancellationToken).ConfigureAwait(false);
        return answer.Rows is [[string source, false]]
            ? $"it gives {source}, which is not assigned to {type} without a cast."
            : null;
    }

    /// <summary>
    /// Tries a query that gives a truth value for each row: on all sampled rows at once and, where that fails, row by row.
    /// </summary>
    public async Task<TrialOutcome> CountAsync(Func<string, string> query, PostgresLensRows rows)
    {
        var (result, failure) = await reading.TryAsync(
            new SqlStatement($"select count(*) as seen, count(*) filter (where hit) as hits from ({query(rows.Old)}) q (hit)"),
            cancellationToken).ConfigureAwait(false);
        if (result is not null)
        {
            return new TrialOutcome(result.Number("seen"), result.Number("hits"), 0, null, null);
        }

        return PostgresErrors.KindOf(failure!.SqlState) == FailureKind.Data
            ? await CountRowByRowAsync(query, rows).ConfigureAwait(false)
            : new TrialOutcome(0, 0, 0, null, PostgresErrors.Describe(failure));
    }

    private async Task<TrialOutcome> CountRowByRowAsync(Func<string, string> query, PostgresLensRows rows)
    {
        var body = $"""
            #variable_conflict use_column
            declare
                _tandem_ctid tid; _tandem_oid oid; _tandem_hit boolean; _tandem_state text;
                _tandem_seen bigint := 0; _tandem_hits bigint := 0; _tandem_failed bigint := 0;
            begin
                for _tandem_ctid, _tandem_oid in {rows.Places} loop
                    _tandem_seen := _tandem_seen + 1;
                    begin
                        select q.hit into _tandem_hit from ({query(rows.OldAt("_tandem_ctid", "_tandem_oid"))}) q (hit);
                        if _tandem_hit then
                            _tandem_hits := _tandem_hits + 1;
                        end if;
                    exception when others then
                        _tandem_failed := _tandem_failed + 1;
                        _tandem_state := coalesce(_tandem_state, sqlstate);
                    end;
                end loop;
                perform pg_catalog.set_config(
                    'tandem.trial', concat_ws(' ', _tandem_seen, _tandem_hits, _tandem_failed, _tandem_state), true);
            end
            """;
        var tag = "$tandem$";
        while (body.Contains(tag, StringComparison.Ordinal))
        {
            tag = tag.Insert(1, "_");
        }

        var (_, failure) = await reading.TryAsync(new SqlStatement($"do {tag}\n{body}\n{tag}"), cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            return new TrialOutcome(0, 0, 0, null, PostgresErrors.Describe(failure));
        }

        var answer = await reading.QueryAsync(
            "select pg_catalog.current_setting('tandem.trial') as counts", cancellationToken).ConfigureAwait(false);
        var parts = answer.Text("counts")!.Split(' ');
        var counts = parts.Take(3).Select(p => long.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return new TrialOutcome(counts[0], counts[1], counts[2], parts.Length > 3 ? PostgresErrors.Condition(parts[3]) : null, null);
    }

    private async Task<string?> CompileAsync(string before, string expression, string after)
    {
        if (PlaceIn(expression) is { } place)
        {
            return $"it has a place for a value, {place}.";
        }

        if (PostgresText.Split(expression) is not [var single])
        {
            return PostgresText.Split(expression).Count == 0 && SqlLexer.Tokenize(expression).Count > 0
                ? await TryAsync(before, expression, after).ConfigureAwait(false)
                : "it is not exactly one expression.";
        }

        return await TryAsync(before, single, after).ConfigureAwait(false);
    }

    private async Task<string?> TryAsync(string before, string expression, string after)
    {
        var (result, failure) = await reading.TryAsync(
            new SqlStatement(before + expression + after), cancellationToken).ConfigureAwait(false);
        return failure is not null ? Describe(failure, before.Length, expression)
            : result!.Columns.Count == 1 ? null
            : "it is more than one expression.";
    }

    private static string Describe(PostgresException failure, int offset, string text)
    {
        var place = failure.Position - 1 - offset;
        return place >= 0 && place < text.Length && failure.InternalPosition == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{PostgresErrors.Describe(failure)} Place: character {place + 1}.")
            : PostgresErrors.Describe(failure);
    }
}
