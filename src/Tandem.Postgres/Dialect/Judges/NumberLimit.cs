using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>The limits that the numbers of a column get at the switch to another side: where they stand beyond them, the server makes no such sequence.</summary>
/// <param name="Beyond">What is beyond, as a condition on <c>n.number</c>.</param>
/// <param name="Words">The limits, in words.</param>
/// <param name="FromRows">Whether no sequence numbers the column before, so that its rows say where it stands.</param>
/// <param name="Down">Whether the numbers go down.</param>
internal sealed record NumberLimit(string Beyond, string Words, bool FromRows, bool Down)
{
    /// <summary>The limits of a column that is numbered otherwise; null where it is no longer numbered.</summary>
    public static NumberLimit? Of(Pair<Column> pair, Side from)
    {
        var (before, after) = (pair.Of(from)!, pair.Of(from.Other())!);
        if (after.Identity == IdentityKind.None)
        {
            return null;
        }

        var sequence = after.Sequence ?? new Sequence("", after.Type, 1, 1);
        var ((least, greatest), down, rows) = (sequence.Limits, sequence.Increment < 0, before.Identity == IdentityKind.None);

        // Rows that stand before the first number are no hindrance: the numbers begin there.
        return rows
            ? new(down ? $"n.number < {Number(least)}" : $"n.number > {Number(greatest)}", down ? $"are to go down to {Number(least)}" : $"are to go up to {Number(greatest)}", rows, down)
            : new($"n.number NOT BETWEEN {Number(least)} AND {Number(greatest)}", $"are to lie between {Number(least)} and {Number(greatest)}", rows, down);
    }

    /// <summary>The gates of a change before a switch to the new side; on the way back the limits reach as far as the numbers.</summary>
    public static IEnumerable<Gate> Gates(TableChange change, Layout layout, Side leaving) => leaving == Side.New ? [] :
        from pair in change.Renumbered
        let limit = Of(pair, leaving)
        where limit is not null
        let column = pair.Of(leaving)!.Name
        select new Gate(
            ProblemCodes.SequenceBeyondLimits.Id, $"The numbers of {change.Name}.{column} ({{0}} column) have come beyond their limits: they {limit.Words}.",
            $"SELECT count(*) FROM ({limit.Query(layout.Schema, layout.Table, layout.Column(leaving, column))}) q");

    /// <summary>A query for where the numbers stand; no row where that is not beyond.</summary>
    public string Query(string schema, string table, string column)
    {
        var number = FromRows
            ? $"SELECT {(Down ? "min" : "max")}({Sql.Id(column)})::bigint AS number FROM {Sql.Id(schema, table)}"
            : $"SELECT coalesce(pg_catalog.pg_sequence_last_value(s.seqrelid), s.seqstart) AS number FROM pg_catalog.pg_sequence s WHERE s.seqrelid = pg_catalog.pg_get_serial_sequence({Sql.Text(Sql.Id(schema, table))}, {Sql.Text(column)})::pg_catalog.regclass";
        return $"SELECT n.number FROM ({number}) n WHERE {Beyond}";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
