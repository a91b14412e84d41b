using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>What statements of the engine's own bring about and no operation says. Behind it, the object is as the second schema has it.</summary>
/// <param name="Object">The object.</param>
/// <param name="Kind">Whether it comes, goes or changes.</param>
/// <param name="Up">The statements that lead there.</param>
/// <param name="Down">The statements that lead back.</param>
public sealed record PlainChange(ObjectName Object, DifferenceKind Kind, ValueList<string> Up, ValueList<string> Down)
{
    /// <summary>Whether tables, views and functions may hang on it: a collation, an operator, an aggregate.</summary>
    public bool Carries { get; init; }

    /// <summary>Whose things are behind it, where it changes nothing else; null for every other change.</summary>
    public ValueList<ObjectAccess>? Owners { get; init; }
}

/// <summary>Writes in statements of an engine's own what no operation says and no row need be written anew for, each change behind those that it needs.</summary>
/// <param name="from">The schema as it is, with who owns and may use what.</param>
/// <param name="to">The schema as it is to be.</param>
public delegate ValueList<PlainChange> PlainWriter(DatabaseSchema from, DatabaseSchema to);
