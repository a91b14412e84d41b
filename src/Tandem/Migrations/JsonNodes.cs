using System.Text;
using System.Text.Json;
using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>Reads strict JSON (no comments, no commas too many) as the same tree that YAML gives.</summary>
internal sealed class JsonNodes
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 32 };
    private readonly string file;
    private readonly byte[] bytes;
    private readonly List<Problem> problems;
    private long counted;
    private int line = 1;
    private int column = 1;

    private JsonNodes(string file, string text, List<Problem> problems)
    {
        this.file = file;
        this.problems = problems;
        bytes = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The document of a file, or null when it is malformed; problems say why.</summary>
    public static FileNode? Read(string file, string text, List<Problem> problems)
    {
        var nodes = new JsonNodes(file, text, problems);
        try
        {
            return nodes.ReadDocument();
        }
        catch (JsonException malformed)
        {
            problems.Add(nodes.Malformed(malformed));
            return null;
        }
    }

    private FileNode ReadDocument()
    {
        var reader = new Utf8JsonReader(bytes, Strict);
        reader.Read();
        var root = ReadNode(ref reader);

        // A second call finds text after the document, which is an error.
        reader.Read();
        return root;
    }

    private FileNode ReadNode(ref Utf8JsonReader reader)
    {
        var place = PlaceOf(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                var items = new List<FileNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode(ref reader));
                }

                return new ListNode(place, items);
            case JsonTokenType.StartObject:
                var entries = new MapEntries(problems);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var keyPlace = PlaceOf(reader.TokenStartIndex);
                    var key = reader.GetString()!;
                    reader.Read();
                    entries.Add(new MapEntry(key, keyPlace, ReadNode(ref reader)));
                }

                return new MapNode(place, entries.InOrder);
            case JsonTokenType.String:
                return new ScalarNode(place, reader.GetString()!, Plain: false);
            default:
                return new ScalarNode(place, Encoding.UTF8.GetString(reader.ValueSpan), Plain: true);
        }
    }

    private Problem Malformed(JsonException malformed)
    {
        var lines = (int)(malformed.LineNumber ?? 0);
        var start = 0;
        for (var skipped = 0; skipped < lines; skipped++)
        {
            start = Array.IndexOf(bytes, (byte)'\n', start) + 1;
        }

        var place = PlaceOf(Math.Min(start + (malformed.BytePositionInLine ?? 0), bytes.Length));
        var reason = malformed.Message;
        var end = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return new Problem(
            ProblemCodes.FileMalformed,
            $"This is not JSON: {(end < 0 ? reason : reason[..end])}",
            place,
            Remedy: "Correct the text at the place named; a .json file takes neither comments nor a comma before a closing bracket (a .yaml file does).");
    }

    // Tokens come in order, so counting goes on from the last place; from the beginning it would take a quadratic time.
    private SourceSpan PlaceOf(long index)
    {
        if (index < counted)
        {
            (counted, line, column) = (0, 1, 1);
        }

        var passed = bytes.AsSpan((int)counted, (int)(index - counted));
        var lineEnd = passed.LastIndexOf((byte)'\n');
        line += passed.Count((byte)'\n');
        column = (lineEnd < 0 ? column : 1) + Encoding.UTF8.GetCharCount(passed[(lineEnd + 1)..]);
        counted = index;
        return new SourceSpan(file, line, column);
    }
}
