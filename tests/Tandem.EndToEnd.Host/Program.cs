using System.Reflection;
using System.Text.Json;
using Tandem.EndToEnd.Host;
using Tandem.EndToEnd.Tests;

// Calls come on what was standard input, exit codes go to what was standard output; a call gets streams of its own.
using var calls = new StreamReader(Descriptors.Keep(Descriptors.Input, FileAccess.Read));
using var answers = new StreamWriter(Descriptors.Keep(Descriptors.Output, FileAccess.Write)) { AutoFlush = true };
Descriptors.Point(Descriptors.Input, "/dev/null", FileMode.Open, FileAccess.Read);
var main = Assembly.Load("Tandem.Cli").EntryPoint!;
while (calls.ReadLine() is { } line)
{
    var call = JsonSerializer.Deserialize<WarmCall>(line)!;
    var before = call.Environment.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    Descriptors.Point(Descriptors.Output, call.Output, FileMode.Create, FileAccess.Write);
    Descriptors.Point(Descriptors.Errors, call.Errors, FileMode.Create, FileAccess.Write);
    Set(call.Environment);
    Directory.SetCurrentDirectory(call.Folder);

    // The console keeps the stream that it opened first.
    using (var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true })
    using (var errors = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true })
    {
        Console.SetOut(output);
        Console.SetError(errors);
        answers.WriteLine(Carry(main, call));
    }

    Set(before);
}

static void Set(IReadOnlyDictionary<string, string?> variables)
{
    foreach (var (name, value) in variables)
    {
        Environment.SetEnvironmentVariable(name, value);
    }
}

// As the runtime ends a process whose exception nobody catches.
static int Carry(MethodInfo main, WarmCall call)
{
    const int Aborted = 134;
    try
    {
        return (int)main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [call.Arguments.ToArray()], null)!;
    }
#pragma warning disable CA1031 // Whatever it is, the next call has nothing to do with it.
    catch (Exception e)
#pragma warning restore CA1031
    {
        Console.Error.WriteLine($"Unhandled exception. {e}");
        return Aborted;
    }
}
