using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Cli.Output;

/// <summary>Writes a command's answer: text, or exactly one JSON document on standard output.</summary>
internal sealed class Answer
{
    // The reader is a program or a person, never a web page: names stay readable.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly bool json;

    /// <summary>Answers on the standard streams.</summary>
    /// <param name="json">Whether standard output takes one JSON document and nothing else.</param>
    /// <param name="events">Whether standard error takes events and nothing else.</param>
    public Answer(bool json, bool events = false)
    {
        this.json = json;
        Events = events ? new EventLines(Console.Error, TimeProvider.System) : null;
        Notes = events ? Screen.Of(TextWriter.Null, redirected: true) : Screen.Of(Console.Error, Console.IsErrorRedirected);
    }

    /// <summary>Where events go, when they are asked for.</summary>
    public EventLines? Events { get; }

    /// <summary>Where progress, questions and the problems of a failed command go.</summary>
    public Screen Notes { get; }

    /// <summary>Where an answer for people goes, and one that is too long to be kept.</summary>
    public Screen Lines { get; } = Screen.Of(Console.Out, Console.IsOutputRedirected);

    /// <summary>Whether somebody is there to answer a question.</summary>
    public bool CanAsk => Notes.IsTerminal && !Console.IsInputRedirected;

    /// <summary>Writes the answer; its exit code is the process's. What an answer has yet to read is written as it is read.</summary>
    public async Task<int> WriteAsync(CommandView view)
    {
        Notes.Clear();
        if (json)
        {
            var output = Console.OpenStandardOutput();
            await using (output)
            {
                await JsonSerializer.SerializeAsync(output, view, view.GetType(), Json);
                await output.WriteAsync("\n"u8.ToArray());
            }

            ProblemView.Write(Notes, view.Problems);
        }
        else if (view is FailureView)
        {
            ProblemView.Write(Notes, view.Problems);
        }
        else
        {
            var screen = Lines;
            view.Write(screen);
            if (view.Problems.Count > 0)
            {
                var problems = view.IsFile ? Notes : screen;
                problems.Gap();
                ProblemView.Write(problems, view.Problems);
            }
        }

        Events?.End(view);
        return view.ExitCode;
    }

    /// <summary>Ends an answer that could not be written to its end: nothing is put behind what was written, and the reason stands on standard error.</summary>
    public int BreakOff(FailureView why)
    {
        ProblemView.Write(Notes, why.Problems);
        Events?.End(why);
        return why.ExitCode;
    }
}
