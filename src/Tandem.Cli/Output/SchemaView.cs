using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>A schema as the statements that make it.</summary>
internal sealed record SchemaView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The version, or null for what is there now.")]
    public required string? Version { get; init; }

    [Description("The statements, in an order in which they can be carried out in one transaction on an empty database.")]
    public required IReadOnlyList<string> Statements { get; init; }

    [Description("Objects that are there and that the statements do not make, by kind and name.")]
    public required IReadOnlyList<UnmanagedObject> Unmanaged { get; init; }

    public override void Write(Screen screen)
    {
        foreach (var item in Unmanaged)
        {
            screen.Verbatim($"-- not written: {item.Kind} {item.Name.ReplaceLineEndings(" ")}");
        }

        foreach (var statement in Statements)
        {
            screen.Verbatim(statement.TrimEnd(';', ' ', '\n') + ";");
        }
    }
}
