using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Whether texts say the same, however they are spaced and quoted, and whatever brackets stand around them.</summary>
internal static class SameText
{
    public static bool Sql(string? one, string? other)
    {
        if (one is null || other is null || one == other)
        {
            return one == other;
        }

        var (a, b) = (Form(one), Form(other));
        return a.Count == b.Count && Enumerable.Range(0, a.Count).All(i => Token(a[i], b[i]) || (IsField(a, i) && IsField(b, i) && string.Equals(a[i].Value, b[i].Value, StringComparison.OrdinalIgnoreCase)));
    }

    private static IReadOnlyList<SqlLexer.Token> Form(string text) => Inner(CastNames.Drop(CastLists.Spread(SqlLexer.Tokenize(text))));

    /// <summary>A text without brackets around the whole of it.</summary>
    public static string WithoutBrackets(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        var inner = Inner(tokens);
        return inner.Count == tokens.Count || inner.Count == 0 ? text.Trim() : text[inner[0].Position..(inner[^1].Position + inner[^1].Text.Length)];
    }

    /// <summary>Whether two functions say the same; in which schema they lie is no part of it.</summary>
    public static bool Routine(Routine one, Routine other)
    {
        if (one with { Definition = other.Definition, Returns = other.Returns } != other)
        {
            return false;
        }

        if (one.Code == RoutineKind.Aggregate)
        {
            return Sql(Unplaced(one.Definition), Unplaced(other.Definition));
        }

        static string Parameters(RoutineText text) => text.Kind != RoutineKind.Procedure ? text.Parameters : $", {text.Parameters}".Replace(", IN ", ", ", StringComparison.Ordinal)[2..];
        static RoutineText Estimated(RoutineText text) => text with { Cost = text.Cost == text.UsualCost ? null : text.Cost, Rows = text.Rows == RoutineText.UsualRows ? null : text.Rows };
        var (a, b) = (Estimated(RoutineText.Of(one)), Estimated(RoutineText.Of(other)));
        return Sql(Parameters(a), Parameters(b)) && Sql(a.Returns, b.Returns) && a.Source == b.Source
            && a.Settings.Count == b.Settings.Count && a.Settings.Zip(b.Settings).All(s => Sql(s.First, s.Second))
            && a with { Place = "", Parameters = "", Returns = null, Settings = [], Body = "" } == b with { Place = "", Parameters = "", Returns = null, Settings = [], Body = "" };
    }

    /// <summary>Whether two types are the same: as the server spells them, and for SQLite without regard to case.</summary>
    public static bool Type(string one, string other, string engine) => engine == "sqlite"
        ? string.Equals(Spaced(one), Spaced(other), StringComparison.OrdinalIgnoreCase)
        : one == other || TypeNames.Canonical(one) == TypeNames.Canonical(other);

    private static string Spaced(string type) => string.Concat(type.Where(c => !char.IsWhiteSpace(c)));

    private static string Unplaced(string definition) => definition[definition.IndexOf('(', StringComparison.Ordinal)..];

    // A word without quotes is the same in any case; the engines fold it.
    private static bool Token(SqlLexer.Token a, SqlLexer.Token b)
    {
        return a.IsName && b.IsName
            ? string.Equals(a.Value, b.Value, a.Kind == b.Kind && a.Kind == SqlLexer.TokenKind.QuotedIdentifier ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
            : a.Kind == b.Kind && a.Text == b.Text;
    }

    // What extract() takes out may be a word or a text, in any case.
    private static bool IsField(IReadOnlyList<SqlLexer.Token> tokens, int at) => at > 1 && tokens[at - 1].IsSymbol("(") && tokens[at - 2].Is("extract");

    private static IReadOnlyList<SqlLexer.Token> Inner(IReadOnlyList<SqlLexer.Token> tokens)
    {
        while (tokens.Count > 2 && tokens[0].IsSymbol("(") && Closing(tokens) == tokens.Count - 1)
        {
            tokens = [.. tokens.Skip(1).Take(tokens.Count - 2)];
        }

        return tokens;
    }

    private static int Closing(IReadOnlyList<SqlLexer.Token> tokens)
    {
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
