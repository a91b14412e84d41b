using Tandem.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tandem.Migrations;

/// <summary>
/// Reads YAML as a tree with places. Anchors, aliases and tags are refused: they hide from a reviewer what a file does,
/// and aliases of aliases grow without bound.
/// </summary>
internal sealed class YamlNodes
{
    private const int MaximumDepth = 32;
    private readonly string file;
    private readonly Parser parser;
    private readonly List<Problem> problems;

    private YamlNodes(string file, string text, List<Problem> problems)
    {
        this.file = file;
        this.problems = problems;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The document of a file, or null when it is malformed or empty; problems say why.</summary>
    public static FileNode? Read(string file, string text, List<Problem> problems)
    {
        try
        {
            return new YamlNodes(file, text, problems).ReadDocument();
        }
        catch (TooDeepException tooDeep)
        {
            problems.Add(new Problem(
                ProblemCodes.FileTooDeep, $"More than {MaximumDepth} levels are nested here.", tooDeep.Place));
        }
        catch (YamlException malformed)
        {
            problems.Add(Malformed(file, text, malformed.Message, malformed.Start.Line, malformed.Start.Column));
        }

        return null;
    }

    private static Problem Malformed(string file, string text, string reason, long line, long column)
    {
        var lines = text.Split('\n');
        line = Math.Clamp(line, 1, lines.Length);

        // The parser blames the mapping around a tab; the tab itself is what a person looks for.
        var last = reason.Contains(" tab ", StringComparison.Ordinal) ? lines.Length : Math.Min(line + 1, lines.Length);
        for (var near = line; near <= last; near++)
        {
            var content = lines[near - 1];
            var indentation = content[..^content.TrimStart(' ', '\t').Length];
            var tab = indentation.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0)
            {
                return new Problem(
                    ProblemCodes.TabInIndentation, "The line is indented with a tab.", new SourceSpan(file, (int)near, tab + 1));
            }
        }

        return new Problem(
            ProblemCodes.FileMalformed,
            $"This is not YAML: {Lower(reason.TrimEnd('.'))}.",
            new SourceSpan(file, (int)line, (int)Math.Max(column, 1)));
    }

    private static string Lower(string sentence) =>
        sentence.Length == 0 ? sentence : char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private FileNode? ReadDocument()
    {
        Advance();
        Advance();
        if (parser.Current is not DocumentStart)
        {
            return null;
        }

        Advance();
        var root = ReadNode(0);
        Advance();
        if (parser.Current is DocumentStart second)
        {
            problems.Add(new Problem(
                ProblemCodes.SeveralDocuments, "A second document begins here.", PlaceOf(second)));
        }

        return root;
    }

    private void Advance()
    {
        var last = parser.Current?.End ?? Mark.Empty;
        try
        {
            parser.MoveNext();
        }
        catch (Exception confused) when (confused is InvalidOperationException or ArgumentException or FormatException)
        {
            // For some malformed files the library throws such a thing instead of its own exception.
            throw new YamlException(last, last, "what follows does not fit to what stands before", confused);
        }
    }

    private FileNode ReadNode(int depth)
    {
        var current = parser.Current!;
        if (depth > MaximumDepth)
        {
            throw new TooDeepException(PlaceOf(current));
        }

        if (current is AnchorAlias alias)
        {
            Refuse($"The alias *{alias.Value} stands for another value.", alias);
            Advance();
            return new ScalarNode(PlaceOf(alias), "", Plain: false);
        }

        if (current is not NodeEvent node)
        {
            throw new YamlException(current.Start, current.End, "a value is missing");
        }

        RefuseAnchorAndTag(node);
        Advance();
        return current switch
        {
            Scalar scalar => new ScalarNode(PlaceOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => new ListNode(PlaceOf(current), ReadItems(depth)),
            _ => new MapNode(PlaceOf(current), ReadEntries(depth)),
        };
    }

    private List<FileNode> ReadItems(int depth)
    {
        var items = new List<FileNode>();
        while (parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        Advance();
        return items;
    }

    private IReadOnlyList<MapEntry> ReadEntries(int depth)
    {
        var entries = new MapEntries(problems);
        while (parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is ScalarNode { Value: var name })
            {
                entries.Add(new MapEntry(name, key.Place, value));
            }
            else
            {
                problems.Add(new Problem(
                    ProblemCodes.WrongKind, $"A key must be a text, but {key.Kind} stands here.", key.Place));
            }
        }

        Advance();
        return entries.InOrder;
    }

    private void RefuseAnchorAndTag(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            Refuse($"The anchor &{node.Anchor.Value} names this value.", node);
        }

        if (!node.Tag.IsEmpty)
        {
            Refuse($"The tag {node.Tag} changes what this value is.", node);
        }
    }

    private void Refuse(string message, ParsingEvent at) =>
        problems.Add(new Problem(ProblemCodes.AnchorNotAllowed, message, PlaceOf(at)));

    private SourceSpan PlaceOf(ParsingEvent at) => new(file, (int)at.Start.Line, (int)at.Start.Column);

    private sealed class TooDeepException(SourceSpan place) : Exception
    {
        public SourceSpan Place { get; } = place;
    }
}
