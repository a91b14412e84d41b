using System.ComponentModel;
using Tandem.Operations;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Migrations;

/// <summary>Something outside the database that is told when a phase begins or is over, as it is written.</summary>
public sealed record Hook
{
    /// <summary>What it is called.</summary>
    [Description("What the hook does, in a few words; the plan and the journal name it so.")]
    public required string Name { get; init; }

    /// <summary>The phase before whose first step it is carried out.</summary>
    [Description("Before the first step of this phase. Give this or after.")]
    public HookPhase? Before { get; init; }

    /// <summary>The phase behind whose last step it is carried out.</summary>
    [Description("Behind the last step of this phase. Give this or before.")]
    public HookPhase? After { get; init; }

    /// <summary>A command.</summary>
    [Description("A command and its arguments; no shell reads them. Give this or call.")]
    public ValueList<string>? Run { get; init; }

    /// <summary>An HTTP request.</summary>
    [Description("An HTTP request. Give this or run.")]
    public HookRequest? Call { get; init; }

    /// <summary>What takes it back.</summary>
    [Description("What takes it back when a rollback takes the phase back.")]
    public HookReverse? Reverse { get; init; }

    /// <summary>How long one try may take.</summary>
    [Description("How long one try may take, for example 30s (the usual).")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is tried again.</summary>
    [Description("How often it is tried again when it fails; 2 is usual.")]
    public int Retries { get; init; } = 2;
}

/// <summary>What takes a hook back.</summary>
public sealed record HookReverse
{
    /// <summary>A command.</summary>
    [Description("A command and its arguments. Give this or call.")]
    public ValueList<string>? Run { get; init; }

    /// <summary>An HTTP request.</summary>
    [Description("An HTTP request. Give this or run.")]
    public HookRequest? Call { get; init; }
}

/// <summary>An HTTP request, as it is written.</summary>
public sealed record HookRequest
{
    /// <summary>The address.</summary>
    [Description("The address, http or https. ${NAME} is an environment variable of whoever runs the phase.")]
    public required string Url { get; init; }

    /// <summary>The method.</summary>
    [Description("The method; POST is usual.")]
    public string Method { get; init; } = "POST";

    /// <summary>Headers.</summary>
    [Description("Headers by name, for example Authorization: Bearer ${TOKEN}.")]
    public ValueList<HookHeader>? Headers { get; init; }

    /// <summary>The body.</summary>
    [Description("The body.")]
    public string? Body { get; init; }
}

/// <summary>A header: a mapping entry <c>name: value</c> in the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
[WrittenAsMapping]
public sealed record HookHeader(string Name, string Value);
