using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

public sealed class PostgresRowTests
{
    public static TheoryData<int, string> Names
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var name in RowScenarios.Names)
            {
                foreach (var major in PostgresVersions.EndFor(name))
                {
                    data.Add(major, name);
                }
            }

            return data;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Names))]
    public async Task Rows_go_and_come_back(int major, string name)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await RowScenarios.RunAsync(name, target);
    }
}
