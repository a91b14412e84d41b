namespace Tandem.Consumers;

/// <summary>Says what becomes of something that uses a table or column; from the facts alone.</summary>
internal static class ImpactJudge
{
    public static ImpactLine Judge(ObjectUse use)
    {
        var (verdict, reason) = use.How switch
        {
            UseKind.Reads => Reads(use),
            UseKind.Refers => Refers(use),
            UseKind.GoesAlong => GoesAlong(use),
            UseKind.WholeRow => (ImpactVerdict.Degrades, WholeRow(use)),
            UseKind.TableOnly => (ImpactVerdict.Safe, use.Note ?? $"uses the {use.Subject.Kind} and not this column"),
            _ => (ImpactVerdict.Unknown, use.Note ?? "its text names it, and the database keeps no record of what it uses"),
        };
        return new ImpactLine(use, verdict, use.Via is null ? $"{reason}." : $"by way of {use.Via}: {reason}.");
    }

    private static (ImpactVerdict Verdict, string Reason) Reads(ObjectUse use) => use.Subject.Fate switch
    {
        Fate.Dropped => (ImpactVerdict.Breaks, Noted(use, use.Evidence == UseEvidence.Catalogue
            ? $"needs the {Word(use)}: the database refuses to drop it, or drops this too"
            : $"does not work without the {Word(use)}")),
        Fate.Renamed when use.FollowsName => (ImpactVerdict.Safe, Noted(use, "the database follows the new name in it")),
        Fate.Renamed => (ImpactVerdict.Breaks, Noted(use, "names it by its old name")),
        _ when use.PinsType => (ImpactVerdict.Breaks, Noted(use, "the database refuses another type as long as this uses the column")),
        _ => (ImpactVerdict.Unknown, Noted(use, "whether it takes the new type only the type can tell")),
    };

    private static (ImpactVerdict Verdict, string Reason) Refers(ObjectUse use) => use.Subject.Fate switch
    {
        Fate.Dropped => (ImpactVerdict.Breaks, "refers to it: the database refuses to drop it, or drops the foreign key too"),
        Fate.Renamed => (ImpactVerdict.Safe, "the database follows the new name in it"),
        _ => (ImpactVerdict.Unknown, "its column must be comparable with the new type"),
    };

    private static (ImpactVerdict Verdict, string Reason) GoesAlong(ObjectUse use) => use.Subject.Fate switch
    {
        Fate.Renamed => (ImpactVerdict.Safe, "the database follows the new name in it"),
        Fate.Retyped when use.Kind is "grant" or "sequence" => (ImpactVerdict.Safe, "stays as it is"),
        Fate.Retyped => (ImpactVerdict.Degrades, use.Kind == "default" ? "must be a value of the new type" : "is made or checked anew over the new type"),
        _ when use.Subject.Column is null => (ImpactVerdict.Safe, $"is a part of the {use.Subject.Kind} and goes along"),
        _ => use.Kind switch
        {
            "primary key" => (ImpactVerdict.Breaks, "goes along: nothing tells the rows apart any more, and foreign keys to them go too"),
            "unique constraint" => (ImpactVerdict.Degrades, "goes along: values that are there twice are no longer refused"),
            "index" => (ImpactVerdict.Degrades, "goes along, with all its columns: what it served reads more rows"),
            "check" or "exclusion constraint" or "foreign key" => (ImpactVerdict.Degrades, "goes along: what it refused is no longer refused"),
            "statistics" => (ImpactVerdict.Degrades, "go along: the planner knows less about the columns that stay"),
            _ => (ImpactVerdict.Safe, "goes along, and nothing else uses it"),
        },
    };

    private static string WholeRow(ObjectUse use) => Noted(use, use.Subject switch
    {
        { Column: null } => $"takes whole rows of the {use.Subject.Kind}",
        { Fate: Fate.Dropped } => "takes whole rows, which lose the column",
        { Fate: Fate.Renamed } => "takes whole rows, which have the column under another name",
        _ => "takes whole rows, which have the column with another type",
    });

    private static string Word(ObjectUse use) => use.Subject.Column is null ? use.Subject.Kind : "column";

    private static string Noted(ObjectUse use, string reason) => use.Note is null ? reason : $"{use.Note}; {reason}";
}
