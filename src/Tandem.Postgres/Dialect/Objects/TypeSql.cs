using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>Composite types and range types: one for both versions, from the start on, since hidden columns may have them.</summary>
internal sealed class TypeSql : ObjectSql
{
    private readonly Changed<SchemaObject> change;

    public TypeSql(RenderContext context, ObjectChange change)
        : base(context) => this.change = new Changed<SchemaObject>(change, change.Before, change.After);

    public override IEnumerable<string> Make()
    {
        if (!change.Added)
        {
            yield break;
        }

        var type = change.After!;
        var name = Sql.Id(Schema, type.Name);
        yield return If($"pg_catalog.to_regtype({Sql.Text(name)}) IS NULL", PostgresDdlObjects.Create(Schema, type));
        if (type.Comment is { } comment)
        {
            yield return $"COMMENT ON TYPE {name} IS {Sql.Text(comment)}";
        }

        foreach (var part in (type as CompositeType)?.Columns.Where(c => c.Comment is not null) ?? [])
        {
            yield return $"COMMENT ON COLUMN {name}.{Sql.Id(part.Name)} IS {Sql.Text(part.Comment!)}";
        }
    }

    public override IEnumerable<string> Drop(Side side, bool last) => last && change.OnlyOn(side) ? [$"DROP TYPE IF EXISTS {Sql.Id(Schema, change.Name)}"] : [];

    public override IEnumerable<Gate> DropGates(Side side, bool last) => last && change.OnlyOn(side) ? [TypeGate.Unused(Context, side, change.Name, change.Words)] : [];
}
