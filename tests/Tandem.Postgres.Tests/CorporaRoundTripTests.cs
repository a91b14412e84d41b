using Shouldly;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Tests.Objects;
using Tandem.Schema;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class CorporaRoundTripTests
{
    public static TheoryData<string, int> Chinooks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var path in new[] { "chinook/Chinook_PostgreSql.sql", "chinook/Chinook_PostgreSql_SerialPKs.sql" })
            {
                foreach (var major in PostgresVersions.EndFor(path))
                {
                    data.Add(path, major);
                }
            }

            return data;
        }
    }

    [CorporaTheory]
    [MemberData(nameof(Chinooks))]
    public async Task Chinook_written_and_read_again_is_the_same(string path, int major)
    {
        var script = Corpora.Read(path);
        await using var target = await Target.CreateAsync(Loadable(script, rows: false), major: major);

        var schema = await RoundTripAsync(target, major);

        schema.Tables.Count.ShouldBe(11);
        schema.Tables.Sum(t => t.ForeignKeys.Count).ShouldBe(11);
        schema.Unmanaged.ShouldBeEmpty();
        schema.Tables.ShouldAllBe(t => t.NotUnderstood.Count == 0);
    }

    [CorporaTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Sakila_written_and_read_again_is_the_same(int major)
    {
        var script = Corpora.Read("sakila-pg/postgres-sakila-schema.sql");
        await using var target = await Target.CreateAsync(Loadable(script, rows: true), major: major);
        var schema = await RoundTripAsync(target, major);

        schema.Tables.Count.ShouldBe(21);
        schema.Views.Count.ShouldBe(7);
        schema.Table("payment")!.NotUnderstood.ShouldContain("payment_p2007_01 inherits from it");
        schema.Table("film")!.Triggers.Select(t => t.Name).ShouldBe(["film_fulltext_trigger", "last_updated"]);
        schema.Dependents.ShouldContain(new Dependent(DependentKind.TriggerText, "film_fulltext_trigger", "film", "description"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.View, "customer_list", "customer", "first_name"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.FunctionRowType, "rewards_report", "customer"));
        schema.Find("aggregate", "group_concat(text)").ShouldBeOfType<Routine>().Definition
            .ShouldBe("CREATE OR REPLACE AGGREGATE public.group_concat (text) (SFUNC = _group_concat, STYPE = text)");
        schema.Unmanaged.ShouldBeEmpty();
    }

    private static async Task<DatabaseSchema> RoundTripAsync(Target target, int major) =>
        (await RoundTrip.CheckAsync(target, major)).Single(s => s.Name == "public");

    /// <summary>Without what belongs to another client, another role or a server of long ago.</summary>
    internal static string Loadable(string script, bool rows)
    {
        var lines = script.Split('\n').Where(l => !l.StartsWith('\\') && !l.Contains("default_with_oids", StringComparison.Ordinal));
        return string.Join(";\n", PostgresText.Split(string.Join('\n', lines)).Where(s =>
            !s.Contains("DATABASE ", StringComparison.Ordinal)
            && !s.Contains("PROCEDURAL LANGUAGE", StringComparison.Ordinal)
            && !s.Contains("OWNER TO", StringComparison.Ordinal)
            && PostgresText.FirstWord(s) is not ("grant" or "revoke")
            && (rows || PostgresText.FirstWord(s) != "insert")));
    }
}
