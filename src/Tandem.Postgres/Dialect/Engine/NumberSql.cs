using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Engine;

/// <summary>
/// A new column that numbers rows. To add an identity column is to rewrite the table; so it begins as an ordinary one with
/// a sequence, which the rows that are there get numbers from in batches, and becomes an identity column at the switch.
/// </summary>
internal static class NumberSql
{
    // A default is computed with the rights of whoever inserts, and old applications know nothing of the sequence: anyone
    // may draw from it until it is an identity's, which needs no right.
    public const string BeginDefinition =
        """
        CREATE OR REPLACE FUNCTION tandem.begin_numbers(relation regclass, column_name text, sequence_name text, type text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          owner text;
          sequence text;
        BEGIN
          SELECT c.relowner::regrole::text, format('%I.%I', n.nspname, sequence_name) INTO owner, sequence
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
          IF to_regclass(sequence) IS NULL THEN
            EXECUTE format('CREATE SEQUENCE %s AS %s', sequence, type);
            EXECUTE format('ALTER SEQUENCE %s OWNER TO %s', sequence, owner);
            EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', sequence, relation, column_name);
            EXECUTE format('GRANT USAGE ON SEQUENCE %s TO PUBLIC', sequence);
          END IF;
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L::regclass)', relation, column_name, sequence);
        END
        $tandem$
        """;

    public const string BecomeDefinition =
        """
        CREATE OR REPLACE FUNCTION tandem.become_identity(relation regclass, column_name text, kind text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          sequence text := pg_get_serial_sequence(relation::text, column_name);
          last bigint;
          called boolean;
        BEGIN
          EXECUTE format('SELECT last_value, is_called FROM %s', sequence) INTO last, called;
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', relation, column_name);
          EXECUTE format('DROP SEQUENCE %s', sequence);
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY', relation, column_name, kind);
          PERFORM setval(pg_get_serial_sequence(relation::text, column_name)::regclass, last, called);
        END
        $tandem$
        """;

    public const string LeaveDefinition =
        """
        CREATE OR REPLACE FUNCTION tandem.leave_identity(relation regclass, column_name text, sequence_name text, type text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          last bigint;
          called boolean;
        BEGIN
          EXECUTE format('SELECT last_value, is_called FROM %s', pg_get_serial_sequence(relation::text, column_name)) INTO last, called;
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', relation, column_name);
          EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', relation, column_name);
          PERFORM tandem.begin_numbers(relation, column_name, sequence_name, type);
          PERFORM setval(pg_get_serial_sequence(relation::text, column_name)::regclass, last, called);
        END
        $tandem$
        """;

    /// <summary>The statement that gives the new column numbers of its own, for every row that is inserted from now on.</summary>
    public static string Begin(Layout layout, Column column, int ordinal) =>
        $"SELECT tandem.begin_numbers({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(layout.Column(Side.New, column.Name))}, {Sql.Text(Sequence(layout, column, ordinal))}, {Sql.Text(column.Type)})";

    /// <summary>The expression that draws the next number.</summary>
    public static string Next(Layout layout, Column column, int ordinal) =>
        $"pg_catalog.nextval({Sql.Class(layout.Schema, Sequence(layout, column, ordinal))})";

    /// <summary>The statement that makes an identity column of it, which goes on where the numbers are.</summary>
    public static string BecomeIdentity(Layout layout, Column column) =>
        $"SELECT tandem.become_identity({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(column.Name)}, {Sql.Text(column.Identity == IdentityKind.Always ? "ALWAYS" : "BY DEFAULT")})";

    /// <summary>The statement that takes that back: the old version knows nothing of the column.</summary>
    public static string LeaveIdentity(Layout layout, Column column, int ordinal) =>
        $"SELECT tandem.leave_identity({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(layout.Column(Side.New, column.Name))}, {Sql.Text(Sequence(layout, column, ordinal))}, {Sql.Text(column.Type)})";

    // Called after the table as it was before the change: sequences share the names of a schema, and the table may get another name.
    private static string Sequence(Layout layout, Column column, int ordinal) =>
        Names.Hidden(ordinal, Side.New, $"{layout.Current.Change.Name}_{column.Name}_seq");
}
