using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>Triggers: a table or view has those of its base shape, for the writes of all versions.</summary>
internal sealed class TriggerSql : ObjectSql
{
    private readonly List<Changed<Trigger>> changes;

    public TriggerSql(RenderContext context)
        : base(context) => changes = All<Trigger>();

    // A lock on a view would be one on all that it reads.
    public override IEnumerable<string> Locked(Side from) => changes.Where(c => Context.Schema.Views.All(v => v.Name != (c.Before ?? c.After)!.Table)).Select(c => TableOn(from, (c.Of(from) ?? c.Of(from.Other()))!.Table, c.Of(from) is null));

    public override IEnumerable<string> Leave(Side to) => changes.Select(c => c.Of(to.Other())).OfType<Trigger>()
        .Select(t => $"DROP TRIGGER IF EXISTS {Sql.Id(t.Name)} ON {Sql.Id(Schema, t.Table)}");

    public override IEnumerable<string> Arrive(Side to)
    {
        foreach (var trigger in changes.Select(c => c.Of(to)).OfType<Trigger>())
        {
            var table = Sql.Id(Schema, trigger.Table);
            var fires = trigger.Enabled ? trigger.Firing is { } when ? $"ENABLE {when}" : null : "DISABLE";
            yield return trigger.Definition;
            if (fires is not null)
            {
                yield return $"ALTER TABLE {table} {fires} TRIGGER {Sql.Id(trigger.Name)}";
            }

            if (trigger.Comment is { } comment)
            {
                yield return $"COMMENT ON TRIGGER {Sql.Id(trigger.Name)} ON {table} IS {Sql.Text(comment)}";
            }
        }
    }
}
