using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Installs an extension.</summary>
[Description("Installs an extension (PostgreSQL) at the start. It is there for both versions; a rollback leaves it, and it is dropped with what the new version had alone.")]
public sealed record CreateExtension : Operation
{
    /// <summary>The extension's name.</summary>
    [Description("The extension's name.")]
    public required string Name { get; init; }

    /// <summary>Its version; the newest that the server has when left out.</summary>
    [Description("Its version; the newest that the server has when left out.")]
    public string? Version { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The extension {Name} is there.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("extensions in the file", "Load the extension in the application's connection."))
        {
            return;
        }

        if (draft.Objects.Now.Find("extension", Name) is not null || draft.Schema.Unmanaged.Any(u => u.Kind == "extension" && u.Name == Name))
        {
            draft.Report(ProblemCodes.NothingToDo, $"The extension {Name} is there already.", Name);
            return;
        }

        draft.Objects.Add(new ObjectChange(null, new Extension(Name, Version ?? "")));
    }
}
