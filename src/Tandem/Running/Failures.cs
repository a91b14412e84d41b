using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Says what a failure of the database means for the person who runs a step.</summary>
internal static class Failures
{
    /// <summary>The problem that a step stops with, which may know what rows are in its way.</summary>
    public static TandemException Explain(DatabaseException e, RenderedStep step) => e is { Kind: FailureKind.Data, ProblemCode: null } && step.WhenRowsRefuse is { } refusal
        ? new TandemException(ProblemCodes.Find(refusal.Code) ?? ProblemCodes.RowsDoNotFit, refusal.Message, e)
        : Explain(e, step.Title);

    /// <summary>The problem that a run stops with.</summary>
    public static TandemException Explain(DatabaseException e, string what)
    {
        if (e.Kind == FailureKind.Expectation || e.ProblemCode is not null)
        {
            var code = ProblemCodes.Find(e.ProblemCode ?? "") ?? ProblemCodes.ConditionNotMet;
            return new TandemException(code, e.Kind is FailureKind.DiskFull or FailureKind.ReadOnly ? $"{what}: {e.Message}" : e.Message, e);
        }

        var server = e.ServerCode is null || e.Message.Contains(e.ServerCode, StringComparison.Ordinal) ? e.Message : $"{e.Message} (code {e.ServerCode})";
        return new TandemException(CodeOf(e.Kind), $"{what}: {server}", e);
    }

    private static ProblemCode CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.LockTimeout or FailureKind.Conflict => ProblemCodes.LockNotGranted,
        FailureKind.StatementTimeout => ProblemCodes.StepTimedOut,
        FailureKind.ConnectionLost or FailureKind.Unavailable => ProblemCodes.DatabaseUnavailable,
        FailureKind.Data => ProblemCodes.RowsDoNotFit,
        FailureKind.Permission => ProblemCodes.PermissionDenied,
        FailureKind.ReadOnly => ProblemCodes.DatabaseReadOnly,
        FailureKind.DiskFull => ProblemCodes.DiskFull,
        FailureKind.Authentication => ProblemCodes.AuthenticationFailed,
        _ => ProblemCodes.StepRefused,
    };
}
