namespace Tandem.Steps;

/// <summary>The kinds of steps, as a rendered step remembers them.</summary>
public enum StepKind
{
    /// <summary>Not said; done again whenever its phase is begun again.</summary>
    Other,

    /// <summary><see cref="Steps.CheckData"/>.</summary>
    CheckData,

    /// <summary><see cref="Steps.Expand"/>.</summary>
    Expand,

    /// <summary><see cref="Steps.Backfill"/>.</summary>
    Backfill,

    /// <summary><see cref="Steps.BuildIndex"/>.</summary>
    BuildIndex,

    /// <summary><see cref="Steps.Enforce"/> and <see cref="Steps.EnforceObjects"/>.</summary>
    Enforce,

    /// <summary><see cref="Steps.Relax"/> and <see cref="Steps.RelaxObjects"/>.</summary>
    Relax,

    /// <summary><see cref="Steps.Verify"/>.</summary>
    Verify,

    /// <summary><see cref="Steps.Publish"/>.</summary>
    Publish,

    /// <summary><see cref="Steps.Unpublish"/>.</summary>
    Unpublish,

    /// <summary><see cref="Steps.Switch"/>.</summary>
    Switch,

    /// <summary><see cref="Steps.Backup"/>.</summary>
    Backup,

    /// <summary><see cref="Steps.Contract"/>.</summary>
    Contract,

    /// <summary><see cref="Steps.ChangeRows"/>.</summary>
    ChangeRows,

    /// <summary><see cref="Steps.RestoreRows"/>.</summary>
    RestoreRows,

    /// <summary><see cref="Steps.ForgetRows"/>.</summary>
    ForgetRows,

    /// <summary><see cref="Steps.WatchOld"/>.</summary>
    WatchOld,

    /// <summary><see cref="Steps.RunScript"/>.</summary>
    RunScript,

    /// <summary><see cref="Steps.RevertScript"/>.</summary>
    RevertScript,

    /// <summary>A hook.</summary>
    Hook,

    /// <summary>The reverse of a hook.</summary>
    ReverseHook,

    /// <summary><see cref="Steps.MakeObjects"/>.</summary>
    MakeObjects,

    /// <summary><see cref="Steps.DropObjects"/>.</summary>
    DropObjects,

    /// <summary><see cref="Steps.CountViolations"/> and <see cref="Steps.CountReferences"/>.</summary>
    CountViolations,
}

/// <summary>Names the kind of a step.</summary>
public static class StepKinds
{
    /// <summary>The kind of this step. The planner writes it into what a dialect rendered.</summary>
    public static StepKind Of(Step step) => step switch
    {
        CheckData => StepKind.CheckData,
        Expand => StepKind.Expand,
        Backfill => StepKind.Backfill,
        BuildIndex => StepKind.BuildIndex,
        Enforce or EnforceObjects => StepKind.Enforce,
        Relax or RelaxObjects => StepKind.Relax,
        Verify => StepKind.Verify,
        Publish => StepKind.Publish,
        Unpublish => StepKind.Unpublish,
        Switch => StepKind.Switch,
        Backup => StepKind.Backup,
        Contract => StepKind.Contract,
        ChangeRows => StepKind.ChangeRows,
        RestoreRows => StepKind.RestoreRows,
        ForgetRows => StepKind.ForgetRows,
        WatchOld => StepKind.WatchOld,
        RunScript => StepKind.RunScript,
        RevertScript => StepKind.RevertScript,
        MakeObjects => StepKind.MakeObjects,
        DropObjects => StepKind.DropObjects,
        CountViolations or CountReferences => StepKind.CountViolations,
        _ => StepKind.Other,
    };
}
