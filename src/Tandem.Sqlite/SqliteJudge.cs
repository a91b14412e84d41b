using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Sqlite.Dialect;

namespace Tandem.Sqlite;

/// <summary>What a plan owes to say about changes on SQLite.</summary>
internal static class SqliteJudge
{
    /// <summary>The findings.</summary>
    public static ValueList<Problem> Of(ValueList<TableChange> changes, RenderContext context) => [];
}
