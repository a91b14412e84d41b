using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>What a plan calls a hidden table: people know it by the name that it has where it is served.</summary>
internal static class UserNames
{
    /// <summary>The name that people know a table by.</summary>
    /// <param name="table">Its physical name.</param>
    /// <param name="context">The migration.</param>
    public static string Of(string table, RenderContext context) => !table.StartsWith(Names.Prefix, StringComparison.Ordinal) ? table
        : context.Changes.Select(c => (context.Ordinal, Change: c)).Concat(context.Retained.Select(r => (r.Ordinal, r.Change)))
            .SelectMany(c => new[] { Side.Old, Side.New }.Select(s => (c.Ordinal, Side: s, c.Change.Of(s)?.Name)))
            .FirstOrDefault(c => c.Name is not null && Names.Hidden(c.Ordinal, c.Side, c.Name) == table).Name ?? table;
}
