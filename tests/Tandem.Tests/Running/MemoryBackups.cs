using System.Text;
using Tandem.Running;

namespace Tandem.Tests.Running;

/// <summary>Backups kept in memory.</summary>
internal sealed class MemoryBackups
{
    private readonly Dictionary<string, MemoryStream> files = new(StringComparer.Ordinal);

    public static Func<string, BackupFile> Nowhere { get; } = name => new BackupFile(new MemoryStream(), name, () => { });

    public IReadOnlyCollection<string> Names => files.Keys;

    public int Flushes { get; private set; }

    public BackupFile Open(string name)
    {
        files[name] = new MemoryStream();
        return new BackupFile(files[name], "memory:" + name, () => Flushes++);
    }

    public byte[] Bytes(string name) => files[name].ToArray();

    public string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}
