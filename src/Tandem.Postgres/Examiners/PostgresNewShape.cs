using System.Collections.Frozen;
using Npgsql;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Examiners;

/// <summary>A row of a table that is not there yet, in which every column is NULL of its type: what expressions over the table are compiled with.</summary>
internal static class PostgresNewShape
{
    /// <summary>The columns that every table has of the server's, with their types.</summary>
    public static readonly FrozenDictionary<string, string> OfTheServer = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tableoid"] = "oid", ["ctid"] = "tid", ["xmin"] = "xid", ["xmax"] = "xid", ["cmin"] = "cid", ["cmax"] = "cid",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A query for the row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="made">What the migration makes.</param>
    /// <param name="own">Columns of the server's that stand there, too.</param>
    public static string Query(Table table, PostgresMade made, params IEnumerable<string> own)
    {
        var columns = table.Columns.Select(c => $"null::{TypeOf(c, made)} as {Quote(c.Name)}").Concat(own.Select(o => $"null::{OfTheServer[o]} as {o}")).ToList();
        return columns.Count == 0 ? "select" : $"select {string.Join(", ", columns)}";
    }

    /// <summary>The row under the table's name, ready to stand behind FROM.</summary>
    public static string Row(Table table, PostgresMade made, params IEnumerable<string> own) => $"({Query(table, made, own)}) as {Quote(table.Name)}";

    /// <summary>The row for a condition or value that is computed of a row as it comes: of the server's columns it can name the table's own number.</summary>
    public static string RowFor(Table table, string text, PostgresMade made) => Row(table, made, SqlLexer.Names(text, "tableoid") ? ["tableoid"] : []);

    /// <summary>
    /// What a query would answer with, or what is wrong with it, where tables and views are such as the shapes say: they stand before it in WITH, and
    /// hide what has their names now.
    /// </summary>
    public static async Task<(PostgresException? Failure, ValueList<PostgresAnswerColumn> Columns)> DescribeAsync(
        PostgresReading reading, string query, IReadOnlyList<(string Name, string Query)> shapes, CancellationToken cancellationToken)
    {
        var named = shapes.Where(s => SqlLexer.Names(query, s.Name) || shapes.Any(o => o.Name != s.Name && SqlLexer.Names(o.Query, s.Name))).ToList();
        var with = named.Count == 0 ? "" : $"with {string.Join(", ", named.Select(s => $"{Quote(s.Name)} as ({s.Query}\n)"))} ";
        var (columns, failure) = await reading.DescribeAsync($"{with}select * from ({query}\n) as _tandem_q", cancellationToken).ConfigureAwait(false);
        return (failure is not null && IsAbout(failure) ? failure : null, columns ?? []);
    }

    /// <summary>Whether a column has a type that the migration itself makes: text stands in its place.</summary>
    public static bool IsMade(Column column, PostgresMade made) => made.IsOf(column.Type);

    /// <summary>The indexes that a change brings; those that are made again over columns of another type are not meant.</summary>
    public static IEnumerable<Schema.Index> Indexes(TableChange change) => change.Before is null
        ? change.After?.Indexes ?? []
        : change.Indexes.Where(i => i.Added && (change.Lenses.Count == 0 || change.Before.Indexes.All(b => b.Name != i.After!.Name))).Select(i => i.After!);

    /// <summary>The checks that a change brings; those that are made again over columns of another type are not meant.</summary>
    public static IEnumerable<CheckConstraint> Checks(TableChange change) => change.Before is null
        ? change.After?.Checks ?? []
        : change.Checks.Where(c => c.Added && (change.Lenses.Count == 0 || change.Before.Checks.All(b => b.Name != c.After!.Name))).Select(c => c.After!);

    /// <summary>Whether the server's answer is about what was asked, and no lack of a right, a lock or a connection.</summary>
    public static bool IsAbout(PostgresException failure) =>
        failure.SqlState[..2] is "42" or "22" or "0A" or "2B" or "3F" or "54" && failure.SqlState != PostgresErrorCodes.InsufficientPrivilege;

    private static string TypeOf(Column column, PostgresMade made) => IsMade(column, made) ? "text" : TypeNames.WithoutSequence(column.Type);
}
