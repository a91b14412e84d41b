using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class SequenceTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Where_a_sequence_stood_is_in_the_backup_and_leads_back_there(int major)
    {
        await using var life = await Life.CreateAsync(major, "create sequence \"Invoice Numbers\" as integer start 7 increment 5 maxvalue 900 cycle");
        await life.StartAsync("0001", new DropSequence { Name = "Invoice Numbers" });
        await life.CompleteAsync("0001");

        // It goes on counting for the old applications until it is dropped.
        (await life.BaseAsync("select nextval('\"Invoice Numbers\"'), nextval('\"Invoice Numbers\"')")).ShouldBe("7|12");
        await life.SunsetAsync("0001");
        (await life.BaseAsync("select count(*) from pg_sequences where schemaname = 'public'")).ShouldBe("0");

        var lines = Encoding.UTF8.GetString(life.Backups.Single(b => b.Key.Contains("sequence", StringComparison.Ordinal) && b.Key.EndsWith(".jsonl", StringComparison.Ordinal)).Value.ToArray()).Trim().Split('\n');
        var head = JsonDocument.Parse(lines[0]).RootElement;
        head.GetProperty("columns").EnumerateArray().Select(c => c.GetString()).ShouldBe(["last_value", "is_called"]);
        lines.Length.ShouldBe(3);
        await life.BaseAsync(head.GetProperty("definition").EnumerateArray().Single().GetString()!);
        await life.BaseAsync($"select setval('\"Invoice Numbers\"', {lines[1].Trim('[', ']')})");
        (await life.BaseAsync("select nextval('\"Invoice Numbers\"')")).ShouldBe("17");
    }
}
