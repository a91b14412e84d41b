using System.Globalization;
using Tandem.Sqlite;

namespace Tandem.Tests.Sqlite.Objects;

/// <summary>Makes up a schema from a seed, with everything that SQLite's own grammar allows in it, in the spellings that people use.</summary>
internal sealed class RandomSqliteSchema(int seed)
{
    private static readonly string[] Names = ["id", "Name", "na me", "order", "größe", "x\"y", "select", "GENERATED", "Total", "a.b", "it's", "[odd", "rowid2", "as"];
    private static readonly string[] Types = ["INTEGER", "int", "TEXT", "varchar(20)", "DECIMAL (10, 2)", "BLOB", "", "double precision", "unsigned big int", "\"my type\"", "boolean"];
    private static readonly string[] Defaults = ["1", "-2.5", "+3", "'it''s'", "x'00'", "NULL", "CURRENT_DATE", "(1 + abs(-2))", "(random())", "TRUE", "1e-3", "0x1F"];
    private static readonly string[] Collations = ["NOCASE", "\"RTRIM\"", "binary"];

    private readonly Random random = new(seed);
    private readonly List<(string Name, List<string> Columns)> tables = [];

    public List<string> Statements()
    {
        var statements = new List<string>();
        var count = random.Next(1, 5);
        for (var number = 0; number < count; number++)
        {
            statements.Add(Table(number));
            statements.AddRange(Enumerable.Range(0, random.Next(3)).Select(i => Index(number, i)));
            if (Chance(3))
            {
                statements.Add(Trigger(number));
            }

            if (Chance(3))
            {
                statements.Add(View(number));
                if (Chance(2))
                {
                    statements.Add($"CREATE TRIGGER {Quoted($"instead {number}")} INSTEAD OF DELETE ON {Quoted($"view {number}")} BEGIN SELECT 1; END");
                }
            }
        }

        return statements;
    }

    private string Table(int number)
    {
        var table = $"{Pick(Names)} {number}";
        var names = Names.OrderBy(_ => random.Next()).Take(random.Next(2, 7)).ToList();
        var withoutRowId = Chance(5);
        var strict = SqliteCapabilities.Current.StrictTables() && Chance(6);
        var key = Chance(4) ? "none" : withoutRowId || Chance(3) ? "table" : "inline";
        key = withoutRowId ? "table" : key;
        var parts = names.Select((n, i) => Column(n, i == 0 && key == "inline", strict, i > 1 ? names[0] : null)).ToList();
        tables.Add((table, names));
        if (key == "table")
        {
            parts.Add($"{Named()}PRIMARY KEY ({string.Join(", ", names.Take(random.Next(1, 3)).Select(Quoted))})");
        }

        if (Chance(3))
        {
            parts.Add($"{Named()}UNIQUE ({Quoted(names[^1])}, {Quoted(names[0])})");
        }

        if (Chance(3))
        {
            parts.Add($"{Named()}CHECK ({Quoted(names[1])} IS NOT NULL OR {Quoted(names[0])} <> ')' /* why ( */)");
        }

        if (Chance(2))
        {
            var parent = Pick(tables);
            parts.Add($"{Named()}FOREIGN KEY ({Quoted(names[0])}) REFERENCES {Quoted(parent.Name)}{(Chance(2) ? "" : $" ({Quoted(parent.Columns[0])})")}{Actions()}");
        }

        var options = string.Join(", ", new[] { withoutRowId ? "WITHOUT ROWID" : "", strict ? "STRICT" : "" }.Where(o => o.Length > 0));
        return $"CREATE TABLE {Quoted(table)}({string.Join(Chance(2) ? "," : " ,\n -- next\n ", parts)}) {options}";
    }

    private string Column(string name, bool key, bool strict, string? source)
    {
        var text = $"{Quoted(name)} {(strict ? Pick(["INT", "INTEGER", "TEXT", "ANY", "REAL", "BLOB"]) : key && Chance(2) ? "INTEGER" : Pick(Types))}";
        if (key)
        {
            var number = text.EndsWith(" INTEGER", StringComparison.Ordinal);
            return $"{text} {Named()}PRIMARY KEY{(number && Chance(3) ? " AUTOINCREMENT" : "")}";
        }

        if (source is not null && Chance(6))
        {
            return $"{Quoted(name)} {(strict ? "ANY" : Pick(Types.Where(t => t.Length > 0)))} {Pick(["AS", "GENERATED ALWAYS AS"])} ({Quoted(source)} || ')') {Pick(["", "STORED", "VIRTUAL"])}";
        }

        return text
            + (Chance(3) ? $" {Named()}NOT NULL" : Chance(8) ? " NULL" : "")
            + (Chance(3) ? $" DEFAULT {Pick(Defaults)}" : "")
            + (Chance(5) ? $" COLLATE {Pick(Collations)}" : "")
            + (Chance(6) ? $" {Named()}UNIQUE" : "")
            + (Chance(6) ? $" {Named()}CHECK (length({Quoted(name)}) < {Number(random.Next(99))})" : "")
            + (Chance(6) && tables.Count > 0 ? $" {Named()}REFERENCES {Quoted(tables[0].Name)}{Actions()}" : "");
    }

    private string Index(int number, int ordinal)
    {
        var (name, columns) = tables[number];
        var keys = columns.OrderBy(_ => random.Next()).Take(2).Select(c => Quoted(c)
            + (Chance(3) ? $" COLLATE {Pick(Collations)}" : "") + (Chance(3) ? " DESC" : Chance(4) ? " ASC" : "")).ToList();
        if (Chance(3))
        {
            keys.Add($"coalesce({Quoted(columns[0])}, 'a, b', {Quoted(columns[1])}) || 'x' DESC");
        }

        var where = Chance(3) ? $" WHERE {Quoted(columns[0])} IS NOT NULL AND {Quoted(columns[1])} NOT IN (1, 'b''c')" : "";
        return $"CREATE {(Chance(3) ? "UNIQUE " : "")}INDEX {(Chance(4) ? "IF NOT EXISTS " : "")}{Quoted($"{Pick(Names)} {number}.{ordinal}")} ON {Quoted(name)} ({string.Join(" , ", keys)}){where}";
    }

    private string Trigger(int number)
    {
        var (name, columns) = tables[number];
        var on = Pick(["INSERT", "DELETE", "UPDATE", $"UPDATE OF {Quoted(columns[0])}, {Quoted(columns[1])}"]);
        return $"CREATE TRIGGER {Quoted($"trigger {number}")} {Pick(["", "AFTER", "BEFORE"])} {on} ON {Quoted(name)} {(Chance(2) ? "FOR EACH ROW" : "")}"
            + $" {(Chance(2) ? "WHEN 1 < 2" : "")} BEGIN SELECT CASE WHEN 1 THEN ';' ELSE 'END' END; DELETE FROM {Quoted(name)} WHERE 0; END";
    }

    private string View(int number)
    {
        var (name, columns) = tables[number];
        var list = Chance(3) ? $" (one, {Quoted(columns[1])})" : "";
        return $"CREATE VIEW {Quoted($"view {number}")}{list} AS SELECT {Quoted(columns[0])}, {Quoted(columns[1])} FROM {Quoted(name)}{(Chance(3) ? " -- all of it\n" : "")}";
    }

    private string Actions() => (Chance(3) ? $" ON DELETE {Pick(["CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT"])}" : "")
        + (Chance(3) ? " ON UPDATE CASCADE" : "")
        + (Chance(4) ? $" {Pick(["DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE", "NOT DEFERRABLE INITIALLY IMMEDIATE"])}" : "");

    private string Named() => Chance(4) ? $"CONSTRAINT {Quoted($"rule {Number(random.Next(1000))}")} " : "";

    private bool Chance(int of) => random.Next(of) == 0;

    private string Pick(IEnumerable<string> items)
    {
        var list = items.ToList();
        return list[random.Next(list.Count)];
    }

    private (string Name, List<string> Columns) Pick(List<(string Name, List<string> Columns)> items) => items[random.Next(items.Count)];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private string Quoted(string name) => random.Next(3) switch
    {
        0 => SqliteText.Quote(name),
        1 when !name.Contains(']', StringComparison.Ordinal) => $"[{name}]",
        _ => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`",
    };
}
