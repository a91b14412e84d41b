using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Enumerated types. Values that come are added to the one type; where values go or get other names each version has a
/// type of its own, and the names are exchanged at the switch.
/// </summary>
internal sealed class EnumSql : ObjectSql
{
    private readonly List<Changed<EnumType>> changes;

    public EnumSql(RenderContext context)
        : base(context) => changes = All<EnumType>();

    /// <summary>The name of a column's type at this moment: a type that has two versions lends its plain name to the base.</summary>
    public static string TypeOf(Column column, Side side, Side @base, RenderContext context)
    {
        var exchanged = side == @base ? null : context.Objects
            .FirstOrDefault(c => c.ExchangesType && (column.Type == c.Name || column.Type == Sql.Id(c.Name)));
        return exchanged is null ? column.Type : Sql.Id(context.Schema.Name, Hidden(context, side, exchanged.Name));
    }

    /// <summary>A default without the name of its type, which is another type's at this moment.</summary>
    public static string Bare(string value) => SqlLexer.Tokenize(value)[0].Text;

    public override IEnumerable<string> Make()
    {
        foreach (var change in changes.Where(c => c.Added))
        {
            yield return Create(change.After!, change.Name);
            if (change.After!.Comment is { } comment)
            {
                yield return $"COMMENT ON TYPE {Sql.Id(Schema, change.Name)} IS {Sql.Text(comment)}";
            }
        }

        foreach (var change in changes.Where(c => c.Change.ExchangesType))
        {
            var hidden = Hidden(Context, Side.New, change.Name);
            yield return Create(change.After!, hidden);
            yield return $"SELECT tandem.copy_type({Type(change.Name)}, {Type(hidden)})";
        }

        foreach (var change in changes.Where(c => c.Altered && !c.Change.ExchangesType))
        {
            foreach (var statement in Added(change.Before!, change.After!))
            {
                yield return statement;
            }
        }
    }

    public override IEnumerable<string> Leave(Side to)
    {
        foreach (var change in changes.Where(c => c.Change.ExchangesType))
        {
            yield return $"ALTER TYPE {Sql.Id(Schema, change.Name)} RENAME TO {Sql.Id(Hidden(Context, to.Other(), change.Name))}";
            yield return $"ALTER TYPE {Sql.Id(Schema, Hidden(Context, to, change.Name))} RENAME TO {Sql.Id(change.Name)}";
        }
    }

    public override IEnumerable<string> Drop(Side side, bool last) => !last ? [] : changes
        .Where(c => c.Change.ExchangesType || c.OnlyOn(side))
        .Select(c => $"DROP TYPE IF EXISTS {Sql.Id(Schema, c.Change.ExchangesType ? Hidden(Context, side, c.Name) : c.Name)}");

    public override IEnumerable<Gate> DropGates(Side side, bool last) => !last ? [] : changes
        .Where(c => c.Change.ExchangesType || c.OnlyOn(side))
        .Select(c => TypeGate.Unused(Context, side, c.Change.ExchangesType ? Hidden(Context, side, c.Name) : c.Name, c.Words));

    private static string Hidden(RenderContext context, Side side, string name) => Names.Hidden(context.Ordinal, side, name);

    private string Type(string name) => $"{Sql.Text(Sql.Id(Schema, name))}::pg_catalog.regtype";

    private string Create(EnumType type, string name) => If(
        $"pg_catalog.to_regtype({Sql.Text(Sql.Id(Schema, name))}) IS NULL",
        [$"CREATE TYPE {Sql.Id(Schema, name)} AS ENUM ({string.Join(", ", type.Values.Select(Sql.Text))})"]);

    /// <summary>Each new value stands where the new version has it: behind the one before it, or at the head.</summary>
    private IEnumerable<string> Added(EnumType before, EnumType after)
    {
        for (var i = 0; i < after.Values.Count; i++)
        {
            if (!before.Values.Contains(after.Values[i]))
            {
                var place = i > 0 ? $" AFTER {Sql.Text(after.Values[i - 1])}" : before.Values.Count > 0 ? $" BEFORE {Sql.Text(before.Values[0])}" : "";
                yield return $"ALTER TYPE {Sql.Id(Schema, after.Name)} ADD VALUE IF NOT EXISTS {Sql.Text(after.Values[i])}{place}";
            }
        }
    }
}

/// <summary>Refuses to drop a type that something still uses.</summary>
internal static class TypeGate
{
    public static Gate Unused(RenderContext context, Side side, string type, string words)
    {
        // Types that go along may be made of it.
        var schema = context.Schema.Name;
        var along = context.Objects.Where(o => o.Either is EnumType or Domain or CompositeType or RangeType && (side == Side.Old ? o.Dropped : o.Added) && o.Name != type)
            .Select(o => $"pg_catalog.to_regtype({Sql.Text(Sql.Id(schema, o.Name))})").ToList();
        return new(
            ProblemCodes.ObjectsDepend.Id, $"{{0}} objects (columns, functions, domains) use {words}, which is to be dropped.",
            Users(schema, type) + (along.Count == 0 ? "" :
                $"""

                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type g WHERE g.oid IN ({string.Join(", ", along)})
                    AND ((d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = g.oid) OR (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = g.typrelid)))
                """));
    }

    /// <summary>Counts what was made over a type or arrays of it.</summary>
    public static string Users(string schema, string type) =>
        $"""
        SELECT count(*) FROM pg_catalog.pg_type y
        JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (y.oid, y.typarray)
          AND d.deptype = 'n'
          -- What the server made for the type itself: functions that make ranges, and their other forms.
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype = 'i'
            AND i.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND i.refobjid IN (y.oid, (SELECT r.rngmultitypid FROM pg_catalog.pg_range r WHERE r.rngtypid = y.oid)))
        WHERE y.oid = pg_catalog.to_regtype({Sql.Text(Sql.Id(schema, type))})
        """;
}
