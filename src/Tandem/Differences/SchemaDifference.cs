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
    private const string Partitions = "Partitions come and go without a migration, beside applications of every version: make it with CREATE TABLE … PARTITION OF …, take it off with ALTER TABLE … DETACH PARTITION ….";

    /// <summary>Compares two schemas of one engine. Pure.</summary>
    /// <param name="from">The schema as it is.</param>
    /// <param name="to">The schema as it is to be.</param>
    /// <param name="engine">The engine's name in files: <c>postgres</c> or <c>sqlite</c>.</param>
    /// <param name="options">What a person said about it.</param>
    public static SchemaDifference Between(DatabaseSchema from, DatabaseSchema to, string engine, DifferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(options);
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
        var (present, refusals) = (from, (IReadOnlyList<Refusal>)[]);
        var left = names;
        for (var i = 0; i < MostStages; i++)
        {
            var stage = new DifferenceStage(present, aim.Schema, left, engine).Make();
            refusals = stage.Refusals;
            if (i == 0 && refusals.Where(r => r.Operation is RenameTable or RenameColumn).Select(Refused).ToList() is { Count: > 0 } renames)
            {
                return new SchemaDifference([], aim.Questions, [.. names.Problems, .. renames]);
            }

            if (stage.Operations.Count == 0)
            {
                break;
            }

            stages.Add(stage.Operations);
            present = stage.After;
            left = left.Behind(stage.Operations);
        }

        var problems = new List<Problem>([.. names.Problems, .. aim.Questions.Select(Question), .. aim.Problems]);
        problems.AddRange(Order(present, aim.Schema, to, options));
        problems.AddRange(Left(new Alignment(engine).Of(present, aim.Schema), aim.Schema, refusals));
        problems.AddRange(Trifles(present, aim.Schema, engine));
        if (stages.Count > 1)
        {
            var sunset = stages.Skip(1).SelectMany(s => s).OfType<PartitionTable>().Any(p => stages[0].Any(o => o.Tables.Contains(p.Table)));
            problems.Add(new Problem(ProblemCodes.SeveralStages, $"It takes {stages.Count} migrations: what the later ones say needs the earlier ones {(sunset ? "sunset, because a table is divided" : "completed")}."));
        }

        return new SchemaDifference(stages.ToValueList(), aim.Questions, problems.ToValueList());
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
    private static IEnumerable<Problem> Left(DatabaseSchema present, DatabaseSchema aim, IReadOnlyList<Refusal> refusals)
    {
        bool IsPartition(ObjectName item) => item.Kind == "table" && present.Partitions.Concat(aim.Partitions).Any(p => p.Name == item.Identity);
        foreach (var difference in SchemaDifferences.Of(present, aim))
        {
            var parts = difference.Kind switch
            {
                DifferenceKind.Added => "it is not made",
                DifferenceKind.Missing => "it stays",
                _ => string.Join("; ", difference.Parts),
            };
            var reasons = refusals.Where(r => r.Problem is not null && Concerns(r.Operation, difference.Object)).Select(r => r.Problem!).DistinctBy(p => p.Message).ToList();
            yield return new Problem(
                ProblemCodes.NotExpressible,
                $"The {difference.Object} is not brought there: {parts}.{(reasons.Count == 0 && !IsPartition(difference.Object) ? $" {Why(difference)}" : "")}{string.Concat(reasons.Select(r => $" {r.Code.Id}: {r.Message}"))}",
                Subject: difference.Object.Identity,
                Remedy: reasons.Count > 0 ? reasons[0].EffectiveRemedy : IsPartition(difference.Object) ? Partitions : null);
        }
    }

    private static string Why(ObjectDifference difference) => difference.Object.Kind switch
    {
        "enum" => "Only you know what becomes of rows whose value goes, which `alter_enum` says with `remove`; no operation gives values another order.",
        "extension" => "Whatever uses an extension would go with it: no operation drops one or changes its version.",
        "table" when difference.Parts.Any(p => p.Contains("generated", StringComparison.Ordinal)) => "What a column holds would be lost when it is computed from then on: drop it, and add the generated one.",
        _ => "No operation says that.",
    };

    private static bool Concerns(Operation operation, ObjectName item) => item.Kind == "table"
        ? operation.Tables.Contains(item.Identity)
        : SqlLexer.Names(operation.Summarize(), item.Identity.Split('(', ' ')[0]);

    // What the alignment takes for the same although it is not quite.
    private static IEnumerable<Problem> Trifles(DatabaseSchema present, DatabaseSchema aim, string engine)
    {
        foreach (var (table, wanted) in present.Tables.Select(t => (t, aim.Table(t.Name))).Where(p => p.Item2 is not null).Select(p => (p.t, p.Item2!)))
        {
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

    private static bool IsRowNumber(Table table, Column column) =>
        !table.WithoutRowId && table.PrimaryKey!.Columns.Count == 1 && string.Equals(column.Type, "INTEGER", StringComparison.OrdinalIgnoreCase);
}
