using System.Text.Json.Nodes;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Turns pgroll's migrations into ours, in the order of their files' names.</summary>
public static class PgrollHistory
{
    /// <summary>Reads a history.</summary>
    /// <param name="files">The files, named relative to the history's directory.</param>
    public static ImportedHistory Read(IReadOnlyList<MigrationFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var problems = new List<Problem>();
        var ids = new ImportIds();
        var model = new PgrollModel();
        var migrations = new List<ImportedMigration>();
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (Path.GetExtension(file.Name).ToUpperInvariant() is not (".YAML" or ".YML" or ".JSON"))
            {
                if (Path.GetFileName(file.Name) != ".ledger")
                {
                    SqlHistory.Unread([file], problems);
                }

                continue;
            }

            migrations.AddRange(Migrations(file, model, ids, problems));
        }

        if (migrations.Count == 0)
        {
            problems.Add(new Problem(ProblemCodes.NoHistoryFound, "No file has the form of a pgroll migration."));
        }

        return new ImportedHistory("pgroll", migrations.ToValueList(), problems.ToValueList());
    }

    private static IEnumerable<ImportedMigration> Migrations(MigrationFile file, PgrollModel model, ImportIds ids, List<Problem> problems)
    {
        var root = file.IsJson ? JsonNodes.Read(file.Name, file.Text, problems) : YamlNodes.Read(file.Name, file.Text, problems);
        if (root is null)
        {
            yield break;
        }

        var map = new PgrollMap(root, "migration", problems);
        var name = map.Text("name") ?? Path.GetFileNameWithoutExtension(file.Name);
        if (map.Text("version_schema") is { } version)
        {
            map.Lacks($"version_schema {version}: a version is named by its migration.");
        }

        _ = map.Text("$schema");
        var translated = new List<(bool Raw, JsonObject Operation)>();
        foreach (var operation in map.Maps("operations"))
        {
            foreach (var entry in operation.Rest())
            {
                translated.AddRange(new PgrollOperation(model, entry.Key, new PgrollMap(entry.Value, entry.Key, problems)).Translate());
            }
        }

        map.End();

        foreach (var run in PgrollRuns.Of(translated))
        {
            yield return new ImportedMigration(ids.Of(Path.GetFileNameWithoutExtension(file.Name)), file.Name, ImportIds.Title(SqlHistory.DescriptionOf(name)))
            {
                Operations = [.. run],
            };
        }
    }
}
