using Tandem.Databases;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>
/// Lives in which a command is refused for what stands in the tables, so that it takes back what it enforced; only calls
/// of that command go wrong. Then applications of the old version write what the refused rules forbid, the rows are
/// mended, and the life goes on.
/// </summary>
internal static class RefusalScenarios
{
    private const string Forbidden = "insert into people values (5, null, 'e', 'e'); insert into people values (6, 'Ada', 'f', 'f')";
    private const string Mend = "delete from people where id > 3";

    // PostgreSQL finds such a row while it builds the index, when it came behind the count.
    private static readonly ProblemCode[] NotUnique = [ProblemCodes.RowsNotUnique, ProblemCodes.RowsDoNotFit];

    private static readonly LifeCase Rules = new("rules that rows stand against")
    {
        Setup =
        [
            "create table people (id integer primary key, name text, mail text not null, nick text, constraint people_nick unique (nick))",
            "insert into people values (1, 'Ada', 'a', 'x'), (2, 'Alan', 'b', 'y'), (3, 'Plato', 'c', 'z')",
        ],
        Operations = """
          - set_not_null: { table: people, column: name }
          - add_unique: { table: people, columns: [ name ], name: people_name }
          - drop_not_null: { table: people, column: mail }
          - drop_unique: { table: people, name: people_nick }
        """,
        Writes = _ => [],
        OldQueries = [],
        NewQueries = [],
    };

    private static readonly LifeCase Label = new("a label that rows have no value for")
    {
        Setup = ["create table people (id integer primary key, name text, mail text, nick text)", Rules.Setup[1]],
        Operations = """
          - add_column: { table: people, name: label, type: text, nullable: false, up: "nullif(name, '')" }
          - add_unique: { table: people, columns: [ nick ], name: people_nick }
        """,
        Writes = _ => [],
        OldQueries = [],
        NewQueries = [],
    };

    private static readonly IReadOnlyDictionary<string, Func<Func<Task<ITestTarget>>, Scenario>> Every = new Dictionary<string, Func<Func<Task<ITestTarget>>, Scenario>>
    {
        ["complete that is refused"] = fresh => Of(Rules, fresh, BeforeUnique("insert into people values (4, 'Ada', 'd', 'd')"),
        [
            Act.Start with { Disturbed = false },
            Act.Complete with { Refused = NotUnique },
            Act.Complete with { Disturbed = false, BeforeAsync = WriteAsync(Forbidden, Mend) },
            Act.Rollback with { Disturbed = false, BeforeAsync = RefusedAsync("insert into people values (7, null, 'g', 'g')", "insert into people values (7, 'Ada', 'g', 'g')") },
        ]),
        ["complete that is refused, then rollback"] = fresh => Of(Rules, fresh, BeforeUnique("insert into people values (4, 'Ada', 'd', 'd')"),
        [
            Act.Start with { Disturbed = false },
            Act.Complete with { Refused = NotUnique },
            Act.Rollback with { Resumes = false, BeforeAsync = WriteAsync(Mend, Forbidden) },
            Act.Start with { Disturbed = false, BeforeAsync = WriteAsync(Mend) },
            Act.Complete with { Disturbed = false },
        ]),
        ["complete that is refused for rows in quarantine"] = fresh => Of(Label, fresh, _ => null,
        [
            Act.Start with { Disturbed = false },
            Act.Complete with
            {
                Refused = [ProblemCodes.RowsInQuarantine],
                BeforeAsync = WriteAsync("delete from people where id = 4", "insert into people values (4, '', 'd', 'd')"),
            },
            Act.Complete with
            {
                Disturbed = false,
                BeforeAsync = WriteAsync("insert into people values (5, '', 'e', 'x'); insert into people values (6, 'Kurt', 'f', 'x')", "delete from people where id > 4; update people set name = 'Emmy' where id = 4"),
            },
            Act.Rollback with { Disturbed = false },
        ]),
        ["rollback that is refused"] = fresh => Of(Rules, fresh, BeforeUnique("insert into people values (4, 'Kurt', 'd', 'x')", "people_nick"),
        [
            Act.Start with { Disturbed = false },
            Act.Complete with { Disturbed = false },
            Act.Rollback with { Refused = NotUnique },
            Act.Rollback with { Disturbed = false, BeforeAsync = WriteAsync("insert into people values (5, 'Emmy', null, 'x')", Mend) },
        ]),
    };

    /// <summary>The names of the lives.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Every.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The life of this name.</summary>
    public static Scenario Get(string name, Func<Task<ITestTarget>> fresh) => Every[name](fresh);

    private static Scenario Of(LifeCase @case, Func<Task<ITestTarget>> fresh, Func<IDatabase, IProgress<RunEvent>?> listener, IReadOnlyList<Act> acts) =>
        LifeScenario.Of(@case, fresh, acts) with { Listener = listener };

    /// <summary>A row of another application that comes once, behind the count of all rules and before the unique one is proved.</summary>
    private static Func<IDatabase, IProgress<RunEvent>?> BeforeUnique(string row, string rule = "people_name") =>
        database => new BeforeStep(
            step => (step.StartsWith("enforce ", StringComparison.Ordinal) || step.StartsWith("index ", StringComparison.Ordinal)) && step.Contains(rule, StringComparison.Ordinal),
            () => WriteAsync(row)(database));

    private static Func<IDatabase, Task> WriteAsync(params string[] scripts) => async database =>
    {
        await using var session = await database.OpenSessionAsync(default);
        foreach (var statement in scripts.SelectMany(s => s.Split("; ")))
        {
            await session.ApplyAsync([new SqlStatement(statement)], new ApplyOptions(), default);
        }
    };

    private static Func<IDatabase, Task> RefusedAsync(params string[] statements) => async database =>
    {
        foreach (var statement in statements)
        {
            try
            {
                await WriteAsync(statement)(database);
            }
            catch (DatabaseException)
            {
                continue;
            }

            throw new InvalidOperationException($"Not refused: {statement}");
        }
    };

    /// <summary>Does something once, when a step of the phase that it is for begins.</summary>
    private sealed class BeforeStep(Func<string, bool> isIt, Func<Task> act) : IProgress<RunEvent>
    {
        private int done;

        public void Report(RunEvent value)
        {
            if (value is StepStarted started && isIt(started.Step) && Interlocked.Exchange(ref done, 1) == 0)
            {
                act().GetAwaiter().GetResult();
            }
        }
    }
}
