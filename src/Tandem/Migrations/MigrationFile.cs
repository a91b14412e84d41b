using System.Security.Cryptography;
using System.Text;
using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>The text of a migration and its name. The only place that reads migrations from a disk.</summary>
/// <param name="Name">The file's name relative to the workspace, with forward slashes.</param>
/// <param name="Text">Its text, without a byte order mark.</param>
public sealed record MigrationFile(string Name, string Text)
{
    /// <summary>The largest file that is read: 1 MiB.</summary>
    public const int MaximumBytes = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The migration's id: the file's name without folders and extension.</summary>
    public string Id => Path.GetFileNameWithoutExtension(Name);

    /// <summary>Whether the name says that it is JSON.</summary>
    public bool IsJson => Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>SHA-256 of the text with line ends as LF, in lower-case hex; the same on every machine.</summary>
    public string Hash
    {
        get
        {
            var text = Text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>Reads a file. A file that cannot be read is a <see cref="TandemException"/> with its reason.</summary>
    /// <param name="directory">The workspace, to which the name is relative.</param>
    /// <param name="path">The file's path, absolute or relative to the workspace.</param>
    /// <param name="most">How many bytes it may have.</param>
    public static MigrationFile Read(string directory, string path, int most = MaximumBytes)
    {
        var full = Path.GetFullPath(path, Path.GetFullPath(directory));
        var name = Path.GetRelativePath(Path.GetFullPath(directory), full).Replace('\\', '/');
        try
        {
            using var stream = File.OpenRead(full);
            if (stream.Length > most)
            {
                throw Failure(ProblemCodes.FileTooLarge, $"{name} has {stream.Length} bytes; at most {most} are read.", name);
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new MigrationFile(name, Decode(bytes, name));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            var reason = failed is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : failed.Message;
            throw Failure(ProblemCodes.FileUnreadable, $"{name} cannot be read: {reason}.", name, failed);
        }
    }

    /// <summary>The migrations in a directory, in the ordinal order of their names; sub-directories are not looked at.</summary>
    /// <param name="directory">The workspace, to which names are relative.</param>
    /// <param name="folder">The folder of migrations in it.</param>
    /// <returns>What could be read, and a problem for each file that could not.</returns>
    public static (IReadOnlyList<MigrationFile> Files, IReadOnlyList<Problem> Problems) ReadAll(string directory, string folder = "")
    {
        var files = new List<MigrationFile>();
        var problems = new List<Problem>();
        foreach (var path in List(directory, folder))
        {
            try
            {
                files.Add(Read(directory, path));
            }
            catch (TandemException unreadable)
            {
                problems.AddRange(unreadable.Problems);
            }
        }

        return (files, problems);
    }

    /// <summary>The names of the migrations in a directory, relative to the workspace, in ordinal order.</summary>
    public static IReadOnlyList<string> List(string directory, string folder = "")
    {
        var root = Path.GetFullPath(directory);
        var full = Path.GetFullPath(folder, root);
        if (!Directory.Exists(full))
        {
            return [];
        }

        return Directory.EnumerateFiles(full)
            .Where(p => Extensions.Contains(Path.GetExtension(p), StringComparer.OrdinalIgnoreCase))
            .Where(p => !Path.GetFileName(p).StartsWith('.'))
            .Select(p => Path.GetRelativePath(root, p).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
    }

    private static string Decode(byte[] bytes, string name)
    {
        try
        {
            var text = Utf8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes);
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw Failure(ProblemCodes.FileNotUtf8, $"{name} holds a NUL character.", name)
                : text;
        }
        catch (DecoderFallbackException failed)
        {
            throw Failure(ProblemCodes.FileNotUtf8, $"{name} is not UTF-8 text.", name, failed);
        }
    }

    private static TandemException Failure(ProblemCode code, string message, string name, Exception? inner = null) =>
        new(new Problem(code, message, new SourceSpan(name)), inner);
}
