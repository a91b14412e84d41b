using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server for what objects of a migration need and it cannot make: extensions that are installed beside it, languages, settings.</summary>
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

        foreach (var extension in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<Extension>())
        {
            var lacking = await reading.QueryAsync(
                new SqlStatement(
                    """
                    select r.name::text from pg_catalog.pg_available_extension_versions v join pg_catalog.pg_available_extensions a on a.name = v.name, unnest(v.requires) r (name)
                    where v.name = @name and v.version = coalesce(nullif(@version, ''), a.default_version) and not exists (select from pg_catalog.pg_extension e where e.extname = r.name) order by 1
                    """,
                    new SqlArgument("name", extension.Name), new SqlArgument("version", extension.Version)),
                cancellationToken).ConfigureAwait(false);
            problems.AddRange(lacking.Rows.Select(r => (string)r[0]!).Where(n => !inquiry.Objects.Any(o => o.After is Extension && o.Name == n)).Select(n => new Problem(
                ProblemCodes.NoSuchObject, $"The extension {extension.Name} needs the extension {n}, which is not there.", Subject: extension.Name, Remedy: $"Make {n} first, in this migration or before it (`create_extension`).")));
        }

        foreach (var routine in made.Anything ? [] : inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Routine>())
        {
            problems.AddRange(await RoutineAsync(reading, routine, cancellationToken).ConfigureAwait(false));
        }

        return problems;
    }

    private static async Task<IEnumerable<Problem>> RoutineAsync(PostgresReading reading, Routine routine, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        if (routine.Language is { } language && await IsUnknownAsync(reading, "select not exists (select from pg_catalog.pg_language where lanname = @name)", language, cancellationToken).ConfigureAwait(false))
        {
            problems.Add(new Problem(
                ProblemCodes.NoSuchObject, $"The {routine.Kind} {routine.Identity} is written in {language}, which the server does not have.", Subject: routine.Identity,
                Remedy: "Correct the language, or make its extension first (`create_extension`)."));
        }

        foreach (var setting in routine.Code == RoutineKind.Aggregate ? [] : RoutineText.Of(routine).Settings.Select(Setting).OfType<string>())
        {
            if (await IsUnknownAsync(reading, "select pg_catalog.current_setting(@name, true) is null", setting, cancellationToken).ConfigureAwait(false))
            {
                problems.Add(new Problem(ProblemCodes.NoSuchObject, $"The {routine.Kind} {routine.Identity} sets {setting}, which the server does not know.", Subject: routine.Identity, Remedy: "Correct the setting's name."));
            }
        }

        return problems;
    }

    // What has a point in its name the server takes from anybody.
    private static string? Setting(string text) => SqlLexer.Tokenize(text) is [var name, var next, ..] && !next.IsSymbol(".") && !name.Is("time") ? name.Name : null;

    private static async Task<bool> IsUnknownAsync(PostgresReading reading, string query, string name, CancellationToken cancellationToken) =>
        (await reading.QueryAsync(new SqlStatement(query, new SqlArgument("name", name)), cancellationToken).ConfigureAwait(false)).Rows[0][0] is true;
}
