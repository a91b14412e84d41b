namespace Tandem.Postgres.Inspection;

/// <summary>
/// The queries that together need what a MERGE needs of the table that it writes: what it compares and computes reads the table beside
/// the source; what it inserts reads the source alone; what it writes is told by its lists.
/// </summary>
internal sealed class PostgresMergeParts
{
    private readonly PostgresStatement statement;
    private readonly int target;
    private readonly int source;
    private readonly int end;
    private readonly List<int> whens;

    /// <summary>Cuts a MERGE into its parts.</summary>
    /// <param name="statement">The statement; the server has accepted it.</param>
    /// <param name="target">The place of the name of the table that it writes.</param>
    public PostgresMergeParts(PostgresStatement statement, int target)
    {
        this.statement = statement;
        this.target = target;
        source = statement.Find(target, "using");
        end = statement.Find(source, "returning");

        // A CASE in an expression has words of the same kind.
        whens = Enumerable.Range(source, end - source)
            .Where(i => i + 2 < end && statement.Find(i, "when") == i && (statement.Tokens[i + 1].Is("matched") || (statement.Tokens[i + 1].Is("not") && statement.Tokens[i + 2].Is("matched"))))
            .ToList();
    }

    /// <summary>The lists in which columns are named that are written, each from its first word to behind its last.</summary>
    public IEnumerable<(int From, int End)> Written => Acts.SelectMany(a => statement.Tokens[a.Then + 1] switch
    {
        var word when word.Is("insert") && statement.Tokens[a.Then + 2].IsSymbol("(") => [(a.Then + 2, statement.Behind(a.Then + 2))],
        var word when word.Is("update") => Sets(a).Select(s => (s.From, s.Sign)),
        _ => Enumerable.Empty<(int, int)>(),
    });

    /// <summary>Whether a row is inserted by the order of the table's columns.</summary>
    public bool InsertsByPosition => Acts.Any(a => statement.Tokens[a.Then + 1].Is("insert") && statement.Tokens[a.Then + 2].Is("values"));

    /// <summary>What is compared and computed, over the table and the source.</summary>
    public string Reads
    {
        get
        {
            var on = statement.Find(source, "on");
            var conditions = whens.Select(w => (And: statement.Find(w, "and"), Then: statement.Find(w, "then"))).Where(c => c.And < c.Then).Select(c => $"({statement.Between(c.And + 1, c.Then)})");
            var values = Acts.Where(a => statement.Tokens[a.Then + 1].Is("update")).SelectMany(Sets).Select(s => statement.Between(s.Sign + 1, s.End)).Where(v => !v.Trim().Equals("default", StringComparison.OrdinalIgnoreCase));
            var returned = PostgresStatementUse.Returned(statement, end);
            var read = values.Select(v => $"({v})").Append(returned.Replace("merge_action()", "null", StringComparison.OrdinalIgnoreCase)).Where(v => v.Length > 0).DefaultIfEmpty("1");
            return $"select {string.Join(", ", read)} from {statement.Between(target, source)}, {statement.Between(source + 1, on)} "
                + $"where {string.Join(" and ", conditions.Prepend($"({statement.Between(on + 1, whens[0])})"))}";
        }
    }

    /// <summary>What is inserted, over the source; the table stands in it only where the source reads it, too.</summary>
    public IEnumerable<string> Inserts => Acts.Select(a => (Values: statement.Find(a.Then, "values"), a.End)).Where(v => v.Values < v.End)
        .Select(v => statement.Between(v.Values + 2, statement.Behind(v.Values + 1) - 1))
        .Where(v => !v.Split(',').Any(x => x.Trim().Equals("default", StringComparison.OrdinalIgnoreCase)))
        .Select(v => $"select {v} from {statement.Between(source + 1, statement.Find(source, "on"))}");

    private IEnumerable<(int Then, int End)> Acts => whens.Select((w, i) => (statement.Find(w, "then"), i + 1 < whens.Count ? whens[i + 1] : end));

    private IEnumerable<(int From, int Sign, int End)> Sets((int Then, int End) act) =>
        statement.Items(statement.Find(act.Then, "set") + 1, act.End).Select(i => (i.From, Enumerable.Range(i.From, i.To - i.From).First(t => statement.Tokens[t].IsSymbol("=")), i.To));
}
