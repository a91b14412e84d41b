using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Tests.Conformance.History;

/// <summary>
/// The Chinook music shop through nine migrations. Names are written as PostgreSQL's script has them and between
/// angle marks, so that the same history serves SQLite's script, which spells them in Pascal case.
/// </summary>
internal static partial class Chinook
{
    public static HistoryCase Postgres() => Make(Clean(Corpora.Read("chinook/Chinook_PostgreSql.sql")), name => name);

    public static HistoryCase Sqlite() => Make(Corpora.Read("chinook/Chinook_Sqlite.sql").TrimStart('\uFEFF'), Pascal);

    private static HistoryCase Make(string script, Func<string, string> spell)
    {
        string Spell(string text) => Marked().Replace(text, m => spell(m.Groups[1].Value));
        HistoryStep Step(string id, string operations, Func<int, IReadOnlyList<HistoryWrite>> writes) => new(
            id, Spell(operations).Replace("`", "\\\"", StringComparison.Ordinal),
            n => writes(n).Select(w => new HistoryWrite(Quoted(Spell(w.Control)), Quoted(Spell(w.Before)), Quoted(Spell(w.After)))).ToList());

        return new HistoryCase("chinook", target => target.ExecuteAsync(script),
        [
            Step("0001_artist_title", "  - rename_column: { table: <artist>, from: <name>, to: <title> }\n", n =>
            [
                HistoryWrite.Of($"insert into {{<artist>}} (`<artist_id>`, `<name>`) values ({n}000, 'A{n}')", $"insert into {{<artist>}} (`<artist_id>`, `<title>`) values ({n}000, 'A{n}')"),
                HistoryWrite.Of($"update {{<artist>}} set `<name>` = 'AC/DC {n}' where `<artist_id>` = 1", $"update {{<artist>}} set `<title>` = 'AC/DC {n}' where `<artist_id>` = 1"),
            ]),
            Step("0002_full_name", """
                  - merge_columns:
                      table: <customer>
                      from:
                        - name: <first_name>
                          down: { postgres: "substr(`<full_name>`, strpos(`<full_name>`, ', ') + 2)", sqlite: "substr(`<full_name>`, instr(`<full_name>`, ', ') + 2)" }
                        - name: <last_name>
                          down: { postgres: "split_part(`<full_name>`, ', ', 1)", sqlite: "substr(`<full_name>`, 1, instr(`<full_name>`, ', ') - 1)" }
                      into: { name: <full_name>, type: varchar(70), nullable: false }
                      up: "`<last_name>` || ', ' || `<first_name>`"

                """, n =>
            [
                HistoryWrite.Of($"update {{<customer>}} set `<last_name>` = 'L{n}' where `<customer_id>` = 3", $"update {{<customer>}} set `<full_name>` = 'L{n}, ' || substr(`<full_name>`, length(`<full_name>`) - 7) where `<customer_id>` = 3"),
                HistoryWrite.Of($"insert into {{<customer>}} (`<customer_id>`, `<first_name>`, `<last_name>`, `<email>`) values ({n}000, 'F{n}', 'L{n}', 'e')", $"insert into {{<customer>}} (`<customer_id>`, `<full_name>`, `<email>`) values ({n}000, 'L{n}, F{n}', 'e')"),
            ]),
            Step("0003_price_in_cents", """
                  - change_type:
                      table: <track>
                      column: <unit_price>
                      type: integer
                      up: "cast(round(`<unit_price>` * 100) as integer)"
                      down: { postgres: "cast(`<unit_price>` / 100.0 as numeric(10,2))", sqlite: "`<unit_price>` / 100.0" }

                """, n =>
            [
                HistoryWrite.Of($"update {{<track>}} set `<unit_price>` = 1.29 where `<track_id>` = {n}", $"update {{<track>}} set `<unit_price>` = 129 where `<track_id>` = {n}"),
                HistoryWrite.Same($"update {{<track>}} set `<composer>` = 'C{n}' where `<track_id>` = {n}"),
            ]),
            Step("0004_invoice_currency", "  - add_column: { table: <invoice>, name: <currency>, type: varchar(3), nullable: false, default: \"'EUR'\" }\n", n =>
            [
                HistoryWrite.Of($"insert into {{<invoice>}} (`<invoice_id>`, `<customer_id>`, `<invoice_date>`, `<total>`) values ({n}000, 1, '2026-01-01', 5)", $"insert into {{<invoice>}} (`<invoice_id>`, `<customer_id>`, `<invoice_date>`, `<total>`, `<currency>`) values ({n}000, 1, '2026-01-01', 5, 'USD')"),
            ]),
            Step("0005_labels", """
                  - create_table:
                      name: <label>
                      columns: [ { name: <label_id>, type: integer }, { name: <album_id>, type: integer, nullable: false }, { name: <name>, type: varchar(40) } ]
                      primary_key: [ <label_id> ]
                      foreign_keys: [ { columns: [ <album_id> ], references: { table: <album>, columns: [ <album_id> ] } } ]

                """, n =>
            [
                HistoryWrite.Same($"update {{<album>}} set `<title>` = 'T{n}' where `<album_id>` = 1"),
            ]),
            Step("0006_rules", """
                  - add_check: { table: <invoice_line>, name: quantity_positive, expression: "`<quantity>` > 0" }
                  - create_index: { table: <invoice_line>, name: line_price, columns: [ { name: <unit_price> }, { name: <quantity>, descending: true } ] }
                  - set_not_null: { table: <genre>, column: <name> }

                """, n =>
            [
                HistoryWrite.Same($"insert into {{<genre>}} (`<genre_id>`, `<name>`) values ({n}000, 'G{n}')"),
                HistoryWrite.Same($"update {{<invoice_line>}} set `<quantity>` = {n} where `<invoice_line_id>` = 1"),
            ]),
            Step("0007_setlist", "  - rename_table: { from: <playlist>, to: <setlist> }\n", n =>
            [
                HistoryWrite.Of($"insert into {{<playlist>}} (`<playlist_id>`, `<name>`) values ({n}000, 'P{n}')", $"insert into {{<setlist>}} (`<playlist_id>`, `<name>`) values ({n}000, 'P{n}')"),
                HistoryWrite.Same($"insert into {{<playlist_track>}} (`<playlist_id>`, `<track_id>`) values ({n}000, 1)"),
            ]),
            Step("0008_no_fax", "  - drop_column: { table: <customer>, column: <fax> }\n  - rename_column: { table: <customer>, from: <full_name>, to: <display_name> }\n", n =>
            [
                new(
                    $"update {{<customer>}} set `<first_name>` = 'D{n}', `<last_name>` = 'N{n}' where `<customer_id>` = 5",
                    $"update {{<customer>}} set `<full_name>` = 'N{n}, D{n}' where `<customer_id>` = 5",
                    $"update {{<customer>}} set `<display_name>` = 'N{n}, D{n}' where `<customer_id>` = 5"),
            ]),
            Step("0009_upper_name", "  - change_type: { table: <customer>, column: <display_name>, type: varchar(90), up: \"'!' || `<display_name>`\", down: \"substr(`<display_name>`, 2)\" }\n", n =>
            [
                new(
                    $"update {{<customer>}} set `<first_name>` = 'X{n}', `<last_name>` = 'Y{n}' where `<customer_id>` = 6",
                    $"update {{<customer>}} set `<display_name>` = 'Y{n}, X{n}' where `<customer_id>` = 6",
                    $"update {{<customer>}} set `<display_name>` = '!Y{n}, X{n}' where `<customer_id>` = 6"),
            ]),
        ]);
    }

    private static string Quoted(string sql) => sql.Replace('`', '"');

    /// <summary>The script without what only psql understands.</summary>
    private static string Clean(string script) => string.Join('\n', script.Split('\n').Where(l =>
        !l.StartsWith("\\c", StringComparison.Ordinal) && !l.Contains("DATABASE", StringComparison.Ordinal)));

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(p =>
        char.ToUpper(p[0], CultureInfo.InvariantCulture) + p[1..]));

    [GeneratedRegex("<([a-z_]+)>")]
    private static partial Regex Marked();
}
