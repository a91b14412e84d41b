using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tandem.EndToEnd.Host;

/// <summary>The standard streams below the runtime, which knows no way to exchange them.</summary>
internal static class Descriptors
{
    public const int Input = 0, Output = 1, Errors = 2;

    /// <summary>The stream that a standard descriptor is now, under a number of its own.</summary>
    public static FileStream Keep(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(Checked(Duplicate(descriptor)), ownsHandle: true), access, bufferSize: 1);

    /// <summary>Makes a standard descriptor one of a file.</summary>
    public static void Point(int descriptor, string path, FileMode mode, FileAccess access)
    {
        using var file = File.OpenHandle(path, mode, access);
        _ = Checked(DuplicateTo((int)file.DangerousGetHandle(), descriptor));
    }

    private static int Checked(int answer) => answer >= 0 ? answer : throw new IOException($"The standard streams cannot be exchanged: error {Marshal.GetLastPInvokeError()}.");

    [DllImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static extern int DuplicateTo(int from, int to);
}
