using System.CommandLine;

namespace Tandem.Cli.Commands;

/// <summary>The option <c>--sandbox</c>.</summary>
internal static class SandboxOption
{
    /// <summary>A new one for a command.</summary>
    public static Option<string?> Create() => new("--sandbox")
    {
        Description = "Try `sql` operations first, and whether the texts of views, functions, triggers and policies compile, on a copy of the schema without its rows: here, in a database that is made on the target's server and dropped again, or on the server of a URL. SQLite needs no option for that. `plan` also carries the change out there on made-up rows, on SQLite in a file of its own: how long it takes, and what it makes of the plans of watched statements.",
        HelpName = "here|URL",
    };

    /// <summary>Tells the call what was said.</summary>
    public static void Heed(this Option<string?> option, Call call, ParseResult parse) => call.SandboxPlace = parse.GetValue(option);
}
