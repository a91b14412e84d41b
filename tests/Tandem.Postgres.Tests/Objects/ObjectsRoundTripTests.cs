using Shouldly;
using Tandem.Postgres.Connections;
using Tandem.Tests.Architecture;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Objects;

public sealed class ObjectsRoundTripTests
{
    public static TheoryData<string, int> Foreign
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var file in Directory.EnumerateFiles(Folder, "*.sql").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal))
            {
                foreach (var major in PostgresVersions.EndFor(file))
                {
                    data.Add(file, major);
                }
            }

            return data;
        }
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "Tandem.Postgres.Tests", "Objects", "Foreign");

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Every_object_written_and_read_again_is_the_same(int major)
    {
        await using var target = await Target.CreateAsync("", "public", major);
        await RoundTrip.ApplyAsync(target, PostgresText.Split(EveryObject.Script(major)));
        (await RoundTrip.CheckAsync(target, major)).SelectMany(s => s.Unmanaged).ShouldBeEmpty();
    }

    [PostgresTheory]
    [MemberData(nameof(Foreign))]
    public async Task Schemas_in_the_style_of_applications_come_back_whole(string file, int major)
    {
        await using var target = await Target.CreateAsync("", "public", major);
        await RoundTrip.ApplyAsync(target, PostgresText.Split(For(major, await File.ReadAllTextAsync(Path.Combine(Folder, file)))));
        var schemas = await RoundTrip.CheckAsync(target, major);
        schemas.SelectMany(s => s.Unmanaged.Select(u => $"{u.Kind} {u.Name}")).Distinct().ShouldBeEmpty();
    }

    [PostgresTheory]
    [InlineData(17, "create table parts (at int4range, room int4range, seat int4range, exclude using gist (room with =, at with &&), constraint held exclude using gist (room with =, seat with -|-)) partition by list (room)")]
    [InlineData(18, "create table parts (at int4range, room int4range, primary key (room, at without overlaps), constraint twice unique (room, at without overlaps)) partition by list (room)")]
    public async Task A_rule_over_overlaps_comes_to_its_partitions(int major, string table)
    {
        await using var target = await Target.CreateAsync("", "public", major);
        await RoundTrip.ApplyAsync(target, [table, "create table parts_1 partition of parts for values in ('[1,2)')", "create table parts_2 partition of parts default"]);
        if (major > 17)
        {
            await RoundTrip.ApplyAsync(target, ["alter table parts_1 rename constraint parts_1_pkey to own", "comment on constraint own on parts_1 is 'x'"]);
        }

        _ = await RoundTrip.CheckAsync(target, major);
    }

    // What stands between "-- from 15" and "-- end" is for that server and newer ones.
    private static string For(int major, string script)
    {
        var kept = new List<string>();
        var from = 0;
        foreach (var line in script.Split('\n'))
        {
            from = line.StartsWith("-- from ", StringComparison.Ordinal) ? int.Parse(line[8..], System.Globalization.CultureInfo.InvariantCulture)
                : line == "-- end" ? 0 : from;
            if (major >= from)
            {
                kept.Add(line);
            }
        }

        return string.Join('\n', kept);
    }
}
