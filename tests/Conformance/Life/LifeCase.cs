namespace Tandem.Tests.Conformance.Life;

/// <summary>A write that means the same to both versions, in the words of each.</summary>
/// <param name="Old">For an application of the old version; tables stand in braces: <c>{customers}</c>.</param>
/// <param name="New">For an application of the new version.</param>
public sealed record LogicalWrite(string Old, string New)
{
    /// <summary>A write that is the same text for both.</summary>
    public static LogicalWrite Same(string sql) => new(sql, sql);
}

/// <summary>Two queries that must give the same rows: one on the new version, one on a database that never changed.</summary>
public sealed record Comparison(string New, string Old);

/// <summary>One operation (or a few) and everything a walk through its life needs. The texts serve every engine.</summary>
public sealed record LifeCase(string Name)
{
    /// <summary>Makes the tables and their rows.</summary>
    public required IReadOnlyList<string> Setup { get; init; }

    /// <summary>The <c>operations:</c> list of the migration file.</summary>
    public required string Operations { get; init; }

    /// <summary>Further keys of the migration file.</summary>
    public string More { get; init; } = "";

    /// <summary>Writes for the n-th stage; ids derive from n so that stages do not meet.</summary>
    public required Func<int, IReadOnlyList<LogicalWrite>> Writes { get; init; }

    /// <summary>Queries of the old version: the rows must equal those of the database that never changed.</summary>
    public required IReadOnlyList<string> OldQueries { get; init; }

    /// <summary>Queries of the new version against the database that never changed.</summary>
    public required IReadOnlyList<Comparison> NewQueries { get; init; }

    /// <summary>Rows that a rollback does not bring back to the old version (single-version operations): no comparison while live.</summary>
    public bool SingleVersion { get; init; }

    /// <summary>What the new version sees otherwise is there from complete on only: no comparison of it while live.</summary>
    public bool AtComplete { get; init; }

    /// <summary>Triggers of the users' write the old version's table whoever wrote, which counts as a write of an old application.</summary>
    public bool TriggersWriteOld { get; init; }

    /// <summary>A pattern for values that are drawn anew in each life, as <c>random()</c> gives them; null when there are none.</summary>
    public string? Drawn { get; init; }

    /// <summary>The engine it is for; null for all.</summary>
    public string? Engine { get; init; }

    /// <summary>The oldest version of the engine that knows what the case needs; null for every one.</summary>
    public Version? Since { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>The migration file's text.</summary>
    public string File => $"title: {Name}\n{More}operations:\n{Operations}";
}
