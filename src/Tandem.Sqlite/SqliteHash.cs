using System.Buffers.Binary;
using SQLitePCL;

namespace Tandem.Sqlite;

/// <summary>
/// The functions by which the ledger's sums are made, as SQLite has no hash. <c>tandem_hash(…)</c> is a number of 64 bits for its
/// values: FNV-1a over, for each, one byte for its kind (0 NULL, 1 integer, 2 real, 3 text, 4 blob), eight for its length or
/// its number, the lowest first, and the bytes of a text or blob; mixed at the end as MurmurHash3 does. <c>tandem_sum(n)</c> adds
/// such numbers up, modulo 2⁶⁴, without NULLs, as a whole number with its sign: the order of rows does not matter, how often each is there does.
/// </summary>
internal static class SqliteHash
{
    /// <summary>The name of the function over a row's values.</summary>
    public const string Row = "tandem_hash";

    /// <summary>The name of the aggregate over rows.</summary>
    public const string Sum = "tandem_sum";

    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const int Any = -1;

    /// <summary>Makes the functions known to a connection; the code of what failed, else OK.</summary>
    public static int Register(sqlite3 handle)
    {
        var flags = raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC;
        var code = raw.sqlite3_create_function(handle, Row, Any, flags, null, (context, _, values) => raw.sqlite3_result_int64(context, unchecked((long)Hash(values))));
        return code != raw.SQLITE_OK ? code : raw.sqlite3_create_function(
            handle,
            Sum,
            1,
            flags,
            null,
            (context, _, values) => context.state = unchecked(((ulong?)context.state ?? 0) + (raw.sqlite3_value_type(values[0]) == raw.SQLITE_NULL ? 0 : (ulong)raw.sqlite3_value_int64(values[0]))),
            (context, _) => raw.sqlite3_result_int64(context, unchecked((long)((ulong?)context.state ?? 0))));
    }

    /// <summary>The text of a call over values.</summary>
    public static string Of(IEnumerable<string> values) => $"{Row}({string.Join(", ", values)})";

    private static ulong Hash(sqlite3_value[] values)
    {
        var hash = Offset;
        foreach (var value in values)
        {
            hash = Add(hash, value);
        }

        hash = unchecked((hash ^ (hash >> 33)) * 0xff51afd7ed558ccd);
        hash = unchecked((hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53);
        return hash ^ (hash >> 33);
    }

    private static ulong Add(ulong hash, sqlite3_value value) => raw.sqlite3_value_type(value) switch
    {
        raw.SQLITE_INTEGER => Add(hash, 1, raw.sqlite3_value_int64(value), []),
        raw.SQLITE_FLOAT => Add(hash, 2, BitConverter.DoubleToInt64Bits(raw.sqlite3_value_double(value) is 0 ? 0 : raw.sqlite3_value_double(value)), []),
        raw.SQLITE_TEXT or raw.SQLITE_BLOB => Add(hash, raw.sqlite3_value_type(value) == raw.SQLITE_TEXT ? (byte)3 : (byte)4, raw.sqlite3_value_blob(value)),
        _ => Add(hash, 0, 0, []),
    };

    private static ulong Add(ulong hash, byte kind, ReadOnlySpan<byte> bytes) => Add(hash, kind, bytes.Length, bytes);

    private static ulong Add(ulong hash, byte kind, long number, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[1 + sizeof(long)];
        head[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], number);
        return Fold(Fold(hash, head), bytes);
    }

    private static ulong Fold(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return hash;
    }
}
