using System.Globalization;
using Tandem.Postgres.Connections;

namespace Tandem.Postgres.Sandboxes;

/// <summary>A column for which values are made up: which ones, from the number <c>i</c> of the row.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, with everything.</param>
/// <param name="Plain">The type of its values, of an array that of its elements.</param>
/// <param name="Element">The short name of that type.</param>
internal sealed record PostgresMadeColumn(string Name, string Type, string Plain, string Element)
{
    private const int TypeModifierHead = 4;
    private const int UsualWidth = 12;

    private bool IsEnum { get; init; }

    private bool IsArray { get; init; }

    private long Modifier { get; init; }

    private bool Required { get; init; }

    private bool Unique { get; init; }

    private bool Ruled { get; init; }

    /// <summary>A column from its row.</summary>
    public static PostgresMadeColumn Of(PostgresRows.Row row) => new(row.Text("name"), row.Text("type"), row.Text("plain"), row.Text("element"))
    {
        IsEnum = row.Text("element_kind") == "e",
        IsArray = row.Text("category") == "A",
        Modifier = row.Number("modifier"),
        Required = row.Is("required"),
        Unique = row.Is("is_unique"),
        Ruled = row.Is("is_ruled"),
    };

    /// <summary>The value as SQL; null where none of this type can be made up and none may be left out.</summary>
    /// <param name="shape">What is known of the values that the target has, or null.</param>
    /// <param name="rows">How many rows are made.</param>
    /// <param name="seed">A number that no other column of the table has.</param>
    public string? Value(PostgresColumnShape? shape, long rows, int seed)
    {
        var distinct = shape is null or { Distinct: 0 } ? rows : shape.Distinct < 0 ? -shape.Distinct * rows : Math.Min(shape.Distinct, rows);
        var many = Math.Max(1, (long)Math.Ceiling(distinct));
        var number = Unique || many >= rows ? "i" : Which(shape, rows, many, seed);

        // A rule knows which values it takes, and nobody else does: those that are there it has taken.
        var value = Ruled && !Unique && !IsArray && shape?.Values is { } known
            ? $"(select (a.v)[1 + ({number} - 1) % pg_catalog.cardinality(a.v)] from (values ({PostgresText.Literal(known)}::{Plain}[])) a (v))"
            : Made(number, shape?.Width ?? UsualWidth) is { } made ? IsArray ? $"array[{made}]" : made : null;
        return value is null ? Required ? null : "null"
            : shape is { Nulls: > 0 } && !Required ? Text($"case when {Chance(seed, 1)} >= {shape.Nulls} then ({value})::{Type} end")
            : $"({value})::{Type}";
    }

    // The number of the value: the most frequent ones as often as they are there, the others alike.
    private static string Which(PostgresColumnShape? shape, long rows, long many, int seed)
    {
        if (shape is { InOrder: true })
        {
            return Text($"(1 + (i - 1) * {many} / {rows})");
        }

        var shares = shape?.Shares ?? [];
        if (shares.Count == 0)
        {
            return Text($"(1 + pg_catalog.floor({Chance(seed, 2)} * {many})::bigint)");
        }

        var (sum, limits) = (0d, new List<string>());
        foreach (var share in shares)
        {
            sum += share / Math.Max(share, 1 - shape!.Nulls);
            limits.Add(sum.ToString("R", CultureInfo.InvariantCulture));
        }

        var rest = Math.Max(1, many - shares.Count);
        return Text(
            $"(select case when b.n < {shares.Count} then 1 + b.n else 1 + {shares.Count} + pg_catalog.floor({Chance(seed, 2)} * {rest})::bigint end from (values (pg_catalog.width_bucket({Chance(seed, 3)}, array[{string.Join(", ", limits)}]::float8[]))) b (n))");
    }

    /// <summary>A number from 0 to 1 that is the same at every filling.</summary>
    private static string Chance(int seed, int use) =>
        Text($"((pg_catalog.hashint8extended(i, {(seed * 8) + use}) & 1048575) / 1048576.0::float8)");

    private string? Made(string number, int width) => IsEnum
        ? $"(pg_catalog.enum_range(null::{Plain}))[1 + ({number} - 1) % pg_catalog.cardinality(pg_catalog.enum_range(null::{Plain}))]"
        : Element switch
        {
            "bool" => $"({number} % 2 = 0)",
            "int2" => $"({number} % 32767)",
            "int4" or "int8" or "oid" or "float4" or "float8" => number,
            "money" => $"{number}::numeric",
            "numeric" => Modifier >= TypeModifierHead ? Text($"({number} % {Math.Pow(10, Math.Min(18, Digits)):F0})") : number,
            "text" or "varchar" or "bpchar" or "citext" or "name" => Text(
                $"pg_catalog.rpad(({number})::text, greatest({width - 1}, pg_catalog.length(({number})::text)), ' ' || pg_catalog.md5(({number})::text))"),
            "uuid" => $"pg_catalog.md5(({number})::text)::uuid",
            "date" => $"(date '2000-01-01' + ({number} % 20000)::int)",
            "timestamp" or "timestamptz" => $"(timestamp '2020-01-01 00:00' + ({number}) * interval '1 minute')",
            "time" or "timetz" => $"(time '00:00' + ({number} % 86400) * interval '1 second')",
            "interval" => $"(({number}) * interval '1 minute')",
            "json" or "jsonb" => Text($"pg_catalog.jsonb_build_object('n', {number}, 'text', pg_catalog.repeat('x', {Math.Max(1, width - 24)}))"),
            "bytea" => Text($"pg_catalog.convert_to(pg_catalog.rpad(({number})::text, {Math.Max(8, width - 1)}, 'x'), 'UTF8')"),
            "inet" => $"('10.0.0.0'::inet + ({number} % 16000000))",
            "tsvector" => $"pg_catalog.to_tsvector('simple', 'word' || ({number})::text)",
            _ => null,
        };

    // numeric(p, s): p in the upper half of what the server keeps, s in the lower.
    private int Digits => (int)((((Modifier - TypeModifierHead) >> 16) & 0xFFFF) - ((Modifier - TypeModifierHead) & 0x7FF));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
