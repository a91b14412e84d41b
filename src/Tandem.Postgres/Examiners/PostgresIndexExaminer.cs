using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server whether it can build the indexes that come, and those behind rules: it says so only when it builds them, which is late.</summary>
internal sealed class PostgresIndexExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly PostgresTrial trial = new(reading, cancellationToken);
    private readonly List<Problem> problems = [];
    private readonly Dictionary<(string Type, string Method), string?> lacks = [];

    /// <summary>What is wrong with the indexes that changes bring.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(IReadOnlyList<TableChange> changes)
    {
        foreach (var (change, rule, method, column) in Keys(changes, made.Anything).Concat(Rules(changes)))
        {
            if (!lacks.TryGetValue((column.Type, method), out var lack))
            {
                lack = await trial.LacksTypeAsync(column.Type).ConfigureAwait(false) ? null
                    : await PostgresIndexKey.LackAsync(reading, $"select null::{TypeNames.WithoutSequence(column.Type)}", method, null, cancellationToken).ConfigureAwait(false);
                lacks.Add((column.Type, method), lack);
            }

            Report(change, rule, column.Name, column is { Generated: not null, GeneratedStored: false } && !rule.StartsWith("index ", StringComparison.Ordinal) ? "it is computed when it is read, and stored nowhere." : lack);
        }

        foreach (var (change, index) in made.Anything ? [] : New(changes))
        {
            await MethodAsync(change, index).ConfigureAwait(false);
            foreach (var key in index.Keys.Where(k => k.Options is not null && k.Column is not null))
            {
                await OptionsAsync(change, index, change.After!.Column(key.Column!), key.Options!).ConfigureAwait(false);
            }
        }

        return problems;
    }

    private static IEnumerable<(TableChange Change, Schema.Index Index)> New(IEnumerable<TableChange> changes) =>
        from change in changes
        where change.After is not null
        from index in PostgresNewShape.Indexes(change)
        select (change, index);

    private static IEnumerable<(TableChange Change, string Rule, string Method, Column Column)> Keys(IEnumerable<TableChange> changes, bool anything) =>
        from pair in New(changes)
        where !anything || PostgresIndexKey.BuiltIn.Contains(pair.Index.Method ?? "btree")
        from key in pair.Index.Keys
        where PostgresIndexKey.Parts(key.Options).Class.Length == 0
        let column = key.Column is { } name ? pair.Change.After!.Column(name) : null
        where column is not null
        select (pair.Change, $"index {pair.Index.Name}", pair.Index.Method ?? "btree", column);

    // A rule over the same columns of the same types was built before.
    private static IEnumerable<(TableChange Change, string Rule, string Method, Column Column)> Rules(IEnumerable<TableChange> changes) =>
        from change in changes
        where change.After is not null
        from rule in change.After!.Uniques.Where(u => change.Before?.Uniques.Contains(u) != true).Select(u => (Words: $"unique rule {u.Name}", u.Columns))
            .Concat(change.After.PrimaryKey is { } key && change.Before?.PrimaryKey != key ? [(Words: "primary key", key.Columns)] : Array.Empty<(string Words, ValueList<string> Columns)>())
        from name in rule.Columns
        let column = change.After!.Column(name)
        where column is not null
        select (change, rule.Words, "btree", column);

    private void Report(TableChange change, string rule, string? column, string? lack)
    {
        if (lack is not null)
        {
            problems.Add(new Problem(
                ProblemCodes.IndexTakesNoType, $"The {rule} of {change.After!.Name} cannot be built{(column is null ? "" : $" over {column}")}: {lack}",
                Subject: column is null ? change.After.Name : $"{change.After.Name}.{column}"));
        }
    }

    private async Task MethodAsync(TableChange change, Schema.Index index)
    {
        var method = index.Method ?? "btree";
        var answer = await reading.QueryAsync(
            new SqlStatement(
                """
                select m.oid is not null as there, pg_catalog.pg_indexam_has_property(m.oid, 'can_multi_col') as many, pg_catalog.pg_indexam_has_property(m.oid, 'can_include') as more,
                  @space = '' or exists (select from pg_catalog.pg_tablespace s where s.spcname = @space) as room,
                  @keys <= pg_catalog.current_setting('max_index_keys')::bigint as few
                from (select) one left join pg_catalog.pg_am m on m.amname = @method and m.amtype = 'i'
                """,
                new SqlArgument("method", method), new SqlArgument("space", index.Tablespace ?? ""), new SqlArgument("keys", (long)(index.Keys.Count + index.Include.Count))),
            cancellationToken).ConfigureAwait(false);
        Report(change, $"index {index.Name}", null, answer.Rows[0] switch
        {
            [false, ..] => $"the server has no method {method}.",
            [_, false, ..] when index.Keys.Count > 1 => $"{method} takes one column.",
            [_, _, false, ..] when index.Include.Count > 0 => $"{method} includes no other columns.",
            [_, _, _, false, _] => $"the server has no tablespace {index.Tablespace}.",
            [_, _, _, _, false] => "the server takes fewer columns.",
            _ when Virtual(change.After!, index) is { } computed => $"{computed.Name} is computed when it is read, and stored nowhere.",
            _ => null,
        });
    }

    private static Column? Virtual(Table table, Schema.Index index) => table.Columns.FirstOrDefault(c => c is { Generated: not null, GeneratedStored: false }
        && (index.Include.Contains(c.Name) || index.Keys.Any(k => k.Column == c.Name || (k.Expression is { } e && SqlLexer.Names(e, c.Name))) || (index.Where is { } where && SqlLexer.Names(where, c.Name))));

    private async Task OptionsAsync(TableChange change, Schema.Index index, Column? column, string options)
    {
        if (column is null || made.IsOf(column.Type))
        {
            return;
        }

        var said = PostgresIndexKey.Parts(options);
        var value = $"null::{TypeNames.WithoutSequence(column.Type)}";
        var lack = said.Collation.Length == 0 ? null : await trial.CompileAsync("(select) as _tandem_r", value + said.Collation).ConfigureAwait(false);
        lack ??= said.Class.Length == 0 ? null : await PostgresIndexKey.LackAsync(reading, $"select {value}", index.Method ?? "btree", said, cancellationToken).ConfigureAwait(false);
        Report(change, $"index {index.Name}", column.Name, lack);
    }
}
