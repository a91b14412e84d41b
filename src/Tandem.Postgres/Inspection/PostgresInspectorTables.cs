using System.Text.Json;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>Puts tables together from the rows of the catalogue queries.</summary>
internal sealed class PostgresInspectorTables(
    PostgresRows columns, PostgresRows constraints, PostgresRows indexes, PostgresRows triggers, PostgresRows notUnderstood)
{
    private readonly ILookup<string, PostgresRows.Row> columns = columns.ByTable();
    private readonly ILookup<string, PostgresRows.Row> constraints = constraints.ByTable();
    private readonly ILookup<string, PostgresRows.Row> indexes = indexes.ByTable();
    private readonly ILookup<string, PostgresRows.Row> triggers = triggers.ByTable();
    private readonly ILookup<string, PostgresRows.Row> notUnderstood = notUnderstood.ByTable();

    /// <summary>The tables in ordinal order.</summary>
    public ValueList<Table> Assemble(IEnumerable<PostgresRows.Row> tables) =>
        tables.Select(Table).OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList();

    /// <summary>A sequence; its bounds only where they are not the usual ones of its type and direction.</summary>
    public static Sequence Sequence(PostgresRows.Row row) => Sequence(row, row.Text("name"));

    /// <summary>An expression without parentheses around the whole of it.</summary>
    public static string WithoutParentheses(string expression)
    {
        var tokens = SqlLexer.Tokenize(expression);
        if (tokens.Count < 2 || !tokens[0].IsSymbol("(") || !tokens[^1].IsSymbol(")"))
        {
            return expression;
        }

        var depth = 0;
        for (var i = 0; i < tokens.Count - 1; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return expression;
            }
        }

        return WithoutParentheses(expression[(tokens[0].Position + 1)..tokens[^1].Position].Trim());
    }

    private Table Table(PostgresRows.Row row)
    {
        var name = row.Text("name");
        var parents = PostgresInspectorObjects.List<TableName>(row.Optional("parents"));
        var ofTable = constraints[name].ToLookup(c => c.Text("kind"), StringComparer.Ordinal);
        return new Table(name, columns[name].Select(Column).ToValueList())
        {
            PrimaryKey = ofTable["p"].Select(PrimaryKey).FirstOrDefault(),
            Uniques = ofTable["u"].Select(Unique).ToValueList(),
            Checks = ofTable["c"].Select(Check).ToValueList(),
            ForeignKeys = ofTable["f"].Select(ForeignKey).ToValueList(),
            Exclusions = ofTable["x"].Select(Exclusion).ToValueList(),
            NotNulls = ofTable["n"].Select(NotNull).Where(n => n != new NotNullConstraint($"{name}_{n.Column}_not_null", n.Column)).ToValueList(),
            Indexes = indexes[name].Select(Index).ToValueList(),
            Triggers = triggers[name].Select(PostgresInspectorObjects.Trigger).ToValueList(),
            Comment = row.Optional("comment"),
            Unlogged = row.Is("unlogged"),
            Method = row.Optional("method"),
            Options = row.Optional("options"),
            ReplicaIdentity = row.Optional("replica_identity"),
            ClusteredOn = row.Optional("clustered_on"),
            RowSecurity = row.Is("row_security"),
            RowSecurityForced = row.Is("row_security_forced"),
            OfType = row.Optional("of_type"),
            PartitionKey = row.Optional("partition_key"),
            PartitionBound = row.Optional("partition_bound"),
            PartitionOf = row.Is("is_partition") ? parents[0] : null,
            Inherits = row.Is("is_partition") ? [] : parents,
            NotUnderstood = notUnderstood[name].Select(r => r.Text("fact")).Order(StringComparer.Ordinal).ToValueList(),
        };
    }

    private static Column Column(PostgresRows.Row row)
    {
        var expression = row.Optional("expression");
        var generated = row.Text("generated");
        var identity = row.Text("identity") switch
        {
            "a" => IdentityKind.Always,
            "d" => IdentityKind.ByDefault,
            _ => row.Optional("sequence_name") is null ? IdentityKind.None : IdentityKind.Serial,
        };
        return new Column(
            row.Text("name"), row.Text("type"), !row.Is("not_null"), generated.Length == 0 ? expression : null)
        {
            Identity = identity,

            // From 17 on a partition's column is one of identity as well, with its table's sequence.
            Sequence = identity == IdentityKind.None || row.Optional("sequence_name") is null ? null : UnusualSequence(row),
            Generated = generated.Length == 0 || expression is null ? null : WithoutParentheses(expression),
            GeneratedStored = generated == "s",
            Collation = row.Optional("collation"),
            Comment = row.Optional("comment"),
            Settings = row.Names("settings"),
            Inherited = row.Is("inherited"),
            NotCarried = row.Names("not_carried"),
        };
    }

    private static Sequence? UnusualSequence(PostgresRows.Row row)
    {
        var sequence = Sequence(row, row.Text("sequence_name"));
        sequence = sequence with { Comment = row.Optional("sequence_comment") };
        var usual = new Sequence(sequence.Name, row.Text("plain_type"), 1, 1);
        return sequence == usual && sequence.Name == UsualName.Of(row.Text("table_name"), [row.Text("name")], "seq") ? null : sequence;
    }

    private static Sequence Sequence(PostgresRows.Row row, string name)
    {
        var type = row.Text("sequence_type");
        var up = row.Number("seqincrement") > 0;
        var (least, greatest) = type switch
        {
            "smallint" => (short.MinValue, short.MaxValue),
            "integer" => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        var (minimum, maximum) = (row.Number("seqmin"), row.Number("seqmax"));
        return new Sequence(name, type, row.Number("seqstart"), row.Number("seqincrement"))
        {
            Minimum = minimum == (up ? 1 : least) ? null : minimum,
            Maximum = maximum == (up ? greatest : -1) ? null : maximum,
            Cache = row.Number("seqcache"),
            Cycle = row.Is("seqcycle"),
        };
    }

    private static PrimaryKey PrimaryKey(PostgresRows.Row row) => new(row.Text("name"), row.Names("columns"))
    {
        Definition = row.Is("period") || Deferrable(row) is not null ? row.Text("definition") : null,
        Include = Some(row, "include"),
        Options = row.Optional("options"),
        Comment = row.Optional("comment"),
    };

    private static UniqueConstraint Unique(PostgresRows.Row row) =>
        new(row.Text("name"), row.Names("columns"), row.Is("nulls_not_distinct"), Deferrable(row))
        {
            Definition = row.Is("period") ? row.Text("definition") : null,
            Include = Some(row, "include"),
            Options = row.Optional("options"),
            Comment = row.Optional("comment"),
        };

    private static CheckConstraint Check(PostgresRows.Row row) =>
        new(row.Text("name"), WithoutParentheses(row.Text("expression")), row.Names("columns"), row.Is("convalidated"))
        {
            NoInherit = row.Is("connoinherit"),
            Inherited = row.Is("inherited"),
            Enforced = row.Is("enforced"),
            Comment = row.Optional("comment"),
        };

    private static ExclusionConstraint Exclusion(PostgresRows.Row row) =>
        new(row.Text("name"), row.Text("definition"), row.Names("columns"))
        {
            Options = row.Optional("options"),
            Comment = row.Optional("comment"),
        };

    private static NotNullConstraint NotNull(PostgresRows.Row row) =>
        new(row.Text("name"), row.Names("columns")[0], row.Is("convalidated"))
        {
            NoInherit = row.Is("connoinherit"),
            Inherited = row.Is("inherited"),
            Comment = row.Optional("comment"),
        };

    private static ForeignKey ForeignKey(PostgresRows.Row row)
    {
        var schema = row.Optional("referenced_schema");
        var table = row.Text("referenced_table");
        return new ForeignKey(
            row.Text("name"), row.Names("columns"), schema is null ? table : $"{schema}.{table}", row.Names("referenced_columns"))
        {
            ReferencedSchema = schema,
            Match = row.Is("match_full") ? "FULL" : null,
            OnDelete = Action(row.Text("on_delete")),
            OnDeleteColumns = Some(row, "on_delete_columns"),
            OnUpdate = Action(row.Text("on_update")),
            Deferrable = Deferrable(row),
            Validated = row.Is("convalidated"),
            Definition = row.Is("period") || !row.Is("enforced") ? row.Text("definition") : null,
            Comment = row.Optional("comment"),
        };
    }

    private static ValueList<string>? Some(PostgresRows.Row row, string name) => row.Names(name) is { Count: > 0 } names ? names : null;

    private static string? Deferrable(PostgresRows.Row row) =>
        row.Is("condeferred") ? "DEFERRABLE INITIALLY DEFERRED"
        : row.Is("condeferrable") ? "DEFERRABLE INITIALLY IMMEDIATE"
        : null;

    private static ReferentialAction Action(string code) => code switch
    {
        "r" => ReferentialAction.Restrict,
        "c" => ReferentialAction.Cascade,
        "n" => ReferentialAction.SetNull,
        "d" => ReferentialAction.SetDefault,
        _ => ReferentialAction.NoAction,
    };

    /// <summary>An index of a table or of a materialized view.</summary>
    public static Schema.Index Index(PostgresRows.Row row)
    {
        var keys = JsonSerializer.Deserialize<Key[]>(row.Text("keys"), JsonSerializerOptions.Web)!;
        return new Schema.Index(row.Text("name"), keys.Select(k => k.ToModel()).ToValueList(), row.Is("is_unique"))
        {
            Method = row.Optional("method"),
            Where = row.Optional("condition") is { } condition ? WithoutParentheses(condition) : null,
            Include = row.Names("include"),
            NullsNotDistinct = row.Is("nulls_not_distinct"),
            Valid = row.Is("is_valid"),
            Columns = row.Names("columns"),
            Options = row.Optional("options"),
            Tablespace = row.Optional("tablespace"),
            Settings = row.Names("settings"),
            Comment = row.Optional("comment"),
        };
    }

    private sealed record Key(string? Column, string? Expression, bool Descending, string? Nulls, string? Collation, string? Class)
    {
        public IndexKey ToModel()
        {
            var options = string.Join(' ', new[] { Collation is null ? null : $"COLLATE {Collation}", Class }.Where(o => o is not null));
            var expression = Expression is null ? null : WithoutParentheses(Expression);
            return new IndexKey(Column, expression, Descending, options.Length == 0 ? null : options) { Nulls = Nulls };
        }
    }
}
