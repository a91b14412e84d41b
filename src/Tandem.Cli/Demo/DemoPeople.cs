namespace Tandem.Cli.Demo;

/// <summary>A person as someone types it into a form.</summary>
/// <param name="First">Given names, sometimes two.</param>
/// <param name="Last">The family name; some people have none.</param>
/// <param name="City">Where they live.</param>
/// <param name="Country">In which country.</param>
internal sealed record DemoPerson(string First, string? Last, string City, string Country)
{
    /// <summary>Both in one field.</summary>
    public string Name => Last is null ? First : $"{First} {Last}";
}

/// <summary>Makes people up; the same seed makes the same people.</summary>
internal sealed class DemoPeople(Random random)
{
    private static readonly string[] FirstNames =
    [
        "Anna", "Ben", "Chloé", "David", "Elif", "Fatima", "Grace", "Hugo", "Inês", "Jürgen", "Kofi", "Łukasz",
        "María", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Søren", "Thu", "Uma", "Víctor", "Wei", "Zoë",
    ];

    private static readonly string[] LastNames =
    [
        "Andersson", "Bauer", "Costa", "Dubois", "Eze", "Fischer", "García", "Haddad", "Ito", "Jensen", "Kowalski", "Lopez",
        "Müller", "Nguyen", "O'Brien", "Petrov", "Quispe", "Rossi", "van der Berg", "Tanaka", "Usman", "Visser", "Wang", "Yılmaz",
    ];

    private static readonly (string City, string Country)[] Places =
    [
        ("Berlin", "DE"), ("Hamburg", "DE"), ("Lyon", "FR"), ("Nantes", "FR"), ("Sevilla", "ES"), ("Valencia", "ES"),
        ("Leeds", "GB"), ("Bristol", "GB"), ("Boston", "US"), ("Denver", "US"), ("Lagos", "NG"), ("Pune", "IN"),
    ];

    /// <summary>Where people live.</summary>
    public static IReadOnlyList<string> Cities { get; } = [.. Places.Select(p => p.City)];

    /// <summary>The next person.</summary>
    public DemoPerson Next()
    {
        var first = Pick(FirstNames);
        var (city, country) = Pick(Places);
        return new DemoPerson(
            random.Next(10) == 0 ? $"{first} {Pick(FirstNames)}" : first,
            random.Next(40) == 0 ? null : Pick(LastNames),
            city,
            country);
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
