using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Postgres;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem inspect</c>.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var words = DatabaseArgument.Create("table", "One table, with its columns, keys and indexes.", 0);
        var html = new Option<string?>("--html") { Description = "Write a report with a diagram of the tables to this file; it needs nothing beside it.", HelpName = "file" };
        return new Command("inspect", "Show what is in the database; reads only, installs nothing.") { words, html }
            .Does(async (call, parse) =>
            {
                var view = await RunAsync(call, DatabaseArgument.Take(call, parse.GetValue(words)));
                return parse.GetValue(html) is { } path ? Write(view, path) : view;
            });
    }

    private static InspectView Write(InspectView view, string path)
    {
        try
        {
            File.WriteAllText(path, InspectReport.Of(view));
            return view with { Html = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"{path} cannot be written: {e.Message}");
        }
    }

    private static async Task<InspectView> RunAsync(Call call, string? table)
    {
        var database = call.Database;
        var schema = await database.InspectAsync(call.Cancellation);
        var dialect = await database.ConnectAsync(call.Cancellation);
        var own = await database.FindOwnObjectsAsync(call.Cancellation);
        var shown = table is null ? schema.Tables : schema.Table(table) is { } one ? [one] : throw new TandemException(MissingTable.Of(schema, table));

        var sizes = await MeasureAsync(call, shown);
        var outlook = database is PostgresDatabase postgres ? await postgres.LookAsync(call.Cancellation) : null;
        var risks = SchemaRisk.Of(table is null ? schema : schema with
        {
            Tables = shown.ToValueList(),
            Dependents = schema.Dependents.Where(d => d.Table == table).ToValueList(),
            Access = schema.Access.Where(a => a.On.Identity == table).ToValueList(),
            Unmanaged = [],
        });
        return new InspectView
        {
            Database = database.DisplayName,
            Server = $"{dialect.Capabilities.Product} {dialect.Capabilities.Version}",
            Schema = schema.Name,
            Tables = shown.Select(t => TableView.Of(t, sizes.FirstOrDefault(s => s.Table == t.Name), table is not null) with
            {
                RowsPerDay = outlook?.RowsPerDay.TryGetValue(t.Name, out var rows) == true ? rows : null,
            }).ToList(),
            Views = schema.Views,
            Enums = schema.Enums,
            Sequences = schema.Sequences,
            Partitions = schema.Partitions.Where(p => p.PartitionOf is not null)
                .Select(p => new PartitionView { Name = p.Name, Of = p.PartitionOf!.Name, Bound = p.PartitionBound ?? "" }).ToList(),
            Objects = schema.Objects.Select(o => ObjectView.Of(schema, o)).ToList(),
            Unmanaged = schema.Unmanaged,
            Risks = [.. risks, .. (outlook?.Risks ?? []).Where(r => table is null || r.Subject == table || r.Subject.StartsWith(table + ".", StringComparison.Ordinal))],
            Platform = Platform.Of(schema.Tables.Select(t => t.Name).Concat(outlook?.Neighbours ?? [])),
            Installed = own.Count > 0,
        };
    }

    // Tables are measured for changes; here for such as change nothing. Who may not read them sees the schema all the same.
    private static async Task<IReadOnlyList<TableSize>> MeasureAsync(Call call, IEnumerable<Table> tables)
    {
        try
        {
            return (await call.Database.ExamineAsync(new Inquiry(tables.Select(t => new TableChange(t, t)).ToValueList(), [], []), call.Cancellation)).Tables;
        }
        catch (Exception e) when (Invocation.Expected(e) is { } expected && expected.Problems.All(p => p.Code == ProblemCodes.PermissionDenied))
        {
            return [];
        }
    }
}
