namespace Tandem.Policy.Statements;

/// <summary>Reads SET.</summary>
internal static class SessionReader
{
    /// <summary>Behind SET.</summary>
    public static IEnumerable<Act> Set(Words words)
    {
        _ = words.TakeAny("local", "session");
        if (words.Is("constraints") || words.Is("time", "zone"))
        {
            return [new Harmless()];
        }

        if (words.IsAny("role", "authorization"))
        {
            return [new Sets(words.Is("role") ? "role" : "session authorization")];
        }

        return words.Is("transaction") || words.Is("characteristics")
            ? [new DividesTransaction("SET TRANSACTION")]
            : words.Name() is { } name ? Set(name) : [new NotUnderstood(StatementReader.Strange)];
    }

    /// <summary>A setting by its name.</summary>
    public static IEnumerable<Act> Set(string name) => name.ToLowerInvariant() is "standard_conforming_strings"
        ? [new NotUnderstood("changes how strings are read, so what follows means something else")]
        : [new Sets(name.ToLowerInvariant())];
}
