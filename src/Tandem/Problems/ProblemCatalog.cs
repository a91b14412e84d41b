using System.Reflection;

namespace Tandem.Problems;

public static partial class ProblemCodes
{
    private static readonly Lazy<IReadOnlyDictionary<string, ProblemCode>> ById = new(() => typeof(ProblemCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(ProblemCode))
        .Select(f => (ProblemCode)f.GetValue(null)!)
        .ToDictionary(c => c.Id, StringComparer.Ordinal));

    /// <summary>The code of this id, or null: ids are what journals and databases remember.</summary>
    public static ProblemCode? Find(string? id) => id is null ? null : ById.Value.GetValueOrDefault(id);
}
