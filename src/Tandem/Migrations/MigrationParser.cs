using System.Text.RegularExpressions;
using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>What a file says.</summary>
/// <param name="File">The file.</param>
/// <param name="Migration">The migration; null when a problem is an error.</param>
/// <param name="Problems">Everything that is wrong with it, in the order of the file.</param>
/// <param name="Places">Where its values stand.</param>
public sealed record ParsedMigration(
    MigrationFile File, Migration? Migration, IReadOnlyList<Problem> Problems, SourceMap Places)
{
    /// <summary>The migration; throws all problems when there is none.</summary>
    public Migration Require() => Migration ?? throw new TandemException(Problems);
}

/// <summary>
/// Reads migrations. A file is YAML, or strict JSON where its name ends in <c>.json</c>; its keys are those of the
/// records, and all problems are reported at once.
/// </summary>
public static partial class MigrationParser
{
    /// <summary>The longest id in bytes; it becomes part of names in the database, which have 63.</summary>
    public const int LongestId = 48;

    /// <summary>Reads a migration.</summary>
    public static ParsedMigration Parse(MigrationFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var problems = new List<Problem>();
        var places = new SourceMap();
        places.Add("", new SourceSpan(file.Name));
        if (!IsUsableId(file.Id))
        {
            problems.Add(new Problem(
                ProblemCodes.BadFileName, $"`{file.Id}` cannot be the id of a migration.", new SourceSpan(file.Name)));
        }

        var migration = ReadTree(file, problems) is { } root ? Bind(file, root, problems, places) : null;
        problems.Sort(InFileOrder);
        var failed = problems.Exists(p => p.Severity == Severity.Error);
        return new ParsedMigration(file, failed ? null : migration, problems, places);
    }

    /// <summary>Reads a migration from a text; the name says which format it has and what its id is.</summary>
    public static ParsedMigration Parse(string name, string text) => Parse(new MigrationFile(name, text));

    /// <summary>Whether a text can be the id of a migration, and so a part of names in a database.</summary>
    public static bool IsUsableId(string id) => id.Length <= LongestId && UsableId().IsMatch(id);

    private static FileNode? ReadTree(MigrationFile file, List<Problem> problems)
    {
        var text = file.Text.TrimStart('\uFEFF');
        if (text.Length > MigrationFile.MaximumBytes)
        {
            problems.Add(new Problem(
                ProblemCodes.FileTooLarge, $"The text has {text.Length} characters.", new SourceSpan(file.Name)));
            return null;
        }

        var blank = string.IsNullOrWhiteSpace(text);
        var root = blank ? null
            : file.IsJson ? JsonNodes.Read(file.Name, text, problems)
            : YamlNodes.Read(file.Name, text, problems);
        var unread = root is null && problems.Exists(p => p.Code != ProblemCodes.BadFileName);
        if (!unread && root is null or ScalarNode { IsEmpty: true })
        {
            problems.Add(new Problem(ProblemCodes.FileEmpty, "The file says nothing.", new SourceSpan(file.Name, 1, 1)));
            return null;
        }

        return root;
    }

    private static Migration? Bind(MigrationFile file, FileNode root, List<Problem> problems, SourceMap places)
    {
        if (root is MapNode map)
        {
            // How a JSON file tells an editor its schema; it says nothing about the migration.
            root = map with { Entries = [.. map.Entries.Where(e => e.Key != MigrationSchema.Key)] };
        }

        var bound = (Migration?)new Binder(problems, places).BindRecord(typeof(Migration), root, root.Place, new Spot("", ""));
        return bound is null
            ? null
            : bound with { Id = file.Id, FileHash = file.Hash, Place = new SourceSpan(file.Name) };
    }

    private static int InFileOrder(Problem a, Problem b)
    {
        var order = (a.Place?.Line ?? 0).CompareTo(b.Place?.Line ?? 0);
        order = order != 0 ? order : (a.Place?.Column ?? 0).CompareTo(b.Place?.Column ?? 0);
        order = order != 0 ? order : string.CompareOrdinal(a.Code.Id, b.Code.Id);
        return order != 0 ? order : string.CompareOrdinal(a.Message, b.Message);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsableId();
}
