using System.Text.RegularExpressions;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A column is added without writing every row.</summary>
internal static partial class RewritingColumns
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<AddsColumn>()
        where !found.IsNew && subject.IsRewritten(found) != false
        let column = found.Act.Column
        let name = $"{found.Act.Table}.{column.Name}"
        let reason = Reason(column)
        where reason is not null || (column.Type.Length > 0 && !IsOwnType(column.Type))
        select reason is not null
            ? subject.Find(ProblemCodes.ScriptFillsColumn, found, $"adds {name}, {reason}")
            : subject.Find(ProblemCodes.ScriptFillsColumn, found, $"adds {name} of the type {column.Type}; whether that is a domain with a rule, which would write the table anew, is not known") with
            {
                Severity = Severity.Note,
            };

    private static string? Reason(ColumnText column) => column switch
    {
        { Stored: true } => "which is computed and stored, and writes the table anew",
        { Identity: true } or { IsSerial: true } => "which numbers the rows, and writes the table anew",
        { FillsRows: true } when Volatility.Of(column.Default) == VolatilityKind.Unknown => $"whose default {column.Default} calls a function that is not known here: unless that gives all rows of a statement one value, the table is written anew",
        { FillsRows: true } => $"whose default {column.Default} differs from row to row, and writes the table anew",
        _ => null,
    };

    // In quotes the server's own types go by the names that its catalogue has: there is no "integer".
    private static bool IsOwnType(string type) => OwnType().IsMatch(QuotedType().Replace(type, "${name}"));

    [GeneratedRegex(@"^""(?!(bigint|bigserial|boolean|character|decimal|float|int|integer|real|serial[248]?|smallint|smallserial)"")(?<name>[a-z0-9]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedType();

    [GeneratedRegex(
        @"^(pg_catalog\.)?(bigint|bigserial|bit|bool|boolean|box|bpchar|bytea|char|character|cidr|circle|citext|date|daterange|decimal|double precision|float|float4|float8|hstore|inet|int|int2|int4|int8|int4range|int8range|integer|interval|json|jsonb|jsonpath|line|lseg|ltree|macaddr|macaddr8|money|name|nummultirange|numeric|numrange|oid|path|point|polygon|real|regclass|serial|serial2|serial4|serial8|smallint|smallserial|text|time|timestamp|timestamptz|timetz|tsquery|tsrange|tstzrange|tsvector|uuid|varbit|varchar|vector|xml)\b(\s+(varying|with|without|time|zone|precision|year|month|day|hour|minute|second|to)\b)*\s*(\([0-9, ]*\))?(\s+(with|without|time|zone)\b)*\s*(\[[0-9]*\]\s*)*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OwnType();
}
