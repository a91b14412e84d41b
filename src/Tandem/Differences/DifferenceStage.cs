using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>
/// As much of a difference as one migration can say, in the order in which its operations stand: what others need before them,
/// what others hang on behind.
/// </summary>
internal sealed class DifferenceStage(DatabaseSchema from, DatabaseSchema aim, DifferenceNames names, string engine)
{
    private readonly StageDraft draft = new(from, engine);

    /// <summary>The operations, the schema that they leave behind, and what was tried and does not do.</summary>
    public (ValueList<Operation> Operations, DatabaseSchema After, IReadOnlyList<Refusal> Refusals) Make()
    {
        var types = new TypeStage(draft, aim, names);
        var tables = new TableStage(draft, aim, names, new Alignment(engine));
        var code = new CodeStage(draft, aim, names, new Alignment(engine));
        types.Make();
        code.DropFirst();
        tables.Rename();
        tables.Change();
        tables.Drop();
        tables.Settings();
        new StorageStage(draft, aim, names).Make();
        code.Make();
        new AccessStage(draft, aim, names).Make();
        tables.Divide();
        code.DropLast();
        types.Drop();
        var settled = draft.Settle();
        return (draft.Operations.ToValueList(), Prediction.Of(settled, from, engine), draft.Refusals);
    }
}
