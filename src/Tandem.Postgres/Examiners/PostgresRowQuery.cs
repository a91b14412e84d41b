using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>A question to rows that are there, as queries.</summary>
internal sealed class PostgresRowQuery
{
    // Others may say something about a person.
    private static readonly string[] Telling = ["smallint", "integer", "bigint", "uuid"];

    private readonly RowQuestion question;
    private readonly string schema;
    private readonly string source;
    private readonly string found;

    /// <summary>Over a table with about so many rows.</summary>
    public PostgresRowQuery(RowQuestion question, string schema, long rows)
    {
        (this.question, this.schema) = (question, schema);
        Whole = rows <= RowQuestion.WholeUpTo;
        Key = question.Table.PrimaryKey is { } key && key.Columns.All(c => Telling.Contains(question.Table.Column(c)!.Type)) ? key.Columns : [];
        source = Source(rows);
        found = question.Unique is { } unique ? Keyed(unique)
            : question.Exclusion is { } exclusion ? PostgresExclusion.Of(exclusion.Definition) is { } read ? Meeting(read) : ""
            : $"select * from {source} where {Broken}";
    }

    /// <summary>Whether the rule is one that can be asked.</summary>
    public bool CanBeAsked => found.Length > 0;

    /// <summary>Whether all rows are looked at.</summary>
    public bool Whole { get; }

    /// <summary>The columns of the key by which rows may be named.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>How many rows stand against the rule, and how many values they share.</summary>
    public string Count => question.Unique is { } unique
        ? $"select coalesce(sum(n), 0)::bigint as broken, count(*) as distinct_values from (select count(*) as n from ({found}) _tandem_f group by {Columns(unique)} having count(*) > 1) _tandem_d"
        : $"select count(*) as broken, 0::bigint as distinct_values from ({found}) _tandem_f";

    /// <summary>How many rows were looked at.</summary>
    public string Seen => $"select count(*) as seen from {source}";

    /// <summary>Keys of a few of the rows; of a unique rule those that share one value. Null where rows cannot be named.</summary>
    public string? Examples => Key.Count == 0 ? null
        : question.Unique is { } unique
            ? $"select {Keys("_tandem_f.", "::text")} from ({found}) _tandem_f, (select {Columns(unique)} from ({found}) _tandem_g group by {Columns(unique)} having count(*) > 1 order by {Columns(unique)} limit 1) _tandem_d "
                + $"where {string.Join(" and ", unique.Keys.Select((_, i) => $"_tandem_f.{Part(i)} is not distinct from _tandem_d.{Part(i)}"))} order by {Keys("_tandem_f.", "")} limit {Most}"
            : $"select {Keys("_tandem_f.", "::text")} from ({found}) _tandem_f order by {Keys("_tandem_f.", "")} limit {Most}";

    private static string Most => Names.Text(RowAnswer.MostExamples);

    private string Broken => question switch
    {
        { Check: { } check } => $"not {Sql.Closed(check)}",
        { Parent: { } parent } => $"{string.Join(" and ", question.Values.Select(v => $"{Value(v)} is not null"))} and not exists (select from {Sql.Id(parent.Schema ?? schema, parent.Table)} _tandem_p where "
            + $"{string.Join(" and ", question.Values.Zip(parent.Columns, (v, p) => $"_tandem_p.{Sql.Id(p)} = {Value(v)}"))})",
        _ => $"{Value(question.Values[0])} is null",
    };

    private string Alias => Sql.Id(question.Rule.Change.After!.Name);

    private static string Part(int index) => "_tandem_" + Names.Text(index);

    private static string KeyPart(int index) => "_tandem_k" + Names.Text(index);

    private string Value(RowValue value) => $"{Alias}.{Sql.Id(value.Column.Name)}";

    private static string Columns(Schema.Index unique) => string.Join(", ", unique.Keys.Select((_, i) => Part(i)));

    private string Keys(string before, string behind) => string.Join(", ", Key.Select((_, i) => before + KeyPart(i) + behind));

    /// <summary>The rows with the new version's names for what the rule names.</summary>
    private string Source(long rows)
    {
        var values = question.Values.Select(v => $"{(v.From is { } from ? Sql.Id(from) : $"({v.Column.Default ?? "null"})::{v.Column.Type}")} as {Sql.Id(v.Column.Name)}")
            .Concat(Key.Select((k, i) => $"{Sql.Id(k)} as {KeyPart(i)}")).Concat(question.Exclusion is null ? [] : ["ctid as _tandem_place", "tableoid as _tandem_in"]);
        var sample = Whole ? "" : string.Create(
            CultureInfo.InvariantCulture, $" tablesample system ({100.0 * RowQuestion.SampleSize / rows:0.#########}) repeatable (1) limit {RowQuestion.SampleSize * 5}");
        return $"(select {string.Join(", ", values)} from {Sql.Id(schema, question.Table.Name)}{sample}) as {Alias}";
    }

    private string Keyed(Schema.Index unique)
    {
        var parts = unique.Keys.Select(k => (k.Column is { } column ? Sql.Id(column) : Sql.Closed(k.Expression!)) + PostgresIndexKey.Parts(k.Options).Collation).ToList();
        var columns = parts.Select((p, i) => $"{p} as {Part(i)}").Concat(Key.Select((_, i) => KeyPart(i)));
        var conditions = (unique.Where is { } where ? [Sql.Closed(where)] : Array.Empty<string>()).Concat(unique.NullsNotDistinct ? [] : parts.Select(p => $"({p}) is not null"));
        return $"select {string.Join(", ", columns)} from {source} where {string.Join(" and ", conditions.DefaultIfEmpty("true"))}";
    }

    /// <summary>Rows that another one meets by all operators. What one of them makes of NULL is no meeting.</summary>
    private string Meeting(PostgresExclusion exclusion)
    {
        string[] kept = [.. exclusion.Parts.Select((p, i) => $"{p} as {Part(i)}"), .. Key.Select((_, i) => KeyPart(i)), "_tandem_place", "_tandem_in"];
        var rows = $"select {string.Join(", ", kept)} from {source}{(exclusion.Where is { } where ? $" where {where}" : "")}";
        var met = exclusion.Operators.Select((o, i) => $"_tandem_m.{Part(i)} {o} _tandem_o.{Part(i)}");
        return $"select * from ({rows}) _tandem_m where exists (select from ({rows}) _tandem_o where {string.Join(" and ", met)} and (_tandem_m._tandem_place, _tandem_m._tandem_in) is distinct from (_tandem_o._tandem_place, _tandem_o._tandem_in))";
    }
}
