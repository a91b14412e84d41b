using System.Text.RegularExpressions;
using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Types that people regret later, on PostgreSQL.</summary>
internal static partial class ColumnTypes
{
    public static IEnumerable<Problem> Check(LintSubject subject) => subject.Context.Runs("postgres")
        ? subject.Parts.Where(p => p.Key == "type" && p.Value is SqlText).SelectMany(p => OfType(subject, p)).Concat(Keys(subject)).Concat(InScripts(subject))
        : [];

    private static IEnumerable<Problem> OfType(LintSubject subject, Part part)
    {
        var type = ((SqlText)part.Value).For("postgres");
        return type is null ? [] : Regretted(type).Select(code => subject.Find(code, $"The type is {type}.", part));
    }

    private static IEnumerable<Problem> InScripts(LintSubject subject)
    {
        var columns = subject.Acts<Act>().SelectMany(found => found.Act switch
        {
            CreatesTable table => table.Columns.Select(c => (found, table.Table, c.Name, c.Type, IsKey: IsKey(table, c))),
            AddsColumn added => [(found, added.Table, added.Column.Name, added.Column.Type, IsKey: false)],
            ChangesType changed => [(found, changed.Table, changed.Column, changed.Type, IsKey: false)],
            _ => [],
        });
        foreach (var (found, table, name, type, isKey) in columns.Where(c => !c.found.Text.IsDown))
        {
            foreach (var code in Regretted(type).Where(c => !isKey || c != ProblemCodes.SmallNumber).Concat(isKey && SmallInteger().IsMatch(type) ? [ProblemCodes.SmallKey] : []))
            {
                yield return subject.Find(code, found, $"gives {table}.{name} the type {type}");
            }
        }
    }

    private static bool IsKey(CreatesTable table, ColumnText column) =>
        column.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey)
        || table.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey && c.Columns is [var key] && key == column.Name);

    private static IEnumerable<Problem> Keys(LintSubject subject) =>
        from table in subject.Operations<CreateTable>()
        from column in table.Operation.Columns.Select((column, index) => (Value: column, Index: index))
        let isKey = table.Operation.PrimaryKey is [var key] && key == column.Value.Name
        where isKey && column.Value.Type.For("postgres") is { } type && SmallInteger().IsMatch(type)
        select subject.Find(
            ProblemCodes.SmallKey,
            $"The key {table.Operation.Name}.{column.Value.Name} is {column.Value.Type.For("postgres")}.",
            $"{table.Path}.columns[{column.Index}].type",
            $"{table.Operation.Name}.{column.Value.Name}");

    private static IEnumerable<ProblemCode> Regretted(string type) => type switch
    {
        _ when BlankPadded().IsMatch(type) => [ProblemCodes.BlankPaddedType],
        _ when Json().IsMatch(type) => [ProblemCodes.JsonAsText],
        _ when Timestamp().IsMatch(type) => [ProblemCodes.TimestampWithoutZone],
        _ when Serial().IsMatch(type) => [ProblemCodes.SerialColumn],
        _ when Limited().IsMatch(type) => [ProblemCodes.LimitedText],
        _ when SmallInteger().IsMatch(type) => [ProblemCodes.SmallNumber],
        _ => [],
    };

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^\s*(char|character|bpchar)\s*(\(|\[|$)", Options)]
    private static partial Regex BlankPadded();

    [GeneratedRegex(@"^\s*json\s*(\[|$)", Options)]
    private static partial Regex Json();

    [GeneratedRegex(@"^\s*timestamp\s*(\(\s*\d\s*\))?\s*(without\s+time\s+zone)?\s*(\[|$)", Options)]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"^\s*(small|big)?serial[248]?\s*$", Options)]
    private static partial Regex Serial();

    [GeneratedRegex(@"^\s*(varchar|character\s+varying)\s*\(", Options)]
    private static partial Regex Limited();

    [GeneratedRegex(@"^\s*(int|int2|int4|integer|smallint)\s*$", Options)]
    private static partial Regex SmallInteger();
}
