using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary>The statements that applications send, as files keep them: a file for each consumer, one or more statements in it.</summary>
internal static class WatchedFiles
{
    /// <summary>Reads the files of a directory, or one file.</summary>
    /// <param name="path">The directory or the file; a directory that is not there has none.</param>
    /// <param name="asked">Whether somebody named it, so that it must be there.</param>
    public static ValueList<WatchedStatement> Read(string path, bool asked)
    {
        try
        {
            return File.Exists(path) ? Statements(path).ToValueList()
                : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.sql").Order(StringComparer.Ordinal).SelectMany(Statements).ToValueList()
                : asked ? throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"There is no file or directory {path}.")
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"{path} cannot be read: {e.Message}");
        }
    }

    private static IEnumerable<WatchedStatement> Statements(string file)
    {
        var text = File.ReadAllText(file);
        var tokens = SqlLexer.Tokenize(text);
        return SqlStatements.Cut(tokens).Select(c => new WatchedStatement(
            text[tokens[c.From].Position..(tokens[c.End - 1].Position + tokens[c.End - 1].Text.Length)], Path.GetFileName(file)));
    }
}
