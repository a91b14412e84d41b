using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Asks how the file fares. Who else has it open SQLite does not tell, only whether somebody else committed.</summary>
internal static class HealthSql
{
    // The number is another one once another connection has committed; commits of the connection that asks leave it.
    private const string Question = "SELECT 'commits_of_others' AS signal, '' AS subject, data_version AS value FROM pragma_data_version";

    /// <summary>Gives a step's batches the question.</summary>
    public static RenderedStep Ask(RenderedStep step) => step is { Mode: StepMode.Batches, Walk: { } walk }
        ? step with { Walk = walk with { Health = Question } }
        : step;
}
