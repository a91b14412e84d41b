using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Makes one side's shape the base of all changed tables, in one transaction. What a table looks like afterwards
/// depends only on the change and the side, so a switch back leads to where it came from.
/// </summary>
internal sealed class SwitchSql
{
    private readonly Switch step;
    private readonly RenderContext context;

    private SwitchSql(Switch step, RenderContext context)
    {
        this.step = step;
        this.context = context;
    }

    private Side To => step.To;

    private Side From => step.To.Other();

    public static IEnumerable<RenderedStep> Render(Switch step, RenderContext context) =>
        new SwitchSql(step, context).Steps();

    private IEnumerable<RenderedStep> Steps()
    {
        var exchanges = step.Changes.Where(c => c.Partitioning is not null).Select(c => new PartitioningSwitch(c, context, To)).ToList();
        var changes = step.Changes.Where(c => c.Partitioning is null).OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        var before = changes.ToDictionary(c => c, c => Layout.Of(c, context, From, farServed: true));
        var tables = before.Values.Select(l => l.Table).Concat(step.Changes.Where(c => c.Partitioning is not null).Select(c => c.Name)).ToList();
        var objects = ObjectSql.All(context);
        var locked = tables.Concat(changes.SelectMany(Referenced)).Concat(exchanges.SelectMany(e => e.Locked)).Concat(objects.SelectMany(o => o.Locked(From))).Distinct().Order(StringComparer.Ordinal).ToList();
        var statements = locked.Count == 0 ? [] : new List<string> { LockSql.Take(context.Schema.Name, locked) };
        statements.AddRange(To == Side.New ? VersionSql.Permit(step.Changes, context, From) : []);
        statements.AddRange(objects.Reverse().SelectMany(o => o.Leave(To)));
        statements.AddRange(changes.SelectMany(c => ConstraintSql.ReleaseForeignKeys(c, context, From)));
        statements.AddRange(changes.SelectMany(c => Release(c, before[c])));

        foreach (var (from, to) in Renames.Order(
            changes.Select(c => (before[c].Table, After(c).Table)), n => Names.Passing(context.Ordinal, n)))
        {
            statements.Add($"ALTER TABLE {Sql.Id(context.Schema.Name, from)} RENAME TO {Sql.Id(to)}");
        }

        foreach (var change in changes)
        {
            statements.AddRange(Columns(change));
            statements.AddRange(ConstraintSql.Adopt(change, context, To));
            statements.AddRange(Rules(change));
        }

        statements.AddRange(changes.SelectMany(c => ConstraintSql.AdoptKey(c, context, To)));
        statements.AddRange(changes.SelectMany(c => DrawnKeySql.Install(After(c), context).Concat(Sync(before[c], After(c)))));
        statements.AddRange(TableLinks.Of(context.Changes).SelectMany(l => LinkSql.Install(l, context, To)));
        statements.AddRange(exchanges.SelectMany(e => e.Statements));
        statements.AddRange(objects.SelectMany(o => o.Arrive(To)));
        statements.Add(VersionSql.Renew(context));
        foreach (var ahead in changes.Where(c => c.Of(From) is null).SelectMany(c => ConstraintSql.Count(c, context, To).Concat(c.MadePartitions is null ? [] : MadePartitionsSql.Prove(c, context))).Concat(exchanges.Select(e => e.Analyze)))
        {
            yield return ahead;
        }

        var side = To == Side.New ? context.Migration : context.OldVersion;
        var title = step.Changes.Count > 0 ? $"Give the tables the shape of {side}; the other stays in sync, hidden" : $"Put the definitions of {side} in force";
        yield return new RenderedStep($"switch to {side}", title, StepMode.Transaction)
        {
            Statements = statements.ToValueList(),
            Gates =
            [
                .. before.Values.Where(l => l.Syncing.Count > 0).Select(SyncSql.Unchanged),
                .. changes.Where(_ => To == Side.Old).SelectMany(c => Outgrown(c, before[c])),
                .. changes.Where(IsPartitioned).SelectMany(c => Quarantined(c, before[c]).Concat(ConstraintSql.Unproved(c, before[c], context, To)).Concat(PartitionGates.Holding(c, before[c], From)).Concat(To == Side.Old ? PartitionGates.Leaving(c, before[c], From) : [])),
                .. changes.SelectMany(c => SequenceUse.Gates(c, before[c], From).Concat(NumberLimit.Gates(c, before[c], From)).Concat(RuleReferences.Gates(c, context, From))).Concat(objects.SelectMany(o => o.SwitchGates(To))),
            ],
            FinalGates = [.. changes.Where(c => !IsPartitioned(c)).SelectMany(c => Quarantined(c, After(c))), .. exchanges.SelectMany(e => e.FinalGates)],
            Locks = [.. locked.Select(LockSql.Exclusive)],
            Holders = LockSql.HoldersOrNull(context.Schema.Name, locked),
            Inverse = "A revert switches back.",
        };
        foreach (var validation in changes.Where(c => c.Of(From) is null).SelectMany(c => ConstraintSql.Validate(c, context, To)).Concat(exchanges.SelectMany(e => e.Validations)))
        {
            yield return validation;
        }
    }

    /// <summary>Rows that came in since they were last looked at and for which the old version has no values.</summary>
    private IEnumerable<Gate> Outgrown(TableChange change, Layout layout) => !change.Lenses.Any(l => l.Outgrows)
        ? []
        :
        [
            new Gate(
                ProblemCodes.RowsOutgrown.Id, $"{{0}} rows of {change.Name} hold values for which the old version has none.",
                $"SELECT count(*) FROM {layout.Target} WHERE {Sql.Id(Names.Marker(context.Ordinal))} IS NOT NULL"),
        ];

    // Behind the locks nobody can add to them; where no index counts them (see the expansion), that would take too long there.
    private static bool IsPartitioned(TableChange change) => change.Before is { PartitionKey: not null };

    /// <summary>Rows that an old application wrote since they were last counted, and for which the new version has no values.</summary>
    private IEnumerable<Gate> Quarantined(TableChange change, Layout layout) => To == Side.Old || !layout.Current.HasMarker
        ? []
        :
        [
            new Gate(
                ProblemCodes.RowsInQuarantine.Id, $"{{0}} rows of {change.Name} came into quarantine meanwhile; the new version has no value for them.",
                $"SELECT count(*) FROM {layout.Target} WHERE {Sql.Id(Names.Marker(context.Ordinal))} IS NOT NULL"),
        ];

    private IEnumerable<string> Sync(Layout before, Layout after) => after.Syncing.Count == 0
        ? []
        : SyncSql.Install(after, context).Concat(before.Table != after.Table ? SyncSql.Forget(before) : []);

    private Layout After(TableChange change) => Layout.Of(change, context, To, farServed: true);

    private IEnumerable<string> Referenced(TableChange change) =>
        change.ForeignKeys.Where(f => f.OnlyOn(From) || change.After is null)
            .Select(f => f.Of(From) is { } own ? ConstraintSql.PhysicalReference(own, context, From, From) : ConstraintSql.PhysicalReference(f.Before!, context, Side.Old, From))
            .Where(t => t.Schema == context.Schema.Name).Select(t => t.Table);

    /// <summary>Takes back the rules of the side that goes, while columns still have its names.</summary>
    private IEnumerable<string> Release(TableChange change, Layout before)
    {
        foreach (var statement in ConstraintSql.Release(change, context, From))
        {
            yield return statement;
        }

        if (change.Before is null || change.After is null)
        {
            yield break;
        }

        foreach (var pair in change.Columns.Where(p => p.Of(From) is { Nullable: false, Identity: not (IdentityKind.Always or IdentityKind.ByDefault) }
            && p.Of(To) is not { Nullable: false } && !StaysRequired(change, p)))
        {
            yield return IsPartitioned(change)
                ? PartitionedKeySql.Loosen(before, before.Column(From, pair.Of(From)!.Name))
                : $"ALTER TABLE {before.Target} ALTER COLUMN {before.Id(From, pair.Of(From)!.Name)} DROP NOT NULL";
        }

        foreach (var name in change.Lenses.SelectMany(l => l.Of(From)).Where(n => change.Of(From)!.Column(n)!.Default is not null))
        {
            yield return $"ALTER TABLE {before.Target} ALTER COLUMN {before.Id(From, name)} DROP DEFAULT";
        }
    }

    private IEnumerable<string> Columns(TableChange change)
    {
        if (change.Before is null || change.After is null)
        {
            return [];
        }

        var from = Layout.Of(change, context, From);
        var after = After(change);
        var renames = change.Columns.Select(p =>
        {
            var side = p.Of(From) is null ? To : From;
            var name = p.Of(side)!.Name;
            var target = p.Of(To) is { } column ? after.Column(To, column.Name) : after.Column(From, name);
            return (from.Column(side, name), target);
        });
        return Renames.Order(renames, n => Names.Passing(context.Ordinal, n))
            .Select(r => $"ALTER TABLE {after.Target} RENAME COLUMN {Sql.Id(r.From)} TO {Sql.Id(r.To)}");
    }

    /// <summary>The rules of the side that becomes the base: NOT NULL (proved before), defaults, comments.</summary>
    private IEnumerable<string> Rules(TableChange change)
    {
        var after = After(change);
        if (change.Before is null || change.After is null)
        {
            var parts = change.MadePartitions is { } made ? MadePartitionsSql.Rename(made, context.Ordinal, context.Schema.Name, after.Table, To) : [];
            foreach (var statement in parts.Concat(change.Before is null && To == Side.New ? ConstraintSql.Sequences(change.After!, after).Append(Tidy(after)) : []))
            {
                yield return statement;
            }

            yield break;
        }

        foreach (var pair in change.Columns.Where(p => p.Of(To) is { Nullable: false } && p.Of(From) is not { Nullable: false } && !StaysRequired(change, p)))
        {
            var name = pair.Of(To)!.Name;
            foreach (var statement in Require(change.Of(To)!, name, after))
            {
                yield return statement;
            }

            yield return $"ALTER TABLE {after.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(Names.NotNull(context.Ordinal, To, name))}, "
                + $"DROP CONSTRAINT IF EXISTS {Sql.Id(Names.Required(context.Ordinal, name))}";
        }

        foreach (var lens in change.Lenses.Where(l => l.Of(From).Any(n => change.Of(From)!.Column(n)!.Identity != IdentityKind.None)))
        {
            yield return SequenceSql.Carry(after, after.Column(From, lens.Of(From)[0]), change.Of(To)!.Column(lens.Of(To)[0])!);
        }

        foreach (var column in change.PlainAdded.Where(c => c.Identity != IdentityKind.None))
        {
            yield return To == Side.New ? NumberSql.BecomeIdentity(after, column) : NumberSql.LeaveIdentity(after, column, context.Ordinal);
        }

        foreach (var statement in change.Renumbered.SelectMany(p => RenumberSql.Of(after, p.Of(From)!, p.Of(To)!, To == Side.Old)))
        {
            yield return statement;
        }

        foreach (var required in To == Side.Old ? ExpandSql.Required(after, context.Ordinal) : [])
        {
            yield return required;
        }

        foreach (var statement in DefaultsAndComments(change, after))
        {
            yield return statement;
        }

        yield return Tidy(after);
    }

    /// <summary>Forbids NULL, by a rule of the same name as before where it had one of its own (PostgreSQL 18).</summary>
    private IEnumerable<string> Require(Table table, string column, Layout after)
    {
        var rule = table.NotNulls.FirstOrDefault(n => n.Column == column && n is { Validated: true, NoInherit: false, Inherited: false });
        yield return $"ALTER TABLE {after.Target} {(rule is null ? $"ALTER COLUMN {after.Id(To, column)} SET NOT NULL" : $"ADD CONSTRAINT {Sql.Id(rule.Name)} NOT NULL {after.Id(To, column)}")}";
        if (rule?.Comment is { } comment)
        {
            yield return $"COMMENT ON CONSTRAINT {Sql.Id(rule.Name)} ON {after.Target} IS {Sql.Text(comment)}";
        }
    }

    // What a partition inherits is named by its table, which therefore comes first.
    private static string Tidy(Layout layout) => layout.Base.Table?.PartitionKey is null
        ? $"SELECT tandem.tidy({Sql.Class(layout.Schema, layout.Table)})"
        : $"SELECT tandem.tidy(p.relid) FROM (SELECT relid FROM pg_catalog.pg_partition_tree({Sql.Class(layout.Schema, layout.Table)}) ORDER BY level OFFSET 0) p";

    private IEnumerable<string> DefaultsAndComments(TableChange change, Layout after)
    {
        foreach (var pair in change.Carried.Where(p => p.Before!.Default != p.After!.Default && p.Of(To) is { Identity: IdentityKind.None, Generated: null }))
        {
            var column = pair.Of(To)!;
            yield return $"ALTER TABLE {after.Target} ALTER COLUMN {Sql.Id(column.Name)} "
                + (column.Default is { } text ? $"SET DEFAULT {Sql.Closed(text)}" : "DROP DEFAULT");
        }

        foreach (var column in change.Lenses.SelectMany(l => l.Of(To)).Select(n => change.Of(To)!.Column(n)!).Where(c => c.Default is not null))
        {
            yield return $"ALTER TABLE {after.Target} ALTER COLUMN {after.Id(To, column.Name)} SET DEFAULT {Sql.Closed(column.Default!)}";
        }

        foreach (var pair in change.Carried.Where(p => p.Before!.Comment != p.After!.Comment))
        {
            yield return $"COMMENT ON COLUMN {after.Target}.{Sql.Id(pair.Of(To)!.Name)} IS {Sql.TextOrNull(pair.Of(To)!.Comment)}";
        }

        foreach (var remark in ConstraintSql.Renewed(change, after, To))
        {
            yield return remark;
        }

        foreach (var statement in TableSettingsSql.Of(change, after, To))
        {
            yield return statement;
        }
    }

    /// <summary>A plain new column with a constant default is never NULL, whichever side is the base.</summary>
    private static bool StaysRequired(TableChange change, Pair<Column> pair) =>
        pair.Added && change.PlainAdded.Contains(pair.After!) && ExpandSql.HasSteadyDefault(pair.After!);
}
