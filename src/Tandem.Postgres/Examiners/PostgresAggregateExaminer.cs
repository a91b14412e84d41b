using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Inspection;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server about the functions of aggregates that come, and whether their first value is one of their state.</summary>
internal sealed class PostgresAggregateExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private static readonly string[] Required = ["sfunc", "stype"];
    private static readonly string[] Moving = ["msfunc", "minvfunc"];

    private readonly List<Problem> problems = [];

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        foreach (var aggregate in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Routine>().Where(r => r.Code == RoutineKind.Aggregate))
        {
            var said = Said(aggregate.Definition);
            foreach (var name in Required.Where(n => !said.ContainsKey(n)))
            {
                Report(aggregate, $"says no `{name}`.");
            }

            foreach (var wrong in Form(said, SqlLexer.Names(aggregate.Arguments, "order")))
            {
                Report(aggregate, wrong);
            }

            foreach (var moving in said.ContainsKey("mstype") ? new[] { "", "m" } : [""])
            {
                await StateAsync(aggregate, said, moving).ConfigureAwait(false);
            }
        }

        return problems;
    }

    /// <summary>What stands in the last brackets: <c>sfunc = int4pl, stype = integer</c>.</summary>
    private static Dictionary<string, string> Said(string definition)
    {
        var tokens = SqlLexer.Tokenize(definition);
        var (open, depth) = (0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            open = depth == 0 && tokens[i].IsSymbol("(") ? i : open;
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
        }

        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in PostgresText.Elements(definition[(tokens[open].Position + 1)..tokens[^1].Position]))
        {
            if (SqlLexer.Tokenize(part) is [{ IsName: true } alone])
            {
                said[alone.Name] = "";
            }
            else if (SqlLexer.Tokenize(part) is [var name, var equals, var value, ..] && equals.IsSymbol("="))
            {
                // Names from the time when an aggregate could have a second state.
                said[name.Name is "sfunc1" or "stype1" or "initcond1" ? name.Name[..^1] : name.Name] = part[value.Position..];
            }
        }

        return said;
    }

    /// <summary>What does not go together, whatever the functions are.</summary>
    private static IEnumerable<string> Form(Dictionary<string, string> said, bool ordered)
    {
        IEnumerable<(string Name, string Word)> Words(params string[] names) =>
            from name in names where said.ContainsKey(name) let tokens = SqlLexer.Tokenize(said[name]) where tokens.Count == 1 select (name, tokens[0].Value.ToUpperInvariant());
        foreach (var name in Moving.Where(n => said.ContainsKey("mstype") && !said.ContainsKey(n)))
        {
            yield return $"says `mstype`, and no `{name}`.";
        }

        foreach (var name in Moving.Append("mfinalfunc").Append("minitcond").Where(n => !said.ContainsKey("mstype") && said.ContainsKey(n)))
        {
            yield return $"says `{name}`, and no `mstype`.";
        }

        if (said.ContainsKey("serialfunc") != said.ContainsKey("deserialfunc"))
        {
            yield return "says one of `serialfunc` and `deserialfunc`, which go together.";
        }

        foreach (var (_, word) in Words("parallel").Where(w => w.Word is not ("SAFE" or "RESTRICTED" or "UNSAFE")))
        {
            yield return $"says `parallel = {word}`, which is safe, restricted or unsafe.";
        }

        foreach (var (name, word) in Words("finalfunc_modify", "mfinalfunc_modify").Where(w => w.Word is not ("READ_ONLY" or "SHAREABLE" or "READ_WRITE")))
        {
            yield return $"says `{name} = {word}`, which is read_only, shareable or read_write.";
        }

        foreach (var (name, word) in Words("sspace", "msspace").Where(w => !w.Word.All(char.IsAsciiDigit)))
        {
            yield return $"says `{name} = {word}`, which is a number of bytes.";
        }

        if (said.ContainsKey("hypothetical") && !ordered)
        {
            yield return "is hypothetical, and sorts nothing: it has no ORDER BY in its arguments.";
        }
    }

    private async Task StateAsync(Routine aggregate, Dictionary<string, string> said, string moving)
    {
        if (!said.TryGetValue($"{moving}stype", out var state) || made.IsOf(state) || made.IsOf(aggregate.Arguments) || SqlLexer.Names(aggregate.Arguments, "order"))
        {
            return;
        }

        var (type, _) = await reading.TryAsync(
            new SqlStatement("select t.oid::bigint as oid, t.typtype::text as kind from (select pg_catalog.to_regtype(@type) as oid) n left join pg_catalog.pg_type t on t.oid = n.oid", new SqlArgument("type", state)),
            cancellationToken).ConfigureAwait(false);
        if (type?.Rows is not [[long oid, string kind]])
        {
            Report(aggregate, $"has the state {state}, and there is no type of that name.");
            return;
        }

        // What goes with values of any type the server finds by other rules.
        var taken = PostgresText.Elements(aggregate.Arguments).Where(a => a is not ("" or "*")).Select(a => SqlLexer.Tokenize(a)[0].Is("variadic") ? a["variadic".Length..].Trim() : a).ToList();
        if (kind == "p" || taken.Exists(IsOfAny))
        {
            await OfAnyAsync(aggregate, said, $"{moving}sfunc", [state, .. taken], kind == "p").ConfigureAwait(false);
            return;
        }

        if (said.TryGetValue($"{moving}initcond", out var first) && SqlLexer.Tokenize(first) is [var value]
            && (await reading.TryAsync(new SqlStatement($"select {PostgresText.Literal(value.Value)}::{state}"), cancellationToken).ConfigureAwait(false)).Failure is { } failure)
        {
            Report(aggregate, $"begins with {moving}initcond, which is no {state}: {PostgresErrors.Describe(failure)}");
        }

        List<string> next = [state, .. taken];
        await FunctionAsync(aggregate, said, $"{moving}sfunc", next, kind == "d" ? null : (oid, state)).ConfigureAwait(false);
        await FunctionAsync(aggregate, said, "minvfunc", moving.Length > 0 ? next : null, kind == "d" ? null : (oid, state)).ConfigureAwait(false);
        await FunctionAsync(aggregate, said, $"{moving}finalfunc", said.ContainsKey($"{moving}finalfunc_extra") ? null : [state], null).ConfigureAwait(false);
        await FunctionAsync(aggregate, said, "combinefunc", moving.Length > 0 ? null : [state, state], kind == "d" ? null : (oid, state)).ConfigureAwait(false);
    }

    /// <summary>A function for values of any type is found by exactly the types that it is written with; which others go beside them the server alone knows.</summary>
    private async Task OfAnyAsync(Routine aggregate, Dictionary<string, string> said, string role, IReadOnlyList<string> takes, bool isPseudo)
    {
        if (isPseudo && !IsOfAny(takes[0]))
        {
            Report(aggregate, $"has the state {takes[0]}, which no value is of.");
            return;
        }

        if (PostgresParameter.IsPolymorphic(takes[0]) && !takes.Skip(1).Any(PostgresParameter.IsPolymorphic))
        {
            Report(aggregate, $"has the state {takes[0]}, and no argument of any type tells which.");
            return;
        }

        if (!said.TryGetValue(role, out var function) || made.IsIn(function))
        {
            return;
        }

        var (answer, _) = await reading.TryAsync(
            new SqlStatement(
                """
                select not exists (
                  select from pg_catalog.pg_proc p
                  where p.proname::text = @name and p.pronargs = @count and p.provariadic = 0
                    and not exists (
                      select from rows from (pg_catalog.unnest(pg_catalog.string_to_array(@types, ';')), pg_catalog.unnest(p.proargtypes::oid[])) a (given, has)
                      where a.given like 'any%' and a.has not in (pg_catalog.to_regtype(a.given)::oid, 'pg_catalog."any"'::pg_catalog.regtype::oid)))
                  and not exists (select from pg_catalog.pg_proc p where p.proname::text = @name and p.provariadic <> 0) as lacks
                """,
                new SqlArgument("name", SqlLexer.Tokenize(function)[^1].Name), new SqlArgument("count", (long)takes.Count), new SqlArgument("types", string.Join(';', takes.Select(t => t.ToLowerInvariant())))),
            cancellationToken).ConfigureAwait(false);
        if (answer?.Rows is [[true]])
        {
            Report(aggregate, $"has no `{role}`: there is no function {function}({string.Join(", ", takes)}).");
        }
    }

    private static bool IsOfAny(string type) => type.StartsWith("any", StringComparison.OrdinalIgnoreCase) || type is "\"any\"" or "internal";

    /// <summary>Asks for a function that takes these types and, where that matters, gives this one.</summary>
    private async Task FunctionAsync(Routine aggregate, Dictionary<string, string> said, string role, IReadOnlyList<string>? takes, (long Type, string Name)? gives)
    {
        if (takes is null || !said.TryGetValue(role, out var function) || made.IsIn(function))
        {
            return;
        }

        var (columns, failure) = await reading.DescribeAsync($"select {function}({string.Join(", ", takes.Select(t => $"null::{t}"))})", cancellationToken).ConfigureAwait(false);
        if (failure is not null && PostgresNewShape.IsAbout(failure))
        {
            Report(aggregate, $"has no `{role}`: {PostgresErrors.Describe(failure)}");
        }
        else if (gives is var (type, name) && columns is [{ } column] && column.Type != type)
        {
            Report(aggregate, $"has a `{role}`, {function}, that does not give {name}.");
        }
    }

    private void Report(Routine aggregate, string why) => problems.Add(new Problem(
        ProblemCodes.RoutineDoesNotCompile, $"The aggregate {aggregate.Identity} {why}", Subject: aggregate.Identity, Remedy: "Correct what stands in the aggregate's `body`."));
}
