using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server about what range types are made of.</summary>
internal sealed class PostgresRangeExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private static readonly string[] Words = ["subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"];

    private readonly List<Problem> problems = [];

    /// <summary>The type whose values a range type is over; null where it does not say so.</summary>
    public static string? Subtype(RangeType type) => Said(type).LastOrDefault(s => s.Word == "subtype").Value;

    /// <summary>What is wrong with those that come.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        foreach (var type in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<RangeType>())
        {
            var said = Said(type).ToList();
            var wrong = said.Find(s => s.Word is null || !Words.Contains(s.Word)) is { Text: not null } unknown ? $"{unknown.Text} is not known; it takes {string.Join(", ", Words)}, each with = and its value"
                : said.GroupBy(s => s.Word).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"it says {twice.Key} twice"
                : said.TrueForAll(s => s.Word != "subtype") ? "it says no subtype"
                : null;
            if (wrong is not null)
            {
                Report(type, ProblemCodes.Incomplete, $"cannot be so: {wrong}.");
            }
            else if (!made.Anything && Subtype(type) is { } over && !made.IsOf(over))
            {
                await ExamineAsync(type, over, said.ToDictionary(s => s.Word!, s => s.Value, StringComparer.Ordinal)).ConfigureAwait(false);
            }
        }

        return problems;
    }

    // subtype = float8, subtype_diff = float8mi
    private static IEnumerable<(string? Word, string Value, string Text)> Said(RangeType type) => PostgresText.Elements(type.Definition).Select(e =>
        SqlLexer.Tokenize(e) is [var word, var equals, var value, ..] && word.IsName && equals.IsSymbol("=") ? (word.Name, e[value.Position..].Trim(), e) : ((string?)null, "", e));

    private async Task ExamineAsync(RangeType type, string over, Dictionary<string, string> said)
    {
        var @class = said.TryGetValue("subtype_opclass", out var named) ? PostgresIndexKey.Parts(named) : null;
        if (await PostgresIndexKey.LackAsync(reading, $"select null::{over}", "btree", @class, cancellationToken).ConfigureAwait(false) is { } lack)
        {
            Report(type, ProblemCodes.NoSuchObject, $"needs values that have an order: {lack}", "Take a subtype that a btree index takes, or name the operator class that does (`subtype_opclass`).");
        }

        if (said.TryGetValue("collation", out var collation)
            && await new PostgresTrial(reading, cancellationToken).CompileAsync("(select) as _tandem_r", $"null::{over} collate {collation}").ConfigureAwait(false) is { } foreign)
        {
            Report(type, ProblemCodes.NoSuchObject, $"has no such collation: {foreign}", "Correct the collation's name, or leave it out where the subtype is no text.");
        }

        // Such a function takes the type itself, which is not there before it.
        if (said.TryGetValue("canonical", out var canonical))
        {
            Report(type, ProblemCodes.NoSuchObject, $"names the function {canonical}, which would have to take {type.Name} and cannot be there before it.", "Leave `canonical` out, or make the type with `sql`.");
        }

        if (said.TryGetValue("subtype_diff", out var difference) && await DifferenceAsync(difference, over).ConfigureAwait(false) is { } wrong)
        {
            Report(type, ProblemCodes.NoSuchObject, $"names the function {difference}, which {wrong}.", $"Name a function {difference}({over}, {over}) that is there before this migration, is immutable and returns double precision, or leave `subtype_diff` out.");
        }

        if (said.TryGetValue("multirange_type_name", out var many) && await IsAsync("select pg_catalog.to_regtype(@name) is not null", many).ConfigureAwait(false))
        {
            Report(type, ProblemCodes.AlreadyExists, $"cannot call its multirange {many}: there is such a type.", "Choose another `multirange_type_name`.");
        }
    }

    private async Task<string?> DifferenceAsync(string function, string over)
    {
        var (answer, _) = await reading.TryAsync(
            new SqlStatement(
                "select p.prorettype = 'pg_catalog.float8'::pg_catalog.regtype as gives, p.provolatile = 'i' as fixed from pg_catalog.pg_proc p where p.oid = pg_catalog.to_regprocedure(@name)",
                new SqlArgument("name", $"{function}({over}, {over})")),
            cancellationToken).ConfigureAwait(false);
        return answer?.Rows switch
        {
            null => null,
            [] => $"is not there for two values of {over}",
            [[false, _]] => "does not return double precision",
            [[_, false]] => "is not immutable",
            _ => null,
        };
    }

    private async Task<bool> IsAsync(string query, string name) =>
        (await reading.TryAsync(new SqlStatement(query, new SqlArgument("name", name)), cancellationToken).ConfigureAwait(false)).Result?.Rows is [[true]];

    private void Report(RangeType type, ProblemCode code, string why, string? remedy = null) =>
        problems.Add(new Problem(code, $"The range type {type.Name} {why}", Subject: type.Name, Remedy: remedy ?? "Correct what stands in `range`: subtype = float8, subtype_diff = float8mi."));
}
