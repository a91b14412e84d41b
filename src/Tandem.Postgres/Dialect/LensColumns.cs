using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>A lens seen from the base: its near side is nearer to the base, its far side is hidden.</summary>
internal sealed class LensColumns
{
    private readonly Layout layout;
    private readonly Link link;
    private readonly Lens lens;

    public LensColumns(Layout layout, Link link, Lens lens, int number)
    {
        this.layout = layout;
        this.link = link;
        this.lens = lens;
        Number = number;
    }

    /// <summary>Its number in the table's function.</summary>
    public int Number { get; }

    public Link Link => link;

    /// <summary>Whether rows may hold what the hidden old columns cannot: the old version is not served any more.</summary>
    public bool MayOutgrow => lens.Outgrows && link is { FarSide: Side.Old, FarServed: false };

    /// <summary>
    /// Whether a write tells by the lens which version it came through. Keys do not: a sequence gives the old column a value
    /// whoever inserts, and a foreign key's cascade writes it, too.
    /// </summary>
    public bool TellsWriter => !lens.Outgrows;

    /// <summary>
    /// Whether new columns that are all NULL may be ones that the backfill has not reached. Where the row tells by its old
    /// columns, they may always be looked at; what the new version has alone may be NULL by its choice once it is served.
    /// </summary>
    public bool MayBeUnfilled => link.FarSide == Side.New && Far.Count > 0 && (Near.Count > 0 || link.Filling);

    /// <summary>The hidden columns, physically.</summary>
    public IReadOnlyList<string> Far => Physical(link.FarSide, lens.Of(link.FarSide));

    /// <summary>The columns nearer to the base, physically.</summary>
    public IReadOnlyList<string> Near => Physical(link.Base, lens.Of(link.Base));

    /// <summary>Far columns, and far columns of other lenses that the way inwards reads.</summary>
    public IReadOnlyList<string> FarInputs => [.. Far.Union(Inputs(link.Base).Where(i => !i.Carried).Select(i => i.Physical))];

    /// <summary>Near columns, and near columns of other lenses that the way outwards reads.</summary>
    public IReadOnlyList<string> NearInputs => [.. Near.Union(Inputs(link.FarSide).Where(i => !i.Carried).Select(i => i.Physical))];

    /// <summary>Whether both ways, and the defaults by which a write is told, mean the same under the settings of any session.</summary>
    public bool IsPlain => new[] { Side.Old, Side.New }.All(s => lens.Giving(s).All(e => Plain(s, e.Column) is not null))
        && Telling.All(c => c.Default is not { } text || Defaults.IsDrawn(c) || PlainExpression.IsNumber(text, c.Type));

    /// <summary>Whether both ways, and the defaults by which a write is told, hang on nothing but the path and how strings are read.</summary>
    public bool IsOrdinary => new[] { Side.Old, Side.New }.All(s => lens.Giving(s).All(e => FunctionSettings.IsOrdinary(e.Sql, name => TypeAt(s.Other(), name), TypeAt(s, e.Column)!)))
        && Telling.All(c => c.Default is not { } text || Defaults.IsDrawn(c) || FunctionSettings.IsOrdinary(text, _ => null, c.Type));

    /// <summary>Whether the expressions that give a side have a value for every value that they can read.</summary>
    public bool CannotFail(Side gives) => lens.Giving(gives).All(e => Plain(gives, e.Column) is { IsTotal: true });

    /// <summary>The expression that gives a column, where it is one that hangs on no setting.</summary>
    public PlainExpression? Plain(Side gives, string column) =>
        PlainExpression.Of(lens.Expression(gives, column), name => TypeAt(gives.Other(), name), TypeAt(gives, column)!);

    /// <summary>Whether a name that the expressions see hides the row of the trigger.</summary>
    public bool HidesRow => new[] { Side.Old, Side.New }.SelectMany(s => Bindings(s).Select(b => b.Name).Append(Label(s))).Any(n => n is "new" or "old");

    /// <summary>Whether the way inwards gives the same value each time.</summary>
    public bool IsSteady => lens.IsSteady(link.Base);

    /// <summary>What an update through the far version has changed where the near side follows.</summary>
    public IReadOnlyList<string> Carries => Far.Count > 0 ? FarInputs : Reads(link.Base);

    /// <summary>Shared columns that either way reads.</summary>
    public IReadOnlyList<string> SharedInputs =>
        [.. Inputs(link.Base).Concat(Inputs(link.FarSide)).Where(i => i.Carried).Select(i => i.Physical).Distinct()];

    /// <summary>What the way that gives one side reads, physically.</summary>
    public IReadOnlyList<string> Reads(Side gives) => [.. Inputs(gives).Select(i => i.Physical)];

    /// <summary>Every column that matters to the lens.</summary>
    public IReadOnlyList<string> All => [.. FarInputs.Union(NearInputs).Union(SharedInputs)];

    /// <summary>New columns of the lens that the new version requires, physically, while the old shape is the base.</summary>
    public IReadOnlyList<string> Required => link.Base == Side.New
        ? []
        : Physical(Side.New, lens.New.Where(n => link.Change.After!.Column(n) is { Nullable: false }));

    /// <summary>The expressions that give one side, with the physical column of each.</summary>
    public IReadOnlyList<(string Physical, string Name, string Sql)> Giving(Side side) =>
        [.. lens.Of(side).Select(n => (layout.Column(link.Of(side), n), n, lens.Expression(side, n)))];

    /// <summary>The columns that the expressions giving a side can name: name, and where it is stored.</summary>
    public IReadOnlyList<(string Name, string Physical)> Bindings(Side gives) =>
        [.. Inputs(gives).Select(i => (i.Name, i.Physical))];

    /// <summary>
    /// Where rows of the table look up a key that the table itself draws: what refers, the key as it is read, and as it is given. A row that refers to
    /// itself has both keys before anybody can look them up.
    /// </summary>
    public (string Refers, string Read, string Given)? OwnKey(Side gives) => !lens.LooksUp || link.Change.DrawnKey is not { } key
        ? null
        : (layout.Column(link.Of(gives.Other()), lens.Of(gives.Other())[0]), layout.Column(link.Of(gives.Other()), key.Of(gives.Other())), layout.Column(link.Of(gives), key.Of(gives)));

    /// <summary>The table name by which expressions giving a side may qualify.</summary>
    public string Label(Side gives) => link.Of(gives.Other()).Name;

    /// <summary>
    /// Whether a near column of an inserted row is NULL or what the base's default makes it. What a default draws anew for
    /// each row (a sequence) cannot be told from what was given; there a filled far column alone says who wrote.
    /// </summary>
    public string NearIsUntouched(string row) => string.Join(" AND ", lens.Of(link.Base).Select(name =>
    {
        var physical = layout.Column(link.Near, name);
        var column = link.Near.Table!.Column(name)!;
        var value = $"{row}.{Sql.Id(physical)}";
        if (layout.Base.Table?.Column(physical) is { } stored && Defaults.IsDrawn(stored))
        {
            return "true";
        }

        return layout.IsBase(link.Near) && column.Default is { } text
            ? $"({value} IS NULL OR {Sql.Image([value])} {Sql.Same} {Sql.Image([$"CAST({Sql.Closed(text)} AS {column.Type})"])})"
            : $"{value} IS NULL";
    }));

    /// <summary>
    /// Whether an inserted row holds something in a hidden column that the way inwards reads and no lens gives from the near side: only the far
    /// version writes there, but for what is a default. None where the near side is drawn: it is not NULL, whoever inserts.
    /// </summary>
    public string? FarAloneIsGiven(string row)
    {
        var given = FarAlone.Where(a => a.Column.Generated is null && !Defaults.IsDrawn(a.Column)).Select(a =>
        {
            var value = $"{row}.{Sql.Id(a.Physical)}";
            return a.Column.Default is { } text && !link.Change.Lenses.Any(l => l.Of(link.FarSide).Contains(a.Column.Name))
                ? $"({value} IS NOT NULL AND {Sql.Image([value])} {Sql.Differs} {Sql.Image([$"CAST({Sql.Closed(text)} AS {a.Column.Type})"])})"
                : $"{value} IS NOT NULL";
        }).ToList();
        var drawn = Near.Any(n => layout.Base.Table?.Column(n) is { } stored && Defaults.IsDrawn(stored));
        return given.Count == 0 || drawn ? null : $"({string.Join(" OR ", given)})";
    }

    /// <summary>
    /// Base columns of the lens in which NULL cannot stay, while the far side, which is served, may hold nothing but NULL:
    /// a row without any value of the lens is one of the far side, for it could not be one of the near side.
    /// </summary>
    public IReadOnlyList<string> NeverNull =>
        link.FarServed && layout.IsBase(link.Near) && OnlyFarMayBeNull(link.Change, lens, link.Base)
            ? Physical(link.Base, lens.Of(link.Base).Where(n => IsRefused(link.Change.Of(link.Base)!.Column(n)!)))
            : [];

    /// <summary>Whether a row may hold nothing but NULL on the far side of a lens, and cannot on the near side.</summary>
    public static bool OnlyFarMayBeNull(TableChange change, Lens lens, Side @base) =>
        lens.Of(@base.Other()) is { Count: > 0 } far && far.All(n => change.Of(@base.Other())!.Column(n)!.Nullable)
        && lens.Of(@base).Any(n => IsRefused(change.Of(@base)!.Column(n)!));

    private IEnumerable<Column> Telling => lens.Of(link.Base).Select(n => link.Near.Table!.Column(n)!).Concat(FarAlone.Select(a => a.Column));

    private IEnumerable<(string Physical, Column Column)> FarAlone => Inputs(link.Base)
        .Where(i => !i.Carried && !link.Change.Lenses.Any(l => l.Of(link.FarSide).Contains(i.Name) && l.Of(link.Base).Count > 0))
        .Select(i => (i.Physical, link.Change.Of(link.FarSide)!.Column(i.Name)!));

    private string? TypeAt(Side side, string column) => link.Of(side).Table!.Column(column)?.Type;

    private static bool IsRefused(Column column) => column is { Nullable: false, Default: null, Identity: IdentityKind.None };

    private IReadOnlyList<string> Physical(Side side, IEnumerable<string> names) =>
        [.. names.Select(n => layout.Column(link.Of(side), n))];

    private IEnumerable<(string Name, string Physical, bool Carried)> Inputs(Side gives)
    {
        var side = gives.Other();
        var texts = lens.Giving(gives).Select(e => e.Sql).ToList();
        return link.Change.Columns
            .Where(p => p.Of(side) is { } c && texts.Exists(t => SqlLexer.Names(t, c.Name)))
            .Select(p => (p.Of(side)!.Name, layout.Column(link.Of(side), p.Of(side)!.Name), p.Kept));
    }
}

/// <summary>What a default's text says about itself.</summary>
internal static class Defaults
{
    private static readonly HashSet<string> Steady = new(StringComparer.OrdinalIgnoreCase)
    {
        "now", "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "transaction_timestamp",
        "statement_timestamp", "current_user", "session_user", "current_setting", "lower", "upper", "coalesce", "array",
        "date_trunc", "make_interval", "to_timestamp", "to_date", "timezone", "row", "nullif",
    };

    /// <summary>Whether a row that does not give the column gets a value of its own.</summary>
    public static bool IsDrawn(Column column) =>
        column.Identity != IdentityKind.None || TableSql.IsSerial(column) || (column.Default is { } text && IsVolatile(text));

    /// <summary>Whether the default may give another value for each row, as far as its text shows.</summary>
    public static bool IsVolatile(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            // A word before a bracket is a function, unless it is a type's name with a length: 'a'::varchar(3).
            var typeName = i > 0 && tokens[i - 1].IsSymbol("::");
            if (tokens[i].IsName && tokens[i + 1].IsSymbol("(")
                && !typeName && !Steady.Contains(tokens[i].Value) && !IsTypeWord(tokens, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTypeWord(IReadOnlyList<SqlLexer.Token> tokens, int at) =>
        tokens[at].Is("varying") || tokens[at].Is("cast") || (at > 0 && tokens[at - 1].Is("as"));
}
