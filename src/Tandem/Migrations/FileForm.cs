using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;
using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>A key that a mapping in a file may have.</summary>
/// <param name="Name">As written: <c>depends_on</c>.</param>
/// <param name="Property">The property it fills.</param>
/// <param name="Type">The type of its value, without <c>Nullable</c>.</param>
/// <param name="Required">Whether it must be there.</param>
/// <param name="Description">What it says, for the schema and the reference.</param>
internal sealed record FileKey(string Name, PropertyInfo Property, Type Type, bool Required, string Description)
{
    /// <summary>Whether it must say something. What a database has may be empty: a table without columns, a value that is blank.</summary>
    public bool Filled => Required && Property.DeclaringType!.Namespace != typeof(DatabaseSchema).Namespace;
}

/// <summary>
/// The form that a record has in a file, read from the record itself: what can be written is what the records say, and
/// the parser, the JSON Schema and the reference pages cannot disagree.
/// </summary>
internal sealed class FileForm
{
    private static readonly ConcurrentDictionary<Type, FileForm> Known = new();

    private static readonly Lazy<IReadOnlyDictionary<string, Type>> OperationTypes = new(() => typeof(Operation).Assembly
        .GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Operation)) && !t.IsAbstract)
        .OrderBy(t => Snake(t.Name), StringComparer.Ordinal)
        .ToDictionary(t => Snake(t.Name), StringComparer.Ordinal));

    private readonly ConstructorInfo constructor;

    private FileForm(Type type)
    {
        constructor = type.GetConstructor(Type.EmptyTypes)
            ?? type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        Keys = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true })
            .Where(p => p.GetCustomAttribute<BrowsableAttribute>()?.Browsable ?? p.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .OrderBy(p => p.DeclaringType == type ? 1 : 0)
            .ThenBy(p => p.MetadataToken)
            .Select(KeyOf)
            .ToArray();
        Description = type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
    }

    /// <summary>The keys in the order of the record.</summary>
    public IReadOnlyList<FileKey> Keys { get; }

    /// <summary>What the record says about itself.</summary>
    public string Description { get; }

    /// <summary>The operations by keyword, in ordinal order.</summary>
    public static IReadOnlyDictionary<string, Type> Operations => OperationTypes.Value;

    /// <summary>The form of a record type.</summary>
    public static FileForm Of(Type type) => Known.GetOrAdd(type, t => new FileForm(t));

    /// <summary>The key of this name, or null.</summary>
    public FileKey? Key(string name) => Keys.FirstOrDefault(k => k.Name == name);

    /// <summary>A record with these values; what is missing has the record's own default.</summary>
    public object Create(IReadOnlyDictionary<FileKey, object?> values)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var arguments = constructor.GetParameters().Select(parameter =>
        {
            taken.Add(parameter.Name!);
            var given = values.Where(v => v.Key.Property.Name == parameter.Name).Select(v => v.Value).FirstOrDefault();
            return given ?? (parameter.HasDefaultValue ? parameter.DefaultValue : null);
        }).ToArray();
        var record = constructor.Invoke(arguments);
        foreach (var (key, value) in values)
        {
            if (!taken.Contains(key.Property.Name))
            {
                key.Property.SetValue(record, value);
            }
        }

        return record;
    }

    /// <summary>The item type of a <see cref="ValueList{T}"/>, or null for any other type.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether lists of this record are written as a mapping.</summary>
    public static bool IsMappingEntry(Type type) => type.GetCustomAttribute<WrittenAsMappingAttribute>() is not null;

    /// <summary>The key that a value alone stands for, or null where the record takes none.</summary>
    public static string? ShortFormOf(Type type) => type.GetCustomAttribute<ShortFormAttribute>() is { } shortForm ? Snake(shortForm.Property) : null;

    /// <summary>The spelling of a name in a file: <c>DependsOn</c> is <c>depends_on</c>.</summary>
    public static string Snake(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1]))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    private FileKey KeyOf(PropertyInfo property)
    {
        var parameter = constructor.GetParameters().FirstOrDefault(p => p.Name == property.Name);
        var required = (parameter is { HasDefaultValue: false } && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.Nullable) || property.IsDefined(typeof(RequiredMemberAttribute));
        return new FileKey(
            Snake(property.Name),
            property,
            Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
            required,
            property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "");
    }
}
