using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>Statistics over several columns: a table has those of its base shape. Making and dropping them keeps nobody waiting.</summary>
internal sealed class StatisticsSql : ObjectSql
{
    private readonly List<Changed<Statistics>> changes;

    public StatisticsSql(RenderContext context)
        : base(context) => changes = All<Statistics>();

    public override IEnumerable<string> Leave(Side to) => changes.Select(c => c.Of(to.Other())).OfType<Statistics>()
        .Select(s => $"DROP STATISTICS IF EXISTS {Sql.Id(Schema, s.Name)}");

    public override IEnumerable<string> Arrive(Side to)
    {
        foreach (var statistics in changes.Select(c => c.Of(to)).OfType<Statistics>())
        {
            foreach (var statement in PostgresDdlObjects.Create(Schema, statistics))
            {
                yield return statement;
            }

            if (statistics.Comment is { } comment)
            {
                yield return $"COMMENT ON STATISTICS {Sql.Id(Schema, statistics.Name)} IS {Sql.Text(comment)}";
            }
        }
    }
}
