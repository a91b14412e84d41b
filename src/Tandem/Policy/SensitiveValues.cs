using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Where a sensitive value goes is marked, too.</summary>
internal static class SensitiveValues
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        var fields = subject.Context.Sensitive;
        return fields.None ? [] :
            from part in subject.Parts
            where part.Value is Operation
            from way in Ways((Operation)part.Value)
            where fields.Has(way.FromTable, way.FromColumn) && !fields.Has(way.ToTable, way.ToColumn)
            select subject.Find(
                ProblemCodes.SensitiveSpreads,
                $"{way.FromTable}.{way.FromColumn} is marked sensitive, and {way.ToTable}.{way.ToColumn}, which gets its values, is not.",
                part);
    }

    private static IEnumerable<(string FromTable, string FromColumn, string ToTable, string ToColumn)> Ways(Operation operation) => operation switch
    {
        RenameColumn o => [(o.Table, o.From, o.Table, o.To)],
        CopyColumn o => [(o.Table, o.Column, o.Table, o.To)],
        AlterColumn { Name: { } name } o => [(o.Table, o.Column, o.Table, name)],
        SplitColumn o => o.Into.Select(i => (o.Table, o.Column, o.Table, i.Name)),
        MergeColumns o => o.From.Select(f => (o.Table, f.Name, o.Table, o.Into.Name)),
        MoveColumn o => o.Columns.Select(c => (o.Table, c, o.Into, c)),
        ExtractTable o => o.Columns.Select(c => (o.Table, c, o.Into, c)),
        AddColumn { Up: { } up } o => Named(o, up),
        AddColumn { Generated: { } computed } o => Named(o, computed),
        _ => [],
    };

    // Only names that a mark can mean are asked for, so a word that is no column does no harm.
    private static IEnumerable<(string, string, string, string)> Named(AddColumn add, SqlText expression) =>
        LintSubject.Texts(expression).SelectMany(t => Schema.SqlLexer.Identifiers(t.Text)).Distinct(StringComparer.Ordinal)
            .Where(n => n != "*").Select(n => (add.Table, n, add.Table, add.Name));
}
