using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Tells from its first words which kind of statement it is, and reads on with what knows that kind.</summary>
internal sealed class StatementReader(bool postgres)
{
    private const int DeepestQuery = 20;

    /// <summary>Why a statement is not understood when nothing better is known.</summary>
    public const string Strange = "is not a statement that is known here";

    // They touch no rows and hold no lock for which others wait.
    private static readonly string[] Quiet =
        ["analyze", "comment", "security", "notify", "listen", "unlisten", "checkpoint", "discard", "show", "pragma", "reassign", "load"];

    private static readonly string[] Transactions = ["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"];

    /// <summary>What a statement does.</summary>
    public IReadOnlyList<Act> Read(Words words) => words.Rest.Any(t => t.Is("uescape"))
        ? [new NotUnderstood("writes names in a way that is not read here (UESCAPE)")]
        : [.. Read(words, 0)];

    private IEnumerable<Act> Read(Words words, int depth)
    {
        if (depth > DeepestQuery)
        {
            return [new NotUnderstood("nests queries deeper than is read here")];
        }

        var group = words.Copy();
        if (group.Group() is { } inner && inner.IsAny("select", "with", "values", "table"))
        {
            return Read(inner, depth + 1).Concat(group.AtEnd ? [] : Query(group));
        }

        return words.TakeAny("alter", "create", "drop") switch
        {
            "alter" => AlterReader.Read(words),
            "create" => Filled(words.Copy()).Concat(CreateReader.Read(words)),
            "drop" => DropReader.Read(words),
            _ => Rows(words, depth) ?? Maintenance(words) ?? Session(words) ?? [new NotUnderstood(Strange)],
        };
    }

    private IEnumerable<Act>? Rows(Words words, int depth) =>
        words.TakeAny("with", "select", "values", "table", "update", "delete", "insert", "replace", "merge", "truncate", "copy", "explain") switch
        {
            "with" => With(words, depth),
            "select" or "values" or "table" => Query(words),
            "update" => Calling(words, RowsReader.Update),
            "delete" => Calling(words, RowsReader.Delete),
            "insert" or "replace" => Calling(words, RowsReader.Insert),
            "merge" => Calling(words, RowsReader.Merge),
            "truncate" => RowsReader.Truncate(words),
            "copy" => RowsReader.Copy(words),
            "explain" => Explain(words, depth),
            _ => null,
        };

    // What writes rows may call functions as a query may.
    private IEnumerable<Act> Calling(Words words, Func<Words, IEnumerable<Act>> read)
    {
        var rest = words.Copy();
        var acts = read(words).ToList();
        var into = rest.Copy();
        _ = into.Take("into");
        _ = into.Name();
        _ = into.Take("as") ? into.Name() : null;
        _ = into.Group();
        return acts.Concat(Called(into.Rest));
    }

    private IEnumerable<Act> With(Words words, int depth)
    {
        _ = words.Take("recursive");
        var acts = new List<Act>();
        do
        {
            var named = words.Name() is not null;
            _ = words.Next.IsSymbol("(") ? words.Group() : null;
            if (!named || !words.Take("as") || (words.Take("not") && !words.Is("materialized")) || (words.Take("materialized") && words.AtEnd) || words.Group() is not { } query)
            {
                return [new NotUnderstood(Strange)];
            }

            acts.AddRange(Read(query, depth + 1));
            if (words.IsAny("search", "cycle"))
            {
                words.Until("select", "insert", "update", "delete", "merge");
            }
        }
        while (words.TakeSymbol(","));
        return acts.Concat(Read(words, depth + 1)).Where(a => a is not Harmless).DefaultIfEmpty(new Harmless());
    }

    private IEnumerable<Act> Query(Words words)
    {
        var into = words.Copy();
        into.Until("into", "from");
        if (into.Take("into"))
        {
            var temporary = into.TakeAny("temporary", "temp") is not null;
            _ = into.TakeAny("unlogged") is not null | into.Take("table");
            return into.Name() is { } table ? [new CreatesTable(table, true, temporary)] : [new NotUnderstood(Strange)];
        }

        var settings = words.Rest.Any(t => t.Is("set_config"));
        var literal = words.Rest.FirstOrDefault(t => t.Kind == SqlLexer.TokenKind.StringLiteral);
        return (settings ? SessionReader.Set(literal.Value ?? "") : []).Concat(Called(words.Rest)).DefaultIfEmpty(new Harmless());
    }

    // CREATE TABLE … AS and CREATE MATERIALIZED VIEW carry their query out.
    private IEnumerable<Act> Filled(Words words)
    {
        if (!words.IsAny("table", "unlogged", "temp", "temporary", "local", "materialized"))
        {
            return [];
        }

        words.Until("as");
        return words.Take("as") ? Called(words.Rest) : [];
    }

    // A function's text is not at hand, and it may do anything.
    private IEnumerable<Act> Called(IEnumerable<SqlLexer.Token> tokens) => !postgres
        ? []
        : Volatility.UnknownCalls(tokens).Where(c => c is not "set_config").Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(c => new NotUnderstood($"calls {c}(), and what that does is not known here"));

    private IEnumerable<Act> Explain(Words words, int depth)
    {
        var options = words.Group();
        var runs = words.Take("analyze") || options?.Rest.Any(t => t.Is("analyze")) == true;
        _ = words.Take("verbose");
        return runs ? Read(words, depth + 1) : [new Harmless()];
    }

    private static IEnumerable<Act>? Maintenance(Words words) => words.TakeAny("vacuum", "cluster", "repack", "reindex", "refresh", "lock", "grant", "revoke") switch
    {
        "vacuum" => MaintenanceReader.Vacuum(words),
        "cluster" => MaintenanceReader.Cluster(words, "CLUSTER"),
        "repack" => MaintenanceReader.Cluster(words, "REPACK"),
        "reindex" => MaintenanceReader.Reindex(words),
        "refresh" => MaintenanceReader.Refresh(words),
        "lock" => MaintenanceReader.Lock(words),
        "grant" => GrantReader.Grant(words),
        "revoke" => [new Harmless()],
        _ => null,
    };

    private static IEnumerable<Act>? Session(Words words)
    {
        if (words.IsAny(Transactions))
        {
            return [new DividesTransaction(words.Next.Value.ToUpperInvariant())];
        }

        if (words.TakeAny("set", "reset") is { } verb)
        {
            return verb == "reset" ? [new Harmless()] : SessionReader.Set(words);
        }

        return words.TakeAny("do", "call", "execute", "prepare", "declare", "fetch", "import") switch
        {
            "do" => [new NotUnderstood("runs a block of code, which is not looked at")],
            "call" => [new NotUnderstood("calls a procedure, and what that does is not known here")],
            null => words.IsAny(Quiet) ? [new Harmless()] : null,
            _ => [new NotUnderstood(Strange)],
        };
    }
}
