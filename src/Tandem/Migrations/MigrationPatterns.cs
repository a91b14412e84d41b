using System.Collections.Frozen;

namespace Tandem.Migrations;

/// <summary>The texts of new migration files, without their titles. Each is a whole migration that parses as it stands.</summary>
internal static class MigrationPatterns
{
    private const string Purpose =
        """
        why: Which objective this serves
        owner: Who answers for it
        """;

    /// <summary>What each is for, in a few words.</summary>
    public static readonly FrozenDictionary<string, string> Purposes = new Dictionary<string, string>
    {
        ["add-only"] = "New columns, tables and indexes that old applications do not see.",
        ["archive"] = "Rows move into a table of their own.",
        ["backfill"] = "Values of many rows are changed in batches.",
        ["deprecate"] = "A field goes away in steps.",
        ["extract-table"] = "Columns become a table of their own.",
        ["id-to-bigint"] = "A key that runs out, with all that refers to it.",
        ["merge"] = "Several columns become one.",
        ["required-field"] = "A field must be filled from now on.",
        ["safe-rename"] = "A column gets another name; both are served.",
        ["split"] = "One column becomes several.",
        ["type-change"] = "A column gets another type.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>
    {
        ["blank"] = Purpose + '\n' +
            """
            # ticket: CRM-1
            # depends_on: [0001_first]     # without it: the file before this one
            operations:
              # Replace the example; the reference has a page for each operation.
              - add_column: { table: customers, name: note, type: text }
            # checks:
            #   before: [ { name: no blank names, sql: "select count(*) from customers where name is null", expect: 0 } ]
            #   after:  [ { name: no blank notes, sql: "select count(*) from customers where note = ''", expect: 0 } ]
            # rollback: { when: { mismatches: "> 0" }, retain: 14d }
            """,
        ["add-only"] = Purpose + '\n' +
            """
            operations:
              # Old applications see none of this, so nothing needs to be converted.
              - add_column: { table: customers, name: newsletter, type: boolean, nullable: false, default: false }
              - create_table:
                  name: customer_tags
                  columns:
                    - { name: customer_id, type: { postgres: bigint, sqlite: integer }, nullable: false }
                    - { name: tag, type: text, nullable: false }
                  primary_key: [customer_id, tag]
                  foreign_keys:
                    - { columns: [customer_id], references: { table: customers, columns: [id] }, on_delete: cascade }
              - create_index: { table: customer_tags, name: customer_tags_by_tag, columns: [ { name: tag } ] }
            """,
        ["safe-rename"] = Purpose + '\n' +
            """
            operations:
              # Both names are served until complete. PostgreSQL copies nothing; SQLite keeps a second table until then.
              - rename_column: { table: customers, from: login, to: email }
            notices:
              - { field: customers.login, text: "login is now called email; the old name is served until this change is completed." }
            """,
        ["split"] = Purpose + '\n' +
            """
            operations:
              - split_column:
                  table: customers
                  column: name
                  into:
                    # up reads the old version's row; one text per engine where they differ.
                    - name: first_name
                      type: text
                      nullable: false
                      up:
                        postgres: split_part(name, ' ', 1)
                        sqlite: substr(name, 1, instr(name || ' ', ' ') - 1)
                    - name: last_name
                      type: text
                      up:
                        postgres: nullif(substr(name, strpos(name || ' ', ' ') + 1), '')
                        sqlite: nullif(substr(name, instr(name || ' ', ' ') + 1), '')
                  # down reads the new version's row; where down(up(name)) differs from name, the plan says for how many rows.
                  down: first_name || coalesce(' ' || last_name, '')
            checks:
              after:
                - { name: every customer has a first name, sql: "select count(*) from customers where first_name = ''", expect: 0 }
            rollback: { when: { mismatches: "> 0" }, retain: 14d }
            """,
        ["merge"] = Purpose + '\n' +
            """
            operations:
              - merge_columns:
                  table: customers
                  from:
                    # down reads the new version's row and gives each old column back.
                    - name: street
                      down:
                        postgres: split_part(address, ', ', 1)
                        sqlite: substr(address, 1, instr(address || ', ', ', ') - 1)
                    - name: city
                      down:
                        postgres: substr(address, strpos(address || ', ', ', ') + 2)
                        sqlite: substr(address, instr(address || ', ', ', ') + 2)
                  into: { name: address, type: text, nullable: false }
                  # up reads the old version's row.
                  up: street || ', ' || city
            rollback: { when: { mismatches: "> 0" }, retain: 14d }
            """,
        ["type-change"] = Purpose + '\n' +
            """
            operations:
              - change_type:
                  table: orders
                  column: amount
                  type: { postgres: "numeric(12,2)", sqlite: numeric }
                  # Without up and down both are plain casts. Here the old version counts cents.
                  up: amount / 100.0
                  down: cast(round(amount * 100) as integer)
            checks:
              after:
                - { name: no negative amounts, sql: select count(*) from orders where amount < 0, expect: 0 }
            rollback: { when: { mismatches: "> 0" }, retain: 14d }
            """,
        ["id-to-bigint"] = Purpose + '\n' +
            """
            operations:
              # An integer key ends at 2,147,483,647. Every column that refers to it goes along, and so does its sequence.
              # An INTEGER PRIMARY KEY of SQLite has 64 bits already.
              - change_primary_key: { table: orders, type: bigint }
            # While both versions are served, greater keys are refused: the old version could not read them. Complete as soon
            # as no application of the old version is left; from then on rows with greater keys stand in the way of a rollback.
            """,
        ["required-field"] = Purpose + '\n' +
            """
            operations:
              # A new required field needs a value for the rows that are there: a constant default, or up.
              - add_column:
                  table: customers
                  name: country_code
                  type: text
                  nullable: false
                  up: coalesce(upper(country), 'XX')
              # A field that is there already: fill it first, then require it.
              # - set_not_null: { table: customers, column: email }
              - add_check: { table: customers, name: customers_country_code_length, expression: length(country_code) = 2 }
            checks:
              before:
                - { name: countries are codes, sql: select count(*) from customers where length(country) <> 2, expect: 0 }
            """,
        ["deprecate"] = Purpose + '\n' +
            """
            # In steps, each of which `tandem rollback` takes back without a loss:
            #   1. A migration of its own, when the field is required: new applications need not fill it any more.
            #      operations: [ { drop_not_null: { table: customers, column: fax } } ]
            #   2. tandem start      Served beside the version with the field is one without it; people read the notice below.
            #   3. tandem complete   Refused while an application that still uses the field was seen at work lately.
            #                        With --keep, applications of the old version may go on a while under its name.
            #   4. tandem sunset     Not before the retention is over: writes the values into a backup, then drops them.
            operations:
              - drop_column: { table: customers, column: fax }
            notices:
              - { field: customers.fax, text: "The fax number goes away; write to its owner if you still need it." }
            rollback: { retain: 30d }
            # sunset: 2030-01-31     # not before this date
            """,
        ["archive"] = Purpose + '\n' +
            """
            operations:
              # In batches. The archive is made when it is not there: the table's columns and key, and archived_at. Both versions see the
              # rows go at once; rollback moves them back. Rows that others refer to are refused: archive those first.
              - archive_rows: { table: orders, into: orders_archive, where: status = 'closed' }
            checks:
              after:
                - { name: none is left, sql: "select count(*) from orders where status = 'closed'", expect: 0 }
            """,
        ["extract-table"] = Purpose + '\n' +
            """
            operations:
              # Old applications go on with the columns of customers; new ones use a table of their own, one row or none for each customer.
              # The columns keep their names, types, defaults and rules; key names the new table's key, which refers to customers.
              - extract_table: { table: customers, columns: [street, city], into: addresses, key: [customer_id] }
            checks:
              after:
                - { name: no address is blank, sql: select count(*) from addresses where street is null and city is null, expect: 0 }
            """,
        ["backfill"] = Purpose + '\n' +
            """
            operations:
              # In batches, with a pause where the database is busy. Both versions see the change at once; rollback puts back
              # what still equals what was written.
              - update_rows:
                  table: orders
                  set:
                    - { column: status, value: "'closed'" }
                  where: status = 'done'
            checks:
              after:
                - { name: none is left, sql: "select count(*) from orders where status = 'done'", expect: 0 }
            """,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
