using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary>
/// Plans of watched statements that somebody found right, in the file <c>plans.json</c> beside the statements: it is reviewed and
/// committed with them, and <c>plan</c> writes nothing into a database.
/// </summary>
internal sealed class KeptPlans
{
    private const string FileName = "plans.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly string path;
    private readonly string target;
    private readonly List<Entry> entries;

    private KeptPlans(string path, string target, List<Entry> entries) => (this.path, this.target, this.entries) = (path, target, entries);

    /// <summary>The plans that are kept for a target.</summary>
    /// <param name="queries">The directory of the statements, or a file in it.</param>
    /// <param name="target">The target's name, or its address without secrets.</param>
    public static KeptPlans Read(string queries, string target)
    {
        var path = Path.Combine((File.Exists(queries) ? Path.GetDirectoryName(queries) : queries) ?? "", FileName);
        try
        {
            return new KeptPlans(path, target, File.Exists(path) ? JsonSerializer.Deserialize<List<Entry>>(File.ReadAllText(path), Form) ?? [] : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The outcomes, compared with what was kept.</summary>
    public ValueList<QueryOutcome> Compare(ValueList<QueryOutcome> outcomes) => outcomes
        .Select(o => entries.Find(e => e.Target == target && e.Statement == o.Statement.Text) is { } kept ? o.Against(new QueryPlan(kept.Cost, []), kept.Kept) : o)
        .ToValueList();

    /// <summary>Keeps the plans that are there now, before the change; what is kept of other targets and statements stays.</summary>
    /// <returns>The file.</returns>
    public string Keep(ValueList<QueryOutcome> outcomes, DateTimeOffset now)
    {
        var fresh = outcomes.Where(o => o.Before.Failure is null)
            .Select(o => new Entry(target, o.Statement.Text, o.Before.Cost, o.Before.Accesses.Select(a => new Access(a.Table, a.Index)).ToList(), FormattableString.Invariant($"{now.UtcDateTime:yyyy-MM-dd}")))
            .ToList();
        var all = fresh.Concat(entries.Where(e => !fresh.Exists(f => f.Target == e.Target && f.Statement == e.Statement)))
            .OrderBy(e => e.Target, StringComparer.Ordinal).ThenBy(e => e.Statement, StringComparer.Ordinal).ToList();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, JsonSerializer.Serialize(all, Form) + "\n");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"{path} cannot be written: {e.Message}");
        }
    }

    private sealed record Entry(string Target, string Statement, double? Cost, IReadOnlyList<Access> Accesses, string Kept);

    private sealed record Access(string Table, string? Index);
}
