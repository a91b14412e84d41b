using Tandem.Tests.Architecture;
using Tandem.Tests.Docs;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Scripts;

/// <summary>
/// Scripts of commands, with what they print approved line by line. A script is <c>*.script</c>; beside it stands what
/// it printed on each engine. TANDEM_UPDATE_GENERATED=1 writes that anew.
/// </summary>
public sealed class ScriptTests
{
    private const string Folder = "tests/Tandem.EndToEnd.Tests/Scripts";

    public static TheoryData<string> Names { get; } =
        [.. Repository.Files(Folder, ".script").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task It_prints_what_was_approved_on_SQLite(string name) => HoldAsync(name, "sqlite");

    [PostgresTheory]
    [MemberData(nameof(Names))]
    public Task It_prints_what_was_approved_on_PostgreSQL(string name) => HoldAsync(name, "postgres");

    private static async Task HoldAsync(string name, string engine)
    {
        var printed = await Script.RunAsync(Repository.Read($"{Folder}/{name}.script"), engine);
        GeneratedFile.Hold([GeneratedFile.WholeDifference($"{Folder}/{name}.{engine}.txt", printed)]);
    }
}
