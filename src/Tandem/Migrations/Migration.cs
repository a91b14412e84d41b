using System.ComponentModel;
using Tandem.Journal;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Migrations;

/// <summary>What a person wrote: why, typed operations, checks and expectations.</summary>
public sealed record Migration
{
    /// <summary>The file's name without extension, for example <c>0042_login</c>.</summary>
    [Browsable(false)]
    public string Id { get; init; } = "";

    /// <summary>SHA-256 of the file's text with line ends as LF, in hex.</summary>
    [Browsable(false)]
    public string FileHash { get; init; } = "";

    /// <summary>The file.</summary>
    [Browsable(false)]
    public SourceSpan? Place { get; init; }

    /// <summary>What it does, in a few words.</summary>
    [Description("What the migration does, in a few words.")]
    public required string Title { get; init; }

    /// <summary>What kind of change it is.</summary>
    [Description("The pattern that it follows, as `tandem new --pattern` writes it, or a name of your own; `tandem patterns` counts by it.")]
    public string? Pattern { get; init; }

    /// <summary>The business objective.</summary>
    [Description("Why: the business objective.")]
    public string? Why { get; init; }

    /// <summary>The ticket.</summary>
    [Description("The ticket it belongs to.")]
    public string? Ticket { get; init; }

    /// <summary>Who answers for it.</summary>
    [Description("The person or team that answers for it.")]
    public string? Owner { get; init; }

    /// <summary>Migrations that must be live before this one.</summary>
    [Description("Ids of migrations that come before this one. Without it, the file before it in name order.")]
    public ValueList<string>? DependsOn { get; init; }

    /// <summary>Who and what is meant to be touched.</summary>
    [Description("Who and what is meant to be touched.")]
    public string? Scope { get; init; }

    /// <summary>How long the run is meant to take.</summary>
    [Description("How long the run is meant to take, for example 30m.")]
    public TimeSpan? Duration { get; init; }

    /// <summary>What recovery is expected to cost.</summary>
    [Description("What recovery is expected to cost.")]
    public Recovery? Recovery { get; init; }

    /// <summary>The changes, in order.</summary>
    [Description("The changes, in order.")]
    public required ValueList<Operation> Operations { get; init; }

    /// <summary>Expectations about the data.</summary>
    [Description("Expectations about the data, as SQL, before and after.")]
    public Checks? Checks { get; init; }

    /// <summary>When to go back by itself, and how long the way back is kept.</summary>
    [Description("When to go back by itself, and how long the way back is kept.")]
    public RollbackRules? Rollback { get; init; }

    /// <summary>How its tables are filled.</summary>
    [Description("How its tables are filled.")]
    public BackfillRules? Backfill { get; init; }

    /// <summary>How much the ledger keeps of what the backfill writes.</summary>
    [Description("How much the ledger keeps of what the backfill writes: chunks (the default), or rows: besides, the key of each row with a hash of its values before and after. What the target says comes first.")]
    public LedgerDetail? Ledger { get; init; }

    /// <summary>What is told when phases begin and are over.</summary>
    [Description("Commands and HTTP calls before and after phases, for example to clear a cache.")]
    public ValueList<Hook>? Hooks { get; init; }

    /// <summary>Stages of the rollout.</summary>
    [Description("Environments in the order in which the change reaches them.")]
    public ValueList<string>? Rollout { get; init; }

    /// <summary>Notices for users of a field.</summary>
    [Description("Notices for the users of a field.")]
    public ValueList<Notice>? Notices { get; init; }

    /// <summary>When what this migration retires may go.</summary>
    [Description("The date on which what this migration retires may be dropped, for example 2027-01-31.")]
    public DateOnly? Sunset { get; init; }

    /// <summary>What to do about the users' triggers that fire for rows the engine fills.</summary>
    [Description("What to do about users' triggers that fire for rows the backfill writes: fire (they run, and the plan lists them) or refuse.")]
    public UserTriggers UserTriggers { get; init; } = UserTriggers.Fire;

    /// <summary>Findings that a person has read and accepts.</summary>
    [Description("Codes of findings that a person has read and accepts, with the reason.")]
    public ValueList<Consent>? Accept { get; init; }
}

/// <summary>How a migration's tables are filled.</summary>
public sealed record BackfillRules
{
    /// <summary>How many sessions fill or compare a table at once.</summary>
    [Description("How many sessions fill or compare a table at once on PostgreSQL, each a part of it, 1 to 32. Without it the plan chooses by the size of the table and what else the server does; what the target or the command says comes first.")]
    public int? Workers { get; init; }
}

/// <summary>What to do about users' triggers in a backfill.</summary>
public enum UserTriggers
{
    /// <summary>Let them fire; the plan names them.</summary>
    Fire,

    /// <summary>Refuse the plan.</summary>
    Refuse,
}

/// <summary>A finding that a person accepts.</summary>
public sealed record Consent
{
    /// <summary>The problem's code.</summary>
    [Description("The code of the finding, for example TDM2101.")]
    public required string Code { get; init; }

    /// <summary>Why it is acceptable.</summary>
    [Description("Why it is acceptable.")]
    public required string Reason { get; init; }
}

/// <summary>What recovery is expected to cost.</summary>
public sealed record Recovery
{
    /// <summary>Accepted downtime.</summary>
    [Description("Accepted downtime, for example 0s.")]
    public TimeSpan? Downtime { get; init; }

    /// <summary>Accepted time to recover.</summary>
    [Description("Accepted time to recover, for example 5m.")]
    public TimeSpan? Within { get; init; }

    /// <summary>What users notice.</summary>
    [Description("What users would notice.")]
    public string? Impact { get; init; }
}

/// <summary>Expectations about the data.</summary>
public sealed record Checks
{
    /// <summary>Asked in the old version's names, before anything is changed.</summary>
    [Description("Asked in the old version's names before anything is changed.")]
    public ValueList<CheckText>? Before { get; init; }

    /// <summary>Asked in the new version's names, before it goes live and again before complete.</summary>
    [Description("Asked in the new version's names before it goes live and again before complete.")]
    public ValueList<CheckText>? After { get; init; }
}

/// <summary>One expectation.</summary>
public sealed record CheckText
{
    /// <summary>What it says.</summary>
    [Description("What the check says.")]
    public required string Name { get; init; }

    /// <summary>The query: one row, one column.</summary>
    [Description("A query with one row and one column.")]
    public required SqlText Sql { get; init; }

    /// <summary>The value it must have.</summary>
    [Description("The value it must have.")]
    public required string Expect { get; init; }
}

/// <summary>When to go back by itself, and how long the way back is kept.</summary>
public sealed record RollbackRules
{
    /// <summary>Thresholds by name, for example <c>mismatches: "&gt; 0"</c>.</summary>
    [Description("Conditions for pausing or going back, by name, for example mismatches: \"> 0\"; a condition alone, or a mapping.")]
    public ValueList<Threshold>? When { get; init; }

    /// <summary>How long retired storage stays; 14 days when not given.</summary>
    [Description("How long retired storage stays after complete or rollback, for example 14d.")]
    public TimeSpan? Retain { get; init; }
}

/// <summary>A notice for the users of a field.</summary>
public sealed record Notice
{
    /// <summary>The field, <c>table.column</c>.</summary>
    [Description("The field, table.column.")]
    public required string Field { get; init; }

    /// <summary>What its users are told.</summary>
    [Description("What its users are told.")]
    public required string Text { get; init; }
}
