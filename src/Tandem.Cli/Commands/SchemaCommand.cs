using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem schema</c>.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var words = DatabaseArgument.Create("version", "A completed migration's id, or the baseline's name; without it, what is there now.", 0);
        var format = new Option<SchemaFormat>("--format")
        {
            Description = "The SQL that makes it in an empty database, or YAML that people read and write.", HelpName = "sql|yaml",
        };
        return new Command("schema", "Print the schema of a version as SQL or YAML; reads only, installs nothing.") { words, format }
            .Does((call, parse) => RunAsync(call, DatabaseArgument.Take(call, parse.GetValue(words)), parse.GetValue(format)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? version, SchemaFormat format)
    {
        var schema = version is null
            ? await call.Database.InspectAsync(call.Cancellation)
            : await RecordedAsync(call, version);
        return new SchemaView
        {
            Database = call.Database.DisplayName,
            Version = version,
            Format = format,
            Statements = format == SchemaFormat.Sql ? call.Target.Script(schema) : [],
            Text = format == SchemaFormat.Yaml ? SchemaFile.Write(schema, call.Target.Engine) : null,
            Unmanaged = schema.Unmanaged,
            Needs = schema.Elsewhere.ToList(),
            InTransaction = call.Target.IsPostgres,
            Locks = LocksOf(schema),
        };
    }

    // Each relation is locked until the transaction that makes it ends; most tables have a second one for long values, with an index of its own.
    private static int LocksOf(DatabaseSchema schema) => schema.Views.Count + schema.Sequences.Count + schema.Views.Sum(v => v.Indexes.Count)
        + schema.Tables.Concat(schema.Partitions).Sum(t => 3 + t.Indexes.Count + t.Uniques.Count + t.Exclusions.Count + (t.PrimaryKey is null ? 0 : 1) + t.Columns.Count(c => c.Identity != IdentityKind.None));

    /// <summary>The schema that is recorded for a version.</summary>
    /// <exception cref="TandemException">There is none.</exception>
    public static async Task<DatabaseSchema> RecordedAsync(Call call, string version) =>
        await call.Workspace.Runner.SchemaAsync(version, call.Cancellation) ?? throw await UnknownAsync(call, version);

    private static async Task<TandemException> UnknownAsync(Call call, string version)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        if (journal.Run(version) is not null)
        {
            return new TandemException(new Problem(
                ProblemCodes.SchemaNotRecorded, $"{version} has no recorded schema: it was not completed here, or by an earlier Tandem.",
                Remedy: "Without a version the schema that is there now is printed."));
        }

        var meant = NearestName.Find(version, journal.Runs.Select(r => r.Migration).ToList());
        return new TandemException(new Problem(
            ProblemCodes.UnknownVersion, $"The journal knows no version {version}.", Remedy: meant is null ? null : $"Did you mean {meant}?"));
    }
}
