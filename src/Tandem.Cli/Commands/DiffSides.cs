using System.Text.RegularExpressions;
using Tandem.Cli.Targets;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary>A schema and what it is called, without secrets.</summary>
internal sealed record NamedSchema(string Name, DatabaseSchema Schema);

/// <summary>Two schemas of one engine.</summary>
internal sealed record SidePair(NamedSchema From, NamedSchema To, string Engine);

/// <summary>Finds out what the two sides of a difference are, and reads them. Databases are only read; what is none is made in a scratch database.</summary>
internal sealed partial class DiffSides(Call call, string? place)
{
    private enum Kind
    {
        Database,
        Directory,
        File,
        SchemaFile,
        Version,
    }

    private sealed record Named(string Text, Kind Kind, Target? Target, SchemaFile? Schema = null)
    {
        public string? Engine => Target?.Engine ?? Schema?.EngineName;
    }

    public async Task<SidePair> ReadAsync(string from, string to)
    {
        Named[] sides = [Find(from), Find(to)];
        var engines = sides.Select(s => s.Engine).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (engines.Count > 1)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.EnginesDiffer, $"{from} is {Word(sides[0].Engine!)}, {to} is {Word(sides[1].Engine!)}.");
        }

        var engine = engines.Count == 1 ? engines[0] : EngineOfScratch(sides);
        return new SidePair(await ReadAsync(sides[0], sides[1], engine), await ReadAsync(sides[1], sides[0], engine), engine);
    }

    private Named Find(string text) =>
        TargetResolver.IsUrl(text) || TargetResolver.IsTarget(call.Options, text) ? new Named(text, Kind.Database, TargetResolver.Resolve(call.Options with { Database = text }))
        : Directory.Exists(text) ? new Named(text, Kind.Directory, null)
        : File.Exists(text) ? FileOf(text)
        : call.HasTarget && MigrationParser.IsUsableId(text) ? new Named(text, Kind.Version, call.Target)
        : throw new CommandException(
            ExitCodes.Usage, ProblemCodes.WrongUsage, $"{text} is no URL, no target, no directory, no file{(call.HasTarget ? " and no recorded version" : ", and without --db no recorded version")}.");

    private static Named FileOf(string text) => Path.GetExtension(text).ToUpperInvariant() is ".YAML" or ".YML" or ".JSON"
        ? new Named(text, Kind.SchemaFile, null, SchemaFile.Parse(Read(text)))
        : new Named(text, Kind.File, null);

    private static MigrationFile Read(string path) => MigrationFile.Read(Environment.CurrentDirectory, path, SchemaFile.MaximumBytes);

    // Where both sides are texts, they do not say for which database they are written.
    private string EngineOfScratch(Named[] sides) => place switch
    {
        "sqlite" => "sqlite",
        null or "here" when call.HasTarget => call.Target.Engine,
        null or "here" => throw new CommandException(
            ExitCodes.Usage, ProblemCodes.ScratchNeeded, $"Neither {sides[0].Text} nor {sides[1].Text} says which database is meant.", "Say `--sandbox sqlite`, or name a PostgreSQL server with `--sandbox URL`."),
        var url => TargetResolver.Resolve(call.Options with { Database = url }).Engine,
    };

    private async Task<NamedSchema> ReadAsync(Named side, Named other, string engine)
    {
        switch (side.Kind)
        {
            case Kind.Database:
                await using (var database = side.Target!.Open())
                {
                    return new NamedSchema(database.DisplayName, await database.InspectAsync(call.Cancellation));
                }

            case Kind.Version:
                return new NamedSchema($"{side.Text} of {call.Database.DisplayName}", await SchemaCommand.RecordedAsync(call, side.Text));
            case Kind.Directory:
                var history = History.Read(Environment.CurrentDirectory, side.Text);
                return new NamedSchema(side.Text, engine == "sqlite" ? await InFileAsync(history) : await OnServerAsync(side, other, s => ReplayAsync(s, history)));
            case Kind.SchemaFile:
                return new NamedSchema(side.Text, await SpelledAsync(side, other));
            default:
                var text = Loadable(Read(side.Text).Text);
                return new NamedSchema(side.Text, engine == "sqlite" ? await LoadAsync(SqliteSandbox.Empty(), side.Text, text) : await OnServerAsync(side, other, s => LoadAsync(s, side.Text, text)));
        }
    }

    // SQLite keeps texts as they are written. PostgreSQL spells them anew: where a server is at hand, the file is compared as that has it.
    private async Task<DatabaseSchema> SpelledAsync(Named side, Named other)
    {
        var (schema, engine) = (side.Schema!.Schema, side.Schema.Engine);
        if (engine == SchemaEngine.Sqlite || ServerFor(other) is not { } url)
        {
            return schema;
        }

        // The roles of rights need not be on that server, and rights are spelled in one way.
        var defaults = schema.Objects.Where(o => o is DefaultPrivileges).ToList();
        var text = string.Join(";\n", PostgresDdl.Statements(schema with { Access = [], Objects = schema.Objects.Except(defaults).ToValueList() }));
        var made = await LoadAsync(PostgresSandbox.Empty(url, schema.Name), side.Text, text);
        return made with { Access = schema.Access, Objects = made.Objects.Concat(defaults).ToValueList() };
    }

    private async Task<DatabaseSchema> OnServerAsync(Named side, Named other, Func<PostgresSandbox, Task<DatabaseSchema>> work) => ServerFor(other) is { } url
        ? await work(PostgresSandbox.Empty(url))
        : throw new TandemException(ProblemCodes.ScratchNeeded, $"{side.Text} must be made in a database to be compared, and no server is named for that.");

    // Only what somebody named is used: a server gets no database that nobody asked for.
    private string? ServerFor(Named other)
    {
        var target = other.Target ?? (call.HasTarget ? call.Target : null);
        return (place ?? target?.SandboxPlace) switch
        {
            "here" => target?.Url,
            var named => named,
        };
    }

    private async Task<DatabaseSchema> LoadAsync(ISandbox scratch, string name, string text)
    {
        var report = await scratch.TryAsync([new RawScript(1, text, null)], call.Cancellation);
        return report.After is { } schema ? AsFarAsSaid(schema, Grants(text)) : throw new TandemException(new Problem(
            ProblemCodes.SideFails, $"{name} fails on an empty database: {(report.Effects is [.., var last] ? last.Failure : null)}", new SourceSpan(name.Replace('\\', '/'))));
    }

    private async Task<DatabaseSchema> ReplayAsync(PostgresSandbox scratch, History history)
    {
        DatabaseSchema? schema = null;
        _ = await scratch.RehearseAsync(
            async (empty, _) =>
            {
                schema = await MigrationReplay.RunAsync(history, empty, call.Cancellation);
                return [];
            },
            call.Cancellation);
        return AsFarAsSaid(schema!, history.Migrations.SelectMany(m => m.Operations).Any(o => o is Operations.Grant or Operations.Revoke || (o is Operations.Sql sql && Grants(sql.Up.For("postgres") ?? ""))));
    }

    // What nobody granted in a scratch database somebody may have granted in the one that the text was written for.
    private static DatabaseSchema AsFarAsSaid(DatabaseSchema schema, bool grants) => grants ? schema : schema with { Access = [] };

    private static bool Grants(string text) => SqlLexer.Tokenize(text).Any(t => t.Is("grant") || t.Is("revoke"));

    private async Task<DatabaseSchema> InFileAsync(History history)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-");
        try
        {
            var path = Path.Combine(folder.FullName, "scratch.db");
            await File.Create(path).DisposeAsync();
            await using var empty = SqliteDatabase.At($"sqlite:{path}");
            return await MigrationReplay.RunAsync(history, empty, call.Cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What belongs to psql and to the shell of SQLite, and the transaction around a dump, is none of the schema's; what a function or another
    // literal holds is.
    private static string Loadable(string text)
    {
        var sql = text.ReplaceLineEndings("\n");
        var inside = SqlLexer.Tokenize(sql).Where(t => t.Text.Contains('\n', StringComparison.Ordinal)).ToList();
        var lines = sql.Split('\n');
        for (int i = 0, at = 0; i < lines.Length; i++)
        {
            var (start, line) = (at, lines[i]);
            at += line.Length + 1;
            if (OfAnotherTool().IsMatch(line) && !inside.Exists(t => t.Position < start && start < t.Position + t.Text.Length))
            {
                lines[i] = "";
            }
        }

        return string.Join('\n', lines);
    }

    private static string Word(string engine) => engine == "sqlite" ? "SQLite" : "PostgreSQL";

    [GeneratedRegex(@"^(\\.*|BEGIN( TRANSACTION)?;|COMMIT;|PRAGMA foreign_keys ?= ?\w+;)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OfAnotherTool();
}
