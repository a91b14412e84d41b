using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

internal static class RowUpdateSql
{
    public static IEnumerable<RenderedStep> Update(RowUpdate update, RenderContext context) => [];

    public static IEnumerable<RenderedStep> Restore(RowUpdate update, RenderContext context) => [];

    public static IEnumerable<RenderedStep> Forget(RowUpdate update, RenderContext context) => [];
}
