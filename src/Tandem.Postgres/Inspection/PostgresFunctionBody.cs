using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>A function whose body is a text.</summary>
/// <param name="Kind"><c>function</c> or <c>procedure</c>.</param>
/// <param name="Name">Its name with the types of its arguments.</param>
/// <param name="Oid">Its number in the catalogue.</param>
/// <param name="Language">The language.</param>
/// <param name="Source">The body.</param>
internal sealed record PostgresFunctionBody(string Kind, string Name, long Oid, string Language, string Source)
{
    /// <summary>The number that the catalogue of functions has in the catalogue.</summary>
    public const long Class = 1255;

    private ValueList<string> Parameters { get; init; } = [];

    private ValueList<string> Types { get; init; } = [];

    /// <summary>
    /// The statements of a body in SQL, with typed places for values where parameters are named. A column hides a parameter
    /// of its name: what is called like the column in question is left alone.
    /// </summary>
    public IEnumerable<string> Statements(string? column) => PostgresText.Split(Source).Select(s => Typed(s, column));

    /// <summary>The names of its parameters; none where some come back.</summary>
    public IEnumerable<string> Named => Parameters.Where(p => p.Length > 0);

    /// <summary>Whether calls decide what types it takes: the server itself looks at its statements only then.</summary>
    public bool IsPolymorphic => Types.Any(PostgresParameter.IsPolymorphic);

    /// <summary>The same with fewer names of parameters: what bears the others' names is a column.</summary>
    public PostgresFunctionBody Naming(IReadOnlyCollection<string> names) => this with { Parameters = Parameters.Select(p => names.Contains(p) ? p : "").ToValueList() };

    /// <summary>A function in SQL that is not there yet; null where its parameters cannot be told.</summary>
    public static PostgresFunctionBody? Of(Routine routine)
    {
        var text = RoutineText.Of(routine);
        var types = PostgresText.Elements(routine.Arguments).Where(t => t.Length > 0).ToValueList();
        var names = PostgresParameter.Of(text).Where(p => p.Takes).Select(p => p.Name).ToValueList();
        return names.Count != types.Count ? null : new PostgresFunctionBody(routine.Kind, routine.Identity, 0, text.Language, Queries(text)) { Parameters = names, Types = types };
    }

    /// <summary>The statements of a body in SQL as a text, also of one that the server keeps in parts.</summary>
    private static string Queries(RoutineText text)
    {
        if (text.Source != text.Body)
        {
            return text.Source;
        }

        var tokens = SqlLexer.Tokenize(text.Body);
        var from = tokens[0].Is("return") ? tokens[0] : tokens[1];
        var to = tokens[0].Is("return") ? text.Body.Length : tokens[^1].Position;
        return (tokens[0].Is("return") ? "select" : "") + text.Body[(from.Position + from.Text.Length)..to];
    }

    /// <summary>A function from its row.</summary>
    public static PostgresFunctionBody Of(PostgresRows.Row row) =>
        new(row.Text("kind"), row.Text("name"), row.Number("oid"), row.Text("language"), row.Text("source"))
        {
            // With parameters that come back, names and types do not stand in the same places.
            Parameters = row.Is("plain") ? row.Names("parameters") : [],
            Types = row.Names("types"),
        };

    /// <summary>Whether it may read a field of a parameter, or name one with the function in front of it: what is meant hangs on what else has the name.</summary>
    public bool TakesParametersApart(string function)
    {
        var tokens = SqlLexer.Tokenize(Source);
        return Enumerable.Range(1, Math.Max(0, tokens.Count - 1)).Any(i => tokens[i].IsSymbol(".")
            && (tokens[i - 1].Kind == SqlLexer.TokenKind.Parameter || tokens[i - 1].Name == function || Parameters.Contains(tokens[i - 1].Name)));
    }

    /// <summary>Whether it carries out texts as SQL and a text in it names the table.</summary>
    public bool BuildsText(string table)
    {
        var tokens = SqlLexer.Tokenize(Source);
        return tokens.Any(t => t.Is("execute")) && tokens.Any(t => t.Kind == SqlLexer.TokenKind.StringLiteral && SqlLexer.Names(t.Value, table));
    }

    private string Typed(string statement, string? column)
    {
        var tokens = SqlLexer.Tokenize(statement);
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            var place = Place(tokens, i, column);
            if (place >= 0 && place < Types.Count)
            {
                var value = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"(cast(${place + 1} as {Types[place]}))");
                statement = statement.Remove(tokens[i].Position, tokens[i].Text.Length).Insert(tokens[i].Position, value);
            }
        }

        return statement;
    }

    private int Place(IReadOnlyList<SqlLexer.Token> tokens, int i, string? column)
    {
        var token = tokens[i];
        if (token.Kind == SqlLexer.TokenKind.Parameter)
        {
            return int.TryParse(token.Text.TrimStart('$'), out var number) ? number - 1 : -1;
        }

        var isPart = (i > 0 && (tokens[i - 1].IsSymbol(".") || tokens[i - 1].Is("as"))) || (i + 1 < tokens.Count && (tokens[i + 1].IsSymbol(".") || tokens[i + 1].IsSymbol("(")));
        var name = token.Name;
        return token.IsName && !isPart && name != column ? Parameters.ToList().IndexOf(name) : -1;
    }
}
