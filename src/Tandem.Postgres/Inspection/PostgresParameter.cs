using System.Collections.Frozen;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>A parameter of a function, as its statement has it; a column of the table that a function returns is one that gives a value.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Type">Its type, as it is written.</param>
/// <param name="Takes">Whether a call gives a value for it.</param>
/// <param name="Gives">Whether it gives a value back.</param>
internal sealed record PostgresParameter(string Name, string Type, bool Takes, bool Gives)
{
    private static readonly string[] Ways = ["in", "inout", "out", "variadic"];

    private static readonly FrozenSet<string> Polymorphic = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange",
        "anycompatible", "anycompatiblearray", "anycompatiblenonarray", "anycompatiblerange", "anycompatiblemultirange");

    // Types of several words, which are no name with its type.
    private static readonly string[] First = ["double", "character", "char", "bit", "national", "time", "timestamp", "interval"];
    private static readonly string[] Second = ["precision", "varying", "character", "char", "with", "without", "year", "month", "day", "hour", "minute", "second"];

    /// <summary>Whether a type stands for any of a kind, as <c>anyelement</c> does.</summary>
    public static bool IsPolymorphic(string type) => Polymorphic.Contains(type.Trim());

    /// <summary>The parameters of a function in their order, then the columns of the table that it returns.</summary>
    public static IEnumerable<PostgresParameter> Of(RoutineText text) => List(text.Parameters).Select(p => Read(p, true)).Concat(Columns(text.Returns));

    private static IEnumerable<PostgresParameter> Columns(string? returns) =>
        returns is not null && SqlLexer.Tokenize(returns) is [var table, var open, .., var close] && table.Is("table") && open.IsSymbol("(")
            ? List(returns[(open.Position + 1)..close.Position]).Select(p => Read(p, false))
            : [];

    private static IEnumerable<string> List(string text) => PostgresText.Elements(text).Where(p => p.Length > 0);

    private static PostgresParameter Read(string text, bool takes)
    {
        var tokens = SqlLexer.Tokenize(text);
        var (from, gives) = (0, !takes);
        while (from + 1 < tokens.Count && Ways.Any(tokens[from].Is))
        {
            (takes, gives) = (takes && !tokens[from].Is("out"), gives || tokens[from].Is("out") || tokens[from].Is("inout"));
            from++;
        }

        var to = Enumerable.Range(from, tokens.Count - from).FirstOrDefault(i => tokens[i].Is("default") || tokens[i].IsSymbol("=") || tokens[i].IsSymbol(":="), tokens.Count);
        var named = to - from > 1 && tokens[from].IsName && tokens[from + 1].IsName && !(First.Any(tokens[from].Is) && Second.Any(tokens[from + 1].Is));
        var type = text[tokens[named ? from + 1 : from].Position..(to < tokens.Count ? tokens[to].Position : text.Length)].Trim();
        return new(named ? tokens[from].Name : "", type, takes, gives);
    }
}
