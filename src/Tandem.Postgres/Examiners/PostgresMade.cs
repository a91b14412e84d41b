using System.Text.Json;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>What a migration itself makes: the server does not know it yet when the plan is made, and what names it cannot be tried.</summary>
internal sealed class PostgresMade
{
    private readonly ValueList<Table> tables;
    private readonly List<string> types;
    private readonly List<string> routines;
    private readonly List<string> relations;

    private PostgresMade(Inquiry inquiry, IEnumerable<string> over)
    {
        tables = inquiry.Changes.Select(c => c.After).OfType<Table>().ToValueList();
        types = Changed(inquiry).Where(o => o.After is not Routine).Select(o => o.After!.Name).Concat(over).Distinct().ToList();
        routines = Changed(inquiry).Select(o => o.After).OfType<Routine>().Select(r => r.Name).Distinct().ToList();
        relations = inquiry.Changes.Where(c => c.After is not null && c.After.Name != c.Before?.Name).Select(c => c.After!.Name)
            .Concat(inquiry.Objects.Where(o => o is { Added: true, After: View }).Select(o => o.Name)).ToList();
        Anything = inquiry.HasScripts || inquiry.Objects.Any(o => o is { Added: true, After: Extension });
    }

    /// <summary>What one migration makes; the server knows which types are over those that change.</summary>
    public static async Task<PostgresMade> OfAsync(PostgresReading reading, Inquiry inquiry, CancellationToken cancellationToken)
    {
        var names = Changed(inquiry).Select(o => o.Before).Where(b => b is EnumType or Domain).Select(b => b!.Name).ToList();
        if (names.Count == 0)
        {
            return new(inquiry, []);
        }

        var over = await reading.QueryAsync(new SqlStatement(PostgresQueries.Read("types_over"), new SqlArgument("names", JsonSerializer.Serialize(names))), cancellationToken).ConfigureAwait(false);
        return new(inquiry, over.Rows.Select(r => (string)r[0]!));
    }

    /// <summary>Whether it may make anything: it has SQL of its own, or brings an extension.</summary>
    public bool Anything { get; }

    /// <summary>Whether a text names a type, function or sequence that comes or changes; in a string, too, where sequences are named.</summary>
    public bool IsIn(string text) => IsInEarly(text) || routines.Exists(n => IsIn(text, n));

    /// <summary>Whether a type is one that comes, or of the rows of a table that comes.</summary>
    public bool IsOf(string type) => IsIn(type) || relations.Exists(n => SqlLexer.Names(type, n));

    /// <summary>Whether a text cannot be tried over rows of the new version: it names what comes, or a column whose type comes, for which text stands there.</summary>
    public bool IsUnclear(string text) => IsIn(text) || tables.Any(t => IsUnclear(text, t));

    /// <summary>The same of a text that names columns of one table alone.</summary>
    public bool IsUnclear(string text, Table table) => IsIn(text) || table.Columns.Any(c => IsOf(c.Type) && SqlLexer.Names(text, c.Name));

    /// <summary>The same of a text that is tried before the version is served, and with it the functions that come.</summary>
    public bool IsUnclearEarly(string text, Table table) => IsInEarly(text) || table.Columns.Any(c => IsOf(c.Type) && SqlLexer.Names(text, c.Name));

    private bool IsInEarly(string text) => Anything || types.Exists(n => IsIn(text, n));

    private static IEnumerable<ObjectChange> Changed(Inquiry inquiry) =>
        inquiry.Objects.Where(o => o is { Rebuilt: false, After: not (null or View or Trigger or RowPolicy or RoleRights) } && o.Before != o.After);

    private static bool IsIn(string text, string name) => SqlLexer.Names(text, name)
        || SqlLexer.Tokenize(text).Any(t => t.Kind == SqlLexer.TokenKind.StringLiteral && t.Value.Contains(name, StringComparison.Ordinal));
}
