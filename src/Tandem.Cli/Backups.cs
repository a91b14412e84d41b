using Tandem.Running;

namespace Tandem.Cli;

/// <summary>Files for the backups that sunset writes; they hold users' rows and are for their owner's eyes only.</summary>
internal static class Backups
{
    /// <summary>Makes a new file in a directory; one that is there is never written over.</summary>
    public static BackupFile Open(string directory, string name)
    {
        _ = Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(path, options);
        return new BackupFile(stream, path, () => stream.Flush(flushToDisk: true));
    }
}
