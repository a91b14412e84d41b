using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Changes as operations would make them.</summary>
internal static class Changes
{
    public static Table Customers { get; } = new("customers",
    [
        new Column("id", "INTEGER", Nullable: false),
        new Column("name", "TEXT"),
        new Column("email", "TEXT") { Collation = "NOCASE" },
    ])
    {
        PrimaryKey = new PrimaryKey(null, ["id"]),
    };

    /// <summary>A change that carries everything of a table; what differs is put in afterwards.</summary>
    public static TableChange Of(Table before, Table after) => new(before, after)
    {
        Columns = Pairs(before.Columns, after.Columns, (a, b) => a.Name == b.Name && a.Type == b.Type),
        Uniques = Pairs(before.Uniques, after.Uniques, (a, b) => a == b),
        Checks = Pairs(before.Checks, after.Checks, (a, b) => a == b),
        ForeignKeys = Pairs(before.ForeignKeys, after.ForeignKeys, (a, b) => a == b),
        Indexes = Pairs(before.Indexes, after.Indexes, (a, b) => a == b),
    };

    /// <summary>A column gets another name.</summary>
    public static TableChange Rename(Table before, string from, string to)
    {
        string Name(string name) => name == from ? to : name;
        ValueList<string> Names(ValueList<string> names) => names.Select(Name).ToValueList();
        var after = before with
        {
            Columns = before.Columns.Select(c => c with { Name = Name(c.Name) }).ToValueList(),
            PrimaryKey = before.PrimaryKey is null ? null : before.PrimaryKey with { Columns = Names(before.PrimaryKey.Columns) },
            Uniques = before.Uniques.Select(u => u with { Columns = Names(u.Columns) }).ToValueList(),
            ForeignKeys = before.ForeignKeys.Select(f => f with { Columns = Names(f.Columns) }).ToValueList(),
            Indexes = before.Indexes.Select(i => i with
            {
                Keys = i.Keys.Select(k => k.Column is null ? k : k with { Column = Name(k.Column) }).ToValueList(),
                Columns = Names(i.Columns),
            }).ToValueList(),
        };
        return new TableChange(before, after)
        {
            Columns = Zip(before.Columns, after.Columns),
            Uniques = Zip(before.Uniques, after.Uniques),
            Checks = Zip(before.Checks, after.Checks),
            ForeignKeys = Zip(before.ForeignKeys, after.ForeignKeys),
            Indexes = Zip(before.Indexes, after.Indexes),
        };
    }

    /// <summary>Columns of a table are replaced by others.</summary>
    public static TableChange Replace(Table before, ValueList<string> old, ValueList<Column> young, ValueList<string> up, ValueList<string> down)
    {
        var after = before with { Columns = before.Columns.Where(c => !old.Contains(c.Name)).Concat(young).ToValueList() };
        return Of(before, after) with
        {
            Columns = before.Columns.Select(c => new Pair<Column>(c, old.Contains(c.Name) ? null : c))
                .Concat(young.Select(c => new Pair<Column>(null, c))).ToValueList(),
            Lenses =
            [
                new Lens(
                    old,
                    young.Select(c => c.Name).ToValueList(),
                    young.Zip(up, (c, e) => new LensExpression(c.Name, e)).ToValueList(),
                    old.Zip(down, (c, e) => new LensExpression(c, e)).ToValueList()),
            ],
        };
    }

    private static ValueList<Pair<T>> Zip<T>(ValueList<T> before, ValueList<T> after)
        where T : class => before.Zip(after, (b, a) => new Pair<T>(b, a)).ToValueList();

    private static ValueList<Pair<T>> Pairs<T>(ValueList<T> before, ValueList<T> after, Func<T, T, bool> same)
        where T : class =>
        before.Select(b => new Pair<T>(b, after.FirstOrDefault(a => same(b, a))))
            .Concat(after.Where(a => !before.Any(b => same(b, a))).Select(a => new Pair<T>(null, a)))
            .ToValueList();
}
