using Tandem.Databases;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a plan owes to say about changes on PostgreSQL.</summary>
internal static class Judge
{
    private static readonly HashSet<string> OfTheServer = ["ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];

    public static ValueList<Problem> Of(ValueList<TableChange> changes, RenderContext context, Capabilities capabilities) =>
        changes.SelectMany(c => DependentJudge.Of(c, context)
                .Concat(Table(c, context, capabilities))
                .Concat(Columns(c, capabilities))
                .Concat(Constraints(c, capabilities))
                .Concat(WriterJudge.Of(c, context))
                .Concat(c.Lenses.SelectMany(l => Expressions(c, l)))
                .Concat(Rules(c))
                .Concat(RuleReferences.Judge(c, context))
                .Concat(Keys(c, context))
                .Concat(PartitionJudge.Of(c, context))
                .Concat(PartitioningJudge.Of(c, context, capabilities))
                .Concat(LinkJudge.Of(c, changes, context)))
            .Concat(DeferrableJudge.Of(context))
            .Concat(Triggers(context))
            .Concat(RoutineJudge.Of(changes, context))
            .Concat(RoutineJudge.OverViews(context))
            .Concat(AccessJudge.Of(context))
            .Concat(OptionJudge.Of(changes, context, capabilities))
            .Concat(DomainSql.Judge(changes, context))
            .Concat(DomainSql.JudgeRules(context))
            .Concat(DomainSql.JudgeRenames(context))
            .Concat(DomainSql.JudgeSecondNames(changes, context))
            .ToValueList();

    private static IEnumerable<Problem> Table(TableChange change, RenderContext context, Capabilities capabilities)
    {
        var name = change.Name;
        if (change.Before is { Key.Count: 0 } && change is { After: not null, ShapeDiffers: true })
        {
            yield return new Problem(ProblemCodes.NoRowKey, $"{name} has no primary key and no unique rule over required columns.", Subject: name);
        }

        if (change.ShapeDiffers && change.After is { } served)
        {
            yield return new Problem(
                ProblemCodes.ViewLimits,
                $"Applications of the new version use {served.Name} through a view: COPY, TRUNCATE, ON CONFLICT ON CONSTRAINT, system columns (ctid, xmin){(capabilities.Version.Major < 17 ? ", MERGE" : "")} and GROUP BY on the key alone do not work there.",
                Subject: served.Name);
        }

        if (!capabilities.SecurityInvokerViews && change.ShapeDiffers
            && (change.Before is { RowSecurity: true } || change.After is { RowSecurity: true } || context.Schema.Dependents.Any(d => d.Kind == DependentKind.Policy && d.Table == name)))
        {
            yield return new Problem(ProblemCodes.RowSecurityNeedsInvoker, $"{name} has row security.", Subject: name);
        }

        if (change.Before is { } before && (change.After is null || change.After.Name != before.Name))
        {
            yield return new Problem(
                ProblemCodes.OldTableStillSeen, $"Until complete, applications of the new version can still see {before.Name} under this name.", Subject: name);
        }

        foreach (var trigger in change.Lenses.Count == 0 ? [] : (change.Before?.Triggers ?? []).Where(t => t is { Before: true, ForEachRow: true } && IsOutside(t.Name)))
        {
            yield return new Problem(ProblemCodes.TriggerOutsideSync, $"The trigger {trigger.Name} of {name} fires outside the two passes of the sync.", Subject: name);
        }

        var firing = change.Lenses.All(l => l.New.Count == 0) && !ExpandSql.Draws(change) ? [] : (change.Before?.Triggers ?? []).Where(t => t is { OnUpdate: true, Enabled: true }).Select(t => t.Name).ToList();
        if (firing.Count > 0)
        {
            yield return new Problem(ProblemCodes.TriggersFire, $"The engine fills rows of {name} by UPDATE: {string.Join(", ", firing)} will fire for each{(change.Lenses.Any(l => l.LooksUp) ? ", and once more for a row whose key is looked up after its statement" : "")}.", Subject: name);
        }
    }

    /// <summary>Rules that the server does not know, or makes only while others wait.</summary>
    private static IEnumerable<Problem> Constraints(TableChange change, Capabilities capabilities)
    {
        var name = change.Name;
        var colliding = change.After is { } after ? after.Indexes.Where(i => i.NullsNotDistinct).Select(i => $"index {i.Name}").Concat(after.Uniques.Where(u => u.NullsNotDistinct).Select(u => $"unique rule {u.Name}")) : [];
        foreach (var rule in capabilities.Version.Major >= 15 ? [] : colliding)
        {
            yield return new Problem(
                ProblemCodes.NotOnThisEngine, $"The {rule}: PostgreSQL {capabilities.Version.Major} lets rows without a value never collide.", Subject: name,
                Remedy: "Leave `nulls_not_distinct` out, or make a unique index on an expression that has a value for them.");
        }

        foreach (var key in capabilities.Version.Major >= 15 ? [] : (change.After?.ForeignKeys ?? []).Where(f => f.OnDeleteColumns is not null))
        {
            yield return new Problem(
                ProblemCodes.NotOnThisEngine, $"The foreign key {key.Name}: PostgreSQL {capabilities.Version.Major} sets all of its columns when a row goes, not some.", Subject: name,
                Remedy: "Leave `on_delete_columns` out.");
        }

        foreach (var (key, column) in (change.After?.ForeignKeys ?? []).SelectMany(f => f.Columns.Select(c => (f, change.After!.Column(c)))).Where(p => p.Item2 is { Generated: not null, GeneratedStored: false }))
        {
            yield return new Problem(
                ProblemCodes.NotOnThisEngine, $"The foreign key {key.Name}: {name}.{column!.Name} is computed when it is read, and refers to nothing.", Subject: name, Remedy: "Store its values (`stored: true`).");
        }

        foreach (var exclusion in change is { Before: not null, After: not null } ? change.Exclusions.Where(e => !e.Kept) : [])
        {
            yield return new Problem(
                ProblemCodes.EveryoneWaitsForExclusion,
                $"{(exclusion.Added ? "Complete builds" : "A rollback behind complete builds")} the index of {(exclusion.After ?? exclusion.Before)!.Name} while nobody can read or write {name}.", Subject: name) { NeedsConsent = true };
        }

        foreach (var check in change is { Before.PartitionKey: not null } ? change.Checks.Where(c => c is { Added: true, After.NoInherit: true }).Select(c => c.After!.Name) : [])
        {
            yield return new Problem(
                ProblemCodes.NotOnThisEngine, $"The check {check}: the rows of {name} lie in partitions, which have all of its checks.", Subject: name, Remedy: "Leave `no_inherit` out.");
        }
    }

    /// <summary>The sync's pass before the users' triggers is there only for those that it found.</summary>
    private static IEnumerable<Problem> Triggers(RenderContext context) => context.Objects
        .Where(o => o is { Added: true, After: Trigger { Before: true, ForEachRow: true } }).Select(o => (Trigger)o.After!)
        .Where(t => context.Changes.Concat(context.Retained.Select(r => r.Change)).Any(c => c.Lenses.Count > 0 && (c.Before?.Name == t.Table || c.After?.Name == t.Table)))
        .Select(t => new Problem(
            ProblemCodes.TriggerMeetsSync, $"The trigger {t.Name} would fire before rows of {t.Table} are stored, where a migration keeps two versions in agreement.", Subject: t.Table));

    private static bool IsOutside(string trigger) =>
        string.CompareOrdinal(trigger, Names.FirstInsertTrigger) < 0 || string.CompareOrdinal(trigger, Names.UpdateTrigger) > 0;

    private static IEnumerable<Problem> Columns(TableChange change, Capabilities capabilities)
    {
        foreach (var column in (change.After?.Columns ?? []).Where(c => OfTheServer.Contains(c.Name) && change.Before?.Column(c.Name) is null))
        {
            yield return new Problem(ProblemCodes.AlreadyExists, $"{change.Name} has a column {column.Name} of the server's own, as every table.", Subject: $"{change.Name}.{column.Name}");
        }

        foreach (var column in change.Columns.SelectMany(c => new[] { c.Before, c.After }).OfType<Column>()
            .Where(c => c.Name.StartsWith(Names.Prefix, StringComparison.Ordinal)).Select(c => c.Name).Distinct())
        {
            yield return new Problem(ProblemCodes.EngineName, $"{change.Name}.{column} has a name of the engine's.", Subject: $"{change.Name}.{column}");
        }

        if (change.Before is null || change.After is null)
        {
            foreach (var column in change.After?.Columns.Where(c => c is { Generated: not null, GeneratedStored: false } && capabilities.Version.Major < 18) ?? [])
            {
                yield return new Problem(
                    ProblemCodes.NotOnThisEngine, $"{change.Name}.{column.Name} is generated and not stored: PostgreSQL {capabilities.Version.Major} knows stored generated columns only.",
                    Subject: $"{change.Name}.{column.Name}", Remedy: "Write `stored: true`.");
            }

            yield break;
        }

        foreach (var column in change.PlainAdded)
        {
            var subject = $"{change.Name}.{column.Name}";
            if (TableSql.IsSerial(column))
            {
                yield return new Problem(ProblemCodes.AddRewritesTable, $"{subject} would be computed for every row under an exclusive lock.", Subject: subject);
            }
            else if (column is { Generated: not null, GeneratedStored: false } && capabilities.Version.Major < 18)
            {
                yield return new Problem(
                    ProblemCodes.AddRewritesTable, $"{subject} would be computed for every row under an exclusive lock: PostgreSQL {capabilities.Version.Major} knows stored generated columns only.", Subject: subject,
                    Remedy: $"Add {Instead} Where the table is small enough for nobody to mind, write `stored: true` and accept it.");
            }
            else if (column.Generated is { } expression && UnlikeNamed(change, expression) is { Count: > 0 } others)
            {
                yield return new Problem(
                    ProblemCodes.ChangedTwice, $"{subject} is computed from {string.Join(", ", others)}, which this migration makes, renames or changes.", Subject: subject,
                    Remedy: "Add the generated column in a migration of its own.");
            }
            else if (column is { Generated: not null, GeneratedStored: true })
            {
                yield return new Problem(
                    ProblemCodes.AddRewritesTable, $"{subject} is computed for every row of {change.Name} under an exclusive lock: no server makes an ordinary column, filled beforehand, a stored generated one.", Subject: subject,
                    Remedy: $"{(capabilities.Version.Major < 18 ? "Add" : "Leave `stored` out: the server then computes the value when it is read. Or add")} {Instead} Where the table is small enough for nobody to mind, accept it.")
                { NeedsConsent = true };
            }

            if (column.Identity != IdentityKind.None && change.Before.PartitionKey is not null)
            {
                yield return new Problem(ProblemCodes.AddRewritesTable, $"{subject}: rows of a partitioned table cannot be numbered by an identity column that is made later.", Subject: subject);
            }
        }
    }

    private const string Instead = "an ordinary column with `up`, which the sync keeps right until sunset, and a trigger of your own that does from then on.";

    /// <summary>Columns that an expression over the new version's row reads and that are not stored under the same name in both versions.</summary>
    private static List<string> UnlikeNamed(TableChange change, string expression) => change.After!.Columns
        .Where(c => SqlLexer.Names(expression, c.Name) && !change.Carried.Any(p => p.After == c && p.Before!.Name == c.Name)).Select(c => c.Name).ToList();

    private static IEnumerable<Problem> Expressions(TableChange change, Lens lens)
    {
        var expressions = lens.Up.Select(e => (Expression: e, Table: change.Before!)).Concat(lens.Down.Select(e => (Expression: e, Table: change.After!)));
        foreach (var (expression, table) in expressions)
        {
            var subject = $"{change.Name}.{expression.Column}";
            if (UsesWholeRow(expression.Sql, table))
            {
                yield return new Problem(ProblemCodes.WholeRowExpression, $"The expression for {subject} uses {table.Name} as a whole.", Subject: subject);
            }

            foreach (var generated in table.Columns.Where(c => c.Generated is not null && SqlLexer.Names(expression.Sql, c.Name)))
            {
                yield return new Problem(ProblemCodes.GeneratedInput, $"The expression for {subject} reads {generated.Name}, which is generated.", Subject: subject);
            }
        }
    }

    /// <summary>Whether the table's name stands in an expression without a column behind it (a table in a subquery's FROM is no row).</summary>
    private static bool UsesWholeRow(string sql, Table table)
    {
        var tokens = SqlLexer.Tokenize(sql);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].IsName
                || !string.Equals(tokens[i].Value, table.Name, StringComparison.OrdinalIgnoreCase)
                || table.Columns.Any(c => string.Equals(c.Name, table.Name, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var qualifies = i + 1 < tokens.Count && tokens[i + 1].IsSymbol(".") && !(i + 2 < tokens.Count && tokens[i + 2].IsSymbol("*"));
            var isCall = i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(");
            var isSource = i > 0 && (tokens[i - 1].Is("from") || tokens[i - 1].Is("join") || tokens[i - 1].IsSymbol(".") || tokens[i - 1].IsSymbol("::"));
            if (!qualifies && !isCall && !isSource)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Problem> Keys(TableChange change, RenderContext context)
    {
        var own = context.Schema.Dependents.Where(d => d.Table == change.Name).ToList();
        foreach (var key in change.After is null ? [] : change.PrimaryKeys.Where(k => k.Dropped).Select(k => k.Before!))
        {
            foreach (var view in context.Schema.Dependents.Where(d => d.Kind == DependentKind.KeyUse && d.Table == key.Name).Select(d => d.Name))
            {
                yield return new Problem(
                    ProblemCodes.UsedByView, $"The primary key of {change.Name} goes, and the view {view} groups rows by it alone.", Subject: change.Name,
                    Remedy: "Let a migration before this one give the view a text that groups by every column it shows, or drop it.");
            }

            foreach (var publication in change.After!.PrimaryKey is not null ? [] : own.Where(d => d.Name.StartsWith("publication ", StringComparison.Ordinal) || d.Kind == DependentKind.Publication).Select(d => d.Name).Distinct())
            {
                yield return new Problem(ProblemCodes.PublishedWithoutKey, $"{change.Name} is published by {publication}.", Subject: change.Name);
            }
        }
    }

    private static IEnumerable<Problem> Rules(TableChange change)
    {
        foreach (var key in change.Before is null ? change.After!.ForeignKeys.Where(f => f.OnDelete is ReferentialAction.NoAction or ReferentialAction.Restrict) : [])
        {
            yield return new Problem(
                ProblemCodes.NewForeignKeyHoldsRows,
                $"While both versions are served, a row of {key.ReferencedTable} that a row of {change.After!.Name} refers to cannot be deleted, by old applications either.",
                Subject: change.Name);
        }
    }
}
