using System.Collections;
using Tandem.Migrations;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>No column is made, set or listed twice.</summary>
internal static class RepeatedNames
{
    public static IEnumerable<Problem> Check(LintSubject subject) => InFile(subject).Concat(
        from found in subject.Acts<WritesRows>(onPostgres: false)
        from twice in found.Act.Twice
        select subject.Find(ProblemCodes.RepeatedName, found, $"gives {found.Act.Table}.{twice} two values"));

    private static IEnumerable<Problem> InFile(LintSubject subject) =>
        from list in subject.Parts
        where list.Operation is not null && list.Value is IEnumerable and not string
        let items = ((IEnumerable)list.Value).Cast<object>().Select((item, index) => (Name: NameOf(item), Index: index))
        from again in items.Where(i => i.Name is not null).GroupBy(i => i.Name, StringComparer.Ordinal).SelectMany(g => g.Skip(1))
        select subject.Find(
            ProblemCodes.RepeatedName,
            $"`{again.Name}` stands twice in `{list.Key}`.",
            $"{list.Path}[{again.Index}]",
            list.Operation!.Tables.FirstOrDefault());

    // A list within a list, such as a row, has no name of its own.
    private static string? NameOf(object item) => item is Enum word ? FileForm.Snake(word.ToString()) : item is string or IEnumerable
        ? item as string
        : (FileForm.Of(item.GetType()).Keys.FirstOrDefault(k => k.Name is "name" or "column")?.Property.GetValue(item) as string);
}
