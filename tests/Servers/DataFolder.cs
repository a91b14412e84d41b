namespace Tandem.Tests.Servers;

/// <summary>
/// Where the servers keep their data. In memory, where there is enough of it, a database is made in a tenth of the time
/// that a disk takes for its three hundred files.
/// </summary>
internal static class DataFolder
{
    private const string Memory = "/dev/shm";
    private const long Room = 6L << 30;

    /// <summary>The folder.</summary>
    public static string Path { get; } =
        HasRoom() ? Memory
        : Environment.IsPrivilegedProcess ? "/tmp" // Root may have a TMPDIR that the servers' account cannot enter.
        : System.IO.Path.GetTempPath();

    // What the machine has, and what a container lets this process have.
    private static bool HasRoom() =>
        OperatingSystem.IsLinux() && Directory.Exists(Memory)
        && new DriveInfo(Memory).AvailableFreeSpace > Room && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 2 * Room;
}
