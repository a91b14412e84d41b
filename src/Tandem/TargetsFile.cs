using System.ComponentModel;
using System.Text.RegularExpressions;
using Tandem.Migrations;
using Tandem.Operations;
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

    /// <summary>The targets by name.</summary>
    [Description("The targets by name.")]
    public required ValueList<NamedTarget> Targets { get; init; }

    /// <summary>Reads the text of a file; throws with every problem it has.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    public static TargetsFile Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<Problem>();
        var places = new SourceMap();
        var root = string.IsNullOrWhiteSpace(text) ? null : YamlNodes.Read(name, text, problems);
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

        return file is null || problems.Count > 0 ? throw new TandemException(problems) : file;
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

/// <summary>The settings of a target.</summary>
public sealed record TargetSettings
{
    /// <summary>The database's address.</summary>
    [Description("The database's address: sqlite:path/to/file.db (relative to this file) or postgres://user:${PASSWORD}@host:port/database.")]
    public required string Url { get; init; }

    /// <summary>The schema.</summary>
    [Description("The schema, when the URL does not name one (PostgreSQL).")]
    public string? Schema { get; init; }

    /// <summary>How long a batch is meant to take.</summary>
    [Description("How long one batch of a backfill is meant to take, for example 20ms.")]
    public TimeSpan? BatchTime { get; init; }

    /// <summary>The pause after a batch, in durations of that batch.</summary>
    [Description("The pause after each batch of a backfill, in durations of that batch: 3 leaves the database to others for three quarters of the time. Without it 1 on SQLite, which has one writer, and 0 on PostgreSQL.")]
    public int? BatchPause { get; init; }

    /// <summary>How long one statement may wait for a lock.</summary>
    [Description("How long one statement may wait in the queue for a lock, for example 50ms.")]
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>How long it is tried to get a lock.</summary>
    [Description("How long it is tried to get a lock, with pauses, before the run stops and names who holds it, for example 5m.")]
    public TimeSpan? LockDeadline { get; init; }

    /// <summary>How long old applications must have been quiet.</summary>
    [Description("How long applications of the old version must not have been seen at work before complete ends its service, for example 10m; without it 1m, and 0s does not ask.")]
    public TimeSpan? OldQuiet { get; init; }

    /// <summary>How long retired storage stays.</summary>
    [Description("How long retired or undone storage stays when the migration does not say it, for example 14d.")]
    public TimeSpan? Retain { get; init; }

    /// <summary>Where backups are written.</summary>
    [Description("The directory for the backups that sunset writes, relative to this file.")]
    public string? Backups { get; init; }

    /// <summary>Where SQL of a migration's own is tried.</summary>
    [Description("Where `sql` operations are tried before they run: `here`, in a database that is made on the target's server and dropped again, or the address of a database on another server (PostgreSQL; on SQLite they are always tried, in memory).")]
    public string? Sandbox { get; init; }
}
