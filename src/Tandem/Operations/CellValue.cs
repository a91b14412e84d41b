using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>
/// A value as a file writes it: a plain <c>null</c>, number, <c>true</c> or <c>false</c>, a text, or <c>{ sql: … }</c> for
/// an expression.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text of a number, truth value or text.</param>
/// <param name="Sql">The expression.</param>
public sealed record CellValue(CellKind Kind, string Text, SqlText? Sql = null);
