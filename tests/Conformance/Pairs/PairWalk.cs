using Shouldly;
using Tandem.Databases;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Pairs;

/// <summary>
/// Brings a database with rows from one schema of a pair to the other and back: what the difference says is started, taken back, completed, taken
/// back, and made final. Applied, the second difference must be empty; taken back, schema and rows must be what they were.
/// </summary>
internal sealed class PairWalk(PairCase pair, ITestTarget target, ITestTarget goal)
{
    private static readonly RunnerOptions Options = new()
    {
        FirstBatch = 2,
        SmallestBatch = 1,
        OldQuiet = TimeSpan.Zero,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    };

    private readonly Workspace workspace = new(target.Database, Options);

    /// <summary>Writes what no operation says; null for nothing.</summary>
    public PlainWriter? Plain { get; init; }

    /// <summary>Where SQL is tried before.</summary>
    public ISandbox? Sandbox { get; init; }

    public async Task RunAsync(bool back)
    {
        var (from, to) = back ? (pair.Other, pair.One) : (pair.One, pair.Other);
        await target.ExecuteAsync(pair.Both + from);
        await goal.ExecuteAsync(pair.Both + to);
        if (pair.Rows.Length > 0)
        {
            await target.ExecuteAsync(pair.Rows);
        }

        var engine = (await target.Database.ConnectAsync(default)).Name;
        var (was, aim) = (await target.Database.InspectAsync(default), await goal.Database.InspectAsync(default));
        var rows = await RowsAsync(was);
        var options = (back ? pair.OptionsBack : pair.Options) with { AllowDrop = true, IgnoreColumnOrder = true };
        var (oldWrites, newWrites) = back ? (pair.OtherWrites, pair.OneWrites) : (pair.OneWrites, pair.OtherWrites);
        var files = Files(was, aim, engine, options, back || pair.StagesThere == 0 ? pair.Stages : pair.StagesThere);
        foreach (var (file, number) in files.Select((f, i) => (f, i)))
        {
            var plan = await StartAsync(file);

            // Both are served: an application of either writes, and leaves the rows as they were.
            await WriteAsync(number == 0 ? oldWrites : [], TableNames.Base);
            await WriteAsync(number == files.Count - 1 ? newWrites : [], sql => TableNames.New(sql, target, plan));
            await WriteAsync(number == 0 ? oldWrites : [], TableNames.Base);
            if (number == 0)
            {
                await workspace.Runner.RollbackAsync(file.Id, default);
                await ShouldBeAsync(was, rows);
                await StartAsync(file);
            }

            await workspace.Runner.CompleteAsync(file.Id, keepOld: false, force: true, default);
        }

        await WriteAsync(newWrites, TableNames.Base);
        await ShouldLeaveNothingAsync(aim, engine, swept: false);
        foreach (var file in Enumerable.Reverse(files))
        {
            await workspace.Runner.RollbackAsync(file.Id, default);
        }

        await ShouldBeAsync(was, rows);
        foreach (var file in files)
        {
            await StartAsync(file);
            await workspace.Runner.CompleteAsync(file.Id, keepOld: false, force: true, default);
        }

        foreach (var file in files)
        {
            await workspace.Runner.SunsetAsync(file.Id, force: true, default);
        }

        await WriteAsync(newWrites, TableNames.Base);
        await ShouldLeaveNothingAsync(aim, engine, swept: true);
        if (!pair.Unproved)
        {
            await target.CheckHealthAsync();
        }
    }

    private List<MigrationFile> Files(DatabaseSchema from, DatabaseSchema to, string engine, DifferenceOptions options, int stages)
    {
        var difference = SchemaDifference.Between(from, to, engine, options, Plain);
        Errors(difference).ShouldBeEmpty();
        difference.Stages.Count.ShouldBe(stages, string.Join('\n', difference.Stages.Select(s => string.Join('\n', s))));
        return [.. DifferenceFile.Of(difference, "0001_difference.yaml", "Difference", "A test")];
    }

    private async Task WriteAsync(IEnumerable<string> writes, Func<string, string> named)
    {
        foreach (var sql in writes)
        {
            await target.ExecuteAsync(named(sql));
        }
    }

    private async Task<Plan> StartAsync(MigrationFile file)
    {
        var migration = MigrationParser.Parse(file).Require();
        var isSql = Sandbox is not null && migration.Operations.Any(o => o is Sql);
        var plan = await (isSql ? new Workspace(target.Database, Options, Sandbox) : workspace).PlanAsync(migration, default);

        // SQL that was tried does what it is to do, and comes back, without anybody's consent.
        plan.Findings.Where(f => isSql && f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}").ShouldBeEmpty(file.Text);
        plan.Findings.Where(f => f is { Severity: Severity.Error, NeedsConsent: false }).Select(f => $"{f.Code.Id} {f.Message}").ShouldBeEmpty(file.Text);
        await workspace.Runner.StartAsync(plan with { Findings = [] }, default);
        return plan;
    }

    // Types and sequences of the old version alone go at sunset.
    private async Task ShouldLeaveNothingAsync(DatabaseSchema aim, string engine, bool swept)
    {
        var again = SchemaDifference.Between(await target.Database.InspectAsync(default), aim, engine, new DifferenceOptions { AllowDrop = true, IgnoreColumnOrder = true }, Plain);
        again.Stages.SelectMany(s => s).Where(o => swept || o is not (DropType or DropEnum or DropDomain or DropSequence)).Select(o => o.Summarize()).Concat(Errors(again)).ShouldBeEmpty();
    }

    private async Task ShouldBeAsync(DatabaseSchema was, List<string> rows)
    {
        var now = await target.Database.InspectAsync(default);

        // Types and sequences that are made stay through every rollback.
        now = now with
        {
            Objects = now.Objects.Where(o => o is not (CompositeType or RangeType or Domain) || was.Find(o.Kind, o.Identity) is not null).ToValueList(),
            Enums = now.Enums.Where(e => was.Find(e.Kind, e.Name) is not null).ToValueList(),
            Sequences = now.Sequences.Where(s => was.Find(s.Kind, s.Name) is not null).ToValueList(),
            Access = now.Access.Where(a => a.On.Kind is not ("composite type" or "range type" or "domain" or "enum" or "sequence") || was.Find(a.On.Kind, a.On.Identity) is not null || was.AccessTo(a.On.Kind, a.On.Identity) is not null).ToValueList(),
        };
        SchemaDifferences.Of(Sorted(was), Sorted(now)).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}").ShouldBeEmpty();
        (await RowsAsync(was)).ShouldBe(rows);
    }

    // Rules that come back stand behind those that stayed.
    private static DatabaseSchema Sorted(DatabaseSchema schema) => schema with
    {
        Tables = schema.Tables.Select(t => t with
        {
            Uniques = t.Uniques.OrderBy(u => u.Name, StringComparer.Ordinal).ToValueList(),
            Checks = t.Checks.OrderBy(c => c.Name, StringComparer.Ordinal).ToValueList(),
            ForeignKeys = t.ForeignKeys.OrderBy(f => f.Name, StringComparer.Ordinal).ToValueList(),
        }).ToValueList(),
    };

    private async Task<List<string>> RowsAsync(DatabaseSchema schema)
    {
        var rows = new List<string>();
        foreach (var table in schema.Tables)
        {
            var columns = string.Join(", ", table.Columns.Select(c => $"cast({TableNames.Quote(c.Name)} as text)"));
            rows.AddRange((await target.RowsAsync($"select {columns} from {TableNames.Quote(table.Name)} order by 1")).Select(r => $"{table.Name}: {r}"));
        }

        return rows;
    }

    private static IEnumerable<string> Errors(SchemaDifference difference) =>
        difference.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Code.Id} {p.Message}");
}
