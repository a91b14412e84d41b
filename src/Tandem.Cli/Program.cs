using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using Tandem.Cli.Output;
using Tandem.Problems;

namespace Tandem.Cli;

/// <summary>The command line.</summary>
internal static class Program
{
    // Files of arguments (@file) are not read: a name that begins with @ is a name.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The version of this build, without the commit.</summary>
    public static string Version { get; } =
        (typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    private static Task<int> Main(string[] args)
    {
        // Asked for by scripts and prompts all the time: answered before anything else is loaded.
        if (args is ["--version"])
        {
            Console.WriteLine(Version);
            return Task.FromResult(ExitCodes.Done);
        }

        return RunAsync(args);
    }

    private static async Task<int> RunAsync(string[] args)
    {
        var parse = CommandTree.Root(CommandTree.Names.Where(n => args.Contains(n, StringComparer.Ordinal))).Parse(args, Parsing);
        if (parse.Errors.Count > 0 || parse.CommandResult.Command is RootCommand)
        {
            // With all commands: for the list of them.
            parse = CommandTree.Root(CommandTree.Names).Parse(args.Length == 0 ? ["--help"] : args, Parsing);
        }

        var command = parse.CommandResult.Command;
        if (parse.Action is HelpAction help)
        {
            help.MaxWidth = Console.IsOutputRedirected ? Screen.UsualWidth : Math.Min(Console.WindowWidth, 120);
        }
        else if (parse.Errors.Count > 0 || MistakenOption(parse) is not null || WithoutValue(parse) is not null)
        {
            return await Invocation.MisunderstoodAsync(command is RootCommand ? "" : command.Name, new Answer(GlobalOptions.WantJson(args), GlobalOptions.WantEvents(args)), Messages(parse, command));
        }

        return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    // The parser takes an option that it does not know for the value of an argument.
    private static string? MistakenOption(ParseResult parse) => parse.Tokens.Any(t => t.Type == TokenType.DoubleDash)
        ? null
        : parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).FirstOrDefault(v => v.Length > 1 && v[0] == '-');

    // An option that may come several times takes the next option for its value.
    private static Option? WithoutValue(ParseResult parse)
    {
        var known = parse.CommandResult.Command.Options.Concat(GlobalOptions.All).SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet(StringComparer.Ordinal);
        return parse.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(o => o.Tokens.Any(t => known.Contains(t.Value)))?.Option;
    }

    // The parser's own words name types of the runtime.
    private static string Message(ParseError error)
    {
        if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is not { Option: var option } result || error.Message.StartsWith("--", StringComparison.Ordinal))
        {
            return error.Message;
        }

        return result.Tokens is [.., var last] ? $"'{last.Value}' is not what {option.Name} takes: {Taken(option)}." : NeedsValue(option);
    }

    private static string NeedsValue(Option option) => $"{option.Name} needs a value: {Taken(option)}.";

    private static string Taken(Option option) => option.ValueType == typeof(int) || option.ValueType == typeof(int?) ? "a whole number" : option.HelpName ?? "a value";

    private static IEnumerable<string> Messages(ParseResult parse, Command command)
    {
        if (MistakenOption(parse) is { } option)
        {
            var known = command.Options.Concat(GlobalOptions.All).Select(o => o.Name);
            return [$"'{option}' is not an option of {command.Name}.{(NearestName.Find(option, known) is { } near ? $" Did you mean '{near}'?" : "")}"];
        }

        if (WithoutValue(parse) is { } empty)
        {
            return [NeedsValue(empty)];
        }

        if (command is not RootCommand || parse.UnmatchedTokens is not [var written, ..])
        {
            return parse.Errors.Select(Message).Distinct();
        }

        var meant = NearestName.Find(written, CommandTree.Names);
        return [$"'{written}' is not a command.{(meant is null ? "" : $" Did you mean '{meant}'?")}"];
    }
}
