using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server about the functions and conditions of triggers that come: they are made at complete, which is late for a word that is wrong.</summary>
internal sealed class PostgresTriggerExaminer(PostgresReading reading, string schema, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly PostgresTrial trial = new(reading, cancellationToken);
    private readonly List<Problem> problems = [];

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        foreach (var trigger in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Trigger>())
        {
            var tokens = SqlLexer.Tokenize(trigger.Definition);
            var execute = Enumerable.Range(0, tokens.Count).LastOrDefault(i => tokens[i].Is("execute"), tokens.Count);
            if (execute + 3 < tokens.Count)
            {
                await FunctionAsync(trigger, trigger.Definition[tokens[execute + 2].Position..tokens[Open(tokens, execute)].Position].Trim()).ConfigureAwait(false);
                await ConditionAsync(inquiry, trigger, tokens, execute).ConfigureAwait(false);
            }
        }

        return problems;
    }

    private static int Open(IReadOnlyList<SqlLexer.Token> tokens, int from) => Enumerable.Range(from, tokens.Count - from).FirstOrDefault(i => tokens[i].IsSymbol("("), tokens.Count - 1);

    private async Task FunctionAsync(Trigger trigger, string function)
    {
        if (made.IsIn(function))
        {
            return;
        }

        var (answer, failure) = await reading.TryAsync(
            new SqlStatement(
                "select p.oid is not null as there, p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype as fires from (select pg_catalog.to_regprocedure(@name) as oid) n left join pg_catalog.pg_proc p on p.oid = n.oid",
                new SqlArgument("name", $"{function}()")),
            cancellationToken).ConfigureAwait(false);
        if (failure is null && answer!.Rows[0] is not [true, true])
        {
            problems.Add(new Problem(
                ProblemCodes.NoSuchObject, $"The trigger {trigger.Name} of {trigger.Table} calls the function {function}(), which {(answer.Rows[0][0] is true ? "does not return trigger" : "is not there")}.", Subject: trigger.Identity));
        }
    }

    // Without a row there is none before or after: a condition may name what every one of its events has.
    private async Task ConditionAsync(Inquiry inquiry, Trigger trigger, IReadOnlyList<SqlLexer.Token> tokens, int execute)
    {
        var when = Enumerable.Range(0, execute).FirstOrDefault(i => tokens[i].Is("when") && tokens[i + 1].IsSymbol("("), execute);
        var text = when == execute ? null : trigger.Definition[tokens[when + 1].Position..tokens[execute].Position].Trim();
        if (text is null || made.IsIn(text))
        {
            return;
        }

        var change = inquiry.Changes.FirstOrDefault(c => c.After?.Name == trigger.Table);
        var own = PostgresNewShape.OfTheServer.Keys.Where(n => SqlLexer.Names(text, n)).ToList();
        var row = change is null ? $"select {string.Join(", ", own.Prepend("*"))} from {PostgresText.Name(schema, trigger.Table)}" : PostgresNewShape.Query(change.After!, made, own);
        bool Fires(string word) => Enumerable.Range(0, when).TakeWhile(i => !tokens[i].Is("on")).Any(i => tokens[i].Is(word));
        string[] rows = [.. trigger.ForEachRow && !Fires("delete") ? [$"({row}) as new"] : Array.Empty<string>(), .. trigger.ForEachRow && !Fires("insert") ? [$"({row}) as old"] : Array.Empty<string>(), "(select) as _tandem_r"];
        if (change?.After!.Columns.Any(c => PostgresNewShape.IsMade(c, made)) == true)
        {
            return;
        }

        // Such a value is computed behind the triggers that fire before.
        var computed = trigger is { Before: true, ForEachRow: true } ? await ComputedAsync(change?.After, trigger.Table, text).ConfigureAwait(false) : null;
        var early = trigger.Before ? own.Find(n => SqlLexer.Names(text.ToLowerInvariant(), "new", n)) : null;
        var failure = PostgresTrial.QueryIn(text) ?? (computed is null ? null : $"new.{computed} is generated, and has no value before the row is stored.")
            ?? (early is null ? null : $"new.{early} is the server's own, and has no value before the row is stored.") ?? await trial.CompileConditionAsync(string.Join(" cross join ", rows), text).ConfigureAwait(false);
        if (failure is not null)
        {
            problems.Add(new Problem(ProblemCodes.TriggerDoesNotCompile, $"The condition of the trigger {trigger.Name} of {trigger.Table} does not compile: {failure}", Subject: trigger.Identity));
        }
    }

    private async Task<string?> ComputedAsync(Table? changed, string table, string text)
    {
        var names = changed is not null
            ? changed.Columns.Where(c => c.Generated is not null).Select(c => c.Name)
            : (await reading.QueryAsync(
                new SqlStatement("select a.attname::text from pg_catalog.pg_attribute a where a.attrelid = pg_catalog.to_regclass(@table) and a.attgenerated <> ''", new SqlArgument("table", PostgresText.Name(schema, table))),
                cancellationToken).ConfigureAwait(false)).Rows.Select(r => (string)r[0]!);
        return names.FirstOrDefault(n => SqlLexer.Names(text.ToLowerInvariant(), "new", n));
    }
}
