using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres;

/// <summary>What a migration itself makes: the server does not know it yet when the plan is made, and what names it cannot be tried.</summary>
internal sealed class PostgresMade
{
    private readonly List<string> types;
    private readonly List<string> relations;

    /// <summary>Of one migration.</summary>
    public PostgresMade(Inquiry inquiry)
    {
        types = inquiry.Objects.Where(o => o is { Rebuilt: false, After: not (null or View or Trigger or RowPolicy or RoleRights) } && o.Before != o.After).Select(o => o.After!.Name).Distinct().ToList();
        relations = inquiry.Changes.Where(c => c.After is not null && c.After.Name != c.Before?.Name).Select(c => c.After!.Name)
            .Concat(inquiry.Objects.Where(o => o is { Added: true, After: View }).Select(o => o.Name)).ToList();
        Anything = inquiry.HasScripts || inquiry.Objects.Any(o => o is { Added: true, After: Extension });
    }

    /// <summary>Whether it may make anything: it has SQL of its own, or brings an extension.</summary>
    public bool Anything { get; }

    /// <summary>Whether a text names a type, function or sequence that comes or changes; in a string, too, where sequences are named.</summary>
    public bool IsIn(string text) => Anything || types.Exists(n => IsIn(text, n));

    /// <summary>Whether a type is one that comes, or of the rows of a table that comes.</summary>
    public bool IsOf(string type) => IsIn(type) || relations.Exists(n => SqlLexer.Names(type, n));

    private static bool IsIn(string text, string name) => SqlLexer.Names(text, name)
        || SqlLexer.Tokenize(text).Any(t => t.Kind == SqlLexer.TokenKind.StringLiteral && t.Value.Contains(name, StringComparison.Ordinal));
}
