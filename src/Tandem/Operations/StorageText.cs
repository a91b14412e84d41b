using System.Text;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Storage parameters as the model holds them: <c>fillfactor='70', toast.autovacuum_enabled='off'</c>.</summary>
public static class StorageText
{
    /// <summary>The parameters of a text; null where it is no list of them.</summary>
    /// <param name="text">The text; null says none.</param>
    public static ValueList<StorageParameter>? Read(string? text)
    {
        var tokens = SqlLexer.Tokenize(text ?? "");
        var parameters = new List<StorageParameter>();
        for (var at = 0; at < tokens.Count; at++)
        {
            var name = new StringBuilder(tokens[at].Value);
            for (at++; at + 1 < tokens.Count && tokens[at].IsSymbol("."); at += 2)
            {
                name.Append('.').Append(tokens[at + 1].Value);
            }

            if (at + 1 >= tokens.Count || !tokens[at].IsSymbol("=") || (at + 2 < tokens.Count && !tokens[at + 2].IsSymbol(",")))
            {
                return null;
            }

            parameters.Add(new StorageParameter(name.ToString(), tokens[at + 1].Value));
            at += 2;
        }

        return parameters.ToValueList();
    }

    /// <summary>The text of parameters, or null where there are none.</summary>
    /// <param name="parameters">The parameters.</param>
    public static string? Write(IEnumerable<StorageParameter> parameters) => string.Join(", ", parameters.Select(p =>
        $"{string.Join('.', p.Name.Split('.').Select(Word))}='{p.Value.Replace("'", "''", StringComparison.Ordinal)}'")) is { Length: > 0 } text ? text : null;

    /// <summary>Parameters where some get another value and some the usual one again.</summary>
    internal static IEnumerable<StorageParameter> Changed(ValueList<StorageParameter> present, ValueList<StorageParameter> with, ValueList<string> reset) =>
        present.Where(p => !reset.Contains(p.Name) && with.All(w => w.Name != p.Name)).Concat(with);

    /// <summary>Whether two texts set the same, in whatever order.</summary>
    internal static bool Same(string? one, string? other) =>
        one == other || (Read(one) is { } a && Read(other) is { } b && a.Count == b.Count && a.All(b.Contains));

    // The server puts no quotes around a word that needs none.
    private static string Word(string name) => name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_') ? name : SqlName.Quote(name);
}
