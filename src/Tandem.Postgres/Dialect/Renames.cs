namespace Tandem.Postgres.Dialect;

/// <summary>Puts renames into an order in which no name is taken twice at any moment; a circle goes by a passing name.</summary>
internal static class Renames
{
    public static IEnumerable<(string From, string To)> Order(IEnumerable<(string From, string To)> renames, Func<string, string> passing)
    {
        var pending = renames.Where(r => r.From != r.To).ToList();
        while (pending.Count > 0)
        {
            var free = pending.FindIndex(r => pending.TrueForAll(o => o.From != r.To));
            if (free >= 0)
            {
                yield return pending[free];
                pending.RemoveAt(free);
            }
            else
            {
                var (from, to) = pending[0];
                yield return (from, passing(from));
                pending[0] = (passing(from), to);
            }
        }
    }
}
