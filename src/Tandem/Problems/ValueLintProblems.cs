namespace Tandem.Problems;

// TDM32xx: what a migration does to values, names and who may see them.
public static partial class ProblemCodes
{
    /// <summary>A new field without a default.</summary>
    public static readonly ProblemCode MissingDefault = new(
        "TDM3201", "A new field has no default", Severity.Note,
        "Give the default that the message proposes, or leave it out where NULL means something of its own.");

    /// <summary>A type that cannot hold every value of the other.</summary>
    public static readonly ProblemCode LossyType = new(
        "TDM3203", "A type cannot hold every value", Severity.Warning,
        "Choose a type that holds them all, or say with `up` and `down` what becomes of the others.");

    /// <summary>A way back that is not proved.</summary>
    public static readonly ProblemCode LensUnproved = new(
        "TDM3205", "That the way back restores every value is not proved", Severity.Note,
        "Nothing, if the plan finds no row that does not come back; a test beside the migration shows the values that matter.");

    /// <summary>A foreign key without an index.</summary>
    public static readonly ProblemCode ReferenceWithoutIndex = new(
        "TDM3206", "A foreign key has no index", Severity.Warning,
        "Add an index that begins with the foreign key's columns: `create_index`.");

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
