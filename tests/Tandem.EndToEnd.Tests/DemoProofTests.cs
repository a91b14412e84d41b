using Microsoft.Data.Sqlite;
using Shouldly;
using Tandem.Cli.Demo;
using Xunit;

namespace Tandem.EndToEnd.Tests;

/// <summary>The demo's proof proves something: it finds what is lost, changed or added behind the applications' backs.</summary>
public sealed class DemoProofTests
{
    private const int Rows = 200;

    [Theory]
    [InlineData("select 1", 0, 0, 0)]
    [InlineData("delete from orders where id = 7", 1, 0, 0)]
    [InlineData("update customers set name = name || ' ' where id = 7", 0, 1, 0)]
    [InlineData("update customers set status = (status + 1) % 4 where id in (7, 8)", 0, 2, 0)]
    [InlineData("insert into customers (name, email, city) values ('Nobody', 'nobody@example.org', 'Lyon')", 0, 0, 1)]
    public async Task What_nobody_acknowledged_is_found(string tampering, long lost, long different, long unexpected)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "crm.db");
        await using var demo = new SqliteDemoDatabase(file);
        var model = new DemoModel();
        await demo.MakeAsync(default);
        await demo.FillAsync(Rows, model, default);
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = new SqliteCommand(tampering, connection);
            await command.ExecuteNonQueryAsync();
        }

        var comparison = await DemoComparison.MakeAsync(model, demo.Access(DemoVersion.Old, DemoVersion.Old), default);
        comparison.ShouldBe(new DemoComparison(comparison.Rows, lost, different, unexpected));
        comparison.Rows.ShouldBeGreaterThan(2 * Rows);
    }

    [Fact]
    public async Task An_application_counts_every_failure()
    {
        using var folder = new TemporaryFolder();
        await using var demo = new SqliteDemoDatabase(Path.Combine(folder.Path, "crm.db"));
        var model = new DemoModel();
        await demo.MakeAsync(default);
        await demo.FillAsync(Rows, model, default);
        var meter = new DemoMeter();
        await using var crew = new DemoCrew(model, meter, TimeProvider.System, seed: 1);

        // Nothing is migrated here: the new version is not served.
        crew.Start(demo.Access(DemoVersion.New, DemoVersion.Old));
        while (meter.Failed < 10)
        {
            await Task.Delay(20);
        }

        await crew.StopAsync();
        meter.Failures.ShouldNotBeEmpty();
        meter.Within(1).ShouldBeGreaterThanOrEqualTo(0);
    }
}
