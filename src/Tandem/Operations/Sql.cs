using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>SQL as it is written, with its way back; both versions see what it does.</summary>
[Description("Carries out SQL as it is written, for what no other operation says. Both versions see what it does at once; a rollback carries out `down`.")]
public sealed record Sql : Operation
{
    /// <summary>What start carries out.</summary>
    [Description("What start carries out: one statement or several.")]
    public required SqlText Up { get; init; }

    /// <summary>What a rollback carries out.</summary>
    [Description("What a rollback carries out. Without it nothing takes the change back, and the file must accept that (TDM2085).")]
    public SqlText? Down { get; init; }

    /// <summary>Tells whether it was carried out.</summary>
    [Description("A query with one value that is true when `up` was carried out. It is asked where a statement outside a transaction may have been carried out already; without it a person is asked.")]
    public SqlText? Done { get; init; }

    /// <summary>Whether it may run in a transaction.</summary>
    [Description("Whether it may run in a transaction. Without it, what the database says in a sandbox; without a sandbox, yes.")]
    public bool? Transaction { get; init; }

    /// <summary>The tables it touches.</summary>
    [Description("Tables that it touches, where no sandbox finds out; they decide which rollbacks must wait for each other.")]
    public ValueList<string>? Touches { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Touches ?? [];

    /// <inheritdoc />
    public override string Summarize() =>
        Down is null ? "SQL of the migration's own is carried out; nothing takes it back." : "SQL of the migration's own is carried out; a rollback carries out its way back.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var number = draft.NextScript;
        var up = draft.Expression(Up, $"up of sql {number}");
        var down = draft.Expression(Down, $"down of sql {number}");
        var done = draft.Expression(Done, $"done of sql {number}");
        if (up is null || (Down is not null && down is null) || (Done is not null && done is null))
        {
            return;
        }

        foreach (var missing in (Touches ?? []).Where(t => draft.Schema.Table(t) is null))
        {
            draft.Report(ProblemCodes.NoSuchTable, $"There is no table {missing}.", missing);
        }

        draft.Run(new RawScript(number, up, down) { Done = done, Transaction = Transaction, Touches = Touches ?? [] });
    }
}
