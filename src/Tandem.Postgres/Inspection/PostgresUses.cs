using System.Globalization;
using System.Text.Json;
using Tandem.Consumers;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// Finds what uses tables, columns and views: by the server's own records, level by level; by letting the server analyse functions and
/// statements; and, where neither can be, by the names in a text, which is then said.
/// </summary>
internal sealed class PostgresUses(PostgresReading reading, DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken)
{
    private readonly Dictionary<(int Subject, string Kind, string Name), ObjectUse> found = [];
    private readonly Dictionary<(int Subject, long Class, long Oid, long? Sub), string> reached = [];
    private readonly Dictionary<string, Table> shapes = new(StringComparer.Ordinal);

    /// <summary>Finds everything.</summary>
    public static Task<UseFindings> FindAsync(
        PostgresReading reading, DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken) =>
        new PostgresUses(reading, schema, subjects, cancellationToken).RunAsync();

    private async Task<UseFindings> RunAsync()
    {
        var tables = await TablesAsync().ConfigureAwait(false);
        foreach (var subject in subjects.Where(s => s.Column is not null))
        {
            var columns = tables[subject.Table].SelectMany(t => t.Columns.Keys).Distinct().ToList();
            shapes[subject.Table] = schema.Table(subject.Table) ?? new Table(subject.Table, columns.Select(c => new Column(c, "")).ToValueList());
            if (subject.Kind != "table" && !columns.Contains(subject.Column!))
            {
                throw Impact.NoColumn(subject.Table, subject.Column!, columns);
            }
        }

        var first = subjects.SelectMany((s, n) => tables[s.Table].Where(t => s.Column is null || t.Columns.ContainsKey(s.Column))
            .Select(t => new Node(n, t.Class, t.Oid, s.Column is null ? null : t.Columns[s.Column]))).ToList();
        await FollowAsync(first, tables).ConfigureAwait(false);
        var analysis = new PostgresStatementUse(reading, schema.Name, cancellationToken);
        await FunctionsAsync(analysis, tables).ConfigureAwait(false);
        await BesideAsync(tables).ConfigureAwait(false);
        new PostgresUsesOfModel(schema, subjects, Add).AddAll();
        var statements = new PostgresCountedStatements(reading, cancellationToken);
        var (count, unseen) = await statements.ReadAsync(
            schema.Tables.Select(t => t.Name).Concat(schema.Views.Select(v => v.Name)),
            (statement, calls, text) => JudgeAsync(analysis, statement, "statement", text, calls)).ConfigureAwait(false);
        return new UseFindings(found.Values.ToValueList()) { Statements = count, Unseen = unseen };
    }

    /// <summary>The numbers of tables and views in the catalogue, with those of their columns; partitions and children count as their table, its row type as the view.</summary>
    private async Task<ILookup<string, Numbers>> TablesAsync()
    {
        var rows = await ReadAsync("use_tables").ConfigureAwait(false);
        var views = await ReadAsync("use_views").ConfigureAwait(false);
        return rows.Rows.GroupBy(r => (Table: r.Text("table_name"), Oid: r.Number("oid"), Class: r.Number("class")))
            .Select(g => (g.Key.Table, new Numbers(g.Key.Class, g.Key.Oid, g.ToDictionary(r => r.Text("column_name"), r => (int)r.Number("attnum"), StringComparer.Ordinal))))
            .Concat(views.Rows.GroupBy(r => (View: r.Text("view_name"), Oid: r.Number("oid"), Class: r.Number("class")))
                .Select(g => (g.Key.View, new Numbers(g.Key.Class, g.Key.Oid, g.Where(r => r.Optional("column_name") is not null).ToDictionary(r => r.Text("column_name"), r => (int)r.Number("attnum"), StringComparer.Ordinal)))))
            .ToLookup(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
    }

    // A view on a view, a rule over a function: each level asks who hangs on what the last one found.
    private async Task FollowAsync(List<Node> frontier, ILookup<string, Numbers> tables)
    {
        var own = tables.SelectMany(t => t.Select(n => (t.Key, n.Oid))).ToLookup(t => t.Oid, t => t.Key);
        while (frontier.Count > 0)
        {
            var rows = await ReadAsync("uses", new SqlArgument("frontier", JsonSerializer.Serialize(frontier.Select(f => new { n = f.Subject, @class = f.Class, oid = f.Oid, sub = f.Sub }))))
                .ConfigureAwait(false);
            var next = new List<Node>();
            foreach (var row in rows.Rows)
            {
                var n = (int)row.Number("n");
                var (kind, name) = (row.Text("kind"), row.Text("name"));
                var via = reached.GetValueOrDefault((n, row.Number("from_class"), row.Number("from_oid"), row.Number("from_sub")))
                    ?? reached.GetValueOrDefault((n, row.Number("from_class"), row.Number("from_oid"), null));
                if (kind == "foreign key" && via is not null)
                {
                    // The key that it hangs on goes; the foreign key is told by the column that it names.
                    continue;
                }

                Add(n, Of(n, row, kind, name, own) with { Via = via });
                if (row.OptionalNumber("class") is { } @class && reached.TryAdd((n, @class, row.Number("oid"), row.OptionalNumber("sub")), $"{kind} {name}"))
                {
                    next.Add(new Node(n, @class, row.Number("oid"), row.OptionalNumber("sub") is { } sub ? (int)sub : null));
                }
            }

            frontier = next;
        }
    }

    private ObjectUse Of(int n, PostgresRows.Row row, string kind, string name, ILookup<long, string> own)
    {
        var subject = subjects[n];
        var isOwn = row.OptionalNumber("owner_table") is { } table && own[table].Contains(subject.Table);
        var how = kind switch
        {
            "foreign key" when !isOwn => UseKind.Refers,
            "index" or "check" or "primary key" or "unique constraint" or "exclusion constraint" or "foreign key" or "statistics" => UseKind.GoesAlong,
            "sequence" => UseKind.GoesAlong,
            "trigger" or "policy" when isOwn && subject.Column is null => UseKind.GoesAlong,
            "default" when isOwn && (subject.Column is null || name == $"{subject}") => UseKind.GoesAlong,
            _ => UseKind.Reads,
        };
        return new ObjectUse(kind, name, subject, how)
        {
            Evidence = UseEvidence.Catalogue,
            FollowsName = true,
            PinsType = how == UseKind.Reads && kind is "view" or "materialized view" or "rule" or "policy" or "trigger" or "generated column" or "function" or "procedure",
        };
    }

    /// <summary>Functions whose bodies are texts: those in SQL the server analyses; of others only the names can be read.</summary>
    private async Task FunctionsAsync(PostgresStatementUse analysis, ILookup<string, Numbers> tables)
    {
        var rows = await ReadAsync("function_bodies").ConfigureAwait(false);
        var more = new List<Node>();
        foreach (var row in rows.Rows)
        {
            var function = PostgresFunctionBody.Of(row);
            for (var n = 0; n < subjects.Count; n++)
            {
                var use = await UseOfAsync(analysis, function, n).ConfigureAwait(false);
                if (use is null)
                {
                    continue;
                }

                Add(n, use);
                if (use.How is UseKind.Reads or UseKind.Named && reached.TryAdd((n, PostgresFunctionBody.Class, function.Oid, null), $"{function.Kind} {function.Name}"))
                {
                    more.Add(new Node(n, PostgresFunctionBody.Class, function.Oid, null));
                }
            }
        }

        await FollowAsync(more, tables).ConfigureAwait(false);
    }

    private async Task<ObjectUse?> UseOfAsync(PostgresStatementUse analysis, PostgresFunctionBody function, int n)
    {
        var subject = subjects[n];
        if (function.Language == "sql")
        {
            var uses = new List<ObjectUse>();
            foreach (var statement in function.Statements(subject.Column))
            {
                uses.AddRange(await UsesAsync(analysis, new PostgresStatement(statement), n).ConfigureAwait(false));
            }

            return uses.Count == 0 ? null : uses.MinBy(u => ImpactOrder(u.How))! with { Kind = function.Kind, Name = function.Name };
        }

        var body = new PostgresStatement(function.Source);
        if (function.BuildsText(subject.Table))
        {
            return Text(UseKind.Named, $"it puts SQL together from texts, one of which names the {subject.Kind}");
        }

        if (!body.Names(subject.Table))
        {
            return Views(n).FirstOrDefault(v => body.NamesRelation(v)) is { } view ? Text(UseKind.Named, null) with { Via = $"view {view}" } : null;
        }

        return subject.Column is { } column && !body.Names(column) && !body.MayTakeRows(subject.Table)
            ? Text(UseKind.TableOnly, $"names the {subject.Kind} and never this column")
            : Text(UseKind.Named, $"its text names it, and the server looks at {function.Language} only when it is carried out");

        ObjectUse Text(UseKind how, string? note) => new(function.Kind, function.Name, subject, how) { Evidence = UseEvidence.Text, Note = note };
    }

    private async Task JudgeAsync(PostgresStatementUse analysis, PostgresStatement statement, string kind, string text, long calls)
    {
        for (var n = 0; n < subjects.Count; n++)
        {
            var uses = await UsesAsync(analysis, statement, n).ConfigureAwait(false);
            if (uses.Count > 0)
            {
                Add(n, uses.MinBy(u => ImpactOrder(u.How))! with { Kind = kind, Name = text, Calls = calls });
            }
        }
    }

    private async Task<List<ObjectUse>> UsesAsync(PostgresStatementUse analysis, PostgresStatement statement, int n)
    {
        var subject = subjects[n];
        var uses = new List<ObjectUse>();
        if (await analysis.OfAsync(statement, shapes.GetValueOrDefault(subject.Table) ?? new Table(subject.Table, []), subject.Column).ConfigureAwait(false) is { } use)
        {
            uses.Add(new ObjectUse("", "", subject, use.How) { Evidence = use.Evidence, Note = use.Note });
        }

        else if (Parts(subject.Table).FirstOrDefault(statement.NamesRelation) is { } part
            && (subject.Column is null || statement.Names(subject.Column) || statement.MayTakeRows(part)))
        {
            uses.Add(new ObjectUse("", "", subject, UseKind.Named) { Evidence = UseEvidence.Text, Note = $"names {part}, which is a part of the table or inherits from it" });
        }

        // The database keeps the view's columns under their names; another type and the column's end it does not survive.
        if (Views(n).FirstOrDefault(statement.NamesRelation) is { } view)
        {
            uses.Add(new ObjectUse("", "", subject, UseKind.Reads) { Evidence = UseEvidence.Catalogue, Via = $"view {view}", FollowsName = true });
        }

        return uses;
    }

    /// <summary>Partitions and inheritance children, at every level.</summary>
    private IEnumerable<string> Parts(string table) => schema.Tables.Concat(schema.Partitions)
        .Where(t => t.PartitionOf?.Name == table || t.Inherits.Any(i => i.Name == table)).SelectMany(t => Parts(t.Name).Prepend(t.Name));

    private List<string> Views(int n) => found.Where(f => f.Key.Subject == n && f.Key.Kind is "view" or "materialized view" && f.Value.How == UseKind.Reads)
        .Select(f => f.Key.Name).ToList();

    /// <summary>Who hangs on the table and not on the column: worth knowing that it was seen.</summary>
    private async Task BesideAsync(ILookup<string, Numbers> tables)
    {
        var frontier = subjects.SelectMany((s, n) => s.Column is null ? [] : tables[s.Table].Select(t => new { n, @class = t.Class, oid = t.Oid, sub = (int?)null })).ToList();
        var rows = await ReadAsync("uses", new SqlArgument("frontier", JsonSerializer.Serialize(frontier))).ConfigureAwait(false);
        foreach (var row in rows.Rows.Where(r => r.Text("kind") is "view" or "materialized view" or "function" or "procedure" or "policy" or "rule"))
        {
            var n = (int)row.Number("n");
            Add(n, new ObjectUse(row.Text("kind"), row.Text("name"), subjects[n], UseKind.TableOnly) { Evidence = UseEvidence.Catalogue });
        }
    }

    // What was found first is known best: the server's records come before the names in texts.
    private void Add(int n, ObjectUse use)
    {
        var key = (n, use.Kind, use.Name);
        if (!found.TryGetValue(key, out var known) || ImpactOrder(use.How) < ImpactOrder(known.How))
        {
            found[key] = use;
        }
    }

    private static int ImpactOrder(UseKind how) => how switch
    {
        UseKind.Reads => 0,
        UseKind.Refers => 1,
        UseKind.GoesAlong => 2,
        UseKind.Named => 3,
        UseKind.WholeRow => 4,
        _ => 5,
    };

    private async Task<PostgresRows> ReadAsync(string query, params SqlArgument[] arguments) => new(await reading.QueryAsync(
        new SqlStatement($"{PostgresQueries.Read("target")}\n{PostgresQueries.Read(query)}", [new SqlArgument("schema", schema.Name), .. arguments]),
        cancellationToken).ConfigureAwait(false));

    private sealed record Node(int Subject, long Class, long Oid, int? Sub);

    private sealed record Numbers(long Class, long Oid, Dictionary<string, int> Columns);
}
