using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// The short way of the sync, for what most writes are: a row in which only columns of the base were given or changed, that is filled and not
/// marked. By the rules of <see cref="SyncFunction"/> nothing goes inwards then, and every far side gets what its near side asks for,
/// whatever it held. The conditions stand with the triggers, where the server evaluates them without entering a function.
/// </summary>
internal sealed class ShortWay
{
    private readonly Layout layout;
    private readonly List<LensColumns> lenses;
    private readonly SyncFunction function;

    private ShortWay(Layout layout, List<LensColumns> lenses, SyncFunction function)
    {
        this.layout = layout;
        this.lenses = lenses;
        this.function = function;
    }

    /// <summary>
    /// The short way of a table, or null where there is none: with several changes what one lens gives is what another reads, a column
    /// that only the served far side lacks is filled inwards, and a row that moves between partitions is known by its image.
    /// </summary>
    /// <param name="layout">The table.</param>
    /// <param name="function">The sync whose short way it is.</param>
    public static ShortWay? Of(Layout layout, SyncFunction function)
    {
        var given = function.Lenses.Where(l => l.Far.Count > 0).ToList();
        var oneWay = function.Lenses.All(l => l.Far.Count > 0 || !l.Link.FarServed);
        return layout.Syncing.Count == 1 && oneWay && given.Count > 0 && function.PartitionColumns.Count == 0
            ? new ShortWay(layout, given, function)
            : null;
    }

    /// <summary>The condition under which an insert goes the short way. A row without any value of a lens may be the far side's.</summary>
    public string Inserts => string.Join(
        " AND ",
        [PlpgsqlText.Empty("NEW", Far), .. lenses.Where(l => l.NeverNull.Count > 0).Select(l => $"NOT {PlpgsqlText.Empty("NEW", l.Near)}"), .. Unmarked("NEW"), .. OwnPath]);

    /// <summary>The condition under which an update goes the short way; null when none does.</summary>
    public string? Updates
    {
        get
        {
            var written = lenses.Where(l => l.Near.Count > 0).SelectMany(l => l.NearInputs).Distinct().ToList();
            if (written.Count == 0)
            {
                return null;
            }

            var others = Far.Union(lenses.SelectMany(l => l.SharedInputs)).Union(lenses.Where(l => l.Near.Count == 0).SelectMany(l => l.Reads(l.Link.FarSide)));

            // A single lens whose near side was written is computed in any case; beside another one it might not be, and is not filled yet.
            var filled = lenses.Count == 1 ? [] : lenses.SelectMany(l => l.Required.Select(r => $"NEW.{Sql.Id(r)} IS NOT NULL")
                .Concat(l.MayBeUnfilled ? [$"NOT {PlpgsqlText.Empty("NEW", l.Far)}"] : []));
            return string.Join(" AND ", [layout.Changed(written), $"NOT {layout.Changed([.. others])}", .. Unmarked("OLD"), .. Unmarked("NEW"), .. filled, .. OwnPath]);
        }
    }

    private IReadOnlyList<string> Far => [.. lenses.SelectMany(l => l.Far).Distinct()];

    // Under the path of whoever writes, the server's own names are what they say only while nothing stands before them.
    private IEnumerable<string> OwnPath => function.IsPlain ? [$"NOT ({SyncFunction.OddPath})"] : [];

    /// <summary>The statement that makes the function.</summary>
    public string Definition()
    {
        var text = new PlpgsqlText(layout);
        foreach (var lens in lenses)
        {
            if (lenses.Count == 1)
            {
                Give(text, lens);
                continue;
            }

            text.Open($"IF TG_OP = 'INSERT'{(lens.Near.Count == 0 ? "" : $" OR {layout.Changed(lens.NearInputs)}")} THEN");
            Give(text, lens);
            text.Close();
        }

        text.Line("RETURN NEW;");
        var declarations = lenses.SelectMany(l => text.Declarations(l, l.Link.FarSide)).Select(d => $"  {d}\n");
        var body = $"#variable_conflict use_column\nDECLARE\n  _tandem_at text;\n  _tandem_error text;\n{string.Concat(declarations)}BEGIN\n{text}END";
        return $"CREATE OR REPLACE FUNCTION {Sql.Id(Names.EngineSchema, Names.ShortFunction(layout.Schema, layout.Table))}() "
            + $"RETURNS trigger LANGUAGE plpgsql {function.OwnSettings} AS {Sql.Dollar(body)}";
    }

    private IEnumerable<string> Unmarked(string row) => layout.Syncing.Where(l => l.HasMarker).Select(l => $"{row}.{Sql.Id(Names.Marker(l.Ordinal))} IS NULL");

    private static void Give(PlpgsqlText text, LensColumns lens)
    {
        var far = lens.Link.FarSide;
        if (lens.Quarantines)
        {
            text.Try(lens, far, "NEW");
        }
        else
        {
            text.Compute(lens, far, "NEW");
        }

        SyncFunction.Assign(text, lens, far);
        if (!lens.Quarantines)
        {
            return;
        }

        text.Open("IF _tandem_error IS NOT NULL THEN").Line(SyncFunction.Mark(lens, "_tandem_error"));
        text.Else("ELSE");
        SyncFunction.MarkMissing(text, lens);
        text.Close();
    }
}
