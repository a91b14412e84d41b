using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>
/// Two databases: one has a generated schema, the other the same one behind a few generated migrations. The difference between
/// them, carried out on the first, must leave nothing between them.
/// </summary>
internal sealed class RandomDifference(int seed, ITestTarget target, ITestTarget goal)
{
    private readonly List<string> said = [$"seed {seed}"];
    private readonly Dictionary<(string Table, string Column), (string Table, string Column)> origins = [];
    private readonly Dictionary<string, string> tables = new(StringComparer.Ordinal);

    /// <summary>What was generated, for the message of a failure.</summary>
    public string Describe() => string.Join("\n", said);

    public static async Task RunAsync(int seed, ITestTarget target, ITestTarget goal)
    {
        var difference = new RandomDifference(seed, target, goal);
        try
        {
            await difference.RunAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(difference.Describe(), e);
        }
    }

    private async Task RunAsync()
    {
        var engine = (await target.Database.ConnectAsync(default)).Name;
        var values = new Values(new Random(seed), engine);
        var schema = RandomSchema.Make(Topics.None, values);
        foreach (var sql in RandomSchema.Sql(schema, values))
        {
            said.Add(sql + ";");
            await target.ExecuteAsync(sql);
            await goal.ExecuteAsync(sql);
        }

        var from = await target.Database.InspectAsync(default);
        foreach (var table in from.Tables)
        {
            tables[table.Name] = table.Name;
            foreach (var column in table.Columns)
            {
                origins[(table.Name, column.Name)] = (table.Name, column.Name);
            }
        }

        var count = values.Random.Next(1, 4);
        for (var i = 1; i <= count; i++)
        {
            var migration = RandomMigration.Make($"{i:0000}_random", schema, null, Topics.None, values);
            schema = migration.After;
            migration.Changes.ToList().ForEach(c => Follow(c.Operation));
            await ApplyAsync(goal, $"{migration.Id}.json", consents => migration.File(consents));
        }

        var to = await goal.Database.InspectAsync(default);
        SchemaText.ShouldHoldAllOf(to, engine);
        var options = Options(from, to, renames: seed % 2 == 0);
        var difference = Between(from, to, engine, options);
        foreach (var file in DifferenceFile.Of(difference, "0001_difference.yaml", "Difference", "A test"))
        {
            await ApplyAsync(target, file.Name, consents => file.Text + string.Concat(consents.Select((c, i) => $"{(i == 0 ? "accept:\n" : "")}  - {{ code: {c}, reason: A test. }}\n")));
        }

        difference.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Code.Id} {p.Message}").ShouldBeEmpty();
        var after = await target.Database.InspectAsync(default);
        var again = Between(after, to, engine, new DifferenceOptions { IgnoreColumnOrder = true });
        again.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Code.Id} {p.Message}").ShouldBeEmpty();
        again.Stages.ShouldBeEmpty();
        SchemaDifferences.Of(Sorted(after, engine), Sorted(to, engine)).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}").ShouldBeEmpty();
        await target.CheckHealthAsync();
    }

    // New columns and rules come last; SQLite's rules need no names, and those that an operation makes have some. What a rule against
    // NULL is called on PostgreSQL 18 is no difference: no operation gives it another name.
    private static DatabaseSchema Sorted(DatabaseSchema schema, string engine) => schema with
    {
        Tables = schema.Tables.Select(t => t with
        {
            PrimaryKey = engine == "sqlite" && t.PrimaryKey is { } key ? key with { Name = null } : t.PrimaryKey,
            Columns = t.Columns.OrderBy(c => c.Name, StringComparer.Ordinal).ToValueList(),
            Uniques = t.Uniques.Select(u => engine == "sqlite" ? u with { Name = null } : u).OrderBy(u => u.Name ?? string.Join(' ', u.Columns), StringComparer.Ordinal).ToValueList(),
            Checks = t.Checks.OrderBy(c => c.Name, StringComparer.Ordinal).ToValueList(),
            ForeignKeys = t.ForeignKeys.OrderBy(f => f.Name, StringComparer.Ordinal).ToValueList(),
            NotNulls = t.NotNulls.Where(n => n != new NotNullConstraint(n.Name, n.Column)).ToValueList(),
        }).ToValueList(),
    };

    private SchemaDifference Between(DatabaseSchema from, DatabaseSchema to, string engine, DifferenceOptions options)
    {
        var difference = SchemaDifference.Between(from, to, engine, options);
        said.Add($"renamed {string.Join(" ", options.Renames)}; not {string.Join(" ", options.NotRenamed)}; up {string.Join(" ", options.Up)}; down {string.Join(" ", options.Down)}");
        said.AddRange(DifferenceFile.Of(difference, "0001_difference.yaml", "Difference", "A test").Select(f => f.Text));
        said.AddRange(difference.Problems.Select(p => p.ToString()));
        return difference;
    }

    // Tables hold no rows, so that any expression does for columns that are required.
    private DifferenceOptions Options(DatabaseSchema from, DatabaseSchema to, bool renames)
    {
        var tableNames = renames ? tables.Where(t => t.Key != t.Value && to.Table(t.Key) is not null).Select(t => (Old: t.Value, New: t.Key)).ToList() : [];
        string Now(string table) => tableNames.FirstOrDefault(t => t.Old == table).New ?? table;
        string Was(string table) => tableNames.FirstOrDefault(t => t.New == table).Old ?? table;
        var columnNames = !renames ? [] : origins.Where(o => Now(o.Value.Table) == o.Key.Table && o.Value.Column != o.Key.Column && to.Table(o.Key.Table)?.Column(o.Key.Column) is not null)
            .Select(o => (o.Value.Table, Old: o.Value.Column, New: o.Key.Column)).ToList();
        bool Stays(string table, string column) => to.Table(Now(table))?.Column(column) is not null || columnNames.Exists(c => c.Table == table && c.Old == column);
        var gone = from.Tables.SelectMany(t => t.Columns.Where(c => !Stays(t.Name, c.Name)).Select(c => (t, c))).ToList();
        return new DifferenceOptions
        {
            AllowDrop = true,
            IgnoreColumnOrder = true,
            Renames = [.. tableNames.Select(t => $"{t.Old}={t.New}"), .. columnNames.Select(c => $"{c.Table}.{c.Old}={c.New}")],
            NotRenamed = [.. from.Tables.Where(t => to.Table(Now(t.Name)) is null).Select(t => t.Name), .. gone.Where(p => to.Table(Now(p.t.Name)) is not null).Select(p => $"{p.t.Name}.{p.c.Name}")],
            Down = gone.Where(p => !p.c.Nullable && p.c.Default is null && to.Table(Now(p.t.Name)) is not null).Select(p => $"{p.t.Name}.{p.c.Name}={Any(p.c)}").ToValueList(),
            Up = to.Tables.SelectMany(t => t.Columns.Where(c => c is { Nullable: false, Default: null } && from.Table(Was(t.Name)) is { } was && was.Column(c.Name) is null).Select(c => $"{t.Name}.{c.Name}={Any(c)}")).ToValueList(),
        };
    }

    private static string Any(Column column) => column.Type.Contains("int", StringComparison.OrdinalIgnoreCase) ? "1" : "'x'";

    private void Follow(JsonObject operation)
    {
        var (keyword, body) = operation.Select(p => (p.Key, p.Value!.AsObject())).Single();
        string? Text(string key) => body[key]?.GetValue<string>();
        switch (keyword)
        {
            case "rename_table":
                if (tables.Remove(Text("from")!, out var first))
                {
                    tables[Text("to")!] = first;
                }

                foreach (var ((_, column), origin) in origins.Where(o => o.Key.Table == Text("from")).ToList())
                {
                    origins.Remove((Text("from")!, column));
                    origins[(Text("to")!, column)] = origin;
                }

                break;
            case "rename_column" or "alter_column":
                if ((Text("to") ?? Text("name")) is { } name && origins.Remove((Text("table")!, Text("from") ?? Text("column")!), out var was))
                {
                    origins[(Text("table")!, name)] = was;
                }

                break;
            case "drop_column" or "split_column":
                origins.Remove((Text("table")!, Text("column")!));
                break;
            case "merge_columns":
                body["from"]!.AsArray().ToList().ForEach(c => origins.Remove((Text("table")!, c!["name"]!.GetValue<string>())));
                break;
            case "drop_table":
                tables.Remove(Text("table")!);
                origins.Keys.Where(k => k.Table == Text("table")).ToList().ForEach(k => origins.Remove(k));
                break;
            default:
                break;
        }
    }

    private static async Task ApplyAsync(ITestTarget on, string name, Func<IEnumerable<string>, string> text)
    {
        var workspace = new Workspace(on.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = b => new BackupFile(new MemoryStream(), b, () => { }) });
        var plan = await workspace.PlanAsync(MigrationParser.Parse(name, text([])).Require(), default);
        var consents = plan.Findings.Where(f => f is { NeedsConsent: true, Severity: Severity.Error }).Select(f => f.Code.Id).Distinct().ToList();
        plan = consents.Count == 0 ? plan : await workspace.PlanAsync(MigrationParser.Parse(name, text(consents)).Require(), default);
        plan.Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}").ShouldBeEmpty();
        await workspace.Runner.StartAsync(plan, default);
        await workspace.Runner.CompleteAsync(plan.Migration, keepOld: false, force: true, default);
        await workspace.Runner.SunsetAsync(plan.Migration, force: true, default);
    }
}
