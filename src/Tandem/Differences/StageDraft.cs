using System.Text.Json.Nodes;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Differences;

/// <summary>An operation that was tried and does not do; without a problem, what it makes is not what is wanted.</summary>
internal sealed record Refusal(Operation Operation, Problem? Problem);

/// <summary>One migration while it is put together: an operation is taken when it fits behind those before it.</summary>
internal sealed class StageDraft(DatabaseSchema from, string engine)
{
    private readonly List<Operation> taken = [];
    private readonly List<Refusal> refusals = [];
    private ChangeDraft draft = new(from, engine);

    public string Engine => engine;

    public DatabaseSchema From => from;

    public IReadOnlyList<Operation> Operations => taken;

    public IReadOnlyList<Refusal> Refusals => refusals;

    /// <summary>The objects without rows as the operations so far leave them.</summary>
    public DatabaseSchema Objects => draft.Objects.Now;

    /// <summary>What the operations so far change about them.</summary>
    public IReadOnlyList<ObjectChange> ObjectChanges => draft.Objects.All;

    /// <summary>The table of this name as the operations so far leave it.</summary>
    public TableDraft? Table(string name) => draft.Find(name);

    /// <summary>Takes an operation; one that is refused, or does not reach what is wanted, leaves nothing behind.</summary>
    public bool Add(Operation operation, Func<bool>? reached = null)
    {
        if (Unsayable(operation) is { } unsaid)
        {
            refusals.Add(new Refusal(operation, unsaid));
            return false;
        }

        var before = draft.Problems.Count;
        draft.Apply(operation);
        var problem = draft.Problems.Skip(before).FirstOrDefault(p => p.Severity == Severity.Error);
        if (problem is null && reached?.Invoke() != false)
        {
            taken.Add(operation);
            return true;
        }

        refusals.Add(new Refusal(operation, problem));
        Replay();
        return false;
    }

    /// <summary>Takes several operations, or none of them.</summary>
    public bool Together(Action add, Func<bool> reached)
    {
        var (count, refused) = (taken.Count, refusals.Count);
        add();
        if (refusals.Count == refused && reached())
        {
            return true;
        }

        if (refusals.Count == refused)
        {
            refusals.AddRange(taken.Skip(count).Select(o => new Refusal(o, null)));
        }

        taken.RemoveRange(count, taken.Count - count);
        Replay();
        return false;
    }

    /// <summary>Looks at the operations together, as a plan does, and leaves out what does not fit with others.</summary>
    public MigrationDraft Settle()
    {
        while (true)
        {
            var placed = taken.Select((o, i) => o with { Place = new SourceSpan("", i + 1) }).ToValueList();
            var whole = MigrationDraft.Of(new Migration { Title = "", Operations = placed }, from, engine);
            if (whole.Problems.FirstOrDefault(p => p is { Severity: Severity.Error, NeedsConsent: false }) is not { } problem)
            {
                return whole;
            }

            var guilty = Guilty(problem);
            refusals.AddRange(guilty.Select(o => new Refusal(o, problem)));
            taken.RemoveAll(guilty.Contains);
            var unmade = guilty.OfType<CreateTable>().Select(c => c.Name).ToList();
            taken.RemoveAll(o => o is CreateView or ReplaceView && JsonTexts.Of(RecordForm.Of(o)).Any(t => unmade.Exists(n => SqlLexer.Names(t, n))));
        }
    }

    // What a schema may have, a file need not be able to say: a table without columns, a column without a type.
    private static Problem? Unsayable(Operation operation)
    {
        var file = new JsonObject { ["title"] = "-", ["operations"] = new JsonArray(RecordForm.Of(operation)) };
        return MigrationParser.Parse("operation.json", file.ToJsonString()).Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } problem ? problem with { Place = null } : null;
    }

    // A problem that is found at the end has no place, but the name of a table or a function.
    private List<Operation> Guilty(Problem problem)
    {
        if (problem.Place is { } place)
        {
            return [taken[place.Line - 1]];
        }

        var subject = problem.Subject ?? "";
        bool On(Operation operation) => operation.Tables.Any(t => subject == t || subject.StartsWith(t + ".", StringComparison.Ordinal));
        bool Names(Operation operation) => operation is not CodeOperation && JsonTexts.Of(RecordForm.Of(operation)).Any(t => SqlLexer.Names(t, subject));
        var guilty = taken.Where(On).ToList();
        guilty = guilty.Count > 0 ? guilty : taken.Where(Names).ToList();
        return guilty.Count > 0 ? guilty : [.. taken];
    }

    private void Replay()
    {
        draft = new ChangeDraft(from, engine);
        foreach (var operation in taken)
        {
            draft.Apply(operation);
        }
    }
}
