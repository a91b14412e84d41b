using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Tests.Running;

/// <summary>A dialect for plans that are written by hand: the runner asks it only where the journal stands.</summary>
internal sealed class TestDialect : IDialect
{
    public Capabilities Capabilities { get; init; } = SqliteCapabilities.For(new Version(3, 40));

    public string Name => "sqlite";

    public ValueList<SqlStatement> EngineDefinition { get; init; } = [new SqlStatement("create table if not exists tandem_engine (name text)")];

    public string JournalPrefix => "tandem_";

    public ValueList<RenderedStep> Render(Step step, RenderContext context) => [];

    public ValueList<Problem> Judge(ValueList<TableChange> changes, RenderContext context) => [];

    public ValueList<string> ConnectSql(string? version, ValueList<TableChange> changes) => [];
}
