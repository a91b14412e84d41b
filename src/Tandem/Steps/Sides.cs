using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>What each of the two versions has of a change.</summary>
public static class Sides
{
    /// <summary>The other side.</summary>
    public static Side Other(this Side side) => side == Side.Old ? Side.New : Side.Old;

    /// <summary>One side's table of a change.</summary>
    public static Table? Of(this TableChange change, Side side)
    {
        ArgumentNullException.ThrowIfNull(change);
        return side == Side.Old ? change.Before : change.After;
    }

    /// <summary>One side of a pair.</summary>
    public static T? Of<T>(this Pair<T> pair, Side side)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(pair);
        return side == Side.Old ? pair.Before : pair.After;
    }

    /// <summary>Whether only this side has the thing.</summary>
    public static bool OnlyOn<T>(this Pair<T> pair, Side side)
        where T : class => pair.Of(side) is not null && pair.Of(side.Other()) is null;
}
