using System.Text.RegularExpressions;
using Tandem.Operations;
using Tandem.Steps;

namespace Tandem.Migrations;

/// <summary>What a single value in a row is. A number keeps its digits as written; one with leading zeros is a text, as post codes are.</summary>
internal static partial class CellForm
{
    /// <summary>The value that a scalar stands for.</summary>
    public static CellValue Of(ScalarNode scalar) => scalar switch
    {
        { IsEmpty: true } => new CellValue(CellKind.Null, ""),
        { Plain: true, Value: "true" or "True" or "TRUE" } => new CellValue(CellKind.Boolean, "true"),
        { Plain: true, Value: "false" or "False" or "FALSE" } => new CellValue(CellKind.Boolean, "false"),
        { Plain: true } when Number().IsMatch(scalar.Value) => new CellValue(CellKind.Number, scalar.Value),
        _ => new CellValue(CellKind.Text, scalar.Value),
    };

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
