using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Where the tables of the old and the new version are while one of them has the plain names.</summary>
/// <param name="Context">The migration and the schema before it.</param>
/// <param name="Plain">The side with the plain names.</param>
internal sealed record Places(RenderContext Context, Side Plain)
{
    private TwinNames Names => TwinNames.Of(Context);

    /// <summary>The name of the table that stores one version's rows.</summary>
    public string Of(string table, Side side)
    {
        if (side == Plain || Change(table, side) is not { } change || (!Twin.Serves(change) && change.Before is not null && change.After is not null))
        {
            return table;
        }

        return side == Side.Old ? Names.Retired(table) : Names.Twin(table);
    }

    /// <summary>The shape of one version's table; null when that version has no such table.</summary>
    public Table? Shape(string table, Side side) => Change(table, side) is { } change
        ? side == Side.Old ? change.Before : NewShape.Of(change)
        : Context.Schema.Table(table);

    private TableChange? Change(string table, Side side) =>
        Context.Changes.FirstOrDefault(c => (side == Side.Old ? c.Before : c.After)?.Name == table);
}
