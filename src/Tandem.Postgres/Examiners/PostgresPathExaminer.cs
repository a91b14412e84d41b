using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks who can put code in front of that which expressions find by name: the sync runs it with the rights of whoever writes a row.</summary>
internal static class PostgresPathExaminer
{
    /// <summary>A problem for each schema in which others may create, where there is an expression that finds anything there.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var tables = changes.Where(c => c is { Before: not null, After: not null } && c.Lenses.Any(l => FindsByName(c, l))).Select(c => c.Name).ToList();
        if (tables.Count == 0)
        {
            return [];
        }

        var open = new PostgresRows(await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read("open_schemas"), new SqlArgument("schema", schema)), cancellationToken).ConfigureAwait(false));
        return
        [
            .. open.Rows.Select(r => new Problem(
                ProblemCodes.PathOpen,
                $"{r.Text("roles")} may create in the schema {r.Text("schema")}, where `up` and `down` of {string.Join(", ", tables)} find functions and operators: "
                + "one that fits better takes the place of the server's own, and runs with the rights of whoever writes a row.",
                Subject: tables[0])),
        ];
    }

    private static bool FindsByName(TableChange change, Lens lens) => new[] { Side.Old, Side.New }.Any(side => lens.Giving(side)
        .Any(e => change.Of(side)!.Column(e.Column) is not { } given || PlainExpression.Of(e.Sql, name => change.Of(side.Other())!.Column(name)?.Type, given.Type) is null));
}
