using Tandem.Schema;

namespace Tandem.Postgres;

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

    // The server reserves these words.
    private static readonly string[] Ways = ["in", "inout", "out", "variadic"];

    private ValueList<string> Parameters { get; init; } = [];

    private ValueList<string> Types { get; init; } = [];

    /// <summary>
    /// The statements of a body in SQL, with typed places for values where parameters are named. A column hides a parameter
    /// of its name: what is called like the column in question is left alone.
    /// </summary>
    public IEnumerable<string> Statements(string? column) => PostgresText.Split(Source).Select(s => Typed(s, column));

    /// <summary>The names of its parameters; none where some come back.</summary>
    public IEnumerable<string> Named => Parameters.Where(p => p.Length > 0);

    /// <summary>The same with fewer names of parameters: what bears the others' names is a column.</summary>
    public PostgresFunctionBody Naming(IReadOnlyCollection<string> names) => this with { Parameters = Parameters.Select(p => names.Contains(p) ? p : "").ToValueList() };

    /// <summary>A function that is not there yet; null of one whose body is no text, or that gives values back through its parameters.</summary>
    public static PostgresFunctionBody? Of(Routine routine)
    {
        var text = routine.Code == RoutineKind.Aggregate ? null : RoutineText.Of(routine);
        var types = PostgresTypeExaminer.TopLevel(routine.Arguments).Where(t => t.Length > 0).ToValueList();
        var parameters = text is null ? [] : PostgresTypeExaminer.TopLevel(text.Parameters).Where(p => p.Length > 0).ToList();
        return text is null || text.Source == text.Body || parameters.Count != types.Count || text.Returns?.StartsWith("table", StringComparison.OrdinalIgnoreCase) == true
            ? null
            : new PostgresFunctionBody(routine.Kind, routine.Identity, 0, text.Language, text.Source)
            {
                Parameters = parameters.Select((p, i) => NameOf(Plain(p), types[i])).ToValueList(),
                Types = types,
            };
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

    /// <summary>A parameter without the word for the way that it goes.</summary>
    private static string Plain(string parameter) =>
        SqlLexer.Tokenize(parameter) is [var first, var second, ..] && Ways.Any(first.Is) ? parameter[second.Position..] : parameter;

    // A parameter has a name where more stands there than its type.
    private static string NameOf(string parameter, string type) =>
        SqlLexer.Tokenize(parameter) is [var first, ..] && TypeNames.Canonical(parameter) != type && !TypeNames.Canonical(parameter).StartsWith(type + " default", StringComparison.Ordinal) ? first.Name : "";

    private string Typed(string statement, string? column)
    {
        var tokens = SqlLexer.Tokenize(statement);
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            var place = Place(tokens, i, column);
            if (place >= 0 && place < Types.Count)
            {
                var value = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cast(${place + 1} as {Types[place]})");
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
        return token.Kind is SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier && !isPart && name != column ? Parameters.ToList().IndexOf(name) : -1;
    }
}
