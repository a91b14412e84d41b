using Tandem.Operations;
using Tandem.Schema;
using Index = Tandem.Schema.Index;

namespace Tandem.Differences;

/// <summary>Indexes as the operation that makes them.</summary>
internal static class IndexForm
{
    /// <summary>The operation; null where an index is more than it can say.</summary>
    public static CreateIndex? Of(Index index, string table)
    {
        var keys = index.Keys.Select(Key).ToList();
        var with = Parameters(index.Options);
        return keys.Contains(null) || with is null || index.Settings.Count > 0 || !index.Valid ? null : new CreateIndex
        {
            Table = table,
            Name = index.Name,
            Columns = keys.Select(k => k!).ToValueList(),
            Unique = index.Unique,
            Where = Text(index.Where),
            Method = index.Method,
            Include = index.Include,
            NullsNotDistinct = index.NullsNotDistinct,
            With = with,
            Tablespace = index.Tablespace,
            Comment = index.Comment,
        };
    }

    /// <summary>Whether two indexes are the same but for their names.</summary>
    public static bool Same(Index one, Index other) =>
        one with { Name = "", Keys = [], Where = null, Options = null, Columns = [], Valid = true } == other with { Name = "", Keys = [], Where = null, Options = null, Columns = [], Valid = true }
        && SameText.Sql(one.Where, other.Where) && SameText.Sql(one.Options, other.Options)
        && one.Keys.Count == other.Keys.Count && one.Keys.Zip(other.Keys).All(k => Same(k.First, k.Second));

    private static bool Same(IndexKey one, IndexKey other) =>
        one with { Expression = null, Options = null } == other with { Expression = null, Options = null }
        && SameText.Sql(one.Expression, other.Expression) && SameText.Sql(one.Options, other.Options);

    private static IndexColumn? Key(IndexKey key)
    {
        var tokens = SqlLexer.Tokenize(key.Options ?? "");
        var collation = tokens is [var word, var named, ..] && word.Is("collate") ? named.Value : null;
        var rest = tokens.Skip(collation is null ? 0 : 2).ToList();

        // A collation of another schema has a name of two parts, which the operation does not say.
        if (rest is [var point, ..] && point.IsSymbol("."))
        {
            return null;
        }

        var open = rest.FindIndex(t => t.IsSymbol("("));
        var words = open < 0 ? rest : rest[..open];
        var @class = words is [_, var between, _] && between.IsSymbol(".") ? string.Concat(words.Select(t => t.Value)) : words is [var one] ? one.Value : null;
        var options = open < 0 ? [] : Parameters(key.Options![(rest[open].Position + 1)..key.Options!.LastIndexOf(')')]);
        return options is null || (@class is null && rest.Count > 0) ? null : new IndexColumn
        {
            Name = key.Column,
            Expression = Text(key.Expression),
            Descending = key.Descending,
            Nulls = key.Nulls switch { null => null, "NULLS FIRST" => NullsPlace.First, _ => NullsPlace.Last },
            Collation = Text(collation),
            OperatorClass = @class,
            OperatorClassOptions = options,
        };
    }

    private static ValueList<StorageParameter>? Parameters(string? text)
    {
        var tokens = SqlLexer.Tokenize(text ?? "");
        var parameters = new List<StorageParameter>();
        for (var i = 0; i < tokens.Count; i += 4)
        {
            if (i + 2 >= tokens.Count || !tokens[i + 1].IsSymbol("=") || (i + 3 < tokens.Count && !tokens[i + 3].IsSymbol(",")))
            {
                return null;
            }

            parameters.Add(new StorageParameter(tokens[i].Value, tokens[i + 2].Value));
        }

        return parameters.ToValueList();
    }

    private static SqlText? Text(string? sql) => sql is null ? null : new SqlText(sql);
}
