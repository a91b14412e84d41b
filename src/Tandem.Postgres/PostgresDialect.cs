using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres;

/// <summary>Writes steps as the SQL of PostgreSQL 14 to 18. Pure; what must be looked up is looked up by the SQL when it runs.</summary>
public sealed class PostgresDialect(Capabilities capabilities, string schema = "public") : IDialect
{
    /// <inheritdoc />
    public Capabilities Capabilities => capabilities;

    /// <inheritdoc />
    public string Name => "postgres";

    /// <inheritdoc />
    public ValueList<SqlStatement> EngineDefinition { get; } = EngineSql.Definition.Select(text => new SqlStatement(text)).ToValueList();

    /// <inheritdoc />
    public string JournalPrefix => $"{Names.EngineSchema}.";

    /// <inheritdoc />
    public ValueList<RenderedStep> Render(Step step, RenderContext context)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(context);
        var rendered = step switch
        {
            CheckData s => CheckSql.Render(s, context),
            Expand { KeysFirst: true } s => ExpandSql.Keys(s.Change, context),
            Expand s => ExpandSql.Render(s.Change, context).Concat(LinkSql.Expand(s.Change, context)).Concat(PartitioningSql.Expand(s.Change, context)),
            Backfill { KeysFirst: true } s => FillSql.Keys(s.Change, context, capabilities),
            Backfill s => FillSql.Backfill(s.Change, context, capabilities).Concat(LinkFillSql.Backfill(s.Change, context)).Concat(PartitioningFill.Backfill(s.Change, context)),
            BuildIndex s => EnforceSql.BuildIndex(s, context),
            CountReferences s => RuleReferences.Look(s, context),
            CountViolations s => EnforceSql.Count(s, context),
            Enforce s => EnforceSql.Render(s, context),
            Relax s => EnforceSql.Relax(s, context),
            Verify s => FillSql.Verify(s, context).Concat(LinkFillSql.Verify(s, context)).Concat(PartitioningFill.Verify(s, context)),
            Publish s => VersionSql.Publish(s, context),
            Unpublish s => VersionSql.Unpublish(s, context),
            Switch s => SwitchSql.Render(s, context),
            Backup s => ContractSql.Backup(s, context).Concat(PartitioningSql.Backup(s, context)),
            Contract s => ContractSql.Contract(s, context).Concat(PartitioningSql.Contract(s, context)),
            ChangeRows s => RowChangeSql.Change(s.Change, context),
            RestoreRows s => RowChangeSql.Restore(s.Change, context),
            WatchOld s => [OldSideSql.Watch(s, context)],
            ForgetRows s => RowChangeSql.Forget(s.Change, context),
            RunScript s => [ScriptSql.Run(s.Script, context)],
            RevertScript s => [ScriptSql.Revert(s.Script, context)],
            MakeObjects s => ObjectSql.Render(s, context),
            DropObjects s => ObjectSql.Render(s, context),
            EnforceObjects s => new DomainSql(context).Enforce(s.Side),
            RelaxObjects s => new DomainSql(context).Relax(s.Side),
            _ => throw new NotSupportedException($"No SQL for the step {step.GetType().Name}."),
        };
        return rendered.Select(r => HealthSql.Ask(r, context) with { Locks = r.Locks.Select(l => l with { Object = UserNames.Of(l.Object, context) }).Distinct().ToValueList() }).ToValueList();
    }

    /// <inheritdoc />
    public ValueList<Problem> Judge(ValueList<TableChange> changes, RenderContext context)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(context);
        return [.. Dialect.Judges.Judge.Of(changes, context, capabilities), .. context.Scripts.SelectMany(ScriptSql.Judge)];
    }

    /// <inheritdoc />
    public ValueList<string> ConnectSql(string? version, ValueList<TableChange> changes) => ConnectLines.Of(version, schema);
}
