using System.CommandLine;
using Tandem.Cli.Targets;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary>The database as the first word of a command that only looks: the first thing that somebody types who has nothing but its URL.</summary>
internal static class DatabaseArgument
{
    /// <summary>The words of such a command; the first may be the database.</summary>
    /// <param name="name">What they are called in the command's help.</param>
    /// <param name="description">What they mean.</param>
    /// <param name="fewest">How many there must be.</param>
    public static Argument<string[]> Create(string name, string description, int fewest) => new(name)
    {
        Arity = new ArgumentArity(fewest, 2), Description = $"{description} A URL before it is the database.",
    };

    /// <summary>What is meant besides the database, which the call then talks to; null when nothing else is said.</summary>
    /// <exception cref="CommandException">There are two words, and the first is no database.</exception>
    public static string? Take(Call call, string[]? words)
    {
        if (words is not [var first, ..])
        {
            return null;
        }

        if (words.Length == 2 || TargetResolver.IsUrl(first))
        {
            At(call, first);
            return words.Length == 2 ? words[1] : null;
        }

        return first;
    }

    /// <summary>The call talks to this database from here on.</summary>
    /// <exception cref="CommandException">Another one is named with --db.</exception>
    public static void At(Call call, string named)
    {
        if (call.Options.Database is not null)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "The database is named twice: as a word of its own and with --db.");
        }

        call.At(named);
    }
}
