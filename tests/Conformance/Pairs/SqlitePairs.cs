namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Pairs of schemas on SQLite.</summary>
internal static class SqlitePairs
{
    public static readonly IReadOnlyList<PairCase> All =
    [
        new(
            "indexes, rules, triggers and views under their own names",
            """
            create table owners (id integer primary key, code int not null unique);
            create table notes (id integer primary key, text text);
            create table pets (id integer primary key, age int not null, name text);
            """,
            """
            create table fed (id integer primary key, pet int, constraint whose foreign key (pet) references pets (id), constraint often check (pet > 0), constraint one unique (pet));
            create index other_column on pets (age);
            create index turns_unique on pets (age);
            create unique index other_condition on pets (age) where name <> 'x';
            create index crossed on pets (age, id); create index crossed_2 on pets (name, id);
            create index on_another_table on pets (id, age);
            create trigger events after insert on pets begin insert into notes (text) values (new.name); end;
            create view columns as select id, age from pets;
            """,
            """
            create table fed (id integer primary key, pet int, constraint whose foreign key (pet) references owners (id) on delete cascade, constraint often check (pet > -5), constraint one unique (pet, id));
            create index other_column on pets (name);
            create unique index turns_unique on pets (age);
            create unique index other_condition on pets (age) where name <> 'y';
            create index crossed on pets (name, id); create index crossed_2 on pets (age, id);
            create index on_another_table on owners (id, code);
            create trigger events after update of age on pets when new.age > 9 begin insert into notes (text) values (new.age); end;
            create view columns as select name, id from pets;
            """)
        {
            Rows = "insert into owners values (1, 1), (2, 2); insert into pets values (1, 1, 'a'), (2, 2, 'b'); insert into fed values (1, 1), (2, 2)",
        },
        new(
            "collations and generated columns",
            "",
            """
            create table words (id integer primary key, plain text, once text collate nocase unique); create index words_plain on words (plain);
            create table sums (id integer primary key, a int, other int generated always as (a + 1) virtual, kept int generated always as (a + 1) stored, ends int generated always as (a + 1) virtual);
            """,
            """
            create table words (id integer primary key, plain text collate nocase, once text unique); create index words_plain on words (plain);
            create table sums (id integer primary key, a int, other int generated always as (a + 2) virtual, kept int generated always as (a + 2) stored, ends int);
            """)
        {
            OneWay = true,
            Rows = "insert into words values (1, 'b', 'a'), (2, 'A', 'B'); insert into sums (id, a) values (1, 1), (2, 2)",
        },
    ];
}
