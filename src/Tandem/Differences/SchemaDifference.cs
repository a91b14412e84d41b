using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>How one schema leads to another: operations, what a person must answer, and what no operation says.</summary>
/// <param name="Stages">The operations of one migration after the other; most often there is one, and none where nothing differs.</param>
/// <param name="Questions">What may have been renamed; nothing about it stands in the operations.</param>
/// <param name="Problems">What keeps the operations from leading all the way, and what is to be known about them.</param>
public sealed record SchemaDifference(ValueList<ValueList<Operation>> Stages, ValueList<OpenQuestion> Questions, ValueList<Problem> Problems)
{
    private const int MostStages = 5;

    /// <summary>Compares two schemas of one engine. Pure.</summary>
    /// <param name="from">The schema as it is.</param>
    /// <param name="to">The schema as it is to be.</param>
    /// <param name="engine">The engine's name in files: <c>postgres</c> or <c>sqlite</c>.</param>
    /// <param name="options">What a person said about it.</param>
    /// <param name="plain">Writes what no operation says; null leaves it out, and tells it.</param>
    public static SchemaDifference Between(DatabaseSchema from, DatabaseSchema to, string engine, DifferenceOptions options, PlainWriter? plain = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(options);
        var difference = Of(from, to, engine, options, plain, out var left);

        // What stays holds others: told of these, too, the rest leads as far as it can.
        var held = HeldViews.Of(left, from, to, options);
        if (held.Count == 0)
        {
            return difference;
        }

        var rest = Of(from, HeldViews.Held(from, to, held), engine, options, plain, out _);
        return rest with { Problems = [.. rest.Problems, .. held.Select(HeldViews.Told)] };
    }

    private static SchemaDifference Of(DatabaseSchema from, DatabaseSchema to, string engine, DifferenceOptions options, PlainWriter? plain, out ValueList<ObjectDifference> left)
    {
        left = [];

        // The texts of rules and publications have the schema's name in them.
        var sql = new PlainStage(from.Name == to.Name ? plain : null, from.Access, engine);
        (from, to) = (Compared(from, options), Compared(to, options) with { Name = from.Name });
        (from, to) = from.Access.Count > 0 && to.Access.Count > 0 ? (from, to) : (WithoutRights(from), WithoutRights(to));
        var names = DifferenceNames.Read(from, to, options);
        var stages = new List<ValueList<Operation>>();
        if (names.Domains.Count > 0)
        {
            var (operations, after, refused) = DomainsRenamed(from, names, engine);
            if (refused.Count > 0)
            {
                return new SchemaDifference([], [], [.. names.Problems, .. refused.Select(Refused)]);
            }

            stages.Add(operations);
            from = after;
        }

        var aim = DifferenceAim.Of(from, to, names, options.AllowDrop);
        var (first, present) = sql.First(from, aim.Schema, names);
        var typed = new List<ValueList<Operation>>();
        (present, var refusals) = Typed(typed, present, aim.Schema, names, engine);
        if (typed.Count == 0 && refusals.Where(r => r.Operation is RenameTable or RenameColumn).Select(Refused).ToList() is { Count: > 0 } renames)
        {
            return new SchemaDifference([], aim.Questions, [.. names.Problems, .. renames]);
        }

        (var last, present) = sql.Last(present, aim.Schema, refusals);
        ValueList<ValueList<Operation>> all = typed.Count == 0 ? [[.. first, .. last]] : [first, .. typed, last];
        stages.AddRange(all.Where(s => s.Count > 0));

        left = SchemaDifferences.Of(new Alignment(engine).Of(present, aim.Schema), aim.Schema);
        var problems = new List<Problem>([.. names.Problems, .. aim.Questions.Select(Question), .. aim.Problems]);
        problems.AddRange(Order(present, aim.Schema, to, options));
        problems.AddRange(Left(left, present, aim.Schema, refusals));
        problems.AddRange(Trifles(present, aim.Schema, engine));
        if (stages.Count > 1)
        {
            problems.Add(Several(stages));
        }

        return new SchemaDifference(stages.ToValueList(), aim.Questions, problems.ToValueList());
    }

    // Each stage begins where the one before it ends; renames that cannot be made make everything else mean something else.
    private static (DatabaseSchema After, IReadOnlyList<Refusal> Refusals) Typed(List<ValueList<Operation>> stages, DatabaseSchema present, DatabaseSchema aim, DifferenceNames names, string engine)
    {
        IReadOnlyList<Refusal> refusals = [];
        for (var i = 0; i < MostStages; i++)
        {
            var stage = new DifferenceStage(present, aim, names, engine).Make();
            refusals = stage.Refusals;
            if (stage.Operations.Count == 0 || (i == 0 && refusals.Any(r => r.Operation is RenameTable or RenameColumn)))
            {
                break;
            }

            stages.Add(stage.Operations);
            present = stage.After;
            names = names.Behind(stage.Operations);
        }

        return (present, refusals);
    }

    private static Problem Several(List<ValueList<Operation>> stages)
    {
        bool Divides(ValueList<Operation> later) => later.OfType<PartitionTable>().Any(p => stages[0].Any(o => o.Tables.Contains(p.Table)));
        var wait = stages.Skip(1).Any(Divides) ? "sunset, because a table is divided" : "completed";
        var sql = stages.Exists(s => s.Any(o => o is Sql)) ? " SQL stands in a migration of its own: it is carried out at the start, and what an earlier one of them still keeps in sync, or keeps hidden, it changes or drops only when that one is sunset." : "";
        return new Problem(ProblemCodes.SeveralStages, $"It takes {stages.Count} migrations: what the later ones say needs the earlier ones {wait}.{sql}");
    }

    // Such a migration can say nothing else of what has columns of the domain, and no text of the others may have the former name.
    private static (ValueList<Operation> Operations, DatabaseSchema After, IReadOnlyList<Refusal> Refusals) DomainsRenamed(DatabaseSchema from, DifferenceNames names, string engine)
    {
        var draft = new StageDraft(from, engine);
        foreach (var (domain, name) in names.Domains)
        {
            draft.Add(new RenameDomain { From = domain, To = name });
        }

        var settled = draft.Settle();
        return (draft.Operations.ToValueList(), Prediction.Of(settled, from, engine), draft.Refusals);
    }

    // A side that says nothing of owners and rights, as a file does that grants none, is not one on which nobody has any.
    private static DatabaseSchema WithoutRights(DatabaseSchema schema) =>
        schema with { Access = [], Objects = schema.Objects.Where(o => o is not DefaultPrivileges).ToValueList() };

    private static DatabaseSchema Compared(DatabaseSchema schema, DifferenceOptions options) => WithoutLeft(!options.IgnoreAccess ? schema : schema with
    {
        Access = [],
        Objects = schema.Objects.Where(o => o is not (RowPolicy or DefaultPrivileges)).ToValueList(),
        Tables = schema.Tables.Select(t => t with { RowSecurity = false, RowSecurityForced = false }).ToValueList(),
        Partitions = schema.Partitions.Select(t => t with { RowSecurity = false, RowSecurityForced = false }).ToValueList(),
    });

    // Partitions of a table that is hidden until sunset go with it.
    private static DatabaseSchema WithoutLeft(DatabaseSchema schema) => schema with
    {
        Partitions = schema.Partitions.Where(p => DifferenceAim.Root(p, schema) is var root && (root.Length == 0 || schema.Table(root) is not null)).ToValueList(),
    };

    private static Problem Question(OpenQuestion question) => new(
        ProblemCodes.RenameUnclear,
        $"{(question.Column is null ? "The table" : "The column")} {question.Name} is not in the second schema, and {string.Join(" or ", question.Candidates)} may be it under another name. Neither is in the operations.",
        Subject: question.Name,
        Remedy: $"Say {string.Join(" or ", question.Candidates.Select(c => $"`--rename {question.Name}={c}`"))}, or `--no-rename {question.Name}`.");

    private static Problem Refused(Refusal refusal) => refusal.Problem is { } problem
        ? new Problem(ProblemCodes.NotExpressible, $"{refusal.Operation.Summarize()} {problem.Code.Id}: {problem.Message}", Subject: problem.Subject, Remedy: problem.EffectiveRemedy)
        : new Problem(ProblemCodes.NotExpressible, $"The operation would leave something else behind: {refusal.Operation.Summarize()}");

    private static IEnumerable<Problem> Order(DatabaseSchema present, DatabaseSchema aim, DatabaseSchema to, DifferenceOptions options) =>
        from table in present.Tables
        let wanted = to.Table(table.Name)
        where !options.IgnoreColumnOrder && wanted is not null && aim.Table(table.Name) is not null && !Alignment.InOrder(table, wanted)
        select new Problem(ProblemCodes.ColumnOrder, $"The columns of {table.Name} would stand in the order {string.Join(", ", table.Columns.Select(c => c.Name))}.", Subject: table.Name);

    // What would still differ, with the reasons for which operations were refused.
    private static IEnumerable<Problem> Left(ValueList<ObjectDifference> left, DatabaseSchema present, DatabaseSchema aim, IReadOnlyList<Refusal> refusals)
    {
        foreach (var difference in left)
        {
            var parts = difference.Kind switch
            {
                DifferenceKind.Added => "it is not made",
                DifferenceKind.Missing => "it stays",
                _ => string.Join("; ", difference.Parts),
            };
            var reasons = refusals.Where(r => r.Problem is not null && Concerns(r.Operation, difference.Object)).Select(r => r.Problem!).DistinctBy(p => p.Message).ToList();
            var (why, remedy) = reasons.Count > 0 ? (string.Join(' ', reasons.Select(r => $"{r.Code.Id}: {r.Message}")), reasons[0].EffectiveRemedy) : NotWritten.Why(difference, present, aim);
            yield return new Problem(ProblemCodes.NotExpressible, $"The {difference.Object} is not brought there: {parts}.{(why.Length > 0 ? $" {why}" : "")}", Subject: difference.Object.Identity, Remedy: remedy);
        }
    }

    private static bool Concerns(Operation operation, ObjectName item) => item.Kind == "table"
        ? operation.Tables.Contains(item.Identity)
        : SqlLexer.Names(operation.Summarize(), item.Identity.Split('(', ' ')[0]);

    // What the alignment takes for the same although it is not quite.
    private static IEnumerable<Problem> Trifles(DatabaseSchema present, DatabaseSchema aim, string engine)
    {
        foreach (var (table, wanted) in present.Tables.Select(t => (t, aim.Table(t.Name))).Where(p => p.Item2 is not null).Select(p => (p.t, p.Item2!)))
        {
            foreach (var rule in Proved(table, wanted))
            {
                yield return new Problem(ProblemCodes.TrifleStays, $"{rule} on {table.Name} is proved for every row, which the second schema does not ask for.", Subject: table.Name);
            }

            foreach (var column in wanted.Columns)
            {
                if (table.Column(column.Name) is { } mine && mine.Sequence?.Name != column.Sequence?.Name && Alignment.SameSequence(mine, column))
                {
                    yield return new Problem(ProblemCodes.TrifleStays, $"The sequence behind {table.Name}.{column.Name} is not called {column.Sequence?.Name ?? "as is usual"}.", Subject: $"{table.Name}.{column.Name}");
                }
                else if (engine == "sqlite" && column.Nullable && wanted.PrimaryKey is { } key && key.Columns.Contains(column.Name) && table.Column(column.Name) is { Nullable: false } && !IsRowNumber(wanted, column))
                {
                    yield return new Problem(ProblemCodes.TrifleStays, $"{table.Name}.{column.Name} is part of the primary key and never NULL.", Subject: $"{table.Name}.{column.Name}");
                }
            }
        }
    }

    // What was proved stays so: a rule that need not hold for former rows is none that they must break.
    private static IEnumerable<string> Proved(Table table, Table wanted) =>
        wanted.Checks.Where(c => !c.Validated && table.Checks.Any(o => o.Validated && o.Name == c.Name && Alignment.Same(o, c))).Select(c => c.Name)
            .Concat(wanted.ForeignKeys.Where(f => !f.Validated && table.ForeignKeys.Any(o => o.Validated && o.Name == f.Name && Alignment.Same(o, f))).Select(f => f.Name)).OfType<string>();

    private static bool IsRowNumber(Table table, Column column) =>
        !table.WithoutRowId && table.PrimaryKey!.Columns.Count == 1 && string.Equals(column.Type, "INTEGER", StringComparison.OrdinalIgnoreCase);
}
