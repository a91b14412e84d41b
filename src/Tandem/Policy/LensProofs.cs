using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Policy;

/// <summary>That <c>down</c> restores what <c>up</c> made is proved from the texts, or it is said that it is not.</summary>
internal static class LensProofs
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from part in subject.Parts
        let columns = part.Value switch
        {
            ChangeType { Up: { } up, Down: { } down } o => IsProved(o.Column, up, o.Column, down) ? null : $"{o.Table}.{o.Column}",
            AlterColumn { Up: { } up, Down: { } down } o => IsProved(o.Column, up, o.Name ?? o.Column, down) ? null : $"{o.Table}.{o.Column}",
            SplitColumn { Into: [var one] } o => IsProved(o.Column, one.Up, one.Name, o.Down) ? null : $"{o.Table}.{o.Column}",
            SplitColumn o => $"{o.Table}.{o.Column}",
            MergeColumns { From: [var one] } o => IsProved(one.Name, o.Up, o.Into.Name, one.Down) ? null : $"{o.Table}.{one.Name}",
            MergeColumns o => string.Join(", ", o.From.Select(f => $"{o.Table}.{f.Name}")),
            _ => null,
        }
        where columns is not null
        select subject.Find(ProblemCodes.LensUnproved, $"Whether `down` restores every value of {columns} is not known from the texts; the plan tries it on rows that are there.", part);

    // Both are the column itself, or the same thing done to it that undoes itself: not, minus.
    private static bool IsProved(string from, SqlText up, string to, SqlText down) =>
        LintSubject.Texts(up).All(u => Form(u.Text, from) is { } form && LintSubject.Texts(down).All(d => Form(d.Text, to) == form));

    private static string? Form(string text, string column)
    {
        var tokens = Tokenize(text).ToList();
        while (tokens.Count > 2 && tokens[0].IsSymbol("(") && tokens[^1].IsSymbol(")"))
        {
            tokens = tokens[1..^1];
        }

        return tokens is not [.. var before, { IsName: true } last] || !Means(last, column) ? null
            : before is [] ? ""
            : before is [var not] && not.Is("not") ? "not"
            : before is [var minus] && minus.IsSymbol("-") ? "-"
            : null;
    }

    private static bool Means(Token token, string column) =>
        token.Kind == TokenKind.QuotedIdentifier ? token.Value == column : string.Equals(token.Value, column, StringComparison.OrdinalIgnoreCase);
}
