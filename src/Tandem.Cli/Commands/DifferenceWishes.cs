using System.CommandLine;
using Tandem.Differences;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary>What a person says about a difference on the command line.</summary>
/// <param name="aim">The schema that is led to, as the help calls it.</param>
internal sealed class DifferenceWishes(string aim)
{
    public Option<string[]> Rename { get; } = Several("--rename", $"What has another name in {aim}; a rename is never guessed.", "table=new|table.column=new|domain=new");

    public Option<string[]> NoRename { get; } = Several("--no-rename", "What was not renamed, although something like it comes.", "table|table.column");

    public Option<string[]> Up { get; } = Several("--up", "The new values of a column, an expression over the old row.", "table.column=expression");

    public Option<string[]> Down { get; } = Several("--down", "The old values of a column, an expression over the new row.", "table.column=expression");

    public Option<bool> AllowDrop { get; } = new("--allow-drop") { Description = $"Write drops of tables, columns and sequences that are not in {aim}." };

    /// <summary>An option that may be given several times.</summary>
    public static Option<string[]> Several(string name, string description, string form) => new(name)
    {
        Description = description + " May be given several times.", HelpName = form, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
    };

    public static ValueList<string> List(string[]? texts) => (texts ?? []).ToValueList();

    public DifferenceOptions Of(ParseResult parse) => new()
    {
        Renames = List(parse.GetValue(Rename)),
        NotRenamed = List(parse.GetValue(NoRename)),
        Up = List(parse.GetValue(Up)),
        Down = List(parse.GetValue(Down)),
        AllowDrop = parse.GetValue(AllowDrop),
    };

    /// <summary>The difference. A person who is there is asked what was renamed, each question until one answer is yes.</summary>
    public static async Task<SchemaDifference> AnsweredAsync(Call call, (DatabaseSchema From, DatabaseSchema To, string Engine) sides, DifferenceOptions options, PlainWriter? plain = null)
    {
        while (true)
        {
            var difference = SchemaDifference.Between(sides.From, sides.To, sides.Engine, options, plain);
            if (difference.Questions is not [var question, ..] || !call.CanAsk)
            {
                return difference;
            }

            var renamed = false;
            foreach (var candidate in question.Candidates)
            {
                renamed = await call.AskAsync($"{question.Name} goes and {candidate} comes. Is {candidate} the new name of {question.Name}?");
                if (renamed)
                {
                    options = options with { Renames = options.Renames.Append($"{question.Name}={candidate}").ToValueList() };
                    break;
                }
            }

            options = renamed ? options : options with { NotRenamed = options.NotRenamed.Append(question.Name).ToValueList() };
        }
    }
}
