using Tandem.Bench;
using Tandem.Tests.Servers;

var options = BenchOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

var results = Results.Load(options.ResultsFile);
foreach (var major in options.Majors)
{
    await using var server = await PostgresServer.StartAsync(major, BenchServer.Options(options.Folder));
    await BenchServer.WarmAsync(server);
    foreach (var benchmark in Benchmarks.All.Where(b => options.Only.Count == 0 || options.Only.Contains(b.Key)))
    {
        var repetitions = options.RepetitionsOf(benchmark);
        for (var repetition = 1; repetition <= repetitions; repetition++)
        {
            Console.Error.WriteLine($"PostgreSQL {major}, {benchmark.Key}, {repetition} of {repetitions}");
            var bench = new BenchRun(server, options, (name, value) => results.Add(new Measured(benchmark.Key, name, major, repetition, value)));
            await benchmark.RunAsync(bench);
        }

        results.Settle(benchmark, major, options);
        results.Save(options.ResultsFile);
    }
}

if (options.Page is { } path)
{
    await File.WriteAllTextAsync(path, Report.Page(results, File.Exists(path) ? await File.ReadAllTextAsync(path) : ""));
}

Console.WriteLine(Report.Tables(results, options.Only));
return 0;
