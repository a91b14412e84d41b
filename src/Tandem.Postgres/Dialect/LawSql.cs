using Tandem.Databases;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// The laws of lenses as queries: what rows of one version hold → the other version's values → back. Each expression stands over a
/// query that has the name of its version's table and the columns that it names, so nothing in it is ever replaced.
/// </summary>
internal sealed class LawSql
{
    private const string Row = "_tandem_t";
    private const string Place = "_tandem_place";
    private const string Key = "_tandem_key";
    private const string Given = "_tandem_g";

    // A place alone names a row of one partition only.
    private const string PlaceOf = $"{Row}.tableoid::text || {Row}.ctid::text";

    private readonly TableChange change;
    private readonly RenderContext context;
    private readonly Layout layout;
    private readonly TableWalk walk;
    private readonly Side @base;

    private LawSql(TableChange change, RenderContext context, Layout layout, TableWalk walk, Side @base) =>
        (this.change, this.context, this.layout, this.walk, this.@base) = (change, context, layout, walk, @base);

    private string KeyOf => FillSql.KeyText(layout.Base.Table!, c => c, Row);

    // A row in quarantine has no value of the other version.
    private string Chunk => $"{walk.Window(Row)} AND {Row}.{Sql.Id(Names.Marker(context.Ordinal))} IS NULL";

    /// <summary>Both laws of each lens that leads both ways and gives the same value each time.</summary>
    public static ValueList<LensLaw> Of(TableChange change, RenderContext context, Layout layout, TableWalk walk, Side @base)
    {
        var laws = new LawSql(change, context, layout, walk, @base);
        return change.Lenses.Where(l => l is { Varies: false, Old.Count: > 0, New.Count: > 0 })
            .SelectMany(l => new[] { laws.Law(l, Side.Old), laws.Law(l, Side.New) }).ToValueList();
    }

    private LensLaw Law(Lens lens, Side over)
    {
        var own = lens.Of(over);
        var back = own.Select(c => lens.Expression(over, c)).ToList();
        return new LensLaw(
            over,
            own.Select(c => $"{change.Of(over)!.Name}.{c}").ToValueList(),
            $"""
            SELECT {Place} AS place, {Key} AS row_key,
              CASE WHEN {Sql.Image(own.Select((_, i) => Own(i)))} {Sql.Differs} {Sql.Image(own.Select((_, i) => $"{Given}.{Value(i)}"))} THEN 1 ELSE 0 END AS broken
            FROM {There(lens, over, back)} {Computed(own.Select((c, i) => Typed(over, c, back[i])))}
            """,
            $"SELECT {PlaceOf} AS place, {KeyOf} AS row_key FROM {walk.Source} AS {Row} WHERE {Chunk}");
    }

    /// <summary>The other version's rows, as far as the way back names them, with what the lens is to give back beside them.</summary>
    private string There(Lens lens, Side over, List<string> back)
    {
        var other = over.Other();
        var computed = new List<(string Name, string Sql)>();
        var stored = new List<string>();
        var columns = new List<string> { Place, Key };
        columns.AddRange(lens.Of(over).Select((_, i) => Own(i)));
        foreach (var column in change.Of(other)!.Columns.Where(c => lens.Of(other).Contains(c.Name) || back.Exists(b => SqlLexer.Names(b, c.Name))))
        {
            if (change.Carried.FirstOrDefault(p => p.Of(other)!.Name == column.Name) is { } pair)
            {
                columns.Add($"{Sql.Id(change.Of(over)!.Name)}.{Sql.Id(pair.Of(over)!.Name)} AS {Sql.Id(column.Name)}");
            }
            else if (change.Lenses.FirstOrDefault(l => l.Of(over).Count > 0 && l.Of(other).Contains(column.Name)) is { } giver)
            {
                columns.Add($"{Given}.{Value(computed.Count)} AS {Sql.Id(column.Name)}");
                computed.Add((column.Name, giver.Expression(other, column.Name)));
            }
            else
            {
                columns.Add($"{Alone(stored.Count)} AS {Sql.Id(column.Name)}");
                stored.Add(column.Name);
            }
        }

        var here = Here(lens, over, computed.ConvertAll(c => c.Sql), stored);
        return $"(SELECT {string.Join(", ", columns)} FROM {here} {Computed(computed.Select(c => Typed(other, c.Name, c.Sql)))}) AS {Sql.Id(change.Of(other)!.Name)}";
    }

    /// <summary>The version's rows as they are stored, as far as the way there names them.</summary>
    private string Here(Lens lens, Side over, List<string> forth, List<string> alone)
    {
        var needed = change.Of(over)!.Columns.Where(c => change.Carried.Any(p => p.Of(over)!.Name == c.Name) || forth.Exists(f => SqlLexer.Names(f, c.Name)));
        var columns = needed.Select(c => $"{Stored(over, c.Name)} AS {Sql.Id(c.Name)}")
            .Concat(lens.Of(over).Select((c, i) => $"{Stored(over, c)} AS {Own(i)}"))
            .Concat(alone.Select((c, i) => $"{Stored(over.Other(), c)} AS {Alone(i)}"));
        return $"(SELECT {PlaceOf} AS {Place}, {KeyOf} AS {Key}, {string.Join(", ", columns)} FROM {walk.Source} AS {Row}\n"
            + $"WHERE {Chunk} AND (@place = '' OR {PlaceOf} = @place)) AS {Sql.Id(change.Of(over)!.Name)}";
    }

    private string Stored(Side side, string column) => $"{Row}.{layout.Id(side, column)}";

    private string Typed(Side side, string name, string sql)
    {
        var column = change.Of(side)!.Column(name)!;
        var value = $"CAST({Sql.Closed(sql)} AS {EnumSql.TypeOf(column, side, @base, context)})";
        return column.Collation is { } collation ? $"{value} COLLATE {collation}" : value;
    }

    private static string Computed(IEnumerable<string> values)
    {
        var all = values.ToList();
        return $"CROSS JOIN LATERAL (VALUES ({string.Join(", ", all)})) AS {Given} ({string.Join(", ", all.Select((_, i) => Value(i)))})";
    }

    private static string Own(int i) => $"_tandem_own{Names.Text(i)}";

    private static string Alone(int i) => $"_tandem_alone{Names.Text(i)}";

    private static string Value(int i) => $"x{Names.Text(i)}";
}
