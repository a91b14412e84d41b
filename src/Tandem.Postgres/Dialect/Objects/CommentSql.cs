using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>Comments on objects that change in nothing else.</summary>
internal sealed class CommentSql(RenderContext context) : ObjectSql(context)
{
    public override IEnumerable<string> Arrive(Side to) => Context.Objects.Where(o => o.CommentOnly)
        .Select(o => to == Side.New ? o.After! : o.Before!)
        .Select(o => $"COMMENT ON {Place(o)} IS {Sql.TextOrNull(o.Comment)}");

    private string Place(SchemaObject item) => item switch
    {
        EnumType => $"TYPE {Sql.Id(Schema, item.Name)}",
        Routine routine => $"{routine.Kind.ToUpperInvariant()} {Sql.Id(Schema, item.Name)}({routine.Arguments})",
        Trigger trigger => $"TRIGGER {Sql.Id(item.Name)} ON {Sql.Id(Schema, trigger.Table)}",
        RowPolicy policy => $"POLICY {Sql.Id(item.Name)} ON {Sql.Id(Schema, policy.Table)}",
        Rule rule => $"RULE {Sql.Id(item.Name)} ON {Sql.Id(Schema, rule.Table)}",
        Extension or Publication or EventTrigger => $"{item.Kind.ToUpperInvariant()} {Sql.Id(item.Name)}",
        CompositeType or RangeType => $"TYPE {Sql.Id(Schema, item.Name)}",
        _ => $"{item.Kind.ToUpperInvariant()} {Sql.Id(Schema, item.Name)}",
    };
}
