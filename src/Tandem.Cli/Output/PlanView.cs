using System.ComponentModel;
using System.Text.Json.Serialization;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>A plan, for review.</summary>
internal sealed record PlanView : CommandView
{
    [Description("The migration's id.")]
    public required string Migration { get; init; }

    [Description("The migration's title.")]
    public required string Title { get; init; }

    [Description("The pattern that the migration's file names, or null.")]
    public string? Pattern { get; init; }

    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The version that is served before.")]
    public required string OldVersion { get; init; }

    [Description("What happens, in plain language.")]
    public required IReadOnlyList<string> Summary { get; init; }

    [Description("How risky it is here, or null: of a migration that was begun, and where no plan can be made.")]
    public RiskView? Risk { get; init; }

    [Description("What the change did in a sandbox, and what it makes of the plans of watched statements; null of a migration that was begun.")]
    public TrialView? Trial { get; init; }

    [Description("The phases of the change's life with their steps, in order; empty when the plan has errors.")]
    public required IReadOnlyList<PhaseView> Phases { get; init; }

    [Description("The migration's own SQL with what it did where it was tried: locks, tables rewritten, objects created, changed, dropped, what its way back does not restore.")]
    public required IReadOnlyList<RawScript> Scripts { get; init; }

    [Description("What a rollback could not keep, as sentences; empty when it keeps everything.")]
    public required IReadOnlyList<string> NotKept { get; init; }

    [Description("Sizes of the touched tables: table, rows, bytes with indexes, and whether the rows were counted; else they are an estimate by the database's own statistics.")]
    public required IReadOnlyList<TableSize> Sizes { get; init; }

    [Description("How many sessions fill and compare each table, where neither the target nor the command says it, and why: table, count, why.")]
    public required IReadOnlyList<WorkerChoice> Workers { get; init; }

    [Description("How batches, parallelism and time of day could be set here: setting (the key in tandem.yaml), value (null where it can stay, or where nobody knows), why, isUnknown.")]
    public required IReadOnlyList<Suggestion> Suggestions { get; init; }

    [Description("What the target and the migration's file say about how it is carried out here: key and value, a line for each.")]
    public required IReadOnlyList<SettingView> Settings { get; init; }

    [Description("How long what complete or rollback hides is kept, in seconds.")]
    public required long RetainSeconds { get; init; }

    [Description("Hash of the migration, its steps and judgements; the same on every target of one shape.")]
    public required string ChangeHash { get; init; }

    [Description("Hash of the plan for this target as it is now; `start --plan-hash` binds to it.")]
    public required string PlanHash { get; init; }

    [Description("The file with the report, or null.")]
    public string? Html { get; init; }

    [JsonIgnore]
    public bool WithSql { get; init; }

    [JsonIgnore]
    public bool WithAllPhases { get; init; }

    /// <summary>The view of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="database">The database's name as it may be shown.</param>
    /// <param name="findings">Its findings, as the policy weighs them.</param>
    /// <param name="forecast">What it is expected to cost, or null.</param>
    /// <param name="rating">How risky it is, or null.</param>
    /// <param name="suggestions">What it suggests.</param>
    public static PlanView Of(Plan plan, string database, IReadOnlyList<Problem> findings, Forecast? forecast, RiskRating? rating, IReadOnlyList<Suggestion> suggestions) => new()
    {
        ExitCode = findings.Any(f => f.Severity == Severity.Error) ? ExitCodes.Refused : ExitCodes.Done,
        Problems = ProblemView.Of(findings),
        Migration = plan.Migration,
        Title = plan.Title,
        Pattern = plan.Pattern,
        Database = database,
        OldVersion = plan.OldVersion,
        Summary = [.. plan.Summary, .. forecast is null ? [] : PlainWords.Of(plan, forecast)],
        Risk = rating is null ? null : RiskView.Of(rating),
        Phases = plan.Phases.Select(p => PhaseView.Of(p, forecast)).ToList(),
        Scripts = plan.Scripts,
        NotKept = plan.NotKept,
        Sizes = plan.Sizes,
        Workers = plan.Workers,
        Suggestions = suggestions,
        Settings = SettingView.Of(plan),
        RetainSeconds = (long)plan.Retain.TotalSeconds,
        ChangeHash = plan.ChangeHash,
        PlanHash = plan.PlanHash,
    };

    /// <summary>Whether there is a plan at all: what cannot be worked out has no steps and no way back.</summary>
    private bool IsMade => Phases.Count > 0;

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Migration, Tone.Strong), $"  {Title}");
        screen.Line(new Piece($"on {Database}, from version {OldVersion}{(Pattern is null ? "" : $", after the pattern {Pattern}")}", Tone.Faint));
        screen.Gap();
        screen.Heading(IsMade ? "What happens" : "What was asked for");
        foreach (var sentence in Summary)
        {
            screen.Paragraph(sentence, 4, Tone.Plain, "- ");
        }

        if (!IsMade)
        {
            screen.Gap();
            screen.Line("No plan can be made of it; the problems say why.");
            return;
        }

        foreach (var script in Scripts)
        {
            ScriptLines.Write(screen, script);
        }

        WriteRisk(screen);
        WriteSizes(screen);
        EstimateView.Write(screen, Phases);
        Trial?.Write(screen);
        WriteSuggestions(screen);
        WriteSettings(screen);
        foreach (var phase in Phases.Where(p => p.Steps.Count > 0 && (WithAllPhases || p.IsUsual)))
        {
            screen.Gap();
            phase.Write(screen, WithSql);
        }

        screen.Gap();
        WriteWayBack(screen);
        if (Ok)
        {
            screen.Gap();
            screen.Line(new Piece("plan hash  ", Tone.Faint), new Piece(PlanHash, Tone.Strong));
            screen.Line(new Piece($"carry it out with: tandem start {Migration} --plan-hash {Figures.Short(PlanHash)}", Tone.Faint));
        }

        if (Html is not null)
        {
            screen.Gap();
            screen.Line($"The report is in {Html}.");
        }
    }

    private void WriteRisk(Screen screen)
    {
        if (Risk is not null)
        {
            screen.Gap();
            Risk.Write(screen);
        }
    }

    private void WriteSizes(Screen screen)
    {
        var grid = new Grid("", ">", ">");
        foreach (var size in Sizes)
        {
            grid.Row(new Piece(size.Table, Tone.Strong), (size.Counted ? "" : "about ") + Figures.Count(size.Rows, "row"), Figures.Bytes(size.Bytes));
        }

        if (!grid.IsEmpty)
        {
            screen.Gap();
            screen.Heading("Tables touched");
            grid.Write(screen);
        }
    }

    private void WriteSuggestions(Screen screen)
    {
        var open = Suggestions.Where(g => Settings.All(s => s.Key != g.Setting)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        screen.Gap();
        screen.Heading("Suggestions");
        foreach (var suggestion in open)
        {
            var value = suggestion.Value ?? (suggestion.IsUnknown ? "unknown" : "as it is");
            screen.Paragraph($"{suggestion.Setting}: {value}. {suggestion.Why}", 4, suggestion.IsUnknown ? Tone.Faint : Tone.Plain, "- ");
        }
    }

    private void WriteSettings(Screen screen)
    {
        var grid = new Grid("", "");
        foreach (var setting in Settings)
        {
            grid.Row(new Piece(setting.Key, Tone.Strong), setting.Value);
        }

        if (!grid.IsEmpty)
        {
            screen.Gap();
            screen.Heading("Settings here");
            grid.Write(screen);
        }
    }

    private void WriteWayBack(Screen screen)
    {
        screen.Heading("Rollback");
        screen.Paragraph($"Possible until sunset, at the earliest {Figures.Time(TimeSpan.FromSeconds(RetainSeconds))} after complete.", 2);
        if (NotKept.Count == 0)
        {
            screen.Line(new Piece("  It keeps everything.", Tone.Good));
            return;
        }

        screen.Line("  What it could not keep, or hides:");
        foreach (var sentence in NotKept)
        {
            screen.Paragraph(sentence, 4, Tone.Warning, "- ");
        }
    }
}

/// <summary>A phase of a plan.</summary>
internal sealed record PhaseView
{
    [Description("start, restart, complete, rollback, revert, sunset or discard.")]
    public required Phase Phase { get; init; }

    [Description("The steps in order.")]
    public required IReadOnlyList<PlannedStepView> Steps { get; init; }

    /// <summary>Whether it belongs to the way that most changes go.</summary>
    [JsonIgnore]
    public bool IsUsual => Phase is Phase.Start or Phase.Complete or Phase.Sunset;

    /// <summary>The phase as a heading.</summary>
    [JsonIgnore]
    public string Heading => Phase switch
    {
        Phase.Start => "start: until both versions are served",
        Phase.Restart => "start again: after a rollback",
        Phase.Complete => "complete: only the new version is served",
        Phase.Rollback => "rollback: before complete",
        Phase.Revert => "rollback: after complete",
        Phase.Sunset => "sunset: drop what is retired",
        _ => "sunset after a rollback: drop what is hidden",
    };

    public static PhaseView Of(PlannedPhase phase, Forecast? forecast) => new()
    {
        Phase = phase.Phase,
        Steps = phase.Steps.Select(s => PlannedStepView.Of(s, forecast?.Find(phase.Phase, s.Id))).ToList(),
    };

    public void Write(Screen screen, bool withSql)
    {
        screen.Heading(Heading);
        for (var i = 0; i < Steps.Count; i++)
        {
            Steps[i].Write(screen, i + 1, withSql);
        }
    }
}

/// <summary>A step of a plan.</summary>
internal sealed record PlannedStepView
{
    [Description("Unique in its phase and the same at every planning.")]
    public required string Id { get; init; }

    [Description("A sentence for people.")]
    public required string Title { get; init; }

    [Description("The kind of step, for example backfill.")]
    public required StepKind Kind { get; init; }

    [Description("How it is carried out: transaction, alone, batches, verification, checks, backup or watch.")]
    public required StepMode Mode { get; init; }

    [Description("The table it is about, or null.")]
    public string? Table { get; init; }

    [Description("The SQL, in the order in which it is sent; for batches and chunks, the statements of one.")]
    public required IReadOnlyList<string> Sql { get; init; }

    [Description("Locks it takes, worst first: object, level, blocks, held.")]
    public required IReadOnlyList<LockFact> Locks { get; init; }

    [Description("Whether the table is rewritten.")]
    public required bool Rewrites { get; init; }

    [Description("Whether the table is read whole.")]
    public required bool Scans { get; init; }

    [Description("The way over the table's rows, or null.")]
    public string? Way { get; init; }

    [Description("What takes the step back, or null.")]
    public string? Inverse { get; init; }

    [Description("What it is expected to cost here, or null: in the ways back, and of a migration that was begun.")]
    public EstimateView? Estimate { get; init; }

    public static PlannedStepView Of(RenderedStep step, StepForecast? forecast) => new()
    {
        Id = step.Id,
        Title = step.Title,
        Kind = step.Kind,
        Mode = step.Mode,
        Table = step.Table,
        Sql = Texts(step).ToList(),
        Locks = step.Locks,
        Rewrites = step.Rewrites,
        Scans = step.Scans,
        Way = step is { Walk: { } walk, Mode: StepMode.Batches or StepMode.Verification } ? walk.Way ?? "in the order of its key" : null,
        Inverse = step.Inverse,
        Estimate = EstimateView.Of(forecast),
    };

    public void Write(Screen screen, int number, bool withSql)
    {
        screen.Paragraph(Title, 5, Tone.Plain, $"{number}. ");
        foreach (var fact in Locks)
        {
            screen.Paragraph($"{fact.Level} on {fact.Object}, {fact.Held}, blocks {fact.Blocks}", 11, Tone.Faint, "lock: ");
        }

        if (Rewrites || Scans)
        {
            screen.Line(new Piece(Rewrites ? "     rewrites the table" : "     reads the whole table", Rewrites ? Tone.Warning : Tone.Faint));
        }

        if (Way is not null)
        {
            screen.Paragraph(Way, 5, Tone.Faint);
        }

        if (withSql)
        {
            foreach (var text in Sql)
            {
                screen.Gap();
                screen.Verbatim(text.Trim() + (text.TrimEnd().EndsWith(';') ? "" : ";"));
            }

            screen.Gap();
        }
    }

    private static IEnumerable<string> Texts(RenderedStep step) =>
    [
        .. step.Prologue,
        .. step.Gates.Select(g => g.Sql),
        .. step.Statements,
        .. step.Walk is null ? [] : Texts(step.Walk),
        .. step.Checks.Select(c => c.Sql),
        .. step.OldSide is { } old ? new[] { old.Marks, old.Sessions }.OfType<string>() : [],
        .. step.FinalGates.Select(g => g.Sql),
        .. step.Epilogue,
    ];

    private static IEnumerable<string> Texts(Walk walk) =>
        [walk.Start, .. walk.Parts is null ? Array.Empty<string>() : [walk.Parts], walk.Next, .. walk.Before, walk.Work, .. walk.Finish, .. walk.Isolate is null ? Array.Empty<string>() : [walk.Isolate], .. walk.Repair];
}
