using System.Text.Json;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Tests.Conformance.Life;

/// <summary>A change of whose rows the ledger tells.</summary>
/// <param name="Name">Which it is.</param>
/// <param name="Filled">The keys that the backfill writes, in the step's order.</param>
/// <param name="Break">Writes the new version's rows past the sync, while both are served.</param>
/// <param name="Repaired">The keys that the comparison before complete repairs; one that it takes away has a minus before it.</param>
public sealed record LedgerCase(string Name, IReadOnlyList<string> Filled, IReadOnlyList<string> Break, IReadOnlyList<string> Repaired)
{
    /// <summary>Whether a twin's rows take what they get from the other table as they come, so that nothing is left for the step that brings both together.</summary>
    public bool TakenUp { get; init; }

    public static IReadOnlyList<LedgerCase> All { get; } =
    [
        new("extract_table", ["1", "2", "4"], ["update {addresses} set city = 'X' where customer_id = 1", "delete from {addresses} where customer_id = 2"], ["1", "2"]),
        new("inline_table", ["1", "2", "4"], ["update {customers} set bio = 'X' where id = 1", "update {customers} set bio = 'Y' where id = 5"], ["1", "5"]) { TakenUp = true },
        new("move_column", ["1", "2", "4"], ["update {customers} set email = 'X@x' where id = 2"], ["2"]) { TakenUp = true },
        new("split_table", ["1", "2", "3", "4"], ["update {active} set name = 'X' where id = 1", "delete from {archived} where id = 2", "insert into {archived} (id, name, closed) values (9, 'Nobody', 1)"], ["-9", "1", "2"]),
        new("merge_tables", ["1", "1", "2", "3"], ["update {parties} set name = 'X' where id = 1 and kind = 'firm'", "insert into {parties} (id, name, kind) values (9, 'Nobody', 'firm')"], ["-9", "1"]),
    ];

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>With <c>ledger: rows</c>, rows that move between tables have lines of what wrote them.</summary>
/// <param name="target">The target.</param>
/// <param name="pastSync">Carries statements out without the sync.</param>
/// <param name="twins">Whether a table whose shape changes has another beside it, which is filled row by row.</param>
internal sealed class LedgerWalk(ITestTarget target, Func<string, Task> pastSync, bool twins)
{
    private const string Id = "0001_change";

    private readonly Runner runner = new(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    public async Task EachRowHasItsLineAsync(LedgerCase told)
    {
        var change = LifeCases.Get(told.Name);
        foreach (var sql in change.Setup)
        {
            await target.ExecuteAsync(sql);
        }

        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", "ledger: rows\n" + change.File).Require(), default);
        await runner.StartAsync(plan, default);

        var linked = plan.Steps(Phase.Start).Where(s => s.Id.Contains(" and ", StringComparison.Ordinal)).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        var takenUp = twins && told.TakenUp;
        var filled = (await LinesAsync()).Where(l => takenUp ? l.Step == "backfill customers" : linked.Contains(l.Step)).ToList();
        filled.ShouldAllBe(l => l.Step.StartsWith("backfill ", StringComparison.Ordinal) && l.After != "" && l.After != l.Before);
        filled.Select(KeyOf).Where(k => !takenUp || told.Filled.Contains(k)).Order(StringComparer.Ordinal).ShouldBe(told.Filled);

        foreach (var sql in told.Break)
        {
            await pastSync(TableNames.New(sql, target, plan));
        }

        (await runner.CompleteAsync(Id, false, true, default)).State.ShouldBe(RunState.Retired);

        var repaired = (await LinesAsync()).Where(l => l.Phase == Phase.Complete && linked.Contains(l.Step)).ToList();
        repaired.ShouldAllBe(l => l.Step.StartsWith("verify ", StringComparison.Ordinal) && l.After != l.Before);
        repaired.Select(l => (l.After == "" ? "-" : "") + KeyOf(l)).Order(StringComparer.Ordinal).ShouldBe(told.Repaired);

        // What was made good is what was filled.
        foreach (var line in repaired.Where(l => l.After != "" && told.Filled.Contains(KeyOf(l))))
        {
            filled.ShouldContain(f => f.Key == line.Key && f.After == line.After, $"{line}");
        }
    }

    private async Task<IReadOnlyList<LedgerRow>> LinesAsync() => await runner.LedgerRowsAsync(Id, null, 1000, default);

    private static string KeyOf(LedgerRow row) => row.Key.StartsWith('[') ? JsonDocument.Parse(row.Key).RootElement.EnumerateArray().Last().GetString()! : row.Key;
}
