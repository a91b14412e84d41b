using System.Reflection;
using System.Text.Json.Serialization;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>What a list holds whose entries are of several kinds: each is a mapping of one key, the kind, to the keys of that kind's record.</summary>
/// <param name="Name">What an entry is, for the JSON Schema: <c>object</c>.</param>
/// <param name="One">What the key is, for messages: <c>kind of object</c>.</param>
/// <param name="Several">Several of them: <c>kinds of objects</c>.</param>
/// <param name="Types">The records by keyword, in ordinal order.</param>
internal sealed record FileChoice(string Name, string One, string Several, IReadOnlyDictionary<string, Type> Types)
{
    /// <summary>The entry is no such mapping.</summary>
    public required ProblemCode Misformed { get; init; }

    /// <summary>The key is not known.</summary>
    public required ProblemCode Unknown { get; init; }

    /// <summary>Operations of a migration.</summary>
    public static FileChoice Operations { get; } = new("operation", "operation", "operations", FileForm.Operations)
    {
        Misformed = ProblemCodes.OperationForm, Unknown = ProblemCodes.UnknownOperation,
    };

    /// <summary>Objects of a schema that have no list of their own.</summary>
    public static FileChoice Objects { get; } = new("object", "kind of object", "kinds of objects", Kinds())
    {
        Misformed = ProblemCodes.ObjectForm, Unknown = ProblemCodes.UnknownObjectKind,
    };

    /// <summary>The choice that a type stands for, or null where it is a record or a value.</summary>
    public static FileChoice? Of(Type type) => type == typeof(Operation) ? Operations : type == typeof(SchemaObject) ? Objects : null;

    /// <summary>The keyword of a record.</summary>
    public string Keyword(Type type) => Types.First(t => t.Value == type).Key;

    private static SortedDictionary<string, Type> Kinds()
    {
        Type[] elsewhere = [typeof(EnumType), typeof(Sequence), typeof(View), typeof(Trigger), typeof(RoleRights)];
        return new SortedDictionary<string, Type>(
            typeof(SchemaObject).GetCustomAttributes<JsonDerivedTypeAttribute>()
                .Where(a => !elsewhere.Contains(a.DerivedType))
                .ToDictionary(a => ((string)a.TypeDiscriminator!).Replace(' ', '_'), a => a.DerivedType),
            StringComparer.Ordinal);
    }
}
