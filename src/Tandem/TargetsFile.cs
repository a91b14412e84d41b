using System.ComponentModel;
using System.Text.RegularExpressions;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem;

/// <summary>
/// <c>tandem.yaml</c>: databases by name with their settings. It is meant to be committed: secrets are
/// environment variables, written <c>${NAME}</c> in a URL.
/// </summary>
public sealed partial record TargetsFile
{
    /// <summary>The target that is meant when none is named.</summary>
    [Description("The target that is meant when neither --db nor TANDEM_DB names one.")]
    public string? Default { get; init; }

    /// <summary>The directory of migrations.</summary>
    [Description("The directory of migrations, relative to this file; --dir comes first.")]
    public string? Migrations { get; init; }

    /// <summary>The directory of watched statements.</summary>
    [Description("The directory of statements that applications send, files that end in .sql, relative to this file: `tandem plan` compares their plans before and after. --queries comes first.")]
    public string? Queries { get; init; }

    /// <summary>What is asked of migrations.</summary>
    [Description("What is asked of migrations, for `tandem lint`: keys as below, or the name of a file that has them.")]
    public LintPolicy? Policy { get; init; }

    /// <summary>The targets by name.</summary>
    [Description("The targets by name.")]
    public required ValueList<NamedTarget> Targets { get; init; }

    /// <summary>The JSON Schema of such files, as text.</summary>
    public static string Schema() => MigrationSchema.Text(typeof(TargetsFile), "Tandem targets", "Databases by name, and how migrations are carried out on them.");

    /// <summary>Reads the text of a file; throws with every problem it has.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    public static TargetsFile Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<Problem>();
        var places = new SourceMap();
        var root = string.IsNullOrWhiteSpace(text) ? null : YamlNodes.Read(name, text, problems);
        if (root is MapNode map)
        {
            // A file may name its schema for editors.
            root = map with { Entries = [.. map.Entries.Where(e => e.Key != MigrationSchema.Key)] };
        }

        if (root is null && problems.Count == 0)
        {
            problems.Add(new Problem(
                ProblemCodes.FileEmpty, "The file says nothing.", new SourceSpan(name, 1, 1), Remedy: "Write `targets:` with at least one target and its `url`."));
        }

        var file = root is null
            ? null
            : (TargetsFile?)new Binder(problems, places, "a file of targets").BindRecord(typeof(TargetsFile), root, root.Place, new Spot("", ""));
        foreach (var target in file?.Targets ?? [])
        {
            foreach (var (key, url) in new[] { ("url", target.Settings?.Url), ("sandbox", target.Settings?.Sandbox) })
            {
                if (url is not null && PasswordIn().Match(url) is { Success: true } found && !Variable().IsMatch(found.Groups["password"].Value))
                {
                    problems.Add(new Problem(ProblemCodes.SecretInFile, $"The address in {key} of {target.Name} has a password.", places.Find($"targets.{target.Name}.{key}")));
                }
            }
        }

        if (file?.Default is { } chosen && file.Targets?.Any(t => t.Name == chosen) == false)
        {
            problems.Add(new Problem(ProblemCodes.UnknownTarget, $"The default target {chosen} is not one of the targets.", places.Find("default")));
        }

        foreach (var target in file?.Targets ?? [])
        {
            problems.AddRange(TargetRules.Check(target, places));
        }

        if (file?.Policy is { } policy)
        {
            problems.AddRange(PolicyForm.Check(policy, "policy", places, isFile: false));
        }

        return file is null || problems.Count > 0 ? throw new TandemException(problems)
            : file with { Policy = file.Policy is { } named ? PolicyForm.Placed(named, "policy", places) : null };
    }

    /// <summary>
    /// A text with <c>${NAME}</c> replaced by what the environment says; a variable that is not set is a problem. What
    /// becomes a part of a URL is escaped for it; a variable that is the whole text is taken as it is.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="subject">Whose text it is, for messages.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    public static string Expand(string text, string subject, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var missing = Variable().Matches(text).Select(m => m.Groups["name"].Value).Where(n => environment(n) is null).Distinct().ToList();
        return missing.Count > 0
            ? throw new TandemException(missing.Select(n => new Problem(ProblemCodes.SecretNotSet, $"{subject} needs the environment variable {n}, which is not set.")).ToList())
            : Variable().Replace(text, m => Value(environment(m.Groups["name"].Value)!, m.Length == text.Length || !text.Contains("://", StringComparison.Ordinal)));
    }

    private static string Value(string value, bool verbatim) => verbatim ? value : Uri.EscapeDataString(value);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://[^/@:]*:(?<password>[^@/]+)@|[?&](ssl)?password=(?<password>[^&]+)", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordIn();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}

/// <summary>A target: a mapping entry <c>name: settings</c> in the file.</summary>
/// <param name="Name">The name, as <c>--db</c> takes it.</param>
/// <param name="Settings">Its settings.</param>
[WrittenAsMapping]
public sealed record NamedTarget(string Name, TargetSettings Settings);

/// <summary>The settings of a target: for every migration, and for some of them other ones.</summary>
public sealed record TargetSettings : EnvironmentSettings
{
    /// <summary>The database's address.</summary>
    [Description("The database's address: sqlite:path/to/file.db (relative to this file) or postgres://user:${PASSWORD}@host:port/database.")]
    public required string Url { get; init; }

    /// <summary>The schema.</summary>
    [Description("The schema, when the URL does not name one (PostgreSQL).")]
    public string? Schema { get; init; }

    /// <summary>Where backups are written.</summary>
    [Description("The directory for the backups that sunset writes, relative to this file.")]
    public string? Backups { get; init; }

    /// <summary>Where SQL of a migration's own is tried.</summary>
    [Description("Where `sql` operations and the texts of views, functions, triggers and policies are tried before they run: `here`, in a database that is made on the target's server and dropped again, or the address of a database on another server (PostgreSQL; on SQLite they are always tried, in memory). `tandem plan` then also carries the change out on made-up rows, on SQLite for `here` in a file of its own.")]
    public string? Sandbox { get; init; }

    /// <summary>Settings for single migrations.</summary>
    [Description("Settings for single migrations on this target, by the migration's id. They come before what the migration's file says, and that before the target's.")]
    public ValueList<MigrationOverride>? Migrations { get; init; }

    /// <summary>Settings for migrations that are not there; they would be passed over in silence.</summary>
    /// <param name="known">The ids of all migrations.</param>
    public IEnumerable<Problem> Strangers(IReadOnlyCollection<string> known) =>
        from entry in Migrations ?? []
        where !known.Contains(entry.Migration)
        let meant = NearestName.Find(entry.Migration, known)
        select new Problem(
            ProblemCodes.NoSuchMigration, $"tandem.yaml has settings for {entry.Migration}, and there is no such migration.", Remedy: meant is null ? null : $"Did you mean {meant}?");

    /// <summary>How runs of a migration work on this target.</summary>
    /// <param name="migration">The migration's id.</param>
    public RunSettings RunsOf(string migration) => (Override(migration) ?? new RunSettings()).Else(this);

    /// <summary>A migration with what is said here about its way back.</summary>
    public Migration Over(Migration migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        var (first, last) = (Override(migration.Id), migration.Rollback);
        var when = (first?.RollbackWhen ?? []).Concat(last?.When ?? []).Concat(RollbackWhen ?? [])
            .GroupBy(t => t.Name, StringComparer.Ordinal).Select(same => new Threshold(same.Key, same.Select(t => t.Rule).Aggregate((one, other) => one.Else(other)))).ToValueList();
        var retain = first?.Retain ?? last?.Retain ?? Retain;
        return when.Count == 0 && retain is null
            ? migration
            : migration with { Rollback = new RollbackRules { When = when, Retain = retain } };
    }

    private EnvironmentSettings? Override(string migration) => Migrations?.FirstOrDefault(m => m.Migration == migration)?.Settings;
}

/// <summary>A migration's settings on a target: a mapping entry <c>id: settings</c> in the file.</summary>
/// <param name="Migration">The migration's id.</param>
/// <param name="Settings">Its settings.</param>
[WrittenAsMapping]
public sealed record MigrationOverride(string Migration, EnvironmentSettings Settings);

/// <summary>What an environment says about migrations, without a second copy of them.</summary>
public record EnvironmentSettings : RunSettings
{
    /// <summary>How long retired storage stays.</summary>
    [Description("How long retired or undone storage stays, for example 14d.")]
    public TimeSpan? Retain { get; init; }

    /// <summary>Conditions for going back.</summary>
    [Description("Conditions as in `rollback.when` of a migration's file, by name: they come beside those of the file. Of two with one name each gives what the other does not say: the file the condition, the target the address.")]
    public ValueList<Threshold>? RollbackWhen { get; init; }
}
