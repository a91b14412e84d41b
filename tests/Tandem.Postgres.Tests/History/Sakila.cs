using Npgsql;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Tests.Life;
using Tandem.Tests.Conformance.History;

namespace Tandem.Postgres.Tests.History;

/// <summary>
/// The Sakila film rental with its views, functions and triggers, through nine migrations. Its triggers set
/// <c>last_update</c> at every write, so at those of a backfill too: the plan names them.
/// </summary>
internal static class Sakila
{
    public static HistoryCase Case() => new("sakila", async target => await LoadAsync((PostgresTarget)target),
    [
        new("0001_given_name", "  - rename_column: { table: actor, from: first_name, to: given_name }\n", n =>
        [
            HistoryWrite.Of($"update {{actor}} set first_name = 'A{n}' where actor_id = 1", $"update {{actor}} set given_name = 'A{n}' where actor_id = 1"),
            HistoryWrite.Of($"insert into {{actor}} (actor_id, first_name, last_name) values ({n}000, 'F', 'L')", $"insert into {{actor}} (actor_id, given_name, last_name) values ({n}000, 'F', 'L')"),
        ]),
        new("0002_long_address", "  - change_type: { table: address, column: address2, type: text, up: \"'#' || address2\", down: \"substr(address2, 2)\" }\n", n =>
        [
            HistoryWrite.Of($"update {{address}} set address2 = 'B{n}' where address_id = 5", $"update {{address}} set address2 = '#B{n}' where address_id = 5"),
            HistoryWrite.Same("update {address} set district = 'D' where address_id = 6"),
        ]),
        new("0003_mailbox", """
              - split_column:
                  table: staff
                  column: email
                  into:
                    - { name: mailbox, type: text, up: "split_part(email, '@', 1)" }
                    - { name: host, type: text, up: "split_part(email, '@', 2)" }
                  down: "mailbox || '@' || host"

            """, n =>
        [
            HistoryWrite.Of($"update {{staff}} set email = 'mike{n}@x' where staff_id = 1", $"update {{staff}} set mailbox = 'mike{n}', host = 'x' where staff_id = 1"),
        ]),
        new("0004_store_name", "  - add_column: { table: store, name: name, type: text, nullable: false, default: \"'shop'\" }\n", n =>
        [
            HistoryWrite.Of("update {store} set address_id = 1 where store_id = 1", $"update {{store}} set address_id = 1, name = 'S{n}' where store_id = 1"),
        ]),
        new("0005_notes", """
              - create_table:
                  name: film_note
                  columns: [ { name: id, type: bigint, identity: by_default }, { name: film_id, type: integer, nullable: false }, { name: note, type: text } ]
                  primary_key: [ id ]
                  foreign_keys: [ { columns: [ film_id ], references: { table: film, columns: [ film_id ] }, on_delete: cascade } ]

            """, n =>
        [
            HistoryWrite.Same($"insert into {{language}} (language_id, name) values ({n}, 'L{n}')"),
        ]),
        new("0006_rules", """
              - add_check: { table: rental, name: returned_later, expression: "return_date is null or return_date >= rental_date" }
              - create_index: { table: rental, name: rental_return, columns: [ { name: return_date } ], where: "return_date is not null" }
              - add_unique: { table: language, columns: [ name ], name: language_name_key }

            """, n =>
        [
            HistoryWrite.Same($"update {{rental}} set return_date = rental_date + interval '{n} hours' where rental_id = {n}"),
        ]),
        new("0007_genre", "  - rename_table: { from: category, to: genre }\n", n =>
        [
            HistoryWrite.Of($"insert into {{category}} (category_id, name) values ({n}000, 'C{n}')", $"insert into {{genre}} (category_id, name) values ({n}000, 'C{n}')"),
            HistoryWrite.Same($"update {{film_category}} set category_id = 2 where film_id = {n}"),
        ]),
        new("0008_no_picture", "  - drop_column: { table: staff, column: picture }\n", n =>
        [
            HistoryWrite.Same($"update {{staff}} set username = 'u{n}' where staff_id = 2"),
        ]),
        new("0009_host_upper", "  - change_type: { table: staff, column: host, type: varchar(50), up: \"upper(host)\", down: \"lower(host)\" }\n", n =>
        [
            new($"update {{staff}} set email = 'jon@h{n}' where staff_id = 2", $"update {{staff}} set mailbox = 'jon', host = 'h{n}' where staff_id = 2", $"update {{staff}} set mailbox = 'jon', host = 'H{n}' where staff_id = 2"),
        ]),
    ])
    {
        TouchedByTriggers = new HashSet<string>(StringComparer.Ordinal) { "last_update" },
    };

    private static async Task LoadAsync(PostgresTarget target)
    {
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync();
        await RunAsync(connection, Loadable(Corpora.Read("sakila-pg/postgres-sakila-schema.sql")));
        await RunAsync(connection, "set session_replication_role = replica");
        await CopyAsync(connection, Corpora.Read("sakila-pg/postgres-sakila-insert-data-using-copy.sql"));
        await RunAsync(connection, "reset session_replication_role; set search_path = public; analyze");
    }

    /// <summary>Sends each COPY section as psql would.</summary>
    private static async Task CopyAsync(NpgsqlConnection connection, string script)
    {
        using var lines = new StringReader(script);
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("COPY ", StringComparison.Ordinal))
            {
                await using var import = await connection.BeginTextImportAsync(line.TrimEnd(';'));
                while (await lines.ReadLineAsync() is { } row && row != "\\.")
                {
                    await import.WriteAsync(row + "\n");
                }
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Without what belongs to another client, another role or a server of long ago.</summary>
    private static string Loadable(string script)
    {
        var lines = script.Split('\n').Where(l => !l.StartsWith('\\') && !l.Contains("default_with_oids", StringComparison.Ordinal));
        return string.Join(";\n", PostgresText.Split(string.Join('\n', lines)).Where(s =>
            !s.Contains("DATABASE ", StringComparison.Ordinal)
            && !s.Contains("PROCEDURAL LANGUAGE", StringComparison.Ordinal)
            && !s.Contains("OWNER TO", StringComparison.Ordinal)
            && PostgresText.FirstWord(s) is not ("grant" or "revoke")));
    }
}
