using Tandem.Bench;

var options = BenchOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

var results = new Results();
foreach (var version in options.Versions)
{
    await using var engine = await options.OpenAsync(version);
    foreach (var benchmark in Benchmarks.Of(engine.Kind, options.Only))
    {
        var repetitions = options.RepetitionsOf(benchmark);
        for (var repetition = 1; repetition <= repetitions; repetition++)
        {
            Console.Error.WriteLine($"{engine.Name}, {benchmark.Key}, {repetition} of {repetitions}");
            await benchmark.RunAsync(new BenchRun(engine, options, (name, value) => results.Add(new Measured(benchmark, engine, name, value))));
        }

        var size = $"{options.Rows:#,0} rows, medians of {repetitions}";
        Console.WriteLine(Report.Section(benchmark, engine.Kind, results, size, Earlier.Nothing));
        if (options.PageOf(engine.Kind) is { } path)
        {
            await File.WriteAllTextAsync(path, Report.Page(engine.Kind, benchmark, results, size, File.Exists(path) ? await File.ReadAllTextAsync(path) : ""));
        }
    }
}

return 0;
