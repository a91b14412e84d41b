using Tandem.Databases;

namespace Tandem.Running.Health;

/// <summary>What a question of the user's came to: a number, infinity where who was asked wants to be left alone, or the reason why there is none.</summary>
/// <param name="Value">The number; null where there is none.</param>
/// <param name="Why">Why there is none, as a part of a sentence without a value of a row; empty where there is one, or nobody knows.</param>
public readonly record struct Measured(double? Value, string Why = "")
{
    /// <summary>A number, or none.</summary>
    public static implicit operator Measured(double? value) => new(value);

    /// <summary>No number.</summary>
    public static Measured Not(string why) => new(null, why);

    /// <summary>Why a database did not answer; null for a failure that is not about the question.</summary>
    internal static string? WhyOf(DatabaseException failure) => failure.Kind switch
    {
        FailureKind.Permission or FailureKind.Statement or FailureKind.Data => failure.Message.TrimEnd('.'),
        FailureKind.StatementTimeout => "the answer takes too long",
        FailureKind.LockTimeout => "somebody holds what it asks for",
        _ => null,
    };
}
