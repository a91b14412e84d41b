using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>What besides a column hangs on the sequence behind it, where another sequence takes its place: the server drops none that is in use.</summary>
internal static class SequenceUse
{
    /// <summary>The columns of a side whose sequence goes at the switch to the other one.</summary>
    public static IEnumerable<Column> Going(TableChange change, Side from) =>
        change.Renumbered.Where(p => Goes(p.Of(from)!, p.Of(from.Other())!)).Select(p => p.Of(from)!)
            .Concat(change.Lenses.SelectMany(l => l.Of(from).Take(1)).Select(n => change.Of(from)!.Column(n)!).Where(c => IsIdentity(c)));

    /// <summary>Refuses the switch while anything hangs on them.</summary>
    public static IEnumerable<Gate> Gates(TableChange change, Layout layout, Side from) => Going(change, from).Select(c => new Gate(
        ProblemCodes.ObjectsDepend.Id, Message(change, c, "{0}"), $"SELECT count(*) {Users(layout.Schema, layout.Table, layout.Column(from, c.Name))}"));

    /// <summary>The sentence about them.</summary>
    public static string Message(TableChange change, Column column, string count) =>
        $"{count} objects use the sequence of {change.Name}.{column.Name}, in whose place another one comes.";

    /// <summary>The rest of a query for them. Its own default goes with it.</summary>
    public static string Users(string schema, string table, string column) =>
        $"""
        FROM (SELECT DISTINCT d.classid, d.objid
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_depend o ON o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
              AND o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype IN ('a', 'i')
            JOIN pg_catalog.pg_class q ON q.oid = o.objid AND q.relkind = 'S'
            JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = q.oid AND d.deptype = 'n'
            WHERE a.attrelid = pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, table))}) AND a.attname = {Sql.Text(column)}
              AND NOT (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                AND EXISTS (SELECT FROM pg_catalog.pg_attrdef f WHERE f.oid = d.objid AND (f.adrelid, f.adnum) = (a.attrelid, a.attnum)))) u
        """;

    private static bool Goes(Column from, Column to) => IsIdentity(from) ? !IsIdentity(to) : from.Identity == IdentityKind.Serial && to.Identity != IdentityKind.Serial;

    private static bool IsIdentity(Column column) => column.Identity is IdentityKind.Always or IdentityKind.ByDefault;
}
