using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Schema;

namespace Tandem.Policy.Scripts;

/// <summary>One thing that SQL of the migration's own does.</summary>
/// <param name="Text">The text it stands in.</param>
/// <param name="Statement">Which statement of the text, from 1.</param>
/// <param name="Act">What it does.</param>
/// <param name="IsNew">Whether it is about something that the migration's SQL made before.</param>
internal sealed record ScriptAct<T>(ScriptText Text, int Statement, T Act, bool IsNew)
    where T : Act
{
    /// <summary>Where it stands, as the beginning of a sentence.</summary>
    public string Where => Text.Statements.Count == 1 ? $"`{Text.Part.Key}`" : FormattableString.Invariant($"Statement {Statement} of `{Text.Part.Key}`");

    /// <summary>The relation it is about, or null.</summary>
    public string? Subject => Act.On.Length == 0 ? null : Act.On;
}

/// <summary>A text of a <c>sql</c> operation.</summary>
/// <param name="Part">Where it stands in the file.</param>
/// <param name="Script">The operation.</param>
/// <param name="Number">Its place among the migration's scripts, from 1.</param>
/// <param name="Sql">The text.</param>
/// <param name="Engines">The engines it is for.</param>
internal sealed record ScriptText(Part Part, Sql Script, int Number, string Sql, ValueList<string> Engines)
{
    /// <summary>Its statements.</summary>
    public ValueList<Statement> Statements { get; } = ScriptReader.Read(Sql, Engines.Contains("postgres"));

    /// <summary>Whether it is the way back.</summary>
    public bool IsDown => Part.Key == "down";

    /// <summary>Whether all of it is one transaction, as far as the text and the file tell.</summary>
    public bool InTransaction => Script.Transaction ?? Statements.All(s => s.NeedsNoTransaction is null);
}
