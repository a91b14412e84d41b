using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>Extensions: one for both versions, from the start on.</summary>
internal sealed class ExtensionSql : ObjectSql
{
    private readonly List<Changed<Extension>> changes;

    public ExtensionSql(RenderContext context)
        : base(context) => changes = All<Extension>();

    public override IEnumerable<string> Make() => changes.Where(c => c.Added).Select(c =>
        $"CREATE EXTENSION IF NOT EXISTS {Sql.Id(c.Name)} SCHEMA {Sql.Id(Schema)}{(c.After!.Version.Length > 0 ? $" VERSION {Sql.Text(c.After.Version)}" : "")}");

    // Without CASCADE: the server itself refuses while anything uses what belongs to the extension.
    public override IEnumerable<string> Drop(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side))
        .Select(c => $"DROP EXTENSION IF EXISTS {Sql.Id(c.Name)}");
}
