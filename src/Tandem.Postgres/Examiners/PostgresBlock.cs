using System.Globalization;
using System.Text;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Inspection;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// The body of a function in PL/pgSQL as a block without a name. The server compiles all of a block before it carries out its first statement,
/// and here that is one that ends it: nothing of the body happens.
/// </summary>
internal sealed class PostgresBlock
{
    private const string OfTriggers =
        "new record; old record; tg_name name; tg_when text; tg_level text; tg_op text; tg_relid oid; tg_relname name; tg_table_name name; tg_table_schema name; tg_nargs integer; tg_argv text[]; ";

    private const string OfEventTriggers = "tg_event text; tg_tag text; ";

    // Behind these a statement begins.
    private static readonly string[] Openers = ["begin", "then", "else", "loop"];

    private readonly RoutineText text;
    private readonly string returns;
    private readonly int from;

    private PostgresBlock(Routine routine, string standIn, Func<string, bool> isMade)
    {
        text = RoutineText.Of(routine);
        returns = (text.Returns ?? "").Trim();
        var parameters = PostgresParameter.Of(text).ToList();
        GivesSet = SqlLexer.Tokenize(returns) is [var first, ..] && (first.Is("setof") || first.Is("table"));
        GivesValue = !GivesSet && returns.Length > 0 && !parameters.Exists(p => p.Gives) && returns.ToLowerInvariant() is not ("void" or "event_trigger");
        var head = Head(routine, parameters.Select(p => p with { Type = isMade(p.Type) ? standIn : Plain(p.Type) }).ToList());
        var tag = "$tandem$";
        while (text.Source.Contains(tag, StringComparison.Ordinal))
        {
            tag = tag.Insert(1, "_");
        }

        from = head.Length + tag.Length + 3;
        Statement = $"do {tag}{head}{Body()}\n;\nend\n{tag}";
    }

    /// <summary>The block of a body, with a type in the place of those that are not there yet.</summary>
    public static PostgresBlock Of(Routine routine, string standIn, Func<string, bool> isMade) => new(routine, standIn, isMade);

    /// <summary>Whether it begins as a block does.</summary>
    public bool IsBlock => Tokens is var tokens && Options(tokens) is var at && at < tokens.Count && (tokens[at].Is("declare") || tokens[at].Is("begin") || tokens[at].Text.StartsWith('<'));

    /// <summary>Whether RETURN has a value.</summary>
    public bool GivesValue { get; }

    /// <summary>Whether it gives rows, by RETURN NEXT and RETURN QUERY.</summary>
    public bool GivesSet { get; }

    /// <summary>The line of a RETURN without the value that it owes; null where there is none.</summary>
    public int? EmptyReturn
    {
        get
        {
            var tokens = Tokens;
            var at = GivesValue ? Enumerable.Range(1, Math.Max(0, tokens.Count - 2)).FirstOrDefault(i => tokens[i].Is("return") && tokens[i + 1].IsSymbol(";") && BeginsStatement(tokens[i - 1])) : 0;
            return at == 0 ? null : 1 + text.Source[..tokens[at].Position].Count(c => c == '\n');
        }
    }

    /// <summary>How many lines the body has.</summary>
    public int Lines => 1 + text.Source.TrimEnd().Count(c => c == '\n');

    /// <summary>The statement that compiles it.</summary>
    public string Statement { get; }

    /// <summary>The line of the body where the server saw a fault; null where that is in none.</summary>
    /// <param name="position">The place in the statement, from 1.</param>
    public int? Line(int position) => position <= from ? null : 1 + Statement[from..Math.Min(position - 1, Statement.Length)].Count(c => c == '\n');

    /// <summary>Whether a place behind the body is the END of the block around it.</summary>
    public bool IsAtOwnEnd(int position) => position > 0 && position <= Statement.Length && Statement[position - 1] == 'e';

    /// <summary>The same from the line that the server counts, which is 1 where the block's text begins.</summary>
    public int? LineOf(int line) => line - (Statement[..from].Count(c => c == '\n')) is > 0 and var inBody ? inBody : null;

    private IReadOnlyList<SqlLexer.Token> Tokens => SqlLexer.Tokenize(text.Source);

    /// <summary>What stands before the body: its options, which are the first of any block, and what the server declares for a function.</summary>
    private string Head(Routine routine, List<PostgresParameter> parameters)
    {
        var tokens = Tokens;
        var options = new StringBuilder();
        for (var i = 0; i < Options(tokens); i += 3)
        {
            options.Append(CultureInfo.InvariantCulture, $"#{tokens[i + 1].Text} {tokens[i + 2].Text}\n");
        }

        var declared = new StringBuilder(returns.ToLowerInvariant() switch { "trigger" => OfTriggers, "event_trigger" => OfEventTriggers, _ => "" });
        foreach (var (parameter, number) in parameters.Select((p, i) => (p, i + 1)))
        {
            declared.Append(CultureInfo.InvariantCulture, $"\"${number}\" {parameter.Type}; ");
        }

        foreach (var parameter in parameters.Where(p => p.Name.Length > 0).DistinctBy(p => p.Name))
        {
            declared.Append(CultureInfo.InvariantCulture, $"{PostgresText.Quote(parameter.Name)} {parameter.Type}; ");
        }

        return $"\n{options}<<{PostgresText.Quote(routine.Name)}>>\ndeclare {declared}\nbegin return;\n";
    }

    // #variable_conflict use_column
    private static int Options(IReadOnlyList<SqlLexer.Token> tokens)
    {
        var at = 0;
        while (at + 2 < tokens.Count && tokens[at].IsSymbol("#"))
        {
            at += 3;
        }

        return at;
    }

    /// <summary>
    /// The body, line by line as it is. What gives values back becomes a statement with the same expression or query: a block without a name gives
    /// none. What does so where the function may not stays, for the server to refuse.
    /// </summary>
    private string Body()
    {
        var (tokens, body) = (Tokens, text.Source);
        if (tokens is [.., var final] && final.IsSymbol(";"))
        {
            // One stands behind the body anyway.
            body = body.Remove(final.Position, 1);
        }

        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            if (tokens[i].Is("return") && i > 0 && BeginsStatement(tokens[i - 1]) && Instead(tokens, i) is var (last, word))
            {
                var end = tokens[last].Position + tokens[last].Text.Length;
                body = body[..tokens[i].Position] + word + new string('\n', body[tokens[i].Position..end].Count(c => c == '\n')) + body[end..];
            }
        }

        // Options stand in front.
        var start = Options(tokens) is > 0 and var options ? tokens[options - 1].Position + tokens[options - 1].Text.Length : 0;
        return new string('\n', body[..start].Count(c => c == '\n')) + body[start..];
    }

    private static bool BeginsStatement(SqlLexer.Token before) => before.IsSymbol(";") || before.Text.EndsWith('>') || Openers.Any(before.Is);

    /// <summary>What stands instead of RETURN, and up to which token; null where it stays.</summary>
    private (int Last, string Word)? Instead(IReadOnlyList<SqlLexer.Token> tokens, int at)
    {
        bool Is(int i, string word) => i < tokens.Count && tokens[i].Is(word);
        bool IsSymbol(int i, string symbol) => i < tokens.Count && tokens[i].IsSymbol(symbol);
        return Is(at + 1, "next") ? !GivesSet ? null : (at + 1, IsSymbol(at + 2, ";") ? "null" : "perform")
            : Is(at + 1, "query") ? !GivesSet ? null : (at + 1, IsSymbol(at + 2, "(") ? "perform" : "")
            : GivesValue ? (at, "perform")
            : null;
    }

    // The server tries a function of any type with these.
    private static string Plain(string type) => type.ToLowerInvariant() switch
    {
        "anyarray" or "anycompatiblearray" => "integer[]",
        "anyrange" or "anycompatiblerange" => "int4range",
        "anymultirange" or "anycompatiblemultirange" => "int4multirange",
        "anyelement" or "anynonarray" or "anyenum" or "anycompatible" or "anycompatiblenonarray" => "integer",
        _ => type,
    };
}
