using System.Diagnostics;
using System.Globalization;

namespace Tandem.Tests.Servers;

/// <summary>The shell scripts around a server, run by an account that PostgreSQL accepts.</summary>
internal static class PostgresShell
{
    /// <summary>Arguments: home, folder for temporary files, user, password. Prints the folder made.</summary>
    public const string Initialize =
        """
        set -e
        exec 2>&1
        folder=$(mktemp -d "${2%/}/tandem-postgres-XXXXXX")
        printf '%s\n' "$4" >"$folder/password"
        "$1/bin/initdb" --pgdata="$folder/data" --username="$3" --pwfile="$folder/password" --auth=scram-sha-256 \
            --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; exit 1; }
        echo "include = '../test.conf'" >>"$folder/data/postgresql.conf"
        trap '' PIPE
        echo "$folder" || rm -rf "$folder"
        """;

    /// <summary>
    /// Arguments: home, folder, configuration. Starts the server, says "ready" and holds it until a line comes in: the
    /// way to stop it. The end of the input means that the test process is gone, however it died: then the
    /// server goes too, with its data. Signals that are sent to a whole group of processes do not end it before that.
    /// </summary>
    public const string Keep =
        """
        trap '' HUP INT TERM
        printf '%s' "$3" >"$2/test.conf"
        "$1/bin/pg_ctl" start --wait --timeout=150 --silent --pgdata="$2/data" --log="$2/log" </dev/null >"$2/start.log" 2>&1 ||
            { echo failed; exit 1; }
        echo ready
        mode=gone
        read -r mode
        case $mode in fast | immediate) how=$mode ;; *) how=immediate ;; esac
        "$1/bin/pg_ctl" stop --wait --mode="$how" --silent --pgdata="$2/data" >/dev/null 2>&1
        case $mode in fast | immediate) ;; *) rm -rf "$2" ;; esac
        """;

    /// <summary>
    /// Arguments: folder for temporary files, folder of a stopped server, how a standby reaches it. Prints the folder made.
    /// </summary>
    public const string Copy =
        """
        set -e
        exec 2>&1
        folder=$(mktemp -d "${1%/}/tandem-postgres-XXXXXX")
        cp -a "$2/data" "$folder/data"
        rm -f "$folder/data/postmaster.pid"
        touch "$folder/data/standby.signal"
        printf "primary_conninfo = '%s'\n" "$3" >>"$folder/data/postgresql.auto.conf"
        echo "$folder"
        """;

    // Arguments: folder, megabytes, whose it is, a command. Nobody else sees what is mounted.
    private const string WithDisk = """mkdir -p "$1" && mount -t tmpfs -o "size=$2m,mode=0700,uid=$(id -u "$3")" tmpfs "$1" && shift 3 && exec "$@" """;

    /// <summary>Whether a server can be given a disk of its own here.</summary>
    public static bool CanMount()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return false;
        }

        using var tried = Process.Start(new ProcessStartInfo("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]) { RedirectStandardError = true });
        tried?.WaitForExit();
        return tried?.ExitCode == 0;
    }

    /// <summary>Starts a shell script, under root as the servers' account.</summary>
    public static Process Start(string script, params string[] arguments) => Start(script, null, arguments);

    /// <summary>Starts a shell script that sees a disk of so many megabytes in a folder.</summary>
    public static Process Start(string script, (string Folder, int Megabytes)? disk, params string[] arguments)
    {
        string[] mounted = disk is var (folder, megabytes)
            ? ["unshare", "--mount", "/bin/sh", "-c", WithDisk, "sh", folder, megabytes.ToString(CultureInfo.InvariantCulture), PostgresBinaries.TestUser]
            : [];
        string[] account = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={PostgresBinaries.TestUser}", $"--regid={PostgresBinaries.TestUser}", "--clear-groups"]
            : [];
        string[] line = [.. mounted, .. account, "/bin/sh", "-c", script, "sh", .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start");
    }

    /// <summary>Runs a script to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using var process = Start(script, arguments);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"PostgreSQL could not be set up:\n{output}");
    }
}
