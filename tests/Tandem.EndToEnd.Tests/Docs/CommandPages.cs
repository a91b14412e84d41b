using System.CommandLine;
using System.ComponentModel;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tandem.Cli;
using Tandem.Cli.Output;
using Tandem.Schema;

namespace Tandem.EndToEnd.Tests.Docs;

/// <summary>The reference of the command line, made from the commands and from the records they answer with.</summary>
internal static class CommandPages
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Type[] Lists = [typeof(IReadOnlyList<>), typeof(ValueList<>), typeof(IAsyncEnumerable<>)];

    public static string Commands()
    {
        var root = CommandTree.Root(CommandTree.Names);
        var text = new StringBuilder(
            $"""
            # The command line

            {CommandTree.Description}

            ```
            tandem COMMAND [arguments] [options]
            ```

            | command | does |
            |---|---|

            """);
        foreach (var command in root.Subcommands)
        {
            text.Append($"| [{command.Name}](#{command.Name}) | {Cell(command.Description)} |\n");
        }

        text.Append("\nEvery command ends with an [exit code](exit-codes.md) and answers with [one JSON document](cli-json.md) where `--output json` is given.\n");
        text.Append("\n## Options of every command\n\n").Append(Options(GlobalOptions.All)).Append("\n`tandem --version` prints the version, `tandem COMMAND --help` what a command takes.\n");
        foreach (var command in root.Subcommands)
        {
            text.Append(Section(command));
        }

        return text.ToString();
    }

    public static string ExitCodeTable()
    {
        var text = new StringBuilder("# Exit codes\n\n| code | meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCodes.All)
        {
            text.Append($"| {code} | {Cell(meaning)} |\n");
        }

        text.Append("\nThe problems with their codes are on standard error, or in the JSON document; each code has [its page](problems/README.md).\n");
        return text.ToString();
    }

    public static string Json()
    {
        var text = new StringBuilder(
            """
            # JSON output

            With `--output json` a command writes exactly one JSON document to standard output, also when it fails; progress and questions go to
            standard error. Keys are only ever added. Times are ISO 8601, sizes are bytes, and what has no value is null.

            ## Every command


            """);
        text.Append(Properties(typeof(FailureView)))
            .Append("\nA command that fails before it has an answer has these keys alone. `plan` answers as `start` does when nothing is pending.\n"
                + "The rows of `ledger --rows` are written as they are read: where that fails in the middle the document is cut off, the exit code is not 0,\n"
                + "and the reason stands on standard error.\n");
        foreach (var group in CommandTree.Views.GroupBy(v => v.View))
        {
            text.Append($"\n## {string.Join(", ", group.Select(v => v.Name))}\n\n").Append(Properties(group.Key, besides: typeof(CommandView)));
        }

        text.Append("\n## Parts\n");
        foreach (var part in Parts().OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append($"\n### {Name(part)}\n\n").Append(Properties(part));
        }

        return text.ToString();
    }

    private static string Section(Command command)
    {
        var usage = string.Join(' ', command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{Upper(a)}]" : Upper(a)).Prepend($"tandem {command.Name}"));
        var text = new StringBuilder($"\n## {command.Name}\n\n{command.Description}\n\n```\n{usage}{(command.Options.Count > 0 ? " [options]" : "")}\n```\n");
        if (command.Arguments.Count > 0)
        {
            text.Append("\n| argument | |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                text.Append($"| `{Upper(argument)}` | {Cell(argument.Description)} |\n");
            }
        }

        return command.Options.Count == 0 ? text.ToString() : text.Append('\n').Append(Options(command.Options)).ToString();
    }

    private static string Upper(Argument argument) =>
        argument.Name.ToUpperInvariant() + (argument.Arity.MaximumNumberOfValues > 1 ? "…" : "");

    // As it is typed.
    private static string? Usual(object? value) => value is Enum word ? word.ToString().ToLowerInvariant() : value?.ToString();

    private static string Options(IEnumerable<Option> options)
    {
        var text = new StringBuilder("| option | |\n|---|---|\n");
        foreach (var option in options)
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(n => n.Length).Select(n => $"`{n}`"));
            var value = option.HelpName is null ? "" : $" `{option.HelpName.Replace("|", "\\|", StringComparison.Ordinal)}`";
            var usual = option is { HasDefaultValue: true, HelpName: not null } ? $" Without it: `{Usual(option.GetDefaultValue())}`." : "";
            text.Append($"| {names}{value} | {Cell(option.Description)}{usual} |\n");
        }

        return text.ToString();
    }

    private static string Properties(Type type, Type? besides = null)
    {
        var text = new StringBuilder("| key | type | |\n|---|---|---|\n");
        foreach (var property in Shown(type).Where(p => besides is null || p.DeclaringType != besides))
        {
            var description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
            text.Append($"| `{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}` | {TypeOf(property)} | {Cell(description)} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<PropertyInfo> Shown(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null && p.GetMethod is not null && p.Name != "EqualityContract")
        .OrderBy(p => p.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0)
        .ThenBy(p => p.MetadataToken);

    private static string TypeOf(PropertyInfo property)
    {
        var name = Name(property.PropertyType);
        var nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.Nullable);
        return nullable ? $"{name} or null" : name;
    }

    private static string Name(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when Item(plain) is { } item => $"list of {Name(item)}",
            _ when plain == typeof(string) || plain.IsEnum || plain == typeof(DateTimeOffset) => plain.IsEnum
                ? string.Join(", ", Enum.GetNames(plain).Select(n => $"`{JsonNamingPolicy.CamelCase.ConvertName(n)}`"))
                : plain == typeof(string) ? "text" : "time",
            _ when plain == typeof(bool) => "true or false",
            _ when plain.IsPrimitive => "number",
            _ => plain.Name.EndsWith("View", StringComparison.Ordinal) && plain.Name.Length > 4 ? plain.Name[..^4].ToLowerInvariant() : plain.Name.ToLowerInvariant(),
        };
    }

    private static Type? Item(Type type) => type.IsGenericType && Lists.Contains(type.GetGenericTypeDefinition())
        ? type.GetGenericArguments()[0]
        : null;

    // Every record that stands inside an answer.
    private static HashSet<Type> Parts()
    {
        var found = new HashSet<Type>();
        var open = new Queue<Type>(CommandTree.Views.Select(v => v.View).Append(typeof(FailureView)));
        while (open.TryDequeue(out var type))
        {
            foreach (var part in Shown(type).Select(p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType).Select(t => Item(t) ?? t))
            {
                if (part.Namespace?.StartsWith("Tandem", StringComparison.Ordinal) == true && !part.IsEnum && found.Add(part))
                {
                    open.Enqueue(part);
                }
            }
        }

        return found;
    }

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
