using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Inspection;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Lets the server compile what functions of a migration say, and try their settings: it says so itself only when the version is served, behind the backfills.</summary>
/// <param name="reading">Where the server is asked.</param>
/// <param name="made">What the migration makes.</param>
/// <param name="queries">Compiles bodies in SQL.</param>
/// <param name="cancellationToken">Stops.</param>
internal sealed partial class PostgresRoutineExaminer(PostgresReading reading, PostgresMade made, PostgresQueryBodyExaminer queries, CancellationToken cancellationToken)
{
    private const string SyntaxError = "42601";
    private const string TypeMismatch = "42804";
    private const string NoSuchType = "42704";
    private const string Constant = "22005";

    /// <summary>What is wrong with a function or procedure.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Routine routine)
    {
        var (text, problems) = (RoutineText.Of(routine), new List<Problem>());
        foreach (var setting in text.Settings)
        {
            if (await SettingAsync(setting).ConfigureAwait(false) is { } why)
            {
                problems.Add(new Problem(
                    ProblemCodes.RoutineDoesNotCompile, $"The {routine.Kind} {routine.Identity} sets {SqlLexer.Tokenize(setting)[0].Name} to what the server does not take: {why}", Subject: routine.Identity,
                    Remedy: "Correct the value in `settings`."));
            }
        }

        var fault = text.Language.ToLowerInvariant() switch
        {
            "plpgsql" => await BlockAsync(routine, text).ConfigureAwait(false),
            "sql" => await queries.FaultAsync(routine, text).ConfigureAwait(false),
            _ => null,
        };
        return fault is null ? problems : [.. problems, new Problem(ProblemCodes.RoutineDoesNotCompile, $"The {routine.Kind} {routine.Identity} {fault}", Subject: routine.Identity)];
    }

    /// <summary>In the place of a type that comes stands one that takes any value, and then one that has fields: only what neither makes right is wrong.</summary>
    private async Task<string?> BlockAsync(Routine routine, RoutineText text)
    {
        string? first = null;
        foreach (var standIn in PostgresParameter.Of(text).Any(p => made.IsOf(p.Type)) ? new[] { "text", "record" } : ["text"])
        {
            var block = PostgresBlock.Of(routine, standIn, made.IsOf);
            if (!block.IsBlock)
            {
                return "does not compile: its body begins with neither DECLARE nor BEGIN.";
            }

            if (block.EmptyReturn is { } empty)
            {
                return FormattableString.Invariant($"does not compile: line {empty}: RETURN has no value.");
            }

            var (_, failure) = await reading.TryAsync(new SqlStatement(block.Statement), cancellationToken).ConfigureAwait(false);
            if (failure is null || Fault(block, text, failure) is not { } fault)
            {
                return null;
            }

            first ??= $"does not compile: {fault}";
        }

        return first;
    }

    /// <summary>What the server says of the body; null where it may say so only because something is not there yet.</summary>
    private string? Fault(PostgresBlock block, RoutineText text, PostgresException failure)
    {
        var why = failure.SqlState switch
        {
            // So older servers say that a column whose type is meant is not there.
            SyntaxError when failure.MessageText.EndsWith("\"%\"", StringComparison.Ordinal) && queries.Changes(text.Source) => null,
            SyntaxError => PostgresErrors.Describe(failure),
            TypeMismatch when block.GivesSet => "RETURN has a value there, and what gives rows says RETURN NEXT or RETURN QUERY.",
            TypeMismatch when !block.GivesValue => "RETURN has a value there, and it returns none by itself.",
            TypeMismatch => PostgresErrors.Describe(failure),
            Constant => $"{failure.MessageText}.",

            // Of tables it looks for those alone whose types it needs.
            "42P01" or "42703" when !made.IsUnclear(text.Source) && !PostgresQueryBodyExaminer.SetsPath(text) && !queries.Changes(text.Source) => PostgresErrors.Describe(failure),
            NoSuchType when !made.IsOf(text.Source) && !PostgresQueryBodyExaminer.SetsPath(text) => PostgresErrors.Describe(failure),
            _ => null,
        };
        var place = failure.Position > 0 ? block.Line(failure.Position)
            : failure.Where is { } where && LineInContext().Match(where) is { Success: true } match ? block.LineOf(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : null;
        return why is null || place is not { } line ? null
            : line > block.Lines ? block.IsAtOwnEnd(failure.Position) ? "it has an END too many." : "a BEGIN, IF, LOOP or CASE in it does not end, or the semicolon before its last END is missing."
            : FormattableString.Invariant($"line {line}: {why}");
    }

    /// <summary>Why the server does not take a setting's value, or null: it sets all of them when it looks at a function that is made.</summary>
    private async Task<string?> SettingAsync(string setting)
    {
        if (PostgresText.Split($"set local {setting}") is not [var statement])
        {
            return "it is not exactly one value.";
        }

        await reading.QueryAsync("savepoint tandem_setting", cancellationToken).ConfigureAwait(false);
        var (_, failure) = await reading.TryAsync(new SqlStatement(statement), cancellationToken).ConfigureAwait(false);
        await reading.QueryAsync("rollback to savepoint tandem_setting", cancellationToken).ConfigureAwait(false);
        return failure?.SqlState switch
        {
            "22023" or "55P02" => $"{failure.MessageText}.",
            SyntaxError => PostgresErrors.Describe(failure),
            _ => null,
        };
    }

    [GeneratedRegex(@"inline_code_block\D+(\d+)")]
    private static partial Regex LineInContext();
}
