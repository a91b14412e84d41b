using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.History;

/// <summary>A write in the words of three versions: the first of all, the one before a migration, the one after it.</summary>
public sealed record HistoryWrite(string Control, string Before, string After)
{
    /// <summary>A write whose words the migration changes.</summary>
    public static HistoryWrite Of(string before, string after) => new(before, before, after);

    /// <summary>A write that all versions say alike.</summary>
    public static HistoryWrite Same(string sql) => new(sql, sql, sql);
}

/// <summary>One migration of a history and writes around it.</summary>
/// <param name="Id">The migration's id.</param>
/// <param name="Operations">Its operations.</param>
/// <param name="Writes">Writes of the n-th occasion; ids derive from n.</param>
public sealed record HistoryStep(string Id, string Operations, Func<int, IReadOnlyList<HistoryWrite>> Writes)
{
    /// <summary>Findings that are accepted in the file.</summary>
    public string More { get; init; } = "";

    /// <summary>The migration file's text.</summary>
    public string File => $"title: {Id}\ndepends_on: []\n{More}operations:\n{Operations}";
}

/// <summary>A real database and a history of migrations on it.</summary>
/// <param name="Name">The database.</param>
/// <param name="LoadAsync">Makes it.</param>
/// <param name="Steps">The migrations, in order.</param>
public sealed record HistoryCase(string Name, Func<ITestTarget, Task> LoadAsync, IReadOnlyList<HistoryStep> Steps)
{
    /// <summary>Columns that the users' own triggers set to the time of a write, also of the engine's: not compared.</summary>
    public IReadOnlySet<string> TouchedByTriggers { get; init; } = new HashSet<string>();
}
