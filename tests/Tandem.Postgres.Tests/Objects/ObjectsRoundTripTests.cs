using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Objects;

/// <summary>Introspect → DDL → empty database → introspect: equal, and so are the dumps where pg_dump can read the server.</summary>
public sealed partial class ObjectsRoundTripTests
{
    private static readonly string[] Names = [EveryObject.Schema, "other"];

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Every_object_written_and_read_again_is_the_same(int major)
    {
        await using var target = await Target.CreateAsync("", "public", major);
        await ApplyAsync(target, PostgresText.Split(EveryObject.Script(major)));
        await using var empty = await Target.CreateAsync("", "public", major);
        var before = await InspectAsync(target);

        await ApplyAsync(empty, PostgresDdl.Statements(before));

        var after = await InspectAsync(empty);
        foreach (var (one, other) in after.Zip(before))
        {
            one.ShouldBeSame(other);
        }

        before.SelectMany(s => s.Unmanaged).ShouldBeEmpty();
        if (major <= 15 && await DumpAsync(target) is { } dump)
        {
            (await DumpAsync(empty))!.ShouldBe(dump);
        }
    }

    private static async Task ApplyAsync(Target target, IEnumerable<string> statements)
    {
        await using var session = await target.SessionAsync();
        await session.ApplyAsync([.. statements.Select(s => new SqlStatement(s))], ApplyOptions.Default, CancellationToken.None);
    }

    private static async Task<DatabaseSchema[]> InspectAsync(Target target)
    {
        var schemas = new List<DatabaseSchema>();
        foreach (var name in Names)
        {
            await using var database = Target.Open($"{target.Server.Url}?schema={Uri.EscapeDataString(name)}");
            schemas.Add(await database.InspectAsync(CancellationToken.None));
        }

        return [.. schemas];
    }

    /// <summary>What pg_dump says, one line after the other; rights in one order, since they have none. Null where there is no pg_dump.</summary>
    private static async Task<string?> DumpAsync(Target target)
    {
        var address = new NpgsqlConnectionStringBuilder(target.Server.ConnectionString);
        var start = new ProcessStartInfo("pg_dump")
        {
            ArgumentList = { "-s", "-h", address.Host!, "-p", $"{address.Port}", "-U", address.Username!, address.Database! },
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
