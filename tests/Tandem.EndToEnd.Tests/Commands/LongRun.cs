using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>
/// A migration that takes its time, and its process: for what is done to a run while it goes on. Its pauses are many times
/// its batches, so that a slow machine, which is slow for all who take part, leaves as much time as a quick one.
/// </summary>
internal sealed class LongRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>How many rows there are.</summary>
    public const int Rows = 10_000;

    private LongRun(Project project) => Project = project;

    public Project Project { get; }

    /// <summary>A project with one big table and a migration that fills two columns of it in small batches.</summary>
    public static async Task<LongRun> OnAsync(string engine, int rows = Rows)
    {
        var project = await Project.OnAsync(
            engine,
            "create table customers (id integer primary key, name text not null)",
            $"insert into customers with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select i, 'Ada Lovelace' from n");
        Configure(project, "batch_time: 2ms, batch_pause: 20");
        project.Write("migrations/0001_split.yaml", """
            title: Split the name
            why: salutations
            owner: crm
            operations:
              - split_column:
                  table: customers
                  column: name
                  into:
                    - name: first_name
                      type: text
                      up: { postgres: "split_part(name, ' ', 1)", sqlite: "substr(name, 1, instr(name || ' ', ' ') - 1)" }
                    - name: last_name
                      type: text
                      up: { postgres: "nullif(substr(name, strpos(name || ' ', ' ') + 1), '')", sqlite: "nullif(substr(name, instr(name || ' ', ' ') + 1), '')" }
                  down: first_name || coalesce(' ' || last_name, '')
            """);
        return new LongRun(project);
    }

    /// <summary>Whatever runs from now on makes no pauses.</summary>
    public void Hurry() => Configure(Project, "batch_pause: 0");

    /// <summary>Calls the tool on the project's target.</summary>
    public Task<ToolResult> TandemAsync(params string[] arguments) => Tool.RunAsync(Project.Root, arguments, ("APP_DB", Project.Url));

    /// <summary>Starts a command and waits until it fills rows.</summary>
    public async Task<Process> BeginAsync(params string[] arguments)
    {
        var process = Tool.Start(Project.Root, arguments, ("APP_DB", Project.Url));
        var begun = Stopwatch.GetTimestamp();
        while (!await FillsAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException("The run was over before it could be caught: " + (await Tool.EndAsync(process)).All);
            }

            await Task.Delay(Between);
        }

        return process;
    }

    /// <summary>The migration's entry in the status.</summary>
    public async Task<JsonElement> MigrationAsync()
    {
        var status = (await TandemAsync("status", "--output", "json")).ShouldEndWith(0).Json();
        return status.GetProperty("migrations").EnumerateArray().Single(m => m.GetProperty("migration").GetString() == "0001_split");
    }

    public ValueTask DisposeAsync() => Project.DisposeAsync();

    private static void Configure(Project project, string pace) =>
        project.Write("tandem.yaml", $"default: app\ntargets: {{ app: {{ url: \"${{APP_DB}}\", old_quiet: 0s, {pace} }} }}\n");

    private async Task<bool> FillsAsync()
    {
        var result = await TandemAsync("status", "--output", "json");
        return result.ExitCode == 0 && result.Json().GetProperty("runner").ValueKind != JsonValueKind.Null && result.Json().GetProperty("steps").EnumerateArray().Any(s =>
            s.GetProperty("status").GetString() == "running" && s.GetProperty("rowsDone").GetInt64() > 0);
    }
}
