using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;
using Tandem.Problems;

namespace Tandem.Sqlite;

/// <summary>
/// Chooses the native SQLite of this process: the newest of the one named by <c>TANDEM_SQLITE</c>, the system's and the
/// one that came along. Newer ones understand more of what a file can hold (STRICT tables, for one).
/// </summary>
internal static class SqliteLibrary
{
    private const int Oldest = 3_035_000;
    private const string BundledName = "e_sqlite3";

    // Failures are kept as well: the answer cannot change while the process lives.
    private static readonly Lazy<Version> Chosen = new(Choose, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>The version of the library in use; chooses it at the first call.</summary>
    public static Version Version => Chosen.Value;

    /// <summary>Makes sure that a library is chosen and new enough.</summary>
    public static void Load() => _ = Chosen.Value;

    /// <summary>The best of these candidates: the highest version number, the first of equals; null when there is none.</summary>
    internal static (nint Handle, int Number)? Best(IEnumerable<(nint Handle, int Number)> candidates)
    {
        (nint Handle, int Number)? best = null;
        foreach (var candidate in candidates)
        {
            if (best is null || candidate.Number > best.Value.Number)
            {
                best = candidate;
            }
        }

        return best;
    }

    private static Version Choose()
    {
        if (IsInUse())
        {
            return Supported(raw.sqlite3_libversion_number());
        }

        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        var best = Best(Candidates(provider));
        if (best is null)
        {
            throw new TandemException(
                ProblemCodes.SqliteLibraryMissing, "No SQLite library is installed and none came along for this platform.");
        }

        var (handle, number) = best.Value;
        var version = Supported(number);
        NativeLibrary.SetDllImportResolver(
            provider, (name, _, _) => string.Equals(name, BundledName, StringComparison.Ordinal) ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return version;
    }

    // Another part of the process may have bound a library already. Functions are bound one by one, so a second choice
    // would mix two libraries in one process: then theirs it is.
    private static bool IsInUse()
    {
        try
        {
            _ = raw.GetNativeLibraryName();
            return true;
        }
        catch (Exception e) when (e.GetType() == typeof(Exception))
        {
            return false; // The binding's way to say that no provider is set.
        }
    }

    private static Version Supported(int number) => number >= Oldest
        ? ToVersion(number)
        : throw new TandemException(
            ProblemCodes.ServerTooOld, $"The SQLite library is version {ToVersion(number)}; Tandem needs 3.35 or newer.");

    private static IEnumerable<(nint Handle, int Number)> Candidates(Assembly provider)
    {
        var handles = new List<nint>();
        if (Environment.GetEnvironmentVariable("TANDEM_SQLITE") is { Length: > 0 } path)
        {
            // Named by hand: nothing else is looked at, and a wrong name is said rather than passed over.
            handles.Add(LoadNamed(path));
        }
        else
        {
            foreach (var name in SystemNames())
            {
                if (NativeLibrary.TryLoad(name, out var system))
                {
                    handles.Add(system);
                }
            }

            if (NativeLibrary.TryLoad(BundledName, provider, null, out var bundled))
            {
                handles.Add(bundled);
            }
        }

        foreach (var handle in handles)
        {
            if (NumberOf(handle) is { } number)
            {
                yield return (handle, number);
            }
        }
    }

    private static nint LoadNamed(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TandemException(
                ProblemCodes.SqliteLibraryMissing, $"TANDEM_SQLITE names {path}, which cannot be loaded as a library.", e);
        }
    }

    private static IEnumerable<string> SystemNames()
    {
        if (OperatingSystem.IsLinux())
        {
            return ["libsqlite3.so.0"];
        }

        if (OperatingSystem.IsMacOS())
        {
            return ["/usr/lib/libsqlite3.dylib"];
        }

        // winsqlite3 uses another calling convention in 32-bit processes.
        return OperatingSystem.IsWindows() && Environment.Is64BitProcess ? ["winsqlite3.dll"] : [];
    }

    private static int? NumberOf(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "sqlite3_libversion_number", out var number)
            || !NativeLibrary.TryGetExport(handle, "sqlite3_threadsafe", out var threadSafe))
        {
            return null;
        }

        // A library built without mutexes must not be interrupted from another thread.
        return Marshal.GetDelegateForFunctionPointer<IntFunction>(threadSafe)() == 0
            ? null
            : Marshal.GetDelegateForFunctionPointer<IntFunction>(number)();
    }

    private static Version ToVersion(int number) => new(number / 1_000_000, number / 1000 % 1000, number % 1000);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IntFunction();
}
