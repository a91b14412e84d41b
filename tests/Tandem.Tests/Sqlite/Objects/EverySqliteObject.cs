using Tandem.Sqlite;

namespace Tandem.Tests.Sqlite.Objects;

/// <summary>Statements with every kind of object that a file can hold, under names that must be quoted, and some rows.</summary>
internal static class EverySqliteObject
{
    /// <summary>What the library in use can have.</summary>
    public static IEnumerable<string> Statements => [.. Tables, .. SqliteCapabilities.Current.StrictTables() ? Strict : [], .. Others, .. Rows];

    private static readonly string[] Tables =
    [
        """"
        CREATE TABLE "Größe ""1""" (
            Id INTEGER CONSTRAINT "the key" PRIMARY KEY AUTOINCREMENT, -- counts
            "na me" VARCHAR(40) COLLATE NOCASE NOT NULL DEFAULT 'it''s' CONSTRAINT short CHECK (length("na me") < 100),
            [price] DECIMAL(10, 2) DEFAULT -1.5 CHECK (price <> 13), `rate` DOUBLE PRECISION DEFAULT (1 / 3.0),
            at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, flag BOOLEAN DEFAULT TRUE, raw BLOB DEFAULT x'00ff', none,
            word TEXT DEFAULT "quoted", bare TEXT DEFAULT bare,
            full AS ("na me" || '!') STORED COLLATE RTRIM, "big price" REAL GENERATED ALWAYS AS (price * 2) VIRTUAL NOT NULL CHECK ("big price" < 1e9),
            boss INTEGER REFERENCES "Größe ""1""" ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT pair UNIQUE ("na me", price), UNIQUE (word),
            CONSTRAINT "too much" CHECK (price IS NULL OR price < 1000 AND "na me" <> ')(')
        )
        """",
        "CREATE TABLE stock (shop TEXT NOT NULL COLLATE NOCASE, item INT NOT NULL, amount INT DEFAULT (abs(-1)), PRIMARY KEY (shop, item)) WITHOUT ROWID",
        """"
        CREATE TABLE IF NOT EXISTS moves (
            id INTEGER PRIMARY KEY, shop TEXT, item INT, owner INT CONSTRAINT owned REFERENCES "größe ""1""" (id) ON DELETE CASCADE MATCH FULL,
            CONSTRAINT "from stock" FOREIGN KEY (shop, item) REFERENCES stock ON UPDATE CASCADE ON DELETE RESTRICT NOT DEFERRABLE,
            FOREIGN KEY (owner) REFERENCES "Größe ""1""" (Id) ON DELETE SET DEFAULT DEFERRABLE,
            FOREIGN KEY (item) REFERENCES "not there yet" (x)
        )
        """",
        "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree, depth INT DEFAULT 0)",
        "CREATE TABLE keys (a TEXT PRIMARY KEY, b TEXT UNIQUE, c)",
        "CREATE TABLE \"not there yet\" (x INT UNIQUE, \"select\" TEXT)",
        "CREATE TABLE choices (id INTEGER PRIMARY KEY ON CONFLICT IGNORE, a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x', b, UNIQUE (a COLLATE NOCASE DESC, b) ON CONFLICT REPLACE, UNIQUE (b) ON CONFLICT ROLLBACK)",
        "CREATE TABLE log (at, what)",
        "ALTER TABLE log ADD COLUMN who TEXT REFERENCES keys (a)",
        "ALTER TABLE log ADD COLUMN said TEXT AS (what || who)",
    ];

    private static readonly string[] Strict =
    [
        "CREATE TABLE readings (id INTEGER PRIMARY KEY, at TEXT NOT NULL, value REAL, raw ANY, n INT CHECK (n > 0)) STRICT",
        "CREATE TABLE codes (code TEXT PRIMARY KEY, kind ANY NOT NULL) WITHOUT ROWID, STRICT",
    ];

    private static readonly string[] Others =
    [
        "CREATE INDEX by_name ON \"Größe \"\"1\"\"\" (\"na me\" COLLATE BINARY DESC, lower(word), price + 1 DESC) WHERE price IS NOT NULL AND \"na me\" LIKE 'a%'",
        "CREATE UNIQUE INDEX \"by \"\"full\"\"\" ON \"Größe \"\"1\"\"\" (full, \"big price\") -- generated ones\n",
        "CREATE UNIQUE INDEX one_amount ON stock (amount) WHERE shop = 'x'",
        "CREATE INDEX moves_owner ON moves (owner ASC, CASE WHEN item > 3 THEN 'a, b' ELSE shop END COLLATE NOCASE)",
        "CREATE VIEW named (number, who) AS SELECT Id, \"na me\" FROM \"Größe \"\"1\"\"\" -- of people\n",
        "CREATE VIEW \"over named\" AS WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3) SELECT number, upper(who) AS loud, n FROM named, up",
        "CREATE VIEW totals AS SELECT shop, sum(amount) AS amount FROM stock GROUP BY shop /* all */",
        "CREATE TRIGGER logged AFTER UPDATE OF \"na me\", price ON \"Größe \"\"1\"\"\" FOR EACH ROW WHEN new.price IS NOT old.price BEGIN INSERT INTO log (at, what) VALUES ('now', old.\"na me\" || ';'); SELECT CASE WHEN new.price < 0 THEN RAISE(ABORT, 'no; END') END; END",
        "CREATE TRIGGER first BEFORE INSERT ON stock BEGIN SELECT 1; END",
        "CREATE TRIGGER unsaid DELETE ON stock BEGIN DELETE FROM moves WHERE shop = old.shop; END",
        "CREATE TRIGGER deeper AFTER UPDATE OF depth ON tree WHEN new.depth < 10 BEGIN UPDATE tree SET depth = new.depth + 1 WHERE parent = new.id; END",
        "CREATE TRIGGER named_in INSTEAD OF INSERT ON named BEGIN INSERT INTO \"Größe \"\"1\"\"\" (Id, \"na me\") VALUES (new.number, new.who); END",
        "CREATE TRIGGER \"over in\" INSTEAD OF UPDATE OF loud ON \"over named\" BEGIN UPDATE named SET who = new.loud WHERE number = new.number; END",
        "CREATE TRIGGER named_up INSTEAD OF UPDATE ON named BEGIN UPDATE \"Größe \"\"1\"\"\" SET \"na me\" = new.who WHERE Id = new.number; END",
    ];

    private static readonly string[] Rows =
    [
        "INSERT INTO \"Größe \"\"1\"\"\" (\"na me\", price, word) VALUES ('a', 1, 'x'), ('b', 2, 'y'), ('c', 3, 'z')",
        "DELETE FROM \"Größe \"\"1\"\"\" WHERE Id = 3",
        "INSERT INTO stock VALUES ('n', 1, 5), ('N2', 1, 6)",
        "INSERT INTO \"not there yet\" (x) VALUES (1)",
        "INSERT INTO moves VALUES (1, 'n', 1, 1), (2, 'N2', 1, NULL)",
        "INSERT INTO tree VALUES (1, NULL, 0), (2, 1, 1)",
    ];
}
