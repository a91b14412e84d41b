using Tandem.Policy;
using Tandem.Problems;

namespace Tandem.Cli.Targets;

/// <summary>Finds the database that a command is about: <c>--db</c>, then <c>TANDEM_DB</c>, then the default of <c>tandem.yaml</c>.</summary>
internal static class TargetResolver
{
    private const string FileName = "tandem.yaml";

    /// <summary>Whether any of the three names one.</summary>
    public static bool IsNamed(GlobalOptions options) => Named(options, Load(options)) is not null;

    /// <summary>The target that is meant.</summary>
    public static Target Resolve(GlobalOptions options)
    {
        var file = Load(options);
        var named = Named(options, file)
            ?? throw new CommandException(ExitCodes.Usage, ProblemCodes.NoDatabaseNamed, "The command needs a database, and none is named.");
        var target = file?.File.Targets.FirstOrDefault(t => t.Name == named);
        return target is not null ? FromFile(target, file!.Value.Directory)
            : IsUrl(named) ? new Target(null, named, null, Environment.CurrentDirectory)
            : throw Unknown(named, file?.File);
    }

    /// <summary>The directory of migrations: <c>--dir</c>, then what <c>tandem.yaml</c> says, then <c>migrations</c>.</summary>
    public static string MigrationsDirectory(GlobalOptions options) =>
        options.Directory
        ?? (Load(options) is { File.Migrations: { } named } file ? Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(file.Directory, named)) : "migrations");

    /// <summary>The directory of watched statements: what <c>tandem.yaml</c> says, or <c>queries</c>.</summary>
    public static string QueriesDirectory(GlobalOptions options) =>
        Load(options) is { File.Queries: { } named } file ? Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(file.Directory, named)) : "queries";

    /// <summary>What is asked of migrations: what <c>tandem.yaml</c> says, or the file that it names; nothing without either.</summary>
    public static LintPolicy Policy(GlobalOptions options)
    {
        if (Load(options) is not { File.Policy: { } policy } file)
        {
            return new LintPolicy();
        }

        return policy.File is { } name ? ReadPolicy(name, Path.Combine(file.Directory, name)) : policy;
    }

    /// <summary>Whether a text is an address rather than a name.</summary>
    public static bool IsUrl(string text) =>
        text.Contains("://", StringComparison.Ordinal)
        || text.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase)
        || Path.GetExtension(text).ToUpperInvariant() is ".DB" or ".SQLITE" or ".SQLITE3" or ".DB3";

    /// <summary>Whether a text is the name of a target.</summary>
    public static bool IsTarget(GlobalOptions options, string text) => Load(options) is { } file && file.File.Targets.Any(t => t.Name == text);

    private static string? Named(GlobalOptions options, (TargetsFile File, string Directory)? file) =>
        NullIfEmpty(options.Database) ?? NullIfEmpty(Environment.GetEnvironmentVariable("TANDEM_DB")) ?? file?.File.Default;

    private static Target FromFile(NamedTarget target, string directory)
    {
        try
        {
            var url = TargetsFile.Expand(target.Settings.Url, target.Name, Environment.GetEnvironmentVariable);
            if (target.Settings.Schema is { Length: > 0 } schema && !url.Contains("schema=", StringComparison.Ordinal))
            {
                url += (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "schema=" + Uri.EscapeDataString(schema);
            }

            return new Target(target.Name, url, target.Settings, directory);
        }
        catch (TandemException e)
        {
            throw new CommandException(ExitCodes.Usage, e.Problems, e);
        }
    }

    // The text may be a URL with a password that is only mistyped: it is not repeated unless it can be a name.
    private static CommandException Unknown(string named, TargetsFile? file)
    {
        var isName = named.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        var known = file is null ? $"There is no {FileName} here." : $"{FileName} has {string.Join(", ", file.Targets.Select(t => t.Name))}.";
        return new CommandException(
            ExitCodes.Usage, ProblemCodes.UnknownTarget, $"{(isName ? named : "What is given as the database")} is neither a URL nor a target. {known}");
    }

    private static (TargetsFile File, string Directory)? Load(GlobalOptions options)
    {
        var path = Path.GetFullPath(options.Config ?? FileName);
        if (options.Config is null && !File.Exists(path))
        {
            return null;
        }

        try
        {
            return (TargetsFile.Parse(Path.GetFileName(path), File.ReadAllText(path)), Path.GetDirectoryName(path)!);
        }
        catch (TandemException e)
        {
            throw new CommandException(ExitCodes.Usage, e.Problems, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.TargetsUnreadable, $"{options.Config ?? FileName} cannot be read: {e.Message}");
        }
    }

    private static LintPolicy ReadPolicy(string name, string path)
    {
        try
        {
            return LintPolicy.Parse(name, File.ReadAllText(path));
        }
        catch (TandemException e)
        {
            throw new CommandException(ExitCodes.Usage, e.Problems, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.TargetsUnreadable, $"{name} cannot be read: {e.Message}");
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
