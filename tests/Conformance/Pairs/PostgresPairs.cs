namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Pairs of schemas on PostgreSQL. Many things that do not touch one another are in one pair: a walk costs more than they do.</summary>
internal static class PostgresPairs
{
    public static readonly IReadOnlyList<PairCase> All =
    [
        new(
            "indexes under their own names",
            """
            create table people (id int primary key, age int, name text, tags jsonb);
            create table pets (id int primary key, age int);
            """,
            """
            create index other_column on people (age);
            create index turns_unique on people (age);
            create unique index other_condition on people (age) where name <> 'x';
            create index other_class on people using gin (tags);
            create index other_order on people (age desc nulls last) include (name) with (fillfactor = 70);
            create index "crossed" on people (age, id); create index "crossed 2" on people (name, id);
            create index on_another_table on people (id, age);
            create index renamed on people (name, age);
            alter table people add constraint becomes_index unique (id, name);
            """,
            """
            create index other_column on people (name);
            create unique index turns_unique on people (age);
            create unique index other_condition on people (age) where name <> 'y';
            create index other_class on people using gin (tags jsonb_path_ops);
            create index other_order on people (age) with (fillfactor = 80);
            create index "crossed" on people (name, id); create index "crossed 2" on people (age, id);
            create index on_another_table on pets (id, age);
            create index renamed on people (name, age, id); create index renamed_2 on people (name, age);
            create unique index becomes_index on people (id, name);
            """)
        {
            Rows = "insert into people select n, n, 'p' || n, '{\"a\": 1}' from generate_series(1, 9) n; insert into pets values (1, 1)",
        },
        new(
            "rules under their own names",
            """
            create table owners (id int primary key, code int not null unique); create table people (id int primary key);
            create table pets (id int not null, age int not null, owner int);
            """,
            """
            alter table pets add constraint pets_pkey primary key (id), add constraint aged check (age > 0), add constraint one unique (age),
              add constraint owned foreign key (owner) references owners (id), add constraint late unique (owner, age);
            """,
            """
            alter table pets add constraint pets_pkey primary key (id, age), add constraint aged check (age > -5), add constraint one unique (age, owner),
              add constraint owned foreign key (owner) references people (id) on delete cascade, add constraint late unique (owner, age) deferrable initially deferred;
            """)
        {
            Rows = "insert into owners select n, n from generate_series(1, 5) n; insert into people select n from generate_series(1, 5) n; insert into pets select n, n, n from generate_series(1, 5) n",
        },
        new(
            "triggers under their own names",
            """
            create table pets (id int primary key, age int);
            create function one() returns trigger language plpgsql as $$begin return new; end$$;
            create function two() returns trigger language plpgsql as $$begin return null; end$$;
            """,
            """
            create trigger events before insert on pets for each row execute function one();
            create trigger silent after insert on pets for each row execute function two();
            create trigger late after insert on pets for each row execute function two();
            create trigger every after update on pets for each statement execute function two();
            create trigger said before update on pets for each row when (new.age > 0) execute function one();
            comment on trigger said on pets is 'Why';
            """,
            """
            create trigger events before insert or update of age on pets for each row when (new.age > 0) execute function one();
            create trigger silent after insert on pets for each row execute function two(); alter table pets disable trigger silent;
            create constraint trigger late after insert on pets deferrable initially deferred for each row execute function two();
            create trigger every after update on pets referencing old table as "was" new table as "Is" for each statement execute function two();
            create trigger said before update on pets for each row when (new.age > 0) execute function one(); alter table pets enable always trigger said;
            """)
        {
            Rows = "insert into pets select n, n from generate_series(1, 5) n",
        },
        new(
            "policies, views and functions under their own names",
            """
            create table pets (id int primary key, age int, name text); alter table pets enable row level security;
            """,
            """
            create policy command on pets for select using (age > 0);
            create policy strict on pets using (age > 0);
            create policy written on pets using (age > 0) with check (age > 3); comment on policy command on pets is 'Why';
            create function grown(age int) returns int language plpgsql cost 7 as 'begin return age; end';
            create function makes(age int) returns int language sql as 'select age';
            create view columns as select id, age from pets; create view over as select id from columns;
            create view safe with (security_barrier) as select id from pets where age > 0 with check option;
            """,
            """
            create policy command on pets for delete using (age > 1);
            create policy strict on pets as restrictive using (age > 0);
            create policy written on pets using (age > 0);
            create function grown(age int) returns int language plpgsql as 'begin return age; end';
            create function makes(age int) returns bigint language sql as 'select age::bigint';
            create view columns as select name, id from pets; create view over as select id, name from columns;
            create view safe as select id from pets where age > 0;
            """)
        {
            Rows = "insert into pets select n, n, 'p' from generate_series(1, 5) n",
        },
    ];
}
