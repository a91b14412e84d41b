using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Composite types and range types: one for both versions, from the start on, since hidden columns may have them.</summary>
internal sealed class TypeSql : ObjectSql
{
    private readonly List<Changed<SchemaObject>> changes;

    public TypeSql(RenderContext context)
        : base(context) => changes = All<SchemaObject>().Where(c => c.Change.Either is CompositeType or RangeType).ToList();

    public override IEnumerable<string> Make()
    {
        foreach (var type in changes.Where(c => c.Added).Select(c => c.After!))
        {
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
    }

    public override IEnumerable<string> Drop(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side)).Select(c => $"DROP TYPE IF EXISTS {Sql.Id(Schema, c.Name)}");

    public override IEnumerable<Gate> DropGates(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side)).Select(c => TypeGate.Unused(Schema, c.Name, c.Words));
}
