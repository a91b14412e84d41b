using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Policy;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>What lint's rules for SQL say of PostgreSQL's locks, rewrites and scans is so, on every major.</summary>
public sealed class ScriptLintFactsTests
{
    private const string AccessExclusive = "AccessExclusiveLock";

    // The statement, lint's findings, the strongest lock on t, whether t or an index of its is written anew, whether its rows are read.
    private static readonly (string Sql, string[] Codes, string? Lock, bool Rewrites, bool? Reads)[] Facts =
    [
        ("alter table public.t add c int", [], AccessExclusive, false, false),
        ("alter table public.t add c timestamptz default now() not null", [], AccessExclusive, false, false),
        ("alter table public.t add c timestamp default timezone('utc'::text, now()) not null", ["TDM3022"], AccessExclusive, false, false),
        ("alter table public.t add c \"bytea\"", [], AccessExclusive, false, false),
        ("alter table public.t add c uuid default gen_random_uuid()", ["TDM3102"], AccessExclusive, true, true),
        ("alter table public.t add c bigserial", ["TDM3023", "TDM3102"], AccessExclusive, true, true),
        ("alter table public.t add c int generated always as identity", ["TDM3102"], AccessExclusive, true, true),
        ("alter table public.t add c int generated always as (a + 1) stored", ["TDM3102"], AccessExclusive, true, true),
        ("alter table public.t add c public.positive default 1", ["TDM3102"], AccessExclusive, true, true),
        ("alter table public.t alter a set not null", ["TDM3104"], AccessExclusive, false, true),
        ("alter table public.t alter a drop not null", ["TDM3105"], AccessExclusive, false, false),
        ("alter table public.t alter a type bigint", ["TDM3106"], AccessExclusive, true, true),
        ("alter table public.t alter v type text", ["TDM3106"], AccessExclusive, false, false),
        ("alter table public.t add constraint f foreign key (a) references public.u", ["TDM3107"], "ShareRowExclusiveLock", false, null),
        ("alter table public.t add constraint f foreign key (a) references public.u not valid", [], "ShareRowExclusiveLock", false, false),
        ("alter table public.t add constraint c check (a > 0)", ["TDM3108"], AccessExclusive, false, true),
        ("alter table public.t add constraint c check (a > 0) not valid", [], AccessExclusive, false, false),
        ("alter table public.t validate constraint waiting", [], "ShareUpdateExclusiveLock", false, true),
        ("alter table public.t add unique (a)", ["TDM3109"], AccessExclusive, false, true),
        ("alter table public.t add constraint k primary key using index t_id", [], AccessExclusive, false, null),
        ("alter table public.t add primary key (id)", ["TDM3110"], AccessExclusive, false, true),
        ("alter table public.t add constraint e exclude using btree (id with =)", ["TDM3111"], AccessExclusive, false, true),
        ("create index on public.t (a)", ["TDM3112"], "ShareLock", false, true),
        ("drop index public.t_id", ["TDM3113"], AccessExclusive, false, false),
        ("reindex table public.t", ["TDM3114"], "ShareLock", true, null),
        ("cluster public.t using t_id", ["TDM3117"], AccessExclusive, true, null),
        ("alter table public.t set unlogged", ["TDM3117"], AccessExclusive, true, true),
        ("alter table public.t set (fillfactor = 70)", [], "ShareUpdateExclusiveLock", false, false),
        ("alter table public.t drop a", ["TDM3118"], AccessExclusive, false, false),
        ("alter table public.t rename a to b", ["TDM3119"], AccessExclusive, false, false),
        ("alter table public.t rename to t2", ["TDM3120"], AccessExclusive, false, false),
        ("truncate public.t", ["TDM3122"], AccessExclusive, true, false),
        ("alter domain public.positive add check (value > 1)", ["TDM3125"], "ShareLock", false, true),
        ("alter table public.t disable trigger all", ["TDM3127"], "ShareRowExclusiveLock", false, false),
        ("update public.t set a = a", ["TDM3129"], "RowExclusiveLock", false, true),
        ("lock table public.t", ["TDM3130"], AccessExclusive, false, false),
        ("create view public.w as select 1", [], null, false, false),
        ("comment on table public.t is 'x'", [], "ShareUpdateExclusiveLock", false, false),
    ];

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Locks_rewrites_and_scans_are_as_the_rules_say(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync(
            """
            create domain public.positive as int check (value > 0);
            create table public.u (id int primary key);
            insert into public.u select generate_series(1, 50);
            create table public.t (id int not null, a int, v varchar(10), p public.positive);
            insert into public.t select i, i, 'x', i + 5 from generate_series(1, 50) i;
            create unique index t_id on public.t (id);
            alter table public.t add constraint waiting check (id > 0) not valid;
            """);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var wrong = new List<string>();
        foreach (var fact in Facts)
        {
            var (held, rewrites, reads) = await MeasureAsync(connection, fact.Sql);
            if (held != fact.Lock || rewrites != fact.Rewrites || (fact.Reads is { } expected && reads != expected))
            {
                wrong.Add($"{fact.Sql}: {held ?? "no lock"}, {(rewrites ? "rewritten" : "kept")}, {(reads ? "read" : "not read")}");
            }

            var found = Lint.Check(Migration(fact.Sql), null, new LintContext { Engines = ["postgres"] }).Select(p => p.Code.Id).ToList();
            if (!found.SequenceEqual(fact.Codes))
            {
                wrong.Add($"{fact.Sql}: found {string.Join(", ", found)}");
            }
        }

        string.Join("\n", wrong).ShouldBe("");
    }

    private static async Task<(string? Lock, bool Rewrites, bool Reads)> MeasureAsync(NpgsqlConnection connection, string sql)
    {
        const string Nodes =
            "select string_agg(oid::text || ':' || relfilenode::text, ',' order by oid) from pg_class where oid = {0} or oid in (select indexrelid from pg_index where indrelid = {0})";
        await using var transaction = await connection.BeginTransactionAsync();
        var table = (uint)(await ScalarAsync(connection, "select 'public.t'::regclass::oid"))!;
        var nodes = ((string)(await ScalarAsync(connection, string.Format(null, Nodes, table)))!).Split(',').ToHashSet();
        var read = await ScalarAsync(connection, $"select pg_stat_get_xact_tuples_returned({table})");
        await using (var command = new NpgsqlCommand(sql, connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        var reads = (long)(await ScalarAsync(connection, $"select pg_stat_get_xact_tuples_returned({table})"))! > (long)read!;
        var held = await ScalarAsync(
            connection,
            $"""
            select mode from pg_locks where relation = {table} and pid = pg_backend_pid() and mode not in ('AccessShareLock')
            order by array_position(array['RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], mode) desc limit 1
            """);
        var after = await ScalarAsync(connection, string.Format(null, Nodes, table)) as string ?? "";
        await transaction.RollbackAsync();

        // An index that came is not written anew, and one that is gone neither: what is left must be what it was.
        var oids = nodes.Select(n => n.Split(':')[0]).ToHashSet();
        return (held as string, after.Split(',').Any(n => oids.Contains(n.Split(':')[0]) && !nodes.Contains(n)), reads);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value : null;
    }

    private static Migration Migration(string up) => new()
    {
        Id = "0001_a",
        Title = "T",
        Why = "w",
        Owner = "o",
        Operations = [new Sql { Up = new SqlText(up), Down = new SqlText("select 1") }],
    };
}
