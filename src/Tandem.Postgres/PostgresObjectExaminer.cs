using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>Asks the server for what objects of a migration need and it cannot make: extensions that are installed beside it, functions that triggers call.</summary>
internal static class PostgresObjectExaminer
{
    /// <summary>What is not there.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, Inquiry inquiry, PostgresMade made, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var extension in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<Extension>())
        {
            var versions = await reading.QueryAsync(
                new SqlStatement("select version from pg_catalog.pg_available_extension_versions where name = @name order by 1", new SqlArgument("name", extension.Name)), cancellationToken).ConfigureAwait(false);
            var known = versions.Rows.Select(r => (string)r[0]!).ToList();
            if (known.Count == 0 || (extension.Version.Length > 0 && !known.Contains(extension.Version)))
            {
                problems.Add(new Problem(
                    ProblemCodes.NoSuchObject, $"The server has no extension {extension.Name}{(known.Count == 0 ? "" : $" in the version {extension.Version}; it has {string.Join(", ", known)}")}.", Subject: extension.Name,
                    Remedy: "Install the extension's files on the server's machine first; `select * from pg_available_extensions` lists what is there."));
            }
        }

        foreach (var trigger in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<Trigger>())
        {
            if (Function(trigger.Definition) is { } function && !made.IsIn(function) && await IsMissingAsync(reading, function, cancellationToken).ConfigureAwait(false))
            {
                problems.Add(new Problem(ProblemCodes.NoSuchObject, $"The trigger {trigger.Name} of {trigger.Table} calls the function {function}(), which is not there.", Subject: trigger.Identity));
            }
        }

        return problems;
    }

    private static async Task<bool> IsMissingAsync(PostgresReading reading, string function, CancellationToken cancellationToken)
    {
        var (answer, failure) = await reading.TryAsync(
            new SqlStatement("select pg_catalog.to_regprocedure(@name) is null as lacks", new SqlArgument("name", $"{function}()")), cancellationToken).ConfigureAwait(false);
        return failure is null && answer!.Rows[0][0] is true;
    }

    /// <summary>The name of the function, as it is written.</summary>
    private static string? Function(string trigger)
    {
        var tokens = SqlLexer.Tokenize(trigger);
        for (var i = 1; i + 1 < tokens.Count; i++)
        {
            if (tokens[i - 1].Is("execute") && (tokens[i].Is("function") || tokens[i].Is("procedure")))
            {
                var open = tokens.Skip(i + 1).FirstOrDefault(t => t.IsSymbol("("));
                return open.Position > 0 ? trigger[tokens[i + 1].Position..open.Position].Trim() : null;
            }
        }

        return null;
    }
}
