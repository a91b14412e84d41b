using Shouldly;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.History;

/// <summary>
/// Carries a history out on one database, and beside it brings another one from each version to the next by the difference
/// between the two alone: then nothing differs between them, the rows neither.
/// </summary>
internal sealed class HistoryDifference(HistoryCase history, ITestTarget target, ITestTarget copy)
{
    public async Task RunAsync()
    {
        await history.LoadAsync(target);
        await history.LoadAsync(copy);
        var engine = (await target.Database.ConnectAsync(default)).Name;
        foreach (var step in history.Steps)
        {
            var migration = MigrationParser.Parse($"{step.Id}.yaml", step.File).Require();
            await ApplyAsync(target, migration);
            var (from, to) = (await copy.Database.InspectAsync(default), await target.Database.InspectAsync(default));
            var difference = SchemaDifference.Between(from, to, engine, Said(migration, engine));
            Errors(difference).ShouldBeEmpty(step.Id);
            difference.Stages.Count.ShouldBe(1, step.Id);
            foreach (var file in DifferenceFile.Of(difference, $"{step.Id}.yaml", "Difference", "A test"))
            {
                await ApplyAsync(copy, MigrationParser.Parse(file).Require());
            }

            var again = SchemaDifference.Between(await copy.Database.InspectAsync(default), to, engine, new DifferenceOptions { IgnoreColumnOrder = true });
            again.Stages.SelectMany(s => s).Select(o => o.Summarize()).ShouldBeEmpty(step.Id);
            Errors(again).ShouldBeEmpty(step.Id);
            await SameRowsAsync(to);
        }
    }

    // What the migration's operations say that no two schemas tell: what is called otherwise, and how values become others.
    private static DifferenceOptions Said(Migration migration, string engine)
    {
        var (renames, notRenamed, up, down) = (new List<string>(), new List<string>(), new List<string>(), new List<string>());
        void Is(List<string> list, string table, string column, SqlText? text)
        {
            if (text?.For(engine) is { } sql)
            {
                list.Add($"{table}.{column}={sql}");
            }
        }

        foreach (var operation in migration.Operations)
        {
            switch (operation)
            {
                case RenameTable o:
                    renames.Add($"{o.From}={o.To}");
                    break;
                case RenameColumn o:
                    renames.Add($"{o.Table}.{o.From}={o.To}");
                    break;
                case ChangeType o:
                    Is(up, o.Table, o.Column, o.Up);
                    Is(down, o.Table, o.Column, o.Down);
                    break;
                case SplitColumn o:
                    notRenamed.Add($"{o.Table}.{o.Column}");
                    Is(down, o.Table, o.Column, o.Down);
                    o.Into.ToList().ForEach(i => Is(up, o.Table, i.Name, i.Up));
                    break;
                case MergeColumns o:
                    Is(up, o.Table, o.Into.Name, o.Up);
                    notRenamed.AddRange(o.From.Select(f => $"{o.Table}.{f.Name}"));
                    o.From.ToList().ForEach(f => Is(down, o.Table, f.Name, f.Down));
                    break;
                case DropColumn o:
                    notRenamed.Add($"{o.Table}.{o.Column}");
                    break;
                default:
                    break;
            }
        }

        return new DifferenceOptions
        {
            AllowDrop = true,
            IgnoreColumnOrder = true,
            Renames = renames.ToValueList(),
            NotRenamed = notRenamed.ToValueList(),
            Up = up.ToValueList(),
            Down = down.ToValueList(),
        };
    }

    private async Task SameRowsAsync(DatabaseSchema schema)
    {
        foreach (var table in schema.Tables)
        {
            var columns = table.Columns.Select(c => c.Name).Except(history.TouchedByTriggers).Select(c => $"cast({TableNames.Quote(c)} as text)").ToList();
            var query = $"select {string.Join(", ", columns)} from {TableNames.Quote(table.Name)} order by 1{(columns.Count > 1 ? ", 2" : "")}";
            (await copy.RowsAsync(query)).ShouldBe(await target.RowsAsync(query), query);
        }
    }

    private static async Task ApplyAsync(ITestTarget on, Migration migration)
    {
        var workspace = new Workspace(on.Database, new RunnerOptions { FirstBatch = 400, OldQuiet = TimeSpan.Zero, OpenBackup = b => new BackupFile(new MemoryStream(), b, () => { }) });
        var plan = await workspace.PlanAsync(migration, default);
        plan.Findings.Where(f => f is { Severity: Severity.Error, NeedsConsent: false }).Select(f => $"{f.Code.Id} {f.Message}").ShouldBeEmpty(migration.Id);
        await workspace.Runner.StartAsync(plan with { Findings = [] }, default);
        await workspace.Runner.CompleteAsync(plan.Migration, keepOld: false, force: true, default);
        await workspace.Runner.SunsetAsync(plan.Migration, force: true, default);
    }

    private static IEnumerable<string> Errors(SchemaDifference difference) =>
        difference.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Code.Id} {p.Message}");
}
