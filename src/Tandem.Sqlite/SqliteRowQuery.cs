using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using static Tandem.Sqlite.SqliteText;

namespace Tandem.Sqlite;

/// <summary>A question to rows that are there, as queries.</summary>
internal sealed class SqliteRowQuery
{
    private readonly RowQuestion question;
    private readonly string source;
    private readonly string found;

    /// <summary>Over a table with so many rows.</summary>
    public SqliteRowQuery(RowQuestion question, long rows)
    {
        this.question = question;
        Whole = rows <= RowQuestion.WholeUpTo;
        Key = question.Table.PrimaryKey?.Columns ?? [];
        source = Source();
        found = question.Unique is { } unique ? Keyed(unique) : $"SELECT * FROM {source} WHERE {Broken}";
    }

    /// <summary>Whether all rows are looked at.</summary>
    public bool Whole { get; }

    /// <summary>The columns of the key by which rows are named.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>Why a text of the rule is not one expression, or null.</summary>
    public string? Objection => new[] { question.Check, question.Unique?.Where }.Concat(question.Unique?.Keys.Select(k => k.Expression) ?? []).OfType<string>()
        .Select(SqliteExpression.Objection).FirstOrDefault(o => o is not null);

    /// <summary>How many rows stand against the rule, and how many values they share.</summary>
    public string Count => question.Unique is { } unique
        ? $"SELECT coalesce(sum(n), 0) AS broken, count(*) AS distinct_values FROM (SELECT count(*) AS n FROM ({found}) GROUP BY {Columns(unique)} HAVING count(*) > 1)"
        : $"SELECT count(*) AS broken, 0 AS distinct_values FROM ({found})";

    /// <summary>How many rows were looked at.</summary>
    public string Seen => $"SELECT count(*) FROM {source}";

    /// <summary>Keys of a few of the rows; of a unique rule those that share one value. Null where rows cannot be named.</summary>
    public string? Examples => Key.Count == 0 ? null
        : question.Unique is { } unique
            ? $"SELECT {Keys("_tandem_f.")} FROM ({found}) AS _tandem_f, (SELECT {Columns(unique)} FROM ({found}) GROUP BY {Columns(unique)} HAVING count(*) > 1 ORDER BY {Columns(unique)} LIMIT 1) AS _tandem_d "
                + $"WHERE {string.Join(" AND ", unique.Keys.Select((_, i) => $"_tandem_f.{Part(i)} IS _tandem_d.{Part(i)}"))} ORDER BY {Keys("_tandem_f.")} LIMIT {RowAnswer.MostExamples}"
            : $"SELECT {Keys("")} FROM ({found}) ORDER BY {Keys("")} LIMIT {RowAnswer.MostExamples}";

    private string Broken => question switch
    {
        { Check: { } check } => $"NOT ({check}\n)",
        { Parent: { } parent } => $"{string.Join(" AND ", question.Values.Select(v => $"{Value(v)} IS NOT NULL"))} AND NOT EXISTS (SELECT 1 FROM main.{Quote(parent.Table)} AS _tandem_p WHERE "
            + $"{string.Join(" AND ", question.Values.Zip(parent.Columns, (v, p) => $"_tandem_p.{Quote(p)} = {Value(v)}"))})",
        _ => $"{Value(question.Values[0])} IS NULL",
    };

    private string Alias => Quote(question.Rule.Change.After!.Name);

    private static string Part(int index) => string.Create(CultureInfo.InvariantCulture, $"_tandem_{index}");

    private static string KeyPart(int index) => string.Create(CultureInfo.InvariantCulture, $"_tandem_k{index}");

    private string Value(RowValue value) => $"{Alias}.{Quote(value.Column.Name)}";

    private static string Columns(Schema.Index unique) => string.Join(", ", unique.Keys.Select((_, i) => Part(i)));

    private string Keys(string before) => string.Join(", ", Key.Select((_, i) => before + KeyPart(i)));

    /// <summary>The rows with the new version's names for what the rule names.</summary>
    private string Source()
    {
        var values = question.Values.Select(v => $"{(v.From is { } from ? Quote(from) : v.Column.Default ?? "NULL")} AS {Quote(v.Column.Name)}")
            .Concat(Key.Select((k, i) => $"{Quote(k)} AS {KeyPart(i)}"));
        return $"(SELECT {string.Join(", ", values)} FROM main.{Quote(question.Table.Name)}{(Whole ? "" : $" LIMIT {RowQuestion.SampleSize}")}) AS {Alias}";
    }

    private string Keyed(Schema.Index unique)
    {
        var parts = unique.Keys.Select(k => (k.Column is { } column ? Quote(column) : $"({k.Expression}\n)") + (k.Options is { } options ? " " + options : "")).ToList();
        var columns = parts.Select((p, i) => $"{p} AS {Part(i)}").Concat(Key.Select((_, i) => KeyPart(i)));
        var conditions = (unique.Where is { } where ? [$"({where}\n)"] : Array.Empty<string>()).Concat(parts.Select(p => $"{p} IS NOT NULL"));
        return $"SELECT {string.Join(", ", columns)} FROM {source} WHERE {string.Join(" AND ", conditions)}";
    }
}
