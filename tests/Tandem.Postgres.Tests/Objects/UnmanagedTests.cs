using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Objects;

/// <summary>What is out of scope is listed by name.</summary>
public sealed class UnmanagedTests
{
    private const string Script =
        """
        create schema app;
        set search_path = app;
        create type shell_type;
        create type base_type;
        create function base_in(cstring) returns base_type language internal immutable strict as 'textin';
        create function base_out(base_type) returns cstring language internal immutable strict as 'textout';
        create type base_type (input = base_in, output = base_out, like = text);
        create type discrete;
        create function discrete_canonical(discrete) returns discrete language internal immutable strict as 'int4range_canonical';
        create type discrete as range (subtype = integer, canonical = discrete_canonical);
        create foreign data wrapper wrapper;
        create server far foreign data wrapper wrapper options (host 'there');
        create server guarded foreign data wrapper wrapper options (api_key 'not to be read'); create server addressed foreign data wrapper wrapper options (place 'http://me:word@there');
        create foreign table told (id integer, name text options (access_token 'not to be read')) server far;
        create user mapping for public server far options (secret 'not to be read');
        create foreign table away (id integer, name text options (c '1')) server far;
        create function noop() returns trigger language plpgsql as 'begin return null; end';
        create trigger away_insert after insert on away for each row execute function noop();
        create table parted (id integer) partition by range (id);
        create table part_1 partition of parted for values from (0) to (10);
        create trigger parted_insert after insert on parted for each row execute function noop();
        alter table part_1 disable trigger parted_insert;
        create text search parser words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
        create text search template like_simple (init = dsimple_init, lexize = dsimple_lexize);
        create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
        create language own_language handler plpgsql_call_handler;
        create access method own_heap type table handler heap_tableam_handler;
        create publication nothing;
        create table keyed (id integer generated always as identity constraint keyed_key primary key);
        comment on index keyed_key is 'of the index, not of the rule';
        create subscription news connection 'dbname=nowhere' publication nothing with (connect = false);
        """;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task It_is_listed_by_kind_and_name(int major)
    {
        const int UnloggedSequences = 15;
        await using var target = await Target.CreateAsync(Script + (major < UnloggedSequences ? "" : "\nalter sequence keyed_id_seq set unlogged;"), "app", major);
        try
        {
            var schema = await target.Database.InspectAsync(CancellationToken.None);
            schema.Unmanaged.Select(u => $"{u.Kind} {u.Name}").ShouldBe(
                [
                    .. major < UnloggedSequences ? Array.Empty<string>() : ["persistence of a sequence keyed_id_seq of keyed"],
                    "access method own_heap", "base type base_type", "base type shell_type", "comment on the index of a constraint keyed_key on keyed", "foreign server addressed", "foreign server far", "foreign server guarded", "foreign table away", "foreign table told", "foreign-data wrapper wrapper",
                    "language own_language", "range type discrete", "state of a trigger parted_insert on part_1", "subscription news", "text search parser words",
                    "text search template like_simple", "transform integer", "trigger of a foreign table away_insert on away", "user mapping public on far",
                ],
                ignoreOrder: true);

            // How it is made is known where no secret stands in it, and nothing would be lost.
            schema.Unmanaged.Where(u => u.Statements.Count > 0).Select(u => u.Statements.ShouldHaveSingleItem()).ShouldBe(
                ["CREATE FOREIGN DATA WRAPPER wrapper", "CREATE SERVER far FOREIGN DATA WRAPPER wrapper OPTIONS (host 'there')"], ignoreOrder: true);
            schema.Objects.ShouldNotContain(o => o.Name.Contains("secret"));
        }
        finally
        {
            await target.Server.ExecuteAsync("alter subscription news disable; alter subscription news set (slot_name = none); drop subscription news");
        }
    }
}
