using System.Text;
using System.Text.Json.Nodes;
using Tandem.Migrations;
using Tandem.Migrations.Imports;

namespace Tandem.Differences;

/// <summary>Writes a difference as migration files.</summary>
public static class DifferenceFile
{
    /// <summary>A file for each stage; those behind the first name the one before them.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="first">The first file's name with its folders.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="why">Why.</param>
    public static IEnumerable<MigrationFile> Of(SchemaDifference difference, string first, string title, string why)
    {
        ArgumentNullException.ThrowIfNull(difference);
        ArgumentNullException.ThrowIfNull(first);
        var extension = Path.GetExtension(first);
        var stem = first[..^extension.Length];
        string? before = null;
        foreach (var (operations, number) in difference.Stages.Select((s, i) => (s, i + 1)))
        {
            var root = new JsonObject { ["title"] = number == 1 ? title : $"{title} ({number})", ["why"] = why };
            if (before is not null)
            {
                root["depends_on"] = new JsonArray(before);
            }

            root["operations"] = new JsonArray([.. operations.Select(RecordForm.Of)]);
            var file = new MigrationFile(number == 1 ? first : $"{stem}_{number}{extension}", Open(difference) + YamlText.Write(root));
            before = file.Id;
            yield return file;
        }
    }

    // What a person must decide stands where the file is read.
    private static string Open(SchemaDifference difference)
    {
        var text = new StringBuilder();
        foreach (var problem in difference.Problems.Where(p => p.Severity == Problems.Severity.Error))
        {
            text.Append("# Open: ").Append(problem.Message.ReplaceLineEndings(" ")).Append('\n');
            text.Append("#   ").Append(problem.EffectiveRemedy.ReplaceLineEndings(" ")).Append('\n');
        }

        return text.ToString();
    }
}
