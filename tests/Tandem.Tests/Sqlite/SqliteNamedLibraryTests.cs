using System.Runtime.InteropServices;
using Shouldly;
using Tandem.Sqlite;
using Xunit;

namespace Tandem.Tests.Sqlite;

/// <summary>Tests that are run on a library named by TANDEM_SQLITE are run on that one.</summary>
public sealed class SqliteNamedLibraryTests
{
    [Fact]
    public void A_library_that_is_named_is_the_one_in_use()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_SQLITE") is not { Length: > 0 } path)
        {
            return;
        }

        var version = Marshal.GetDelegateForFunctionPointer<VersionFunction>(
            NativeLibrary.GetExport(NativeLibrary.Load(path), "sqlite3_libversion_number"))();
        SqliteDatabase.LibraryVersion.ShouldBe(new Version(version / 1_000_000, version / 1000 % 1000, version % 1000));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionFunction();
}
