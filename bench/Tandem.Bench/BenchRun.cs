namespace Tandem.Bench;

/// <summary>One repetition on one engine.</summary>
internal sealed class BenchRun(BenchEngine engine, BenchOptions options, Action<string, double> tell)
{
    public EngineKind Kind => engine.Kind;

    public int Rows => options.Rows;

    public void Tell(string name, double value) => tell(name, value);

    public Task<BenchDatabase> DatabaseAsync() => engine.DatabaseAsync();

    /// <summary>A fresh database with the table of items.</summary>
    public async Task<BenchDatabase> LoadedAsync(Items items)
    {
        var database = await engine.DatabaseAsync();
        await database.LoadAsync(items);
        return database;
    }
}
