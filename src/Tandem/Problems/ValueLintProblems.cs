namespace Tandem.Problems;

// TDM32xx: what a migration does to values, names and who may see them.
public static partial class ProblemCodes
{
    /// <summary>A sensitive field that more people can see.</summary>
    public static readonly ProblemCode SensitiveWidens = new(
        "TDM3207", "More people may see a sensitive field", Severity.Warning,
        "Give the right on the other columns only, or leave the field out; where it is meant, accept it with the reason in `accept:`.");

    /// <summary>A sensitive value that goes where nothing marks it.</summary>
    public static readonly ProblemCode SensitiveSpreads = new(
        "TDM3208", "A sensitive value goes into a field that is not marked", Severity.Warning,
        "Mark the new field under `sensitive` of the policy.");

    /// <summary>A name against the convention.</summary>
    public static readonly ProblemCode NameOutOfStyle = new(
        "TDM3209", "A name is not as the policy asks", Severity.Warning,
        "Choose another name, or change `names` of the policy.");
}
