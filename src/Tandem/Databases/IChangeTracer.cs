using Tandem.Schema;

namespace Tandem.Databases;

/// <summary>When an object was changed last and whose it is, as far as the database knows.</summary>
/// <param name="Object">The object.</param>
/// <param name="ChangedAt">When the newest of the rows that describe it was written; what was dropped from it later leaves none. Null for unknown.</param>
/// <param name="Owner">The role that owns it, which need not be who changed it; null for unknown.</param>
/// <param name="Why">How far that goes, or why nobody knows: a sentence.</param>
public sealed record ObjectTrace(ObjectName Object, DateTimeOffset? ChangedAt, string? Owner, string Why);

/// <summary>A database that can be asked who changed an object, and when. It is only read.</summary>
public interface IChangeTracer
{
    /// <summary>Asks, and gives an answer for each object.</summary>
    Task<ValueList<ObjectTrace>> TraceAsync(IReadOnlyList<ObjectName> objects, CancellationToken cancellationToken);
}
