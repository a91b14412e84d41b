using System.Text;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>Names fit into what PostgreSQL keeps of them.</summary>
internal static class NameLengths
{
    private const int MostBytes = 63;

    public static IEnumerable<Problem> Check(LintSubject subject) => InFile(subject).Concat(
        from text in subject.Scripts
        where text.Engines.Contains("postgres")
        from name in SqlLexer.Identifiers(text.Sql)
        let bytes = Encoding.UTF8.GetByteCount(name)
        where bytes > MostBytes
        select subject.Find(ProblemCodes.NameTooLong, $"`{name}` in the SQL has {bytes} bytes, {bytes - MostBytes} too many.", text.Part));

    private static IEnumerable<Problem> InFile(LintSubject subject) =>
        from name in subject.Names
        let bytes = Encoding.UTF8.GetByteCount(name.Name)
        where bytes > MostBytes && subject.Context.Runs("postgres")
        select subject.Find(
            ProblemCodes.NameTooLong, $"`{name.Name}` has {bytes} bytes, {bytes - MostBytes} too many.", name.Part);
}
