using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>How a schema is printed.</summary>
internal enum SchemaFormat
{
    /// <summary>The statements that make it.</summary>
    Sql,

    /// <summary>A file that <c>tandem diff</c> reads.</summary>
    Yaml,
}

/// <summary>A schema as the statements that make it, or as a file.</summary>
internal sealed record SchemaView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The version, or null for what is there now.")]
    public required string? Version { get; init; }

    [Description("sql or yaml, as it was asked for.")]
    public required SchemaFormat Format { get; init; }

    [Description("For sql the statements, in an order in which they can be carried out in one transaction on an empty database; empty for yaml.")]
    public required IReadOnlyList<string> Statements { get; init; }

    [Description("For yaml the text of the file; null for sql.")]
    public required string? Text { get; init; }

    [Description("Objects that are there and that are not managed, by kind and name: no statement makes them, a file only names them.")]
    public required IReadOnlyList<UnmanagedObject> Unmanaged { get; init; }

    [Description("Objects of other schemas that it refers to, by kind and name: they must be there before it is made.")]
    public required IReadOnlyList<string> Needs { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public override bool IsFile => true;

    /// <summary>Whether the text must say that it is one transaction: the settings among the statements hold no longer than that.</summary>
    [JsonIgnore]
    public bool InTransaction { get; init; }

    /// <summary>About how many locks that transaction holds in the end.</summary>
    [JsonIgnore]
    public int Locks { get; init; }

    public override void Write(Screen screen)
    {
        if (Text is not null)
        {
            screen.Verbatim(Text.TrimEnd('\n'));
            return;
        }

        // A server with the usual settings has 64 for each of 100 connections.
        if (InTransaction && Locks > 64 * 100)
        {
            screen.Verbatim(string.Create(CultureInfo.InvariantCulture, $"-- takes about {Locks} locks in one transaction: the server needs max_locks_per_transaction = {(Locks / 6400 * 64) + 64} with its usual 100 connections"));
        }

        foreach (var item in Unmanaged)
        {
            screen.Verbatim($"-- not written: {item.Kind} {item.Name.ReplaceLineEndings(" ")}");
        }

        foreach (var need in Needs)
        {
            screen.Verbatim($"-- needs: {need.ReplaceLineEndings(" ")}");
        }

        foreach (var statement in InTransaction ? ["BEGIN", .. Statements, "COMMIT"] : Statements)
        {
            screen.Verbatim(statement.TrimEnd(';', ' ', '\n') + ";");
        }
    }
}
