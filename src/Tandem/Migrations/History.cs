using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>
/// All migrations of a directory and the order that their dependencies give. A migration without <c>depends_on</c>
/// follows the file before it in the ordinal order of names; <c>depends_on: []</c> begins anew.
/// </summary>
public sealed class History
{
    private readonly Dictionary<string, ParsedMigration> byId;
    private readonly Dictionary<string, ValueList<string>> parents;

    private History(
        Dictionary<string, ParsedMigration> byId,
        Dictionary<string, ValueList<string>> parents,
        IReadOnlyList<string> order,
        IReadOnlyList<Problem> problems)
    {
        this.byId = byId;
        this.parents = parents;
        Order = order;
        Problems = problems;
        var followed = parents.Values.SelectMany(p => p).ToHashSet(StringComparer.Ordinal);
        Heads = order.Where(id => !followed.Contains(id)).ToArray();
    }

    /// <summary>The ids in an order in which every migration stands after those it depends on; the same at every call.</summary>
    public IReadOnlyList<string> Order { get; }

    /// <summary>The ids on which nothing depends: one, unless the history branches and no migration has merged it.</summary>
    public IReadOnlyList<string> Heads { get; }

    /// <summary>What is wrong with the files and with the history they make.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The migrations in order; a file with errors is left out (its problems are in <see cref="Problems"/>).</summary>
    public IEnumerable<Migration> Migrations => Order.Select(id => byId[id].Migration).OfType<Migration>();

    /// <summary>Reads a folder of migrations.</summary>
    /// <param name="directory">The workspace, to which file names are relative.</param>
    /// <param name="folder">The folder of migrations in it.</param>
    public static History Read(string directory, string folder = "")
    {
        var (files, unreadable) = MigrationFile.ReadAll(directory, folder);
        return Of(files.Select(MigrationParser.Parse), unreadable);
    }

    /// <summary>The history that these files make, whatever order they come in.</summary>
    public static History Of(IEnumerable<ParsedMigration> files, IEnumerable<Problem>? unreadable = null)
    {
        var problems = new List<Problem>(unreadable ?? []);
        var byId = new Dictionary<string, ParsedMigration>(StringComparer.Ordinal);
        var seen = new Dictionary<string, ParsedMigration>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files.OrderBy(f => f.File.Id, StringComparer.Ordinal).ThenBy(f => f.File.Name, StringComparer.Ordinal))
        {
            problems.AddRange(file.Problems);
            if (seen.TryAdd(file.File.Id, file))
            {
                byId.Add(file.File.Id, file);
                continue;
            }

            problems.Add(new Problem(
                ProblemCodes.DuplicateId,
                $"{file.File.Name} has the same id as {seen[file.File.Id].File.Name}.",
                new SourceSpan(file.File.Name)));
        }

        var parents = FindParents(byId, problems);
        var order = HistoryGraph.Order(parents, out var circles);
        problems.AddRange(circles.Select(circle => CircleProblem(circle, byId)));
        var history = new History(byId, parents, order, problems);
        if (history.Heads.Count > 1
            && !problems.Exists(p => p.Code == ProblemCodes.ParentMissing || p.Code == ProblemCodes.DependencyCycle))
        {
            problems.Add(new Problem(
                ProblemCodes.SeveralHeads, $"Nothing depends on any of {string.Join(", ", history.Heads)}."));
        }

        return history;
    }

    /// <summary>What the file of this id says, or null when there is no such file.</summary>
    public ParsedMigration? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>The ids that a migration depends on directly.</summary>
    public ValueList<string> ParentsOf(string id) => parents.GetValueOrDefault(id) ?? [];

    /// <summary>The ids that depend on a migration directly, in order.</summary>
    public IEnumerable<string> ChildrenOf(string id) => Order.Where(other => parents[other].Contains(id, StringComparer.Ordinal));

    /// <summary>
    /// Compares the files with what a database's journal says was applied. Line ends do not matter; anything else that
    /// differs does, because a database built from the files would no longer be this one.
    /// </summary>
    /// <param name="applied">Id and <see cref="MigrationFile.Hash"/> of each migration that was started and not undone.</param>
    public IReadOnlyList<Problem> CompareWithApplied(IEnumerable<(string Id, string FileHash)> applied)
    {
        ArgumentNullException.ThrowIfNull(applied);
        var problems = new List<Problem>();
        foreach (var (id, hash) in applied)
        {
            if (!byId.TryGetValue(id, out var file))
            {
                problems.Add(new Problem(
                    ProblemCodes.AppliedFileMissing, $"{id} was applied, but there is no file of this name.", Subject: id));
            }
            else if (!string.Equals(file.File.Hash, hash, StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(new Problem(
                    ProblemCodes.AppliedFileEdited,
                    $"{file.File.Name} is no longer the text that was applied.",
                    new SourceSpan(file.File.Name),
                    id));
            }
        }

        return problems;
    }

    private static Dictionary<string, ValueList<string>> FindParents(
        Dictionary<string, ParsedMigration> byId, List<Problem> problems)
    {
        var parents = new Dictionary<string, ValueList<string>>(StringComparer.Ordinal);
        string? previous = null;
        foreach (var (id, file) in byId.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var named = file.Migration?.DependsOn ?? (previous is null ? [] : [previous]);
            for (var i = 0; i < named.Count; i++)
            {
                if (!byId.ContainsKey(named[i]))
                {
                    var meant = NearestName.Find(named[i], byId.Keys);
                    problems.Add(new Problem(
                        ProblemCodes.ParentMissing,
                        $"{id} depends on {named[i]}, which is not there.",
                        file.Places.Find($"depends_on[{i}]"),
                        id,
                        meant is null ? null : $"Did you mean {meant}?"));
                }
            }

            parents.Add(id, named.Where(byId.ContainsKey).Distinct(StringComparer.Ordinal).ToValueList());
            previous = id;
        }

        return parents;
    }

    private static Problem CircleProblem(IReadOnlyList<string> circle, Dictionary<string, ParsedMigration> byId) => new(
        ProblemCodes.DependencyCycle,
        $"{string.Join(" depends on ", circle.Append(circle[0]))}.",
        byId[circle[0]].Places.Find("depends_on"),
        circle[0]);
}
