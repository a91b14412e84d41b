namespace Tandem.Tests.Conformance.Generated;

/// <summary>Makes names and values; the same seed makes the same.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="engine">The dialect's name of the engine that they are for.</param>
internal sealed class Values(Random random, string engine)
{
    private static readonly string[] Awkward =
        ["Größe", "order", "select", "Two Words", "say \"so\"", "Camel", "ключ", "a.b", "it's", "user", "naïve", "x-1", "percent%", "CamelCase", "under_score"];

    private int names;
    private int numbers;
    private int unique;

    public Random Random => random;

    /// <summary>Whether the engine has what only PostgreSQL has.</summary>
    public bool IsPostgres => engine == "postgres";

    /// <summary>A number that nobody has.</summary>
    public int Number() => ++numbers;

    /// <summary>A name that nobody has, every third one of the awkward sort.</summary>
    public string Name(string stem)
    {
        names++;
        return random.Next(3) == 0 ? $"{Awkward[random.Next(Awkward.Length)]} {names}" : $"{stem}{names}";
    }

    /// <summary>A name for a trigger that fires before rows are stored: it must not come behind those of the sync, which end with <c>~</c>.</summary>
    public string Early(string stem) => Name(stem) is var name && char.IsAscii(name[0]) ? name : $"{stem} {name}";

    /// <summary>A value for a column.</summary>
    public string? Value(ModelColumn column)
    {
        if (column.WritesNull && random.Next(4) == 0)
        {
            return null;
        }

        if (column.Enum is { } type)
        {
            return type.Values[random.Next(type.Values.Count)];
        }

        var number = column.Unique ? 100_000 + unique++ : random.Next(50);
        return column.Kind switch
        {
            ValueKind.Number or ValueKind.Digits => Text.Number(number),
            ValueKind.Words => Word(number) + (random.Next(3) == 0 ? "" : " " + Word(random.Next(50))),
            ValueKind.Tag => Word(number),
            ValueKind.Pair => Half(column.Halves.Left, number) + "," + Half(column.Halves.Right, random.Next(50)),
            _ => throw new InvalidOperationException(),
        };
    }

    private string Half(bool mayBeEmpty, int number) => mayBeEmpty && random.Next(4) == 0 ? "" : Word(number);

    private string Word(int number) => random.Next(6) switch
    {
        0 => $"O'Neil{number}",
        1 => $"Übung{number}",
        2 => $"%_\\{number}",
        _ => $"w{number}",
    };
}
