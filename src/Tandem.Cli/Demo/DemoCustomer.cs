namespace Tandem.Cli.Demo;

/// <summary>The two versions of the CRM that applications are written for.</summary>
internal enum DemoVersion
{
    /// <summary>One name, the status as a number.</summary>
    Old,

    /// <summary>First and last name, the status as a word, a language.</summary>
    New,
}

/// <summary>
/// What must be read of one customer through either version. Computed here by hand, not by the database, so that the
/// comparison at the end proves something.
/// </summary>
internal sealed record DemoCustomer(
    string Name, long Status, string FirstName, string? LastName, string StatusWord, string Language)
{
    /// <summary>The words of the new version; the old version's number is the place in the list.</summary>
    public static IReadOnlyList<string> StatusWords { get; } = ["lead", "active", "paused", "lost"];

    /// <summary>A customer that an old application wrote.</summary>
    public static DemoCustomer WrittenByOld(string name, long status, string country)
    {
        var (first, last) = Split(name);
        return new DemoCustomer(name, status, first, last, StatusWords[(int)status], LanguageOf(country));
    }

    /// <summary>A customer that a new application wrote.</summary>
    public static DemoCustomer WrittenByNew(string first, string? last, string word, string language) =>
        new(Join(first, last), StatusWords.ToList().IndexOf(word), first, last, word, language);

    /// <summary>After an old application gave another name. The same name again changes nothing: not how the new version splits it either.</summary>
    public DemoCustomer RenamedByOld(string name)
    {
        var (first, last) = Split(name);
        return name == Name ? this : this with { Name = name, FirstName = first, LastName = last };
    }

    /// <summary>After a new application gave another name.</summary>
    public DemoCustomer RenamedByNew(string first, string? last) =>
        this with { Name = Join(first, last), FirstName = first, LastName = last };

    /// <summary>After an application of either version gave another status.</summary>
    public DemoCustomer WithStatus(long status) => this with { Status = status, StatusWord = StatusWords[(int)status] };

    private static (string First, string? Last) Split(string name)
    {
        var blank = name.IndexOf(' ', StringComparison.Ordinal);
        return blank < 0 ? (name, null) : (name[..blank], name[(blank + 1)..]);
    }

    private static string Join(string first, string? last) => last is null ? first : $"{first} {last}";

    private static string LanguageOf(string country) => country switch
    {
        "DE" => "de",
        "FR" => "fr",
        "ES" => "es",
        _ => "en",
    };
}
