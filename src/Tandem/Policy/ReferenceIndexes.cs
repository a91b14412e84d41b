using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>
/// A foreign key has an index. Of tables that the migration makes the file tells; of others the database, without which nothing is said.
/// </summary>
internal static class ReferenceIndexes
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        var made = subject.Operations<CreateTable>().Select(t => t.Operation).ToList();
        foreach (var (table, columns, path) in made.SelectMany(t => Of(subject, t)).Concat(subject.Operations<AddForeignKey>()
            .Where(f => made.Exists(t => t.Name == f.Operation.Table) || subject.Context.Schema?.Table(f.Operation.Table) is not null)
            .Select(f => (f.Operation.Table, f.Operation.Columns, f.Path))))
        {
            if (!Leads(subject, made.Find(t => t.Name == table), table).Any(lead => Serves(lead, columns)))
            {
                yield return subject.Find(
                    ProblemCodes.ReferenceWithoutIndex,
                    $"No index of {table} begins with {string.Join(", ", columns)}: every delete or change of what it refers to reads the whole table.", path, table);
            }
        }
    }

    private static IEnumerable<(string Table, ValueList<string> Columns, string Path)> Of(LintSubject subject, CreateTable table)
    {
        var path = subject.Operations<CreateTable>().First(t => ReferenceEquals(t.Operation, table)).Path;
        return (table.ForeignKeys ?? []).Select((f, i) => (table.Name, f.Columns, FormattableString.Invariant($"{path}.foreign_keys[{i}]")));
    }

    private static IEnumerable<IReadOnlyList<string>> Leads(LintSubject subject, CreateTable? made, string table)
    {
        var there = subject.Context.Schema?.Table(table);
        return subject.Operations<CreateIndex>().Where(i => i.Operation.Table == table && i.Operation.Where is null)
                .Select(i => (IReadOnlyList<string>)[.. i.Operation.Columns.TakeWhile(c => c.Name is not null).Select(c => c.Name!)])
            .Concat(subject.Operations<AddUnique>().Where(u => u.Operation.Table == table).Select(u => u.Operation.Columns))
            .Concat(subject.Operations<AddPrimaryKey>().Where(k => k.Operation.Table == table).Select(k => k.Operation.Columns))
            .Concat(made is null ? [] : (made.Uniques ?? []).Select(u => u.Columns).Append(made.PrimaryKey ?? []))
            .Concat(there is null ? [] : [.. there.Indexes.Where(i => i.Where is null).Select(Columns), .. there.Uniques.Select(u => u.Columns), there.PrimaryKey?.Columns ?? []])
            .Concat(subject.Acts<BuildsIndex>(onPostgres: false).Where(i => i.Act.Table.Split('.')[^1] == table && i.Act.Lead is not null).Select(i => (IReadOnlyList<string>)[i.Act.Lead!]));
    }

    private static IReadOnlyList<string> Columns(Schema.Index index) => [.. index.Keys.TakeWhile(k => k.Column is not null).Select(k => k.Column!)];

    // In any order: the rows are found by all of the columns at once.
    private static bool Serves(IReadOnlyList<string> lead, ValueList<string> columns) =>
        lead.Count > 0 && lead.Take(columns.Count).All(columns.Contains);
}
