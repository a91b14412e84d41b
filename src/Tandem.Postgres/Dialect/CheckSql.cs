using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Asks the file's questions in the names of one version.</summary>
internal static class CheckSql
{
    public static IEnumerable<RenderedStep> Render(CheckData step, RenderContext context)
    {
        if (step.Checks.Count == 0)
        {
            yield break;
        }

        var path = PostgresSettings.SearchPath(context.Schema.Name);
        if (step.Side == Side.New)
        {
            path = $"{Sql.Id(Names.VersionSchema(context.Schema.Name, context.Migration))}, {path}";
        }

        var side = step.Side == Side.New ? "after" : "before";
        yield return new RenderedStep($"check {side}", $"Ask the data the questions of {side}", StepMode.Checks)
        {
            Statements = [$"SELECT pg_catalog.set_config('search_path', {Sql.Text(path)}, true)"],
            Checks = step.Checks,
        };
    }
}
