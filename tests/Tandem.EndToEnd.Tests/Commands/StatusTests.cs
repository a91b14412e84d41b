using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What the status advises.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task Only_what_can_come_next_is_advised()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("tandem.yaml", $"default: app\ntargets: {{ app: {{ url: \"{project.Url}\", old_quiet: 0s }} }}\n");
        foreach (var id in new[] { "0001_a", "0002_b", "0003_c", "0004_d" })
        {
            project.Write($"migrations/{id}.yaml", $"title: x\nwhy: w\nowner: o\noperations:\n  - add_column: {{ table: items, name: n{id}, type: text }}\n");
        }

        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await project.TandemAsync("start")).ShouldEndWith(0);
            (await project.TandemAsync("complete", "--yes")).ShouldEndWith(0);
        }

        await ShouldAdviseAsync("tandem plan 0004_d, tandem start 0004_d, tandem sunset 0001_a, tandem rollback 0003_c");
        (await project.TandemAsync("rollback", "--yes")).ShouldEndWith(0);
        await ShouldAdviseAsync("tandem start 0003_c, tandem sunset 0003_c, tandem sunset 0001_a, tandem rollback 0002_b");
        (await project.TandemAsync("start", "0003_c")).ShouldEndWith(0);
        await ShouldAdviseAsync("tandem complete 0003_c, tandem rollback 0003_c");

        async Task ShouldAdviseAsync(string commands)
        {
            var words = (await project.TandemAsync("status")).ShouldEndWith(0).Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string.Join(' ', words.SkipWhile(w => w != "next:").Skip(1)).ShouldBe(commands);
        }
    }
}
