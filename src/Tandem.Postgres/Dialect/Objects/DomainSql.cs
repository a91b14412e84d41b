using Tandem.Databases;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Domains: there is one for both versions, made before the columns that have it and dropped after them. Its default and its
/// rules change at the switch; rules that come are counted, enforced for new values and proved before it.
/// </summary>
internal sealed class DomainSql : ObjectSql
{
    /// <summary>The comment on the second domain by which both names of one can be used.</summary>
    private const string SecondName = "tandem: a second name of a domain";

    /// <summary>The same from complete on: the name that goes.</summary>
    private const string FormerName = "tandem: the former name of a domain";

    private readonly List<Changed<Domain>> changes;

    public DomainSql(RenderContext context)
        : this(context, _ => true)
    {
    }

    /// <summary>Some of the migration's domains.</summary>
    public DomainSql(RenderContext context, Func<ObjectChange, bool> which)
        : base(context) => changes = All<Domain>().Where(c => which(c.Change)).ToList();

    /// <summary>Whether columns of this type that have no default of their own take the type's.</summary>
    public static bool GivesDefault(string type, RenderContext context) =>
        Known(context).Any(d => d.Default is not null && (type == d.Name || type == Sql.Id(d.Name)));

    /// <summary>A column that comes to a table with rows: the server would look at every row under an exclusive lock, or fill in the type's default for both versions.</summary>
    public static IEnumerable<Problem> Judge(ValueList<TableChange> changes, RenderContext context) => (
        from change in changes.Where(c => c is { Before: not null, After: not null })
        from column in change.Columns.Where(c => c.Added).Select(c => c.After!)
        from domain in Known(context).Where(d => (d.Checks.Count > 0 || !d.Nullable || d.Default is not null) && (column.Type == d.Name || column.Type == Sql.Id(d.Name))).Take(1)
        select new Problem(
            ProblemCodes.AddRewritesTable,
            $"{change.Name}.{column.Name} would have the domain {domain.Name}, whose {(domain.Checks.Count > 0 || !domain.Nullable ? "rules the server proves for every row under an exclusive lock" : "default both versions would get")}.",
            Subject: $"{change.Name}.{column.Name}",
            Remedy: $"Give the column the type {domain.Type}, with a check (`add_check`), `nullable` and a default of its own.")).Concat(Required(changes, context));

    // A row of the new version has no value of the old column for an instant, which a rule of the column's own forgives and a domain's does not.
    private static IEnumerable<Problem> Required(ValueList<TableChange> changes, RenderContext context) =>
        from change in changes.Where(c => c is { Before: not null, After: not null })
        from column in change.Lenses.SelectMany(l => l.Old).Distinct().Select(n => change.Before!.Column(n)!)
        from domain in Under(column.Type, context).Where(TakesNoNull).Take(1)
        select new Problem(
            ProblemCodes.DroppedRequired, $"The domain of {change.Before!.Name}.{column.Name}, {domain.Name}, takes no NULL, not even for the instant before the sync gives a row of the new version its old value.",
            Subject: $"{change.Name}.{column.Name}",
            Remedy: $"In migrations before this one let the domain {domain.Name} take NULL (`alter_domain`), and forbid it in the column (`set_not_null`).");

    // As they are before complete, whatever the migration makes of them.
    private static IEnumerable<Domain> Under(string type, RenderContext context) =>
        context.Schema.Objects.OfType<Domain>().FirstOrDefault(d => type == d.Name || type == Sql.Id(d.Name)) is { } domain ? Under(domain.Type, context).Prepend(domain) : [];

    private static bool TakesNoNull(Domain domain) => !domain.Nullable || domain.Checks.Any(c =>
    {
        var words = SqlLexer.Tokenize(c.Expression);
        return !words.Any(w => w.Is("or") || w.Is("case")) && Enumerable.Range(0, Math.Max(0, words.Count - 3)).Any(i => words[i].Is("value") && words[i + 1].Is("is") && words[i + 2].Is("not") && words[i + 3].Is("null"));
    });

    /// <summary>What the plan owes to say about rules that change.</summary>
    public static IEnumerable<Problem> JudgeRules(RenderContext context)
    {
        var domains = new DomainSql(context);
        foreach (var change in domains.changes.Where(c => c.Altered))
        {
            var rules = new[] { Side.Old, Side.New }.SelectMany(s => domains.Rules(change, s)).Select(r => r.Title).ToList();
            if (rules.Count > 0 && change.Change.On.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.WritersWaitForRule,
                    $"When {string.Join(", ", rules)} of the domain {change.Name} is proved, at complete or at a rollback behind it, nobody can write to {string.Join(", ", change.Change.On)} as long as the rows are read.",
                    Subject: change.Name) { NeedsConsent = true };
            }
        }
    }

    /// <summary>What would change the second name of a domain, which goes by itself, or hang on it.</summary>
    public static IEnumerable<Problem> JudgeSecondNames(ValueList<TableChange> changes, RenderContext context) =>
        context.Objects.Select(o => o.Before).OfType<Domain>().Where(IsSecond).Select(d => new Problem(
            ProblemCodes.ObjectInUse, $"{d.Name} is the second name of the domain {d.Type} until another migration is sunset.", Subject: d.Name, Remedy: $"Change {d.Type}, or sunset that migration first."))
        .Concat(Hanging(changes, context));

    private static bool IsSecond(Domain domain) => domain.Comment is SecondName or FormerName;

    // Before complete it is the first name that goes one day, and the second that stays: until then neither can be kept in a text.
    private static IEnumerable<Problem> Hanging(ValueList<TableChange> changes, RenderContext context) =>
        from domain in context.Schema.Objects.OfType<Domain>().Where(IsSecond)
        let names = domain.Comment == FormerName ? [domain.Name] : new[] { domain.Name, domain.Type.Trim('"') }
        from hanging in changes.SelectMany(c => c.Columns.Where(o => o.Added && TypeNames.IsOf(o.After!.Type, domain.Name)).Select(o => $"{c.Name}.{o.After!.Name}"))
            .Concat(changes.Where(c => names.Any(n => ExpressionNames.AnyNamesType(c, n))).Select(c => $"the table {c.Name}"))
            .Concat(context.Objects.Where(o => names.Any(n => ExpressionNames.AnyNamesType(o, n))).Select(o => o.Words))
        select new Problem(
            ProblemCodes.ObjectInUse, $"{hanging} uses one of the names {domain.Name} and {domain.Type} of a domain, and {(domain.Comment == FormerName ? domain.Name : domain.Type)} goes when the migration that renames it is sunset.",
            Subject: hanging, Remedy: domain.Comment == FormerName ? $"Write {domain.Type}." : "Complete that migration first, or cast to the type under the domain.");

    /// <summary>What a domain cannot be called, what keeps it from another name, and which functions find it by the old one until sunset.</summary>
    public static IEnumerable<Problem> JudgeRenames(RenderContext context) =>
        context.Objects.Where(o => o.RenamesDomain && ServerWords.All.Contains(o.After!.Name)).Select(o => new Problem(
            ProblemCodes.AlreadyExists, $"The name {o.After!.Name} is a word of the server's own.", Subject: o.After!.Name, Remedy: "Choose another name."))
        .Concat(Kept(context))
        .Concat(Named(context));

    // What such a migration brings back would be made over the second domain.
    private static IEnumerable<Problem> Kept(RenderContext context) =>
        from change in context.Objects.Where(o => o.RenamesDomain)
        from kept in context.Retained.Where(r => r.Ordinal != context.Ordinal)
        where new[] { kept.Change.Before, kept.Change.After }.Any(t => ExpressionNames.AnyNamesType(t, change.Before!.Name))
        select new Problem(
            ProblemCodes.ObjectInUse, $"A migration that is not sunset yet changes {kept.Change.Name}, of which a default, check, index or other rule casts to the type {change.Before!.Name}.",
            Subject: change.Before!.Name, Remedy: "Sunset that migration first.");

    private static IEnumerable<Problem> Named(RenderContext context) =>
        from change in context.Objects.Where(o => o.RenamesDomain)
        from routine in context.Schema.Objects.OfType<Routine>()
        where routine.Code != RoutineKind.Aggregate && SqlLexer.Names(RoutineText.Of(routine).Source, change.Before!.Name)
        select new Problem(
            ProblemCodes.CodeNamesChangedColumns, $"The {routine.Kind} {routine.Identity} names {change.Before!.Name} in its text.", Subject: change.Before.Name,
            Remedy: $"Where it means the domain, let it say {change.After!.Name} between complete and sunset: until then both names can be used.");

    /// <summary>The steps that enforce and prove what only one side demands, before it becomes the base.</summary>
    public IEnumerable<RenderedStep> Enforce(Side side) => changes.Where(c => c.Altered).SelectMany(c => Rules(c, side).SelectMany(r => Enforce(c, r)));

    /// <summary>The steps that take that back.</summary>
    public IEnumerable<RenderedStep> Relax(Side side) => changes.Where(c => c.Altered).SelectMany(c => Rules(c, side).Select(r =>
        new RenderedStep($"relax {c.Name} {r.Title}", $"Stop enforcing {r.Title} of the domain {c.Name}", StepMode.Transaction) { Statements = [Alter(c, r.Drop)] }));

    public override IEnumerable<string> Leave(Side to)
    {
        foreach (var change in changes.Where(c => c.Altered))
        {
            foreach (var rule in Rules(change, to.Other()))
            {
                yield return Alter(change, rule.Leave);
            }

            foreach (var rule in Rules(change, to).Where(r => r.Arrive is not null))
            {
                yield return Alter(change, rule.Arrive!);
            }

            if (change.Before!.Default != change.After!.Default)
            {
                yield return Alter(change, change.Of(to)!.Default is { } value ? $"SET DEFAULT {Sql.Closed(value)}" : "DROP DEFAULT");
            }
        }

        foreach (var change in Renamed)
        {
            var (from, passing) = (change.Of(to.Other())!.Name, Names.Passing(Context.Ordinal, change.Name));
            yield return Rename(change.Of(to)!.Name, passing);
            yield return Rename(from, change.Of(to)!.Name);
            yield return Rename(passing, from);
            yield return Comment(from, to == Side.New ? FormerName : SecondName);
        }
    }

    public const string CountOutside =
        """
        CREATE OR REPLACE FUNCTION tandem.count_outside(domain regtype, condition text) RETURNS bigint
        LANGUAGE plpgsql STABLE AS $tandem$
        DECLARE
          r record;
          here bigint;
          total bigint := 0;
        BEGIN
          FOR r IN
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS place, a.attname, pg_catalog.format_type(y.typbasetype, y.typtypmod) AS base
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
            WHERE a.atttypid = domain::oid AND NOT a.attisdropped
            ORDER BY 1, 2
          LOOP
            EXECUTE pg_catalog.format('SELECT count(*) FROM (SELECT t.%I::%s AS value FROM ONLY %s t) v WHERE NOT %s', r.attname, r.base, r.place, condition) INTO here;
            total := total + here;
          END LOOP;
          RETURN total;
        END
        $tandem$
        """;

    public override IEnumerable<string> Make()
    {
        foreach (var domain in changes.Where(c => c.Added).Select(c => c.After!))
        {
            yield return If($"pg_catalog.to_regtype({Sql.Text(Sql.Id(Schema, domain.Name))}) IS NULL", PostgresDdlObjects.Create(Schema, domain));
            if (domain.Comment is not null)
            {
                yield return $"COMMENT ON DOMAIN {Sql.Id(Schema, domain.Name)} IS {Sql.Text(domain.Comment)}";
            }
        }

        foreach (var change in Renamed)
        {
            var (domain, other) = (Sql.Id(Schema, change.Before!.Name), Sql.Id(Schema, change.After!.Name));
            yield return If($"pg_catalog.to_regtype({Sql.Text(other)}) IS NULL",
            [
                $"CREATE DOMAIN {other} AS {domain}",
                $"SELECT tandem.copy_type({Sql.Text(domain)}::pg_catalog.regtype, {Sql.Text(other)}::pg_catalog.regtype)",
                Comment(change.After!.Name, SecondName),
            ]);
        }
    }

    public override IEnumerable<string> Drop(Side side, bool last) => last
        ? changes.Where(c => c.OnlyOn(side) || c.Change.RenamesDomain).Select(c => $"DROP DOMAIN IF EXISTS {Sql.Id(Schema, c.Of(side)!.Name)}")
        : changes.Where(c => c.OnlyOn(side)).SelectMany(c => LetGo(c.Of(side)!));

    // Functions go before domains, which they may take and return; a rule or default of the domain that calls one would hold it.
    private IEnumerable<string> LetGo(Domain domain)
    {
        var routines = Context.Objects.Select(o => o.Either).OfType<Routine>().Select(r => r.Name).ToList();
        bool Calls(string? sql) => sql is not null && routines.Exists(r => SqlLexer.Names(sql, r));
        var loosened = domain.Checks.Where(c => Calls(c.Expression)).Select(c => $"DROP CONSTRAINT IF EXISTS {Sql.Id(c.Name!)}").Concat(Calls(domain.Default) ? ["DROP DEFAULT"] : []).ToList();
        return loosened.Count == 0 ? [] : [If($"pg_catalog.to_regtype({Sql.Text(Sql.Id(Schema, domain.Name))}) IS NOT NULL", [.. loosened.Select(what => $"ALTER DOMAIN {Sql.Id(Schema, domain.Name)} {what}")])];
    }

    public override IEnumerable<Gate> DropGates(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side) || c.Change.RenamesDomain)
        .Select(c => TypeGate.Unused(Context, side, c.Of(side)!.Name, $"the domain {c.Of(side)!.Name}"));

    /// <summary>
    /// What was made over the second name would have the first one when the two are exchanged; a function is known by the names of its parameters' types,
    /// also to migrations that may still be taken back.
    /// </summary>
    public override IEnumerable<Gate> SwitchGates(Side to) => Renamed.SelectMany(c => new[]
    {
        new Gate(
            ProblemCodes.ObjectsDepend.Id, $"{{0}} objects (columns, functions, domains) were made over {c.Of(to)!.Name}, which so far is only another name of the domain {c.Of(to.Other())!.Name}.",
            TypeGate.Users(Schema, c.Of(to)!.Name)),
        new Gate(
            ProblemCodes.ObjectsDepend.Id, $"{{0}} functions take or return the domain {c.Of(to.Other())!.Name}, whose name changes.",
            $"{TypeGate.Users(Schema, c.Of(to.Other())!.Name)} AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"),
    });

    private IEnumerable<Changed<Domain>> Renamed => changes.Where(c => c.Change.RenamesDomain);

    private string Rename(string from, string to) => $"ALTER DOMAIN {Sql.Id(Schema, from)} RENAME TO {Sql.Id(to)}";

    private string Comment(string domain, string text) => $"COMMENT ON DOMAIN {Sql.Id(Schema, domain)} IS {Sql.Text(text)}";

    private static string Count(string domain, string condition) =>
        $"SELECT tandem.count_outside({Sql.Text(domain)}::pg_catalog.regtype, {Sql.Text(Sql.Closed(condition))})";

    private string Alter(Changed<Domain> change, string what) => $"ALTER DOMAIN {Sql.Id(Schema, change.Name)} {what}";

    private IEnumerable<RenderedStep> Enforce(Changed<Domain> change, Rule rule)
    {
        var domain = Sql.Id(Schema, change.Name);
        var gate = new Gate(ProblemCodes.RowsViolateCheck.Id, $"{{0}} values violate {rule.Title} of the domain {change.Name}.", Count(domain, rule.Condition));
        yield return new RenderedStep($"count {change.Name} {rule.Title}", $"Count the values that stand in the way of {rule.Title} of the domain {change.Name}", StepMode.Checks)
        {
            Gates = [gate],
            Locks = [.. change.Change.On.Select(t => new LockFact(t, "ACCESS SHARE", "nobody", "one scan"))],
            Scans = true,
        };
        if (rule.AddUnproved is { } add)
        {
            yield return new RenderedStep($"enforce {change.Name} {rule.Title}", $"Enforce {rule.Title} of the domain {change.Name} for new values", StepMode.Transaction)
            {
                Statements = [Alter(change, rule.Drop), Alter(change, add)],
                Inverse = "The rule is dropped.",
            };
        }

        if (rule.Prove.Count == 0 && rule.Comment is null)
        {
            yield break;
        }

        yield return new RenderedStep($"validate {change.Name} {rule.Title}", $"Prove {rule.Title} of the domain {change.Name} for all values", StepMode.Transaction)
        {
            Gates = [gate],
            Statements = [.. rule.Prove.Select(p => Alter(change, p)), .. rule.Comment is { } comment ? [$"COMMENT ON CONSTRAINT {Sql.Id(rule.Constraint)} ON DOMAIN {domain} IS {Sql.Text(comment)}"] : Array.Empty<string>()],
            Locks = [.. change.Change.On.Select(t => new LockFact(t, "SHARE", "writers", "one scan"))],
            Holders = LockSql.HoldersOrNull(Schema, [.. change.Change.On]),
            Scans = true,
            Inverse = "The rule is dropped.",
        };
    }

    /// <summary>What one side demands and the other does not.</summary>
    private IEnumerable<Rule> Rules(Changed<Domain> change, Side side)
    {
        var (own, other) = (change.Of(side)!, change.Of(side.Other())!);
        foreach (var check in own.Checks.Where(c => other.Checks.All(o => (o.Name, o.Expression) != (c.Name, c.Expression))))
        {
            // As long as the other side's rule has the name, this one has another.
            var constraint = other.Checks.Any(o => o.Name == check.Name) ? Names.Hidden(Context.Ordinal, side, check.Name!) : check.Name!;
            var name = Sql.Id(constraint);
            yield return new Rule(check.Name!, check.Expression, $"DROP CONSTRAINT IF EXISTS {name}")
            {
                Constraint = constraint,
                Leave = $"DROP CONSTRAINT IF EXISTS {Sql.Id(check.Name!)}",
                Arrive = constraint == check.Name ? null : $"RENAME CONSTRAINT {name} TO {Sql.Id(check.Name!)}",
                AddUnproved = $"ADD CONSTRAINT {name} CHECK {Sql.Closed(check.Expression)} NOT VALID",
                Prove = check.Validated ? [$"VALIDATE CONSTRAINT {name}"] : [],
                Comment = check.Comment,
            };
        }

        if (!own.Nullable && other.Nullable)
        {
            yield return new Rule("NOT NULL", "value IS NOT NULL", "DROP NOT NULL")
            {
                Leave = "DROP NOT NULL",
                Prove = [own.NotNullName is { } name ? $"ADD CONSTRAINT {Sql.Id(name)} NOT NULL" : "SET NOT NULL"],
            };
        }
    }

    // What the migration makes of a domain is seen before what was there.
    private static IEnumerable<Domain> Known(RenderContext context) =>
        context.Objects.Select(o => o.After).OfType<Domain>().Concat(context.Schema.Objects.OfType<Domain>());

    /// <summary>A rule, as what stands behind ALTER DOMAIN.</summary>
    private sealed record Rule(string Title, string Condition, string Drop)
    {
        /// <summary>What it is called until the switch.</summary>
        public string Constraint { get; init; } = Title;

        /// <summary>What takes it away at the switch to the side that does not demand it.</summary>
        public required string Leave { get; init; }

        /// <summary>What gives it its name at the switch to its side; null where it has it.</summary>
        public string? Arrive { get; init; }

        /// <summary>What enforces it for new values without looking at those that are there; null where the server knows no such way.</summary>
        public string? AddUnproved { get; init; }

        /// <summary>What proves it for the values that are there.</summary>
        public ValueList<string> Prove { get; init; } = [];

        public string? Comment { get; init; }
    }
}
