namespace Tandem.Postgres.Dialect.Walks;

/// <summary>
/// How many rows stay on their page when a table is filled in passes: a pass finds the room that its page has left, and what the rows of the pass before
/// held, which nobody sees any more by then. Each row that stays leaves its old pointer there, and a page takes only so many pointers.
/// </summary>
internal static class StripeRoom
{
    /// <summary>Bytes of a row's pointer on its page.</summary>
    public const double Pointer = 4;

    /// <summary>Bytes of a page's head.</summary>
    public const double PageHead = 24;

    // The head of a row, below which the server counts none.
    private const double RowHead = 24;

    /// <summary>The part of all rows that stays.</summary>
    /// <param name="page">Bytes of a page.</param>
    /// <param name="rows">Rows of a page.</param>
    /// <param name="old">Bytes of an old row, without its pointer.</param>
    /// <param name="new">Bytes of a new one.</param>
    /// <param name="free">Bytes of a page that are free.</param>
    /// <param name="passes">The part of the rows that each pass takes.</param>
    public static double Stay(double page, double rows, double old, double @new, double free, IReadOnlyList<double> passes)
    {
        var (room, stay) = (free, 0.0);
        var pointers = Math.Max(0, Math.Floor((page - PageHead) / (RowHead + Pointer)) - rows);
        foreach (var part in passes)
        {
            var fits = Math.Min(Math.Min(rows * part, pointers - stay), Math.Max(0, Math.Floor(room / (@new + Pointer))));
            stay += fits;
            room += (rows * part * old) - (fits * (@new + Pointer));
        }

        return stay / rows;
    }
}
