using System.Text.Json.Nodes;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Migrations.Imports;

/// <summary>A migration that was read from another tool's history.</summary>
/// <param name="Id">Its id here; the name of its file without extension.</param>
/// <param name="Origin">Where it came from: the files' names in the directory.</param>
/// <param name="Title">What it is about.</param>
public sealed record ImportedMigration(string Id, string Origin, string Title)
{
    /// <summary>SQL to carry out, for histories of plain SQL.</summary>
    public string? Up { get; init; }

    /// <summary>The way back; null when there is none.</summary>
    public string? Down { get; init; }

    /// <summary>Whether it may run in a transaction, where the history says it or a sandbox has found it out.</summary>
    public bool? Transaction { get; init; }

    /// <summary>Findings about the script that the file accepts, by their codes.</summary>
    public ValueList<string> Accepts { get; init; } = [];

    /// <summary>Operations in the form of a migration file, for histories of operations.</summary>
    internal JsonArray? Operations { get; init; }
}

/// <summary>A history that was read.</summary>
/// <param name="Layout">What it was taken for, for example <c>flyway</c>.</param>
/// <param name="Migrations">Its migrations, in the order in which the other tool carries them out.</param>
/// <param name="Problems">What could not be taken over, with file and place.</param>
public sealed record ImportedHistory(string Layout, ValueList<ImportedMigration> Migrations, ValueList<Problem> Problems)
{
    /// <summary>Why what the files accept may be so.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The same history, with consent in its files to what is known of their ways back and of tables that are written anew. A
    /// way back that fails is left out, since a plan takes none of these.
    /// </summary>
    /// <param name="reason">Why that may be so.</param>
    /// <param name="effects">What was found in a sandbox, in the order of the migrations, as far as it came.</param>
    public ImportedHistory Accept(string reason, IReadOnlyList<ScriptEffect> effects)
    {
        ArgumentNullException.ThrowIfNull(effects);
        return this with
        {
            Reason = reason,
            Migrations = Migrations.Select((m, i) => m.Up is null ? AcceptOneWay(m) : Accept(m, i < effects.Count ? effects[i] : new ScriptEffect())).ToValueList(),
        };
    }

    /// <summary>
    /// The migrations as files. Each names the one before it, because the other tool's order need not be that of names.
    /// </summary>
    /// <param name="folder">The folder they go to, for the files' names.</param>
    public IEnumerable<MigrationFile> Files(string folder)
    {
        string? before = null;
        foreach (var migration in Migrations)
        {
            var root = new JsonObject { ["title"] = migration.Title, ["why"] = $"Imported from {migration.Origin} ({Layout})" };
            // The first says that it has none before it: without the key that would be the file before it by name.
            root["depends_on"] = before is null ? [] : new JsonArray(before);
            root["operations"] = migration.Operations?.DeepClone() ?? new JsonArray(new JsonObject { ["sql"] = Script(migration) });
            if (migration.Accepts.Count > 0)
            {
                root["accept"] = new JsonArray([.. migration.Accepts.Select(c => new JsonObject { ["code"] = c, ["reason"] = Reason })]);
            }

            yield return new MigrationFile($"{folder}/{migration.Id}.yaml", YamlText.Write(root));
            before = migration.Id;
        }
    }

    private static ImportedMigration AcceptOneWay(ImportedMigration migration) =>
        migration.Operations!.Any(o => o!["sql"] is JsonObject script && !script.ContainsKey("down"))
            ? migration with { Accepts = [ProblemCodes.NoWayBack.Id] }
            : migration;

    private static ImportedMigration Accept(ImportedMigration migration, ScriptEffect effect)
    {
        var down = effect.DownFailure is null || effect.DownFailedOnRows ? migration.Down : null;
        (bool Is, ProblemCode Code)[] findings =
        [
            (down is null, ProblemCodes.NoWayBack),
            (effect.DownFailedOnRows || effect.OutlastsCopy, ProblemCodes.EffectUnknown),
            (effect.NotRestored is { Count: > 0 }, ProblemCodes.DownDoesNotRestore),
            (effect.Rewritten.Count > 0, ProblemCodes.ScriptRewrites),
            (effect.LeftReferring.Count > 0, ProblemCodes.ScriptLeavesReferences),
        ];
        return migration with { Down = down, Accepts = findings.Where(f => f.Is).Select(f => f.Code.Id).ToValueList() };
    }

    private static JsonObject Script(ImportedMigration migration)
    {
        var script = new JsonObject { ["up"] = migration.Up };
        if (migration.Down is { } down)
        {
            script["down"] = down;
        }

        if (migration.Transaction is { } transaction)
        {
            script["transaction"] = transaction;
        }

        return script;
    }
}
