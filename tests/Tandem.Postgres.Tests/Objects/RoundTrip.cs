using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Tests.Conformance;

namespace Tandem.Postgres.Tests.Objects;

/// <summary>Introspect → DDL → empty database → introspect: equal, and so are the dumps where pg_dump can read the server, and the schemas as files.</summary>
internal static partial class RoundTrip
{
    /// <summary>Carries a script out as one transaction.</summary>
    public static async Task ApplyAsync(Target target, IEnumerable<string> statements)
    {
        await using var session = await target.SessionAsync();
        await session.ApplyAsync([.. statements.Select(s => new SqlStatement(s))], ApplyOptions.Default, CancellationToken.None);
    }

    /// <summary>The schemas as they came back, compared with those that went; fails where they differ.</summary>
    public static async Task<DatabaseSchema[]> CheckAsync(Target target, int major)
    {
        var before = await InspectAsync(target);
        await using var empty = await Target.CreateAsync("", "public", major);
        await ApplyAsync(empty, PostgresDdl.Statements(before));

        var after = await InspectAsync(empty);
        after.Select(s => s.Name).ShouldBe(before.Select(s => s.Name));
        foreach (var (one, other) in after.Zip(before))
        {
            one.ShouldBeSame(other);
            SchemaText.ShouldHoldAllOf(other, "postgres");
        }

        if (major <= 15 && await DumpAsync(target) is { } dump)
        {
            (await DumpAsync(empty))!.Split('\n').ShouldBeSame(dump.Split('\n'));
        }

        return before;
    }

    private static async Task<DatabaseSchema[]> InspectAsync(Target target)
    {
        var names = new List<string>();
        await using (var connection = new NpgsqlConnection(target.Server.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'tandem') order by nspname", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }

        var schemas = new List<DatabaseSchema>();
        foreach (var name in names)
        {
            await using var database = Target.Open($"{target.Server.Url}?schema={Uri.EscapeDataString(name)}");
            schemas.Add(await database.InspectAsync(CancellationToken.None));
        }

        return [.. schemas];
    }

    /// <summary>
    /// What pg_dump says, entry by entry in one order: entries of one kind stand in the order of names that may be equal, and
    /// rights in none. Null where there is no pg_dump.
    /// </summary>
    private static Task<string?> DumpAsync(Target target) => DumpAsync(target.Server.ConnectionString);

    /// <summary>The same of a database, or of one of its schemas alone.</summary>
    public static async Task<string?> DumpAsync(string connectionString, string? schema = null)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        string[] part = schema is null ? [] : ["-n", schema];
        var start = new ProcessStartInfo("pg_dump", ["-s", .. part, "-h", address.Host!, "-p", $"{address.Port}", "-U", address.Username!, address.Database!])
        {
            Environment = { ["PGPASSWORD"] = address.Password },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, await error);
            var text = Restricted().Replace(await output, "");
            return string.Join('\n', text.Split('\n').Select((line, i) => (line, i)).GroupBy(l => Rights().IsMatch(l.line) ? -1 : l.i).SelectMany(g => g.Select(l => l.line).Order(StringComparer.Ordinal)));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\\(un)?restrict .*$", RegexOptions.Multiline)]
    private static partial Regex Restricted();

    [GeneratedRegex("^(GRANT|REVOKE|SET SESSION AUTHORIZATION|RESET SESSION AUTHORIZATION)")]
    private static partial Regex Rights();
}
