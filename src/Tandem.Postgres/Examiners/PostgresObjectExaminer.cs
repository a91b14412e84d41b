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

        if (routine.Code != RoutineKind.Aggregate && await LibraryAsync(reading, RoutineText.Of(routine), cancellationToken).ConfigureAwait(false) is { } lack)
        {
            problems.Add(new Problem(ProblemCodes.NoSuchObject, $"The {routine.Kind} {routine.Identity} {lack}", Subject: routine.Identity, Remedy: "Correct the name, or install the file on the server's machine first; `create_extension` makes the functions of an extension."));
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

    /// <summary>What a function that is no text needs of the server and is not there. Who may not look into its directory is told nothing.</summary>
    private static async Task<string?> LibraryAsync(PostgresReading reading, RoutineText text, CancellationToken cancellationToken)
    {
        var source = text.Source.Trim();
        switch (text.Language.ToLowerInvariant())
        {
            case "internal":
                return await IsUnknownAsync(reading, "select not exists (select from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang where l.lanname = 'internal' and p.prosrc = @name)", source, cancellationToken).ConfigureAwait(false)
                    ? $"is {source}, which the server does not have built in." : null;
            case "c" when source.StartsWith("$libdir/", StringComparison.Ordinal) || !source.Contains('/', StringComparison.Ordinal):
                var (answer, _) = await reading.TryAsync(
                    new SqlStatement(
                        """
                        select bool_and(pg_catalog.pg_stat_file(c.setting || '/' || @file || s.suffix, true) is null) as lacks
                        from pg_catalog.pg_config() c, (values (''), ('.so'), ('.dylib'), ('.dll')) s (suffix) where c.name = 'PKGLIBDIR' and pg_catalog.current_setting('dynamic_library_path') = '$libdir'
                        """,
                        new SqlArgument("file", source.StartsWith("$libdir/", StringComparison.Ordinal) ? source["$libdir/".Length..] : source)),
                    cancellationToken).ConfigureAwait(false);
                return answer?.Rows is [[true]] ? $"is in the file {source}, which the server does not have." : null;
            default:
                return null;
        }
    }

    // What has a point in its name the server takes from anybody.
    private static string? Setting(string text) => SqlLexer.Tokenize(text) is [var name, var next, ..] && !next.IsSymbol(".") && !name.Is("time") ? name.Name : null;

    private static async Task<bool> IsUnknownAsync(PostgresReading reading, string query, string name, CancellationToken cancellationToken) =>
        (await reading.QueryAsync(new SqlStatement(query, new SqlArgument("name", name)), cancellationToken).ConfigureAwait(false)).Rows[0][0] is true;
}
