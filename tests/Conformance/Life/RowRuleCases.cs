using System.Collections.Frozen;
using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What a plan says of rows that stand against a rule which the migration brings: the same words on every database.</summary>
internal static class RowRuleCases
{
    private const string People =
        """
        create table people (id integer primary key, name text, mail text, age integer, boss integer);
        insert into people values (1, 'Ada', 'a', 36, null), (2, 'Ada', 'b', -1, 1), (3, null, 'c', null, 9), (4, 'Kurt', 'd', 71, 2), (5, 'Kurt', 'e', 12, 8), (6, null, 'f', 44, null);
        """;

    private static readonly ProblemCode[] Codes =
        [ProblemCodes.NullsInTheWay, ProblemCodes.DuplicatesInTheWay, ProblemCodes.RowsBreakCheck, ProblemCodes.OrphansInTheWay, ProblemCodes.RowsNotLookedAt, ProblemCodes.RuleFailsForRows];

    private static readonly FrozenDictionary<string, (string Setup, string Operations, string[] Said)> All = new Dictionary<string, (string, string, string[])>
    {
        ["NULL"] = (People, "- set_not_null: { table: people, column: name }",
            ["TDM2209 Warning people.name becomes required, and 2 of 6 rows have NULL there, for example those with id 3, 6. Complete stops as long as they are there."]),
        ["keys as numbers"] = ("create table t (id integer primary key, n integer); insert into t values (10, null), (9, null), (200, null), (1000, null), (11, 1);", "- set_not_null: { table: t, column: n }",
            ["TDM2209 Warning t.n becomes required, and 4 of 5 rows have NULL there, for example those with id 9, 10, 200. Complete stops as long as they are there."]),
        ["NULL, at once"] = (People, "- set_not_null: { table: people, column: name, enforce: live }",
            ["TDM2209 Error people.name becomes required, and 2 of 6 rows have NULL there, for example those with id 3, 6. Start would stop there."]),
        ["a unique rule"] = (People, "- add_unique: { table: people, columns: [ name ], name: people_name }",
            ["TDM2224 Warning 4 of 6 rows of people share 2 values with others, which people_name forbids, for example those with id 1, 2. Complete stops as long as they are there."]),
        ["a unique rule, at once"] = (People, "- add_unique: { table: people, columns: [ name ], name: people_name, enforce: live }",
            ["TDM2224 Error 4 of 6 rows of people share 2 values with others, which people_name forbids, for example those with id 1, 2. Start would stop there."]),
        ["a unique index of an expression"] = (People, "- create_index: { table: people, name: people_first, unique: true, columns: [ { expression: 'lower(substr(name, 1, 1))' } ], where: 'id < 5' }",
            ["TDM2224 Warning 2 of 6 rows of people share 1 values with others, which people_first forbids, for example those with id 1, 2. Complete stops as long as they are there."]),
        ["a unique index beside the rows"] = (People, "- create_index: { table: people, name: people_name, unique: true, columns: [ { name: name } ], where: 'id in (1, 4, 3, 6)' }", []),
        ["a check"] = (People, "- add_check: { table: people, name: people_age, expression: 'age between 0 and 150' }",
            ["TDM2225 Warning 1 of 6 rows of people break the check people_age, for example that with id 2. Complete stops as long as they are there."]),
        ["a check that fails"] = (People, "- add_check: { table: people, name: people_mail, expression: { postgres: mail::json is not null, sqlite: \"json(mail) <> ''\" } }",
            ["TDM2228 Warning people_mail cannot be computed for some rows of people: … Complete stops as long as they are there."]),
        ["a foreign key to itself"] = (People, "- add_foreign_key: { table: people, columns: [ boss ], references: { table: people, columns: [ id ] }, name: people_boss }",
            ["TDM2226 Warning 2 of 6 rows of people refer to rows of people that are not there (people_boss), for example those with id 3, 5. Complete stops as long as they are there."]),
        ["a foreign key over two columns"] = (
            """
            create table parts (a integer, b integer, primary key (a, b));
            create table uses (x integer, y integer, n integer, primary key (x, n));
            insert into parts values (1, 1), (2, 2);
            insert into uses values (1, 1, 1), (2, null, 2), (7, null, 3), (1, 2, 4), (2, 2, 5);
            """, "- add_foreign_key: { table: uses, columns: [ x, y ], references: { table: parts, columns: [ a, b ] }, name: uses_part, enforce: live }",
            ["TDM2226 Error 1 of 5 rows of uses refer to rows of parts that are not there (uses_part), for example that with x, n 1, 4. Start would stop there."]),
        ["a primary key"] = (
            "create table t (a integer, b integer); insert into t values (1, 1), (1, 1), (1, null), (2, 2);", "- add_primary_key: { table: t, columns: [ a, b ] }",
            [
                "TDM2209 Warning t.b becomes required, and 1 of 4 rows have NULL there. Complete stops as long as they are there.",
                "TDM2224 Warning 2 of 4 rows of t share 1 keys with others, and t_pkey is to be the primary key. Complete stops as long as they are there.",
            ]),
        ["renamed, and the rule in the new names"] = (People,
            """
            - rename_table: { from: people, to: persons }
              - rename_column: { table: persons, from: age, to: years }
              - add_check: { table: persons, name: persons_years, expression: 'persons.years > 0' }
              - set_not_null: { table: persons, column: years }
            """,
            [
                "TDM2209 Warning people.age becomes required, and 1 of 6 rows have NULL there, for example that with id 3. Complete stops as long as they are there.",
                "TDM2225 Warning 1 of 6 rows of people break the check persons_years, for example that with id 2. Complete stops as long as they are there.",
            ]),
        ["a new column that is the same in every row"] = (People,
            """
            - add_column: { table: people, name: code, type: text, default: "'x'" }
              - add_unique: { table: people, columns: [ code ], name: people_code }
            """,
            ["TDM2224 Warning 6 of 6 rows of people share 1 values with others, which people_code forbids, for example those with id 1, 2, 3. Complete stops as long as they are there."]),
        ["a new column without a value"] = (People,
            """
            - add_column: { table: people, name: code, type: text }
              - add_unique: { table: people, columns: [ code ], name: people_code }
              - add_check: { table: people, name: people_checked, expression: "code <> ''" }
            """, []),
        ["what a lens gives"] = (People,
            """
            - add_column: { table: people, name: label, type: text, nullable: false, up: "coalesce(name, 'none')" }
              - add_unique: { table: people, columns: [ label ], name: people_label }
            """, []),
        ["rows that the migration itself mends"] = (People,
            """
            - update_rows: { table: people, set: [ { column: name, value: "'P' || id" } ] }
              - set_not_null: { table: people, column: name }
              - add_unique: { table: people, columns: [ name ], name: people_name }
              - insert_rows: { table: people, rows: [ { id: 8, name: H }, { id: 9, name: I } ] }
              - add_foreign_key: { table: people, columns: [ boss ], references: { table: people, columns: [ id ] }, name: people_boss }
            """, []),
        ["rows that the migration mends too late"] = (People,
            """
            - update_rows: { table: people, set: [ { column: name, value: "'P' || id" } ] }
              - set_not_null: { table: people, column: name, enforce: live }
            """,
            ["TDM2209 Error people.name becomes required, and 2 of 6 rows have NULL there, for example those with id 3, 6. Start would stop there."]),
        ["SQL of its own"] = (People,
            """
            - sql: { up: "update people set name = 'P' || id", down: "select 1" }
              - set_not_null: { table: people, column: name }
            """, []),
        ["keys that may say something"] = (
            "create table t (mail text primary key, n integer); insert into t values ('ada@example.org', null), ('kurt@example.org', 1);", "- set_not_null: { table: t, column: n }",
            ["TDM2209 Warning t.n becomes required, and 1 of 2 rows have NULL there. Complete stops as long as they are there."]),
        ["a table that comes"] = (People,
            """
            - create_table:
                  name: visits
                  columns: [ { name: id, type: integer, nullable: false }, { name: person, type: integer, nullable: false } ]
                  primary_key: [ id ]
              - add_unique: { table: visits, columns: [ person ], name: visits_person }
              - add_foreign_key: { table: people, columns: [ boss ], references: { table: visits, columns: [ id ] }, name: people_visit }
            """, []),
        ["rules that all rows keep"] = (People,
            """
            - set_not_null: { table: people, column: mail }
              - add_unique: { table: people, columns: [ mail ], name: people_mail }
              - add_unique: { table: people, columns: [ name, age ], name: people_both }
              - add_check: { table: people, name: people_age, expression: 'age > -2' }
            """, []),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Keys.Order(StringComparer.Ordinal);

    /// <summary>Plans, and compares what is said of rows.</summary>
    public static async Task CheckAsync(string name, ITestTarget target)
    {
        var (setup, operations, said) = All[name];
        await target.ExecuteAsync(setup);
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{LifeWalk.MigrationId}.yaml", $"title: Rules\noperations:\n  {operations}\n").Require(), default);
        plan.Findings.Where(f => Codes.Contains(f.Code)).Select(f => $"{f.Code.Id} {f.Severity} {Words(f)}").ShouldBe(said);
    }

    // Why it cannot be computed each database says in its own words.
    private static string Words(Problem problem) => problem.Code != ProblemCodes.RuleFailsForRows ? problem.Message
        : $"{problem.Message[..problem.Message.IndexOf(':', StringComparison.Ordinal)]}: …{problem.Message[problem.Message.LastIndexOf(" Complete", StringComparison.Ordinal)..]}";
}
