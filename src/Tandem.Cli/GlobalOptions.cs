using System.CommandLine;

namespace Tandem.Cli;

/// <summary>The options that every command takes.</summary>
/// <param name="Database">URL or name of the target, or null.</param>
/// <param name="Directory">The directory of migrations, or null for the usual one.</param>
/// <param name="Config">The file of targets, or null for the usual one.</param>
/// <param name="Json">Whether the answer is one JSON document.</param>
/// <param name="Events">Whether progress is told as events, a JSON line for each, and nothing else stands on standard error.</param>
/// <param name="Yes">Whether every question is answered with yes.</param>
/// <param name="Verbose">Whether defects come with their stack, and more is told on the way.</param>
internal sealed record GlobalOptions(string? Database, string? Directory, string? Config, bool Json, bool Events, bool Yes, bool Verbose)
{
    private static readonly Option<string?> DatabaseOption = new("--db")
    {
        Description = "The database: a URL (sqlite:path/to/file.db, postgres://user@host/database?schema=name) or a target of tandem.yaml. "
            + "Without it, TANDEM_DB, else the default of tandem.yaml.",
        HelpName = "URL|name",
        Recursive = true,
    };

    private static readonly Option<string?> DirectoryOption = new("--dir")
    {
        Description = "The directory of migrations (default: migrations).",
        HelpName = "path",
        Recursive = true,
    };

    private static readonly Option<string?> ConfigOption = new("--config")
    {
        Description = "The file of targets (default: tandem.yaml in the current directory).",
        HelpName = "path",
        Recursive = true,
    };

    private static readonly Option<string> OutputOption = new("--output", "-o")
    {
        Description = "How to answer: text for people, or json, one document.",
        HelpName = "text|json",
        Recursive = true,
        DefaultValueFactory = _ => "text",
    };

    private static readonly Option<string> ProgressOption = new("--progress")
    {
        Description = "How to tell on standard error what goes on: text for people, or json, a line for each event and nothing else.",
        HelpName = "text|json",
        Recursive = true,
        DefaultValueFactory = _ => "text",
    };

    private static readonly Option<bool> YesOption = new("--yes", "-y")
    {
        Description = "Do not ask; do what the command says it will do.",
        Recursive = true,
    };

    private static readonly Option<bool> VerboseOption = new("--verbose", "-v")
    {
        Description = "Tell more: the stack of a defect.",
        Recursive = true,
    };

    static GlobalOptions()
    {
        OutputOption.AcceptOnlyFromAmong("text", "json");
        ProgressOption.AcceptOnlyFromAmong("text", "json");
    }

    /// <summary>The options, for the root command.</summary>
    public static IReadOnlyList<Option> All => [DatabaseOption, DirectoryOption, ConfigOption, OutputOption, ProgressOption, YesOption, VerboseOption];

    /// <summary>The values that were given.</summary>
    public static GlobalOptions From(ParseResult parse) => new(
        parse.GetValue(DatabaseOption),
        parse.GetValue(DirectoryOption),
        parse.GetValue(ConfigOption),
        parse.GetValue(OutputOption) is "json",
        parse.GetValue(ProgressOption) is "json",
        parse.GetValue(YesOption),
        parse.GetValue(VerboseOption));

    /// <summary>Whether arguments that could not be parsed ask for JSON all the same.</summary>
    public static bool WantJson(string[] arguments) => Want(arguments, ["--output", "-o"]);

    /// <summary>Whether arguments that could not be parsed ask for events all the same.</summary>
    public static bool WantEvents(string[] arguments) => Want(arguments, ["--progress"]);

    private static bool Want(string[] arguments, string[] names) => arguments.Zip(arguments.Skip(1).Append("")).Any(a =>
        names.Any(n => (a.First == n && a.Second == "json") || a.First == $"{n}=json" || a.First == $"{n}:json"));
}
